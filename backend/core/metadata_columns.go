package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// coordinateColumns are names that every region set has already.
var coordinateColumns = []string{"chrom", "start", "end", "width", "chrom2", "start2", "end2", "distance"}

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
