package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// BedSubmitter starts the run that checks a region set; *Runs implements it.
type BedSubmitter interface {
	InsertBed(ctx context.Context, tx Stores, d *Dataset) (*Run, error)
	BedInserted(ctx context.Context, run Run)
	StopFor(ctx context.Context, datasetID int64, why string) error
}

// Datasets is the service of region sets and features.
type Datasets struct {
	stores Stores
	blobs  Blobs
	events Publisher
	runs   BedSubmitter
	now    func() time.Time
}

// NewDatasets builds the service.
func NewDatasets(stores Stores, blobs Blobs, events Publisher, runs BedSubmitter) *Datasets {
	return &Datasets{stores: stores, blobs: blobs, events: events, runs: runs, now: time.Now}
}

// DatasetMeta is what a person says about an upload.
type DatasetMeta struct {
	Name         string   `json:"name" minLength:"1" maxLength:"255"`
	Kind         Kind     `json:"kind" enum:"regions,signal,contacts"`
	AssemblyID   int64    `json:"assemblyId"`
	SizeType     SizeType `json:"sizeType,omitempty" enum:"point,interval" doc:"region sets; guessed from the widths when absent"`
	Description  string   `json:"description,omitempty"`
	Tags         []string `json:"tags,omitempty"`
	CellType     string   `json:"cellType,omitempty"`
	Perturbation string   `json:"perturbation,omitempty"`
	SampleID     string   `json:"sampleId,omitempty"`
	Public       bool     `json:"public,omitempty"`
}

// Check complains about meta before any byte of the file is kept, and gives the assembly it names.
func (s *Datasets) Check(ctx context.Context, caller Caller, m *DatasetMeta) (*Assembly, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	m.Name = strings.TrimSpace(m.Name)
	m.Tags = cleanTags(m.Tags)
	var f []Field
	switch m.Kind {
	case KindRegions, KindSignal, KindContacts:
	default:
		f = append(f, Field{Field: "kind", Value: string(m.Kind), Message: "The kind must be regions, signal or contacts."})
	}
	switch {
	case m.SizeType == "" || m.SizeType == SizePoint || m.SizeType == SizeInterval:
	default:
		f = append(f, Field{Field: "sizeType", Value: string(m.SizeType), Message: "The size type must be point or interval."})
	}
	f = append(f, textFields(m.Name, m.CellType, m.Perturbation, m.SampleID, m.Description)...)
	f = append(f, tagFields(m.Tags, "tags")...)
	a, err := s.stores.Assemblies().ByID(ctx, m.AssemblyID)
	if errors.Is(err, ErrNotFound) {
		f = append(f, Field{Field: "assemblyId", Value: fmt.Sprint(m.AssemblyID), Message: "There is no such assembly."})
	} else if err != nil {
		return nil, fmt.Errorf("check upload: %w", err)
	} else if level, err := assemblyAccess(ctx, s.stores, caller, a); err != nil {
		return nil, err
	} else if !level.Covers(LevelRead) {
		f = append(f, Field{Field: "assemblyId", Value: fmt.Sprint(m.AssemblyID), Message: "There is no such assembly."})
	}
	if len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	return a, nil
}

// Create records a stored file as a dataset of the caller. Region sets begin as checking, with a bed run; features are
// ready, because their facts were read before. meta must have passed Check. also, if any, is part of the same transaction.
func (s *Datasets) Create(ctx context.Context, caller Caller, m DatasetMeta, fileName string, dimension int, ref BlobRef, facts Facts,
	also func(Stores, *Dataset) error) (*Dataset, error) {
	d := &Dataset{
		Name: m.Name, Kind: m.Kind, AssemblyID: m.AssemblyID, OwnerID: caller.UserID, OwnerName: caller.Name,
		State: DatasetReady, Public: m.Public, Dimension: dimension, Description: m.Description, Tags: m.Tags,
		CellType: m.CellType, Perturbation: m.Perturbation, SampleID: m.SampleID, FileName: fileName,
		SHA256: ref.SHA256, Size: ref.Size, Facts: facts, CreatedAt: s.now().UTC(), Mine: true, Access: LevelOwn,
	}
	if m.Kind == KindRegions {
		d.State, d.SizeType = DatasetChecking, m.SizeType
	}
	var check *Run
	err := s.stores.InTx(ctx, func(tx Stores) (err error) {
		if err = tx.Datasets().Create(ctx, d); err == nil && m.Kind == KindRegions {
			check, err = s.runs.InsertBed(ctx, tx, d)
		}
		if err == nil && also != nil {
			err = also(tx, d)
		}
		return err
	})
	if err != nil {
		s.dropBlob(ctx, ref.SHA256)
		if own := (*Error)(nil); errors.As(err, &own) {
			return nil, err
		}
		return nil, fmt.Errorf("create dataset: %w", err)
	}
	if check != nil {
		s.runs.BedInserted(ctx, *check)
		return s.Get(ctx, caller, d.ID)
	}
	s.events.Publish(ctx, Event{UserID: caller.UserID, Topic: "dataset", Data: *d})
	return d, nil
}

// List gives what the caller may read, newest first.
func (s *Datasets) List(ctx context.Context, caller Caller, f DatasetFilter) ([]Dataset, error) {
	if caller.Nobody() {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	f.Visible = caller
	list, err := s.stores.Datasets().List(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list datasets: %w", err)
	}
	levels, err := datasetLevels(ctx, s.stores, caller, list)
	if err != nil {
		return nil, err
	}
	for i := range list {
		tidyDataset(&list[i], levels[i])
	}
	return list, nil
}

// Get gives one dataset. ErrNotFound also when the caller may not read it.
func (s *Datasets) Get(ctx context.Context, caller Caller, id int64) (*Dataset, error) {
	d, err := s.stores.Datasets().ByID(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, s.inTrash(ctx, caller, id, "dataset")
	}
	if err != nil {
		return nil, err
	}
	if d.Kind == KindCollection {
		return nil, nounNotFound(ErrNotFound, "dataset")
	}
	level, err := Access(ctx, s.stores, caller, d.Thing())
	if err != nil {
		return nil, err
	}
	tidyDataset(d, level)
	return d, allow(level, LevelShown, "dataset", "")
}

// DatasetPatch changes what is not nil.
type DatasetPatch struct {
	Name         *string   `json:"name,omitempty" maxLength:"255"`
	Description  *string   `json:"description,omitempty"`
	Tags         *[]string `json:"tags,omitempty"`
	CellType     *string   `json:"cellType,omitempty" maxLength:"255"`
	Perturbation *string   `json:"perturbation,omitempty" maxLength:"255"`
	SampleID     *string   `json:"sampleId,omitempty" maxLength:"255"`
	Public       *bool     `json:"public,omitempty"`
}

// Patch edits the description of a dataset, for who may edit it; who may read it is changed by who owns it.
func (s *Datasets) Patch(ctx context.Context, caller Caller, id int64, p DatasetPatch) (*Dataset, error) {
	d, err := s.editable(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if p.Public != nil && *p.Public != d.Public && !d.Mine {
		return nil, Errorf(CodeForbidden, "Only an owner of this dataset may say who reads it.")
	}
	for to, from := range map[*string]*string{&d.Name: p.Name, &d.Description: p.Description, &d.CellType: p.CellType,
		&d.Perturbation: p.Perturbation, &d.SampleID: p.SampleID} {
		if from != nil {
			*to = strings.TrimSpace(*from)
		}
	}
	if p.Tags != nil {
		d.Tags = cleanTags(*p.Tags)
	}
	if p.Public != nil {
		d.Public = *p.Public
	}
	if f := append(textFields(d.Name, d.CellType, d.Perturbation, d.SampleID, d.Description), tagFields(d.Tags, "tags")...); len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	if err := s.stores.Datasets().Update(ctx, d); err != nil {
		return nil, fmt.Errorf("edit dataset: %w", err)
	}
	s.events.Publish(ctx, Event{UserID: d.OwnerID, Topic: "dataset", Data: *d})
	return d, nil
}

// OpenFile opens the uploaded bytes. The caller closes them.
func (s *Datasets) OpenFile(ctx context.Context, caller Caller, id int64) (*Dataset, Blob, error) {
	d, err := s.Get(ctx, caller, id)
	if err == nil {
		err = allow(d.Access, LevelRead, "dataset", "This link shows what was made of the dataset, not its file. Ask its owner for it.")
	}
	if err != nil {
		return nil, nil, err
	}
	return s.open(ctx, d)
}

// OpenRegions opens a dataset to list its regions, which a link shows, too: they are what its pictures are made of.
func (s *Datasets) OpenRegions(ctx context.Context, caller Caller, id int64) (*Dataset, Blob, error) {
	d, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, nil, err
	}
	return s.open(ctx, d)
}

func (s *Datasets) open(ctx context.Context, d *Dataset) (*Dataset, Blob, error) {
	if d.SHA256 == "" {
		return nil, nil, Errorf(CodeState, "The file of %q was refused when it was checked, and is not kept.", d.Name)
	}
	b, err := s.blobs.Open(ctx, d.SHA256)
	if errors.Is(err, ErrNotFound) {
		return nil, nil, Errorf(CodeInternal, "The file of %q is missing from the data volume. Tell the administrator.", d.Name).WithCause(err)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open file of dataset %d: %w", d.ID, err)
	}
	return d, b, nil
}

func (s *Datasets) editable(ctx context.Context, caller Caller, id int64) (*Dataset, error) {
	d, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	return d, allow(d.Access, LevelEdit, "dataset", "You may look at this dataset, not change it. Ask its owner for the right to edit.")
}

// owned loads a dataset that caller may delete and share.
func (s *Datasets) owned(ctx context.Context, caller Caller, id int64) (*Dataset, error) {
	d, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	return d, allow(d.Access, LevelOwn, "dataset", "Only an owner of this dataset may delete it.")
}

func tidyDataset(d *Dataset, level Level) {
	d.Access, d.Mine = level, level == LevelOwn
	if d.Tags == nil {
		d.Tags = []string{}
	}
}

func cleanTags(tags []string) []string {
	out, seen := []string{}, map[string]bool{}
	for _, t := range tags {
		if t = strings.TrimSpace(t); t != "" && !seen[t] {
			out, seen[t] = append(out, t), true
		}
	}
	return out
}

func textFields(name, cellType, perturbation, sampleID, description string) (f []Field) {
	if name == "" || utf8.RuneCountInString(name) > 255 {
		f = append(f, Field{Field: "name", Message: "The name must have 1 to 255 characters."})
	}
	for _, t := range []struct{ field, what, text string }{
		{"cellType", "cell type", cellType}, {"perturbation", "perturbation", perturbation}, {"sampleId", "sample id", sampleID}} {
		if utf8.RuneCountInString(t.text) > 255 {
			f = append(f, Field{Field: t.field, Message: "The " + t.what + " may have at most 255 characters."})
		}
	}
	if len(description) > 20_000 { // bytes: the column has 64 KiB
		f = append(f, Field{Field: "description", Message: "The description may have at most 20,000 characters."})
	}
	return f
}
