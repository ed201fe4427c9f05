package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// draftGrace is how long a table may wait to be joined.
	draftGrace = 24 * time.Hour
	// MaxMetaColumns bounds the columns that one region set may be given.
	MaxMetaColumns = 500
	maxColumnName  = 128
)

// coordinateColumns are names that every region set has already.
var coordinateColumns = []string{"chrom", "start", "end", "width", "chrom2", "start2", "end2", "distance"}

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

// CheckColumns complains about names and types that d cannot be given, one complaint per column by its place in the list.
func (s *Metadata) CheckColumns(ctx context.Context, d *Dataset, columns []MetaColumn) error {
	taken, total, err := s.taken(ctx, d, 0)
	if err != nil {
		return err
	}
	var f []Field
	if len(columns) == 0 {
		f = append(f, Field{Field: "columns", Message: "Choose at least one column."})
	}
	if total+len(columns) > MaxMetaColumns {
		f = append(f, Field{Field: "columns", Message: fmt.Sprintf("A region set may be given %d columns; this would make %d.", MaxMetaColumns, total+len(columns))})
	}
	for i := range columns {
		c := &columns[i]
		if msg := checkColumn(c, taken); msg != "" {
			f = append(f, Field{Field: fmt.Sprintf("columns[%d]", i), Value: c.Name, Message: msg})
		}
		taken[c.Name] = "Two of the columns have this name."
	}
	if len(f) > 0 {
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	return nil
}

// FreeName gives name, or the first of name_2, name_3 … that no column of d has; it is then taken in used.
func (s *Metadata) FreeName(ctx context.Context, d *Dataset) (func(string) string, error) {
	taken, _, err := s.taken(ctx, d, 0)
	if err != nil {
		return nil, err
	}
	return func(name string) string {
		base := cleanColumnName(name)
		free := base
		for n := 2; taken[free] != ""; n++ {
			end := fmt.Sprintf("_%d", n)
			free = cut(base, maxColumnName-len(end)) + end
		}
		taken[free] = "taken"
		return free
	}, nil
}

// taken are the names that a new column of d must not have, each with the reason, and how many columns were joined before.
// The column except is left out.
func (s *Metadata) taken(ctx context.Context, d *Dataset, except int64) (map[string]string, int, error) {
	out, n := map[string]string{}, 0
	tables, err := s.Tables(ctx, d.ID)
	if err != nil {
		return nil, 0, err
	}
	if d.Facts.Regions != nil {
		for _, name := range d.Facts.Regions.Columns {
			out[name] = "The file of the region set has a column of this name."
		}
	}
	for _, name := range coordinateColumns {
		out[name] = "This is the name of a coordinate."
	}
	for i := range tables {
		for _, c := range tables[i].Columns {
			if n++; c.ID != except {
				out[c.Name] = fmt.Sprintf("The metadata “%s” have a column of this name.", tables[i].Name)
			}
		}
	}
	return out, n, nil
}

func checkColumn(c *MetaColumn, taken map[string]string) string {
	c.Name = strings.TrimSpace(c.Name)
	switch {
	case c.Name == "":
		return "The column needs a name."
	case utf8.RuneCountInString(c.Name) > maxColumnName:
		return fmt.Sprintf("The name may have at most %d characters.", maxColumnName)
	case c.Name != cleanColumnName(c.Name):
		return "The name may have no line ends, tabs or other control characters."
	case taken[c.Name] != "":
		return taken[c.Name]
	case c.Type == MetaNumeric && c.Numbers == 0:
		return "No region has a number in this column; take it as categorical."
	case c.Type != MetaNumeric && c.Type != MetaCategorical:
		return "The type must be numeric or categorical."
	}
	return ""
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

// MetaColumnPatch changes what is not nil.
type MetaColumnPatch struct {
	Name *string         `json:"name,omitempty"`
	Type *MetaColumnType `json:"type,omitempty" enum:"numeric,categorical"`
}

// PatchColumn renames a column or takes its values in another way.
func (s *Metadata) PatchColumn(ctx context.Context, caller Caller, id int64, p MetaColumnPatch) (*MetaColumn, error) {
	c, _, d, err := s.column(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if p.Name != nil {
		c.Name = *p.Name
	}
	if p.Type != nil {
		c.Type = *p.Type
	}
	taken, _, err := s.taken(ctx, d, id)
	if err != nil {
		return nil, err
	}
	field := "name"
	if p.Name == nil {
		field = "type"
	}
	if msg := checkColumn(c, taken); msg != "" {
		return nil, Errorf(CodeInvalid, "%s", msg).WithFields(Field{Field: field, Value: c.Name, Message: msg})
	}
	err = s.stores.Metadata().UpdateColumn(ctx, c)
	if errors.Is(err, ErrConflict) {
		msg := "Somebody has just added a column of this name."
		return nil, Errorf(CodeConflict, "%s", msg).WithFields(Field{Field: "name", Value: c.Name, Message: msg}).WithCause(err)
	}
	return c, nounNotFound(err, "column")
}

// DeleteColumn removes a column; with its last column a table goes, too.
func (s *Metadata) DeleteColumn(ctx context.Context, caller Caller, id int64) error {
	_, t, _, err := s.column(ctx, caller, id)
	if err != nil {
		return err
	}
	if len(t.Columns) == 1 {
		return s.remove(ctx, t)
	}
	return nounNotFound(s.stores.Metadata().DeleteColumn(ctx, id), "column")
}

func (s *Metadata) column(ctx context.Context, caller Caller, id int64) (*MetaColumn, *MetaTable, *Dataset, error) {
	if caller.Nobody() {
		return nil, nil, nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	c, t, err := s.stores.Metadata().Column(ctx, id)
	if err != nil {
		return nil, nil, nil, nounNotFound(err, "column")
	}
	d, err := s.set(ctx, caller, t, LevelEdit)
	return c, t, d, err
}

func (s *Metadata) readable(ctx context.Context, caller Caller, id int64) (*MetaTable, *Dataset, error) {
	return s.table(ctx, caller, id, LevelRead)
}

func (s *Metadata) editable(ctx context.Context, caller Caller, id int64) (*MetaTable, *Dataset, error) {
	return s.table(ctx, caller, id, LevelEdit)
}

func (s *Metadata) table(ctx context.Context, caller Caller, id int64, want Level) (*MetaTable, *Dataset, error) {
	if caller.Nobody() {
		return nil, nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	t, err := s.stores.Metadata().ByID(ctx, id)
	if err != nil {
		return nil, nil, nounNotFound(err, "table")
	}
	if t.State == MetaDraft { // which readers do not know of
		want = LevelEdit
	}
	d, err := s.set(ctx, caller, t, want)
	return t, d, err
}

// set loads the region set of a table with the right that is wanted on it.
func (s *Metadata) set(ctx context.Context, caller Caller, t *MetaTable, want Level) (*Dataset, error) {
	d, err := s.datasets.Get(ctx, caller, t.DatasetID)
	if err != nil {
		return nil, nounNotFound(err, "table")
	}
	advice := "You may look at this dataset, not change it. Ask its owner for the right to edit."
	if want == LevelRead {
		advice = "This link shows the columns of the table, not its file. Ask its owner for it."
	}
	return d, allow(d.Access, want, "table", advice)
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

func cleanColumnName(name string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }), " ")
	if name = strings.TrimSpace(name); name == "" {
		name = "column"
	}
	return strings.TrimSpace(cut(name, maxColumnName))
}

// cut keeps the first n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(slices.Clip(r[:n]))
	}
	return s
}
