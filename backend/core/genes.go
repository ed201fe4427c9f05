package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"regioscope/worker/genome"
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

// Gene is one gene of an annotation: coordinates 0-based, half-open; exons are the union of those of its transcripts,
// sorted and apart from each other.
type Gene struct {
	Name         string     `json:"name"`
	GeneID       string     `json:"geneId" doc:"as the file has it, such as an Ensembl id"`
	Biotype      string     `json:"biotype,omitempty"`
	Chrom        string     `json:"chrom"`
	Start        int64      `json:"start"`
	End          int64      `json:"end"`
	Strand       string     `json:"strand" enum:"+,-,."`
	Exons        [][2]int64 `json:"exons" doc:"start and end of each; none when the file has none"`
	AnnotationID int64      `json:"annotationId"`
	Annotation   string     `json:"annotation" doc:"name of the annotation it is from"`
}

// Annotation is a set of genes on an assembly.
type Annotation struct {
	ID         int64           `json:"id"`
	AssemblyID int64           `json:"assemblyId"`
	OwnerID    int64           `json:"ownerId"`
	OwnerName  string          `json:"ownerName"`
	Name       string          `json:"name"`
	Public     bool            `json:"public" doc:"everyone with an account searches it"`
	State      string          `json:"-"`
	Format     string          `json:"format" enum:"gtf,gff3,bed12"`
	FileName   string          `json:"fileName"`
	SHA256     string          `json:"sha256"`
	Size       int64           `json:"size"`
	Genes      int             `json:"genes"`
	Longest    int64           `json:"-"` // length of the longest gene, which bounds the search for overlaps
	Facts      AnnotationFacts `json:"facts"`
	CreatedAt  time.Time       `json:"createdAt"`
	Mine       bool            `json:"mine"`
}

// States of an annotation.
const (
	AnnotationLoading = "loading"
	AnnotationReady   = "ready"
)

// AnnotationFacts is what was found in the file.
type AnnotationFacts struct {
	Exons    int           `json:"exons"`
	Biotypes []ChromCount  `json:"biotypes,omitempty" doc:"the commonest"`
	Unknown  []ChromCount  `json:"unknown,omitempty" doc:"chromosomes that the assembly does not have; their genes are left out"`
	Warnings []string      `json:"warnings,omitempty"`
	Lines    int           `json:"lines"`
	Took     time.Duration `json:"-"`
}

// AnnotationMeta is what a person says about an annotation.
type AnnotationMeta struct {
	Name   string `json:"name"`
	Public bool   `json:"public,omitempty"`
}

// AnnotationPatch changes what is not nil.
type AnnotationPatch struct {
	Name   *string `json:"name,omitempty"`
	Public *bool   `json:"public,omitempty"`
}

// GeneStore keeps annotations and their genes.
type GeneStore interface {
	CreateAnnotation(ctx context.Context, a *Annotation) error
	// AddGenes appends; number is that of the first.
	AddGenes(ctx context.Context, annotationID int64, number int, genes []Gene) error
	// Finish makes an annotation that was loading ready, with genes, longest and facts.
	Finish(ctx context.Context, a *Annotation) error
	Annotation(ctx context.Context, id int64) (*Annotation, error)
	// Annotations lists the ready ones of an assembly by name: public ones, the caller's, all for an admin.
	Annotations(ctx context.Context, assemblyID int64, caller Caller) ([]Annotation, error)
	UpdateAnnotation(ctx context.Context, a *Annotation) error // name, public
	DeleteAnnotation(ctx context.Context, id int64) error      // with its genes
	// DeleteUnfinished clears away what began to load before.
	DeleteUnfinished(ctx context.Context, before time.Time) (int, error)
	// ByPrefix finds genes whose name, or else id, begins with prefix, which is in lower case; shortest names first.
	ByPrefix(ctx context.Context, annotationIDs []int64, prefix string, limit int) ([]Gene, error)
	// Overlapping finds the genes of one annotation that overlap a stretch, by start.
	Overlapping(ctx context.Context, a *Annotation, where genome.Interval, limit int) ([]Gene, error)
}

// GeneSource gives the genes of a file one after the other.
type GeneSource interface {
	// Each calls fn for every gene on a chromosome of the assembly. Genes are whole: with all their exons.
	Each(fn func(Gene) error) error
	// Format and Facts count once Each has returned nil.
	Format() string
	Facts() AnnotationFacts
}

// level is what caller may do with an annotation; there are no grants on annotations.
func (a *Annotation) level(caller Caller) Level {
	caller.Link = nil
	return unasked(caller, Thing{Kind: ThingAnnotation, ID: a.ID, OwnerID: a.OwnerID, Public: a.Public})
}

// ThingAnnotation is never in a link or a grant.
const ThingAnnotation ThingKind = "annotation"

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

// Search finds genes by the beginning of their name or id, in capital or small letters, over all annotations of the
// assembly that the caller may read.
func (s *Genes) Search(ctx context.Context, caller Caller, assemblyID int64, q string, limit int) ([]Gene, error) {
	list, err := s.List(ctx, caller, assemblyID)
	if err != nil {
		return nil, err
	}
	q = strings.ToLower(strings.TrimSpace(q))
	if q == "" || len(list) == 0 {
		return []Gene{}, nil
	}
	out, err := s.stores.Genes().ByPrefix(ctx, annotationIDs(list), q, bounded(limit))
	return named(out, list), err
}

// In gives the genes that overlap a stretch, of all annotations that the caller may read, by annotation and start.
func (s *Genes) In(ctx context.Context, caller Caller, assemblyID int64, where genome.Interval, limit int) ([]Gene, error) {
	a, err := s.assemblies.Get(ctx, caller, assemblyID)
	if err != nil {
		return nil, err
	}
	names := genome.NewNames(a.Chroms, a.Aliases)
	i, _ := names.Resolve(where.Chrom)
	if i < 0 {
		e := Errorf(CodeInvalid, "%q is not a chromosome of %s.", where.Chrom, a.Name)
		return nil, e.WithFields(Field{Field: "chrom", Value: where.Chrom, Message: e.Message})
	}
	if where.Start < 0 || where.End <= where.Start {
		e := Errorf(CodeInvalid, "A stretch needs a start below its end.")
		return nil, e.WithFields(Field{Field: "end", Message: e.Message})
	}
	where.Chrom = a.Chroms[i].Name
	list, err := s.List(ctx, caller, assemblyID)
	if err != nil {
		return nil, err
	}
	out := []Gene{}
	for i := range list {
		genes, err := s.stores.Genes().Overlapping(ctx, &list[i], where, bounded(limit)-len(out))
		if err != nil {
			return nil, fmt.Errorf("genes of annotation %d: %w", list[i].ID, err)
		}
		if out = append(out, genes...); len(out) >= bounded(limit) {
			break
		}
	}
	return named(out, list), nil
}

func bounded(limit int) int {
	if limit <= 0 || limit > maxGenesShown {
		return maxGenesShown
	}
	return limit
}

func annotationIDs(list []Annotation) []int64 {
	out := make([]int64, len(list))
	for i := range list {
		out[i] = list[i].ID
	}
	return out
}

func named(genes []Gene, list []Annotation) []Gene {
	names := map[int64]string{}
	for i := range list {
		names[list[i].ID] = list[i].Name
	}
	for i := range genes {
		genes[i].Annotation = names[genes[i].AnnotationID]
	}
	if genes == nil {
		genes = []Gene{}
	}
	return genes
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
