package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// draftGrace is how long a table may wait to be joined.
	draftGrace = 24 * time.Hour
	// MaxMetaColumns bounds the columns that one region set may be given.
	MaxMetaColumns = 500
	maxColumnName  = 128
)

// Metadata is the service of what people know of the regions of a set beyond its file. Who may edit the set may edit
// these, who sees its regions sees them.
type Metadata struct {
	*Columns
	datasets *Datasets
	uploads  *Uploads
}

// NewMetadata builds the service.
func NewMetadata(datasets *Datasets, uploads *Uploads) *Metadata {
	return &Metadata{NewColumns(datasets.stores, datasets.blobs), datasets, uploads}
}

// Begin says whether caller may join a table to a region set, before any byte of it is sent, and gives the set.
func (s *Metadata) Begin(ctx context.Context, caller Caller, datasetID int64) (*Dataset, error) {
	d, err := s.datasets.editable(ctx, caller, datasetID)
	if err != nil {
		return nil, err
	}
	if d.Kind != KindRegions || d.State != DatasetReady {
		return nil, Errorf(CodeState, "Only region sets that are ready can be given metadata; %q is %s, %s.", d.Name, d.Kind, d.State)
	}
	return d, nil
}

// Draft keeps an uploaded table until it is joined. d comes from Begin.
func (s *Metadata) Draft(ctx context.Context, caller Caller, d *Dataset, fileName string, ref BlobRef) (*MetaTable, error) {
	t := &MetaTable{DatasetID: d.ID, Name: tableName(fileName), FileName: fileName, Size: ref.Size, SHA256: ref.SHA256, State: MetaDraft,
		CreatedBy: caller.Name, CreatedByID: caller.UserID, CreatedAt: s.datasets.now().UTC(), Columns: []MetaColumn{}}
	if err := s.stores.Metadata().Create(ctx, t); err != nil {
		s.datasets.dropBlob(ctx, ref.SHA256)
		return nil, nounNotFound(err, "dataset")
	}
	return t, nil
}

// RoomFor refuses what does not fit the quota of the set's owner or the data volume.
func (s *Metadata) RoomFor(ctx context.Context, caller Caller, d *Dataset, size int64) error {
	err := s.uploads.RoomFor(ctx, Caller{UserID: d.OwnerID}, size)
	if own := (*Error)(nil); errors.As(err, &own) && own.Code == CodeQuota && caller.UserID != d.OwnerID {
		return Errorf(CodeQuota, "%s, who owns the region set, has no room for %s.", d.OwnerName, ByteText(size))
	}
	return err
}

// Waiting gives a draft and its region set, for who may edit it.
func (s *Metadata) Waiting(ctx context.Context, caller Caller, id int64) (*MetaTable, *Dataset, *Assembly, error) {
	t, d, err := s.editable(ctx, caller, id)
	if err != nil {
		return nil, nil, nil, err
	}
	if t.State != MetaDraft {
		return nil, nil, nil, Errorf(CodeState, "%q has been joined already.", t.Name)
	}
	a, err := s.stores.Assemblies().ByID(ctx, d.AssemblyID)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("assembly of dataset %d: %w", d.ID, err)
	}
	return t, d, a, nil
}

// Commit makes a draft ready: ref holds the joined values, columns what they are. t and d come from Waiting.
func (s *Metadata) Commit(ctx context.Context, t *MetaTable, d *Dataset, name string, columns []MetaColumn, facts MetaFacts, ref BlobRef) (*MetaTable, error) {
	done := *t
	done.Name, done.Facts, done.Columns = strings.TrimSpace(name), facts, columns
	done.ValuesSHA256, done.ValuesSize, done.CreatedAt = ref.SHA256, ref.Size, s.datasets.now().UTC()
	err := checkTableName(done.Name)
	if err == nil {
		err = s.CheckColumns(ctx, d, columns)
	}
	if err == nil {
		err = s.stores.Metadata().Commit(ctx, &done)
	}
	if err != nil {
		s.datasets.dropBlob(ctx, ref.SHA256)
	}
	switch {
	case errors.Is(err, ErrState):
		return nil, Errorf(CodeState, "%q has been joined already, or was deleted.", t.Name)
	case errors.Is(err, ErrConflict):
		return nil, Errorf(CodeConflict, "Somebody has just added a column of the same name. Look at the names again.").WithCause(err)
	case err != nil:
		return nil, err
	}
	return &done, nil
}

// List gives the tables of a region set, for whoever sees its regions.
func (s *Metadata) List(ctx context.Context, caller Caller, datasetID int64) ([]MetaTable, error) {
	d, err := s.datasets.Get(ctx, caller, datasetID)
	if err != nil {
		return nil, err
	}
	return s.Tables(ctx, d.ID)
}

// File opens a table as it was uploaded; the values stand in the regions' own download. The caller closes it.
func (s *Metadata) File(ctx context.Context, caller Caller, id int64) (*MetaTable, Blob, error) {
	t, _, err := s.readable(ctx, caller, id)
	if err != nil {
		return nil, nil, err
	}
	b, err := s.blobs.Open(ctx, t.SHA256)
	if errors.Is(err, ErrNotFound) {
		return nil, nil, Errorf(CodeInternal, "The file of %q is missing from the data volume. Tell the administrator.", t.Name).WithCause(err)
	}
	return t, b, err
}

// Rename changes the name of a table.
func (s *Metadata) Rename(ctx context.Context, caller Caller, id int64, name string) (*MetaTable, error) {
	t, _, err := s.editable(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	t.Name = strings.TrimSpace(name)
	if err := checkTableName(t.Name); err != nil {
		return nil, err
	}
	return t, nounNotFound(s.stores.Metadata().Rename(ctx, id, t.Name), "table")
}

// Delete removes a table with its columns, or a draft.
func (s *Metadata) Delete(ctx context.Context, caller Caller, id int64) error {
	t, _, err := s.editable(ctx, caller, id)
	if err != nil {
		return err
	}
	return s.remove(ctx, t)
}

func (s *Metadata) remove(ctx context.Context, t *MetaTable) error {
	if err := s.stores.Metadata().Delete(ctx, t.ID); err != nil {
		return nounNotFound(err, "table")
	}
	for _, sha := range []string{t.SHA256, t.ValuesSHA256} {
		if sha != "" {
			s.datasets.dropBlob(ctx, sha)
		}
	}
	return nil
}

func checkTableName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > 255 {
		e := Errorf(CodeInvalid, "The name must have 1 to 255 characters.")
		return e.WithFields(Field{Field: "name", Message: e.Message})
	}
	return nil
}

// tableName is what a table is called at first: its file's name without the endings.
func tableName(fileName string) string {
	name := strings.TrimSuffix(fileName, ".gz")
	for _, end := range []string{".csv", ".tsv", ".txt", ".bed", ".tab"} {
		if n := len(name) - len(end); n > 0 && strings.EqualFold(name[n:], end) {
			return name[:n]
		}
	}
	return name
}
