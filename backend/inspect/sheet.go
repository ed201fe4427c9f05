package inspect

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"regioscope/backend/core"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/sheet"
	"regioscope/worker/genome"
)

const (
	previewRows   = 8
	previewCells  = 60  // columns of the rows that are shown
	previewLength = 120 // characters of a cell that are shown
)

var separatorNames = map[string]sheet.Separator{"": sheet.Guess, "tab": sheet.Tab, "comma": sheet.Comma, "semicolon": sheet.Semicolon, "blanks": sheet.Blanks}

// Sheet reads a table called name as p says. One that is refused comes as a bad_file error, with its lines.
func Sheet(r io.Reader, name string, p core.MetaPlan) (*sheet.Table, error) {
	o := sheet.Options{Separator: separatorNames[p.Separator]}
	if p.Header != nil {
		if o.Header = sheet.WithoutHeader; *p.Header {
			o.Header = sheet.WithHeader
		}
	}
	t, err := sheet.Read(r, o)
	var lines *sheet.ParseError
	switch {
	case errors.As(err, &lines):
		var f []core.Field
		for _, e := range lines.Errors {
			f = append(f, core.Field{Field: "file", Line: e.Line, Value: e.Value, Message: e.Msg})
		}
		more := ""
		if lines.Count > 1 {
			more = fmt.Sprintf(" %d lines have errors.", lines.Count)
		}
		return nil, core.Errorf(core.CodeBadFile, "%s has an error on line %d: %s.%s", name, f[0].Line, f[0].Message, more).WithFields(f...)
	case errors.Is(err, sheet.ErrEmpty), errors.Is(err, sheet.ErrNotText), errors.Is(err, sheet.ErrDamaged), errors.Is(err, sheet.ErrTooLarge):
		e := core.Errorf(core.CodeBadFile, "%s cannot be used: %s.", name, err)
		return nil, e.WithFields(core.Field{Field: "file", Message: e.Message}).WithCause(err)
	case err != nil:
		return nil, fmt.Errorf("read table: %w", err)
	}
	return t, nil
}

// Joint is a table on its way to the regions of a set.
type Joint struct {
	Table   *sheet.Table
	Regions *bed.Table
	Names   *genome.Names
	Plan    core.MetaPlan

	match *sheet.Match
	bad   *sheet.PlanError
}

// Join reads the rest of plan from the table and tries it. free gives names that no column of the set has.
func Join(t *sheet.Table, regions *bed.Table, a *core.Assembly, name string, plan core.MetaPlan, free func(string) string) (*Joint, error) {
	j := &Joint{Table: t, Regions: regions, Names: genome.NewNames(a.Chroms, a.Aliases), Plan: plan}
	j.complete(name, free)
	p := sheet.Plan{By: sheet.By(j.Plan.By), Keys: j.Plan.Keys, Column: j.Plan.RegionColumn, OneBase: j.Plan.OneBased, Twins: sheet.Twins(j.Plan.Twins)}
	for _, c := range j.Plan.Columns {
		if c.At >= len(t.Names) {
			return nil, core.Errorf(core.CodeInvalid, "The table has no column %d.", c.At+1).WithFields(core.Field{Field: "columns", Message: "no such column"})
		}
		p.Values = append(p.Values, c.At)
	}
	var err error
	if j.match, err = sheet.Join(t, regions, j.Names, p); errors.As(err, &j.bad) {
		err = nil
	}
	return j, err
}

// complete guesses what the plan leaves open.
func (j *Joint) complete(name string, free func(string) string) {
	p, t := &j.Plan, j.Table
	for word, sep := range separatorNames {
		if sep == t.Separator {
			p.Separator = word
		}
	}
	p.Header = &t.Header
	if p.Name == "" {
		p.Name = name
	}
	if p.Twins == "" {
		p.Twins = core.TwinsRefuse
	}
	switch {
	case p.By == "":
		g := sheet.GuessPlan(t, j.Regions, j.Names)
		p.By, p.Keys, p.RegionColumn, p.OneBased = core.MetaJoin(g.By), g.Keys, g.Column, g.OneBase
	case len(p.Keys) == 0 && p.By != core.JoinOrder:
		if g := sheet.GuessKeys(t, j.Regions, j.Names, sheet.By(p.By)); len(g.Keys) > 0 {
			p.Keys, p.OneBased = g.Keys, p.OneBased || g.OneBase
			if p.RegionColumn == "" {
				p.RegionColumn = g.Column
			}
		}
	}
	if p.Columns != nil {
		return
	}
	p.Columns = []core.MetaGiven{}
	for k, name := range t.Names {
		if slices.Contains(p.Keys, k) || t.RowNames && k == 0 || len(p.Columns) >= core.MaxMetaColumns {
			continue
		}
		if f := t.Describe(k); f.Present > 0 {
			p.Columns = append(p.Columns, core.MetaGiven{At: k, Name: free(name), Type: typeOf(name, f)})
		}
	}
}

func typeOf(name string, f sheet.Facts) core.MetaColumnType {
	if sheet.LooksNumeric(name, f) {
		return core.MetaNumeric
	}
	return core.MetaCategorical
}

// Columns describes the columns as the regions would have them.
func (j *Joint) Columns() []core.MetaColumn {
	out := make([]core.MetaColumn, len(j.Plan.Columns))
	for i, c := range j.Plan.Columns {
		f := sheet.Describe(len(j.Regions.Regions), func(r int) string { return j.cell(i, r) })
		out[i] = core.MetaColumn{Position: i, Name: c.Name, Source: cutTo(j.Table.Names[c.At], 255), Type: c.Type, Present: f.Present, Numbers: f.Numbers, Distinct: f.Distinct}
	}
	return out
}

// cell is what chosen column i gives to a region; empty for nothing.
func (j *Joint) cell(i, region int) string {
	if j.match == nil {
		return ""
	}
	row := j.match.RowOf[region]
	if row < 0 {
		return ""
	}
	return j.Table.Text(j.Plan.Columns[i].At, int(row))
}

// Write writes the joined values, for sheet.ReadValues.
func (j *Joint) Write(w io.Writer) error {
	names := make([]string, len(j.Plan.Columns))
	for i, c := range j.Plan.Columns {
		names[i] = j.Table.Names[c.At]
	}
	return sheet.WriteValues(w, names, len(j.Regions.Regions), j.cell)
}

// Facts is what comes of the join.
func (j *Joint) Facts() core.MetaFacts {
	f := core.MetaFacts{By: j.Plan.By, Rows: j.Table.Rows}
	if j.match != nil {
		f.Matched, f.UnmatchedRows, f.Ambiguous = j.match.Matched, j.match.LeftRows, j.match.Ambiguous
		f.UnmatchedRegions = len(j.Regions.Regions) - j.match.Matched
	}
	return f
}

func cutTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
