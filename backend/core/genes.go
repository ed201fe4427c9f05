package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// annotationGrace is how long an annotation may be loading before it counts as broken off.
	annotationGrace = 6 * time.Hour
	// geneBatch is how many genes are written at once, so that no transaction is long.
	geneBatch = 500
	// MaxGenes bounds one annotation; the richest of today have 250,000.
	MaxGenes = 1_000_000
	// maxGenesShown bounds one answer.
	maxGenesShown = 1000
)

// Genes is the service of gene annotations. Who may read an assembly may add annotations to it; one is read by its owner,
// by administrators and, when it is public, by everybody who may read the assembly.
type Genes struct {
	stores     Stores
	blobs      Blobs
	assemblies *Assemblies
	now        func() time.Time
}

// NewGenes builds the service beside that of assemblies.
func NewGenes(assemblies *Assemblies, blobs Blobs) *Genes {
	return &Genes{stores: assemblies.stores, blobs: blobs, assemblies: assemblies, now: time.Now}
}

// Check complains about meta before any byte of the file is kept, and gives the assembly.
func (s *Genes) Check(ctx context.Context, caller Caller, assemblyID int64, m *AnnotationMeta) (*Assembly, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	a, err := s.assemblies.Get(ctx, caller, assemblyID)
	if err != nil {
		return nil, err
	}
	m.Name = strings.TrimSpace(m.Name)
	return a, checkAnnotationName(m.Name)
}

func checkAnnotationName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > 255 {
		e := Errorf(CodeInvalid, "The name must have 1 to 255 characters.")
		return e.WithFields(Field{Field: "name", Message: e.Message})
	}
	return nil
}

// Create stores an annotation whose file is on the data volume already: its genes are written in small steps, and it is
// seen once all are there. meta must have passed Check. When anything fails, nothing stays.
func (s *Genes) Create(ctx context.Context, caller Caller, assemblyID int64, m AnnotationMeta, fileName string, ref BlobRef, from GeneSource) (*Annotation, error) {
	a := &Annotation{AssemblyID: assemblyID, OwnerID: caller.UserID, OwnerName: caller.Name, Name: m.Name, Public: m.Public,
		State: AnnotationLoading, FileName: fileName, SHA256: ref.SHA256, Size: ref.Size, CreatedAt: s.now().UTC(), Mine: true}
	if err := s.stores.Genes().CreateAnnotation(ctx, a); err != nil {
		return nil, fmt.Errorf("create annotation: %w", err)
	}
	if err := s.load(ctx, a, from); err != nil {
		ctx := context.WithoutCancel(ctx)
		if err := s.stores.Genes().DeleteAnnotation(ctx, a.ID); err == nil {
			s.drop(ctx, ref.SHA256)
		}
		return nil, err
	}
	return a, nil
}

func (s *Genes) load(ctx context.Context, a *Annotation, from GeneSource) error {
	batch := make([]Gene, 0, geneBatch)
	flush := func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.stores.InTx(ctx, func(tx Stores) error { return tx.Genes().AddGenes(ctx, a.ID, a.Genes, batch) })
		a.Genes += len(batch)
		batch = batch[:0]
		return err
	}
	err := from.Each(func(g Gene) error {
		a.Longest = max(a.Longest, g.End-g.Start)
		if batch = append(batch, g); len(batch) < geneBatch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	a.Format, a.Facts, a.State = from.Format(), from.Facts(), AnnotationReady
	return s.stores.Genes().Finish(ctx, a)
}

// List gives the annotations of an assembly that the caller may search.
func (s *Genes) List(ctx context.Context, caller Caller, assemblyID int64) ([]Annotation, error) {
	if _, err := s.assemblies.Get(ctx, caller, assemblyID); err != nil {
		return nil, err
	}
	list, err := s.stores.Genes().Annotations(ctx, assemblyID, caller)
	if err != nil {
		return nil, fmt.Errorf("list annotations: %w", err)
	}
	for i := range list {
		list[i].Mine = list[i].level(caller) == LevelOwn
	}
	return list, nil
}

// Patch edits an annotation; owner and admins only.
func (s *Genes) Patch(ctx context.Context, caller Caller, id int64, p AnnotationPatch) (*Annotation, error) {
	a, err := s.owned(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if p.Name != nil {
		a.Name = strings.TrimSpace(*p.Name)
	}
	if p.Public != nil {
		a.Public = *p.Public
	}
	if err := checkAnnotationName(a.Name); err != nil {
		return nil, err
	}
	if err := s.stores.Genes().UpdateAnnotation(ctx, a); err != nil {
		return nil, fmt.Errorf("edit annotation: %w", err)
	}
	return a, nil
}

// Delete removes an annotation with its genes; owner and admins only.
func (s *Genes) Delete(ctx context.Context, caller Caller, id int64) error {
	a, err := s.owned(ctx, caller, id)
	if err != nil {
		return err
	}
	if err := s.stores.Genes().DeleteAnnotation(ctx, id); err != nil {
		return nounNotFound(err, "annotation")
	}
	s.drop(ctx, a.SHA256)
	return nil
}

// OpenFile opens the file as it was uploaded. The caller closes it.
func (s *Genes) OpenFile(ctx context.Context, caller Caller, id int64) (*Annotation, Blob, error) {
	a, err := s.readable(ctx, caller, id)
	if err != nil {
		return nil, nil, err
	}
	b, err := s.blobs.Open(ctx, a.SHA256)
	if errors.Is(err, ErrNotFound) {
		return nil, nil, Errorf(CodeInternal, "The file of %q is missing from the data volume. Tell the administrator.", a.Name).WithCause(err)
	}
	return a, b, err
}

// readable loads a ready annotation that caller may read, together with its assembly.
func (s *Genes) readable(ctx context.Context, caller Caller, id int64) (*Annotation, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	a, err := s.stores.Genes().Annotation(ctx, id)
	if err == nil && (a.State != AnnotationReady || !a.level(caller).Covers(LevelRead)) {
		err = ErrNotFound
	}
	if err != nil {
		return nil, nounNotFound(err, "annotation")
	}
	if a.Mine = a.level(caller) == LevelOwn; a.Mine {
		return a, nil
	}
	if _, err := s.assemblies.Get(ctx, caller, a.AssemblyID); err != nil {
		return nil, nounNotFound(ErrNotFound, "annotation")
	}
	return a, nil
}

func (s *Genes) owned(ctx context.Context, caller Caller, id int64) (*Annotation, error) {
	a, err := s.readable(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if !a.Mine {
		return nil, Errorf(CodeForbidden, "Only its owner may change this annotation.")
	}
	return a, nil
}

// drop condemns a file that no row refers to. A failure leaves an orphan, which Garbage finds.
func (s *Genes) drop(ctx context.Context, sha string) {
	used, err := s.stores.Garbage().Referenced(ctx, []string{sha})
	if err == nil && !used[sha] {
		_ = s.blobs.Condemn(ctx, sha)
	}
}

// ExonsJSON is how exons are stored: [[start, end], …].
func (g *Gene) ExonsJSON() json.RawMessage {
	if len(g.Exons) == 0 {
		return json.RawMessage("[]")
	}
	raw, _ := json.Marshal(g.Exons) // numbers always encode
	return raw
}
