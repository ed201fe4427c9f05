package inspect

import (
	"fmt"
	"slices"
	"strings"

	"regioscope/backend/core"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/sheet"
)

// Problems says why the table cannot be joined as planned; nothing when it can.
func (j *Joint) Problems() []core.Field {
	f := []core.Field{}
	m := j.match
	switch {
	case j.bad != nil:
		return append(f, core.Field{Field: j.bad.Field, Message: j.bad.Msg})
	case m.Matched == 0:
		field := "keys"
		why := "No row belongs to any region."
		if j.Plan.By == core.JoinCoordinates {
			why += " Coordinates must be equal to those of the set, 0-based as in BED: look at the first rows of both sides, and whether starts count from 1."
		} else {
			why += " Names must be equal, capital and small letters included: look at the first rows of both sides."
		}
		f = append(f, core.Field{Field: field, Message: why})
	}
	if m.Ambiguous > 0 && j.Plan.Twins == core.TwinsRefuse {
		k := m.AmbiguousKeys[0]
		f = append(f, core.Field{Field: "twins", Value: k.Text, Line: k.Lines[len(k.Lines)-1],
			Message: fmt.Sprintf("%s with different values, such as %q on %s. Say what is to become of them, or mend the file.", several(m.Ambiguous), k.Text, onLines(k.Lines))})
	}
	return f
}

func several(n int) string {
	if n == 1 {
		return "One key has several rows"
	}
	return fmt.Sprintf("%d keys have several rows", n)
}

func onLines(lines []int) string {
	var texts []string
	for _, l := range lines {
		texts = append(texts, fmt.Sprint(l))
	}
	if n := len(texts) - 1; n > 0 {
		return "lines " + strings.Join(texts[:n], ", ") + " and " + texts[n]
	}
	return "line " + texts[0]
}

// Preview is what would come of the plan.
func (j *Joint) Preview() *core.MetaPreview {
	t := j.Table
	out := &core.MetaPreview{Plan: j.Plan, Facts: j.Facts(), Regions: len(j.Regions.Regions), RegionColumns: []string{}, AmbiguousKeys: []core.MetaKey{},
		RegionsWithout: []core.MetaKey{}, RowsWithout: []core.MetaKey{}, Columns: []core.MetaFound{}, Rows: []core.MetaRow{}, Joined: []core.MetaJoined{},
		Problems: j.Problems(), Warnings: j.warnings()}
	if out.Plan.Keys == nil {
		out.Plan.Keys = []int{}
	}
	for _, c := range j.Regions.Columns {
		out.RegionColumns = append(out.RegionColumns, c.Name)
	}
	for k, name := range t.Names {
		f := t.Describe(k)
		c := core.MetaFound{Name: cutTo(name, previewLength), Type: typeOf(name, f), Present: f.Present, Numbers: f.Numbers, Distinct: f.Distinct, Examples: f.Examples}
		if f.Numbers > 0 {
			c.Min, c.Max = &f.Min, &f.Max
		}
		if c.Examples == nil {
			c.Examples = []string{}
		}
		out.Columns = append(out.Columns, c)
	}
	for i := range min(t.Rows, previewRows) {
		row := core.MetaRow{Line: t.Line(i), Cells: []string{}}
		for k := range min(len(t.Names), previewCells) {
			row.Cells = append(row.Cells, cutTo(t.Text(k, i), previewLength))
		}
		out.Rows = append(out.Rows, row)
	}
	if m := j.match; m != nil {
		out.Shared, out.Repeated = m.Shared, m.Repeated
		out.AmbiguousKeys, out.RowsWithout = keysOf(m.AmbiguousKeys), keysOf(m.RowsWithout)
		for _, i := range m.RegionsWithout {
			out.RegionsWithout = append(out.RegionsWithout, core.MetaKey{Text: j.regionText(i), Lines: []int{i + 1}})
		}
		for i := range min(len(m.RowOf), previewRows) {
			out.Joined = append(out.Joined, j.joined(i))
		}
	}
	return out
}

func (j *Joint) joined(i int) core.MetaJoined {
	out := core.MetaJoined{Index: i, Region: j.regionText(i), Values: []string{}}
	if row := j.match.RowOf[i]; row >= 0 {
		out.Line = j.Table.Line(int(row))
	}
	for k, c := range j.Plan.Columns[:min(len(j.Plan.Columns), previewCells)] {
		text := j.cell(k, i)
		if _, ok := sheet.Number(text); sheet.Missing(text) || c.Type == core.MetaNumeric && !ok {
			text = ""
		}
		out.Values = append(out.Values, cutTo(text, previewLength))
	}
	return out
}

// regionText is a region as people find it: coordinates as in the file, and what rows would find it by.
func (j *Joint) regionText(i int) string {
	r := j.Regions.Regions[i]
	text := fmt.Sprintf("%s:%d-%d", r.A.Chrom, r.A.Start, r.A.End)
	if j.Regions.Format == bed.BEDPE {
		text += fmt.Sprintf(" · %s:%d-%d", r.B.Chrom, r.B.Start, r.B.End)
	}
	if col := j.Regions.Column(j.Plan.RegionColumn); j.Plan.By == core.JoinName && col != nil {
		text += " " + cutTo(col.Text(i), previewLength)
	}
	return text
}

func keysOf(list []sheet.Key) []core.MetaKey {
	out := []core.MetaKey{}
	for _, k := range list {
		out = append(out, core.MetaKey{Text: k.Text, Lines: k.Lines})
	}
	return out
}

// warnings is what does not stop the join, but may be a mistake.
func (j *Joint) warnings() []string {
	out := []string{}
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if j.Table.Latin1 {
		say("The file is not UTF-8; it was read as Latin-1.")
	}
	if j.Table.RowNames {
		say("The header has one name less than the rows have cells, as R writes it: the first column holds the row names.")
	}
	m := j.match
	if m == nil {
		return out
	}
	if j.Plan.By == core.JoinCoordinates && j.Plan.OneBased {
		say("Starts of the table count from 1; one is taken from each.")
	}
	if len(m.UnknownChroms) > 0 {
		say("The assembly has no chromosome %s.", strings.Join(m.UnknownChroms, ", "))
	}
	if m.BadKeyCount > 0 {
		say("%d rows have no coordinates that can be read; the first is line %d.", m.BadKeyCount, m.BadKeys[0].Line)
	}
	if m.Shared > 0 {
		say("%d regions share their row with another region: each gets its values.", m.Shared)
	}
	columns := j.Columns()
	for _, c := range columns {
		if c.Type == core.MetaNumeric && c.Numbers > 0 && c.Numbers < c.Present {
			say("“%s” has %d values that are not numbers; they count as missing.", c.Name, c.Present-c.Numbers)
		}
	}
	if slices.ContainsFunc(columns, func(c core.MetaColumn) bool { return c.Present == 0 }) && m.Matched > 0 {
		say("Some columns have no value for any region.")
	}
	return out
}
