package sheet

import (
	"fmt"
	"strconv"
	"strings"

	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

// By is how rows find their regions.
type By string

const (
	Order       By = "order"       // row i belongs to region i; both must be equally many
	Name        By = "name"        // equal text, blanks around it apart, in a column of each
	Coordinates By = "coordinates" // equal chromosome, start and end; of both anchors of a pair, in either order
)

// Twins is what becomes of rows that have the same key and different values.
type Twins string

const (
	Refuse Twins = "refuse" // the caller is to refuse the table
	First  Twins = "first"  // the first row counts
	Leave  Twins = "leave"  // their regions get no values
)

// Plan is how a table is joined.
type Plan struct {
	By      By
	Keys    []int  // columns of the table: one for Name; chrom, start, end, of both anchors for pairs, for Coordinates
	Column  string // of the regions, for Name
	OneBase bool   // the starts of the table count from 1
	Twins   Twins
	Values  []int // columns of the table that are to be joined: rows that agree in these are no Twins
}

// Match is what a plan makes of a table.
type Match struct {
	RowOf []int32 // per region; -1 = none

	Matched   int // regions with a row
	Shared    int // of these, regions whose row another region has, too
	LeftRows  int // rows without a region
	Repeated  int // rows that only say again what an earlier one says
	Ambiguous int // keys with several rows of different values, that regions have
	// The first few of each.
	AmbiguousKeys    []Key
	RegionsWithout   []int
	RowsWithout      []Key
	BadKeys          []LineError // coordinates that cannot be read
	BadKeyCount      int
	UnknownChroms    []string // chromosomes of the table that the assembly does not have
	unknownChromSeen map[string]bool
}

// Key is what rows and regions have in common, and the lines that have it.
type Key struct {
	Text  string
	Lines []int
}

const shownKeys = 10

// PlanError says what of a plan cannot be done.
type PlanError struct{ Field, Msg string }

func (e *PlanError) Error() string { return e.Msg }

// Join finds the row of every region. names knows the chromosomes of the assembly by all their names. *PlanError for a
// plan that does not fit the table.
func Join(t *Table, regions *bed.Table, names *genome.Names, p Plan) (*Match, error) {
	m := &Match{RowOf: make([]int32, len(regions.Regions)), unknownChromSeen: map[string]bool{}}
	if p.By == Order {
		return m, m.inOrder(t, len(regions.Regions))
	}
	ofRow, ofRegion, err := keys(t, regions, names, p, m)
	if err != nil {
		return nil, err
	}
	wanted := make(map[string]int32, len(regions.Regions)) // key → the row that has it; -1 none yet, -2 left out
	for i := range regions.Regions {
		if k := ofRegion(i); k != "" {
			wanted[k] = -1
		}
	}
	twins := map[string]*Key{}
	for row := range t.Rows {
		k := ofRow(row)
		have, ok := wanted[k]
		switch {
		case k == "" || !ok:
			m.left(t, row, k, p)
		case have == -1:
			wanted[k] = int32(row)
		default:
			first := int(have)
			if twin := twins[k]; twin == nil && agree(t, first, row, p.Values) {
				m.Repeated++
				continue
			} else if twin == nil {
				twins[k] = &Key{Text: label(t, row, p), Lines: []int{t.Line(first), t.Line(row)}}
				if m.Ambiguous++; len(m.AmbiguousKeys) < shownKeys {
					m.AmbiguousKeys = append(m.AmbiguousKeys, *twins[k])
				}
			} else if len(twin.Lines) < shownKeys {
				twin.Lines = append(twin.Lines, t.Line(row))
			}
		}
	}
	used := map[int32]int{}
	for i := range regions.Regions {
		m.RowOf[i] = -1
		if k := ofRegion(i); k != "" && wanted[k] >= 0 && (p.Twins != Leave || twins[k] == nil) {
			m.RowOf[i] = wanted[k]
			m.Matched++
			used[wanted[k]]++
			continue
		}
		if len(m.RegionsWithout) < shownKeys {
			m.RegionsWithout = append(m.RegionsWithout, i)
		}
	}
	for _, n := range used {
		if n > 1 {
			m.Shared += n
		}
	}
	return m, nil
}

func (m *Match) inOrder(t *Table, regions int) error {
	if t.Rows != regions {
		return &PlanError{"by", fmt.Sprintf("By row order, the table needs as many rows as the set has regions: it has %d, the set %d.", t.Rows, regions)}
	}
	for i := range m.RowOf {
		m.RowOf[i] = int32(i)
	}
	m.Matched = regions
	return nil
}

func (m *Match) left(t *Table, row int, key string, p Plan) {
	if m.LeftRows++; len(m.RowsWithout) < shownKeys {
		text := label(t, row, p)
		if key == "" && strings.Trim(text, " :-") == "" {
			text = "(empty)"
		}
		m.RowsWithout = append(m.RowsWithout, Key{Text: text, Lines: []int{t.Line(row)}})
	}
}

// label is the key of a row as people read it.
func label(t *Table, row int, p Plan) string {
	var parts []string
	for _, k := range p.Keys {
		parts = append(parts, shorten(t.Text(k, row)))
	}
	return strings.Join(parts, " ")
}

func agree(t *Table, a, b int, values []int) bool {
	for _, k := range values {
		x, y := t.Text(k, a), t.Text(k, b)
		if x != y && !(Missing(x) && Missing(y)) {
			return false
		}
	}
	return true
}

// keys gives the keys of rows and of regions; "" is none.
func keys(t *Table, regions *bed.Table, names *genome.Names, p Plan, m *Match) (ofRow, ofRegion func(int) string, err error) {
	want := 1
	if p.By == Coordinates {
		want = 3 * int(regions.Format)
	}
	if len(p.Keys) != want {
		if p.By == Coordinates {
			return nil, nil, &PlanError{"keys", fmt.Sprintf("Choose the %d columns of the coordinates.", want)}
		}
		return nil, nil, &PlanError{"keys", "Choose the column of the names."}
	}
	for i, k := range p.Keys {
		if k < 0 || k >= len(t.Names) {
			return nil, nil, &PlanError{fmt.Sprintf("keys[%d]", i), "The table has no such column."}
		}
	}
	switch p.By {
	case Name:
		col := regions.Column(p.Column)
		if col == nil {
			return nil, nil, &PlanError{"regionColumn", fmt.Sprintf("The region set has no column %q to find its regions by.", p.Column)}
		}
		clean := func(s string) string {
			if s = strings.TrimSpace(s); Missing(s) {
				return ""
			}
			return s
		}
		return func(i int) string { return clean(t.Text(p.Keys[0], i)) }, func(i int) string { return clean(col.Text(i)) }, nil
	case Coordinates:
		c := &coordinates{t: t, names: names, plan: p, match: m}
		return c.row, func(i int) string { return c.region(regions.Regions[i], regions.Format) }, nil
	}
	return nil, nil, &PlanError{"by", "The table can be joined by row order, by name or by coordinates."}
}

type coordinates struct {
	t     *Table
	names *genome.Names
	plan  Plan
	match *Match
}

func (c *coordinates) region(r genome.Region, f bed.Format) string {
	a := c.anchor(r.A.Chrom, r.A.Start, r.A.End)
	if f == bed.BEDPE {
		return pair(a, c.anchor(r.B.Chrom, r.B.Start, r.B.End))
	}
	return a
}

// pair is the same whichever anchor comes first.
func pair(a, b string) string {
	if a > b {
		a, b = b, a
	}
	return a + "|" + b
}

func (c *coordinates) anchor(chrom string, start, end int64) string {
	if i, _ := c.names.Resolve(chrom); i >= 0 {
		chrom = c.names.Chroms()[i].Name
	}
	b := make([]byte, 0, len(chrom)+24)
	b = append(append(b, chrom...), ':')
	b = strconv.AppendInt(b, start, 10)
	return string(strconv.AppendInt(append(b, '-'), end, 10))
}

func (c *coordinates) row(row int) string {
	var anchors []string
	for k := 0; k < len(c.plan.Keys); k += 3 {
		chrom := c.t.Text(c.plan.Keys[k], row)
		start, ok1 := position(c.t.Text(c.plan.Keys[k+1], row))
		end, ok2 := position(c.t.Text(c.plan.Keys[k+2], row))
		if !ok1 || !ok2 || chrom == "" {
			m := c.match
			if m.BadKeyCount++; len(m.BadKeys) < shownKeys {
				m.BadKeys = append(m.BadKeys, LineError{c.t.Line(row), label(c.t, row, c.plan), "these are not a chromosome and two positions"})
			}
			return ""
		}
		if i, _ := c.names.Resolve(chrom); i < 0 && len(c.match.UnknownChroms) < shownKeys && !c.match.unknownChromSeen[chrom] {
			c.match.unknownChromSeen[chrom] = true
			c.match.UnknownChroms = append(c.match.UnknownChroms, shorten(chrom))
		}
		if c.plan.OneBase {
			start--
		}
		anchors = append(anchors, c.anchor(chrom, start, end))
	}
	if len(anchors) == 2 {
		return pair(anchors[0], anchors[1])
	}
	return anchors[0]
}

// position reads a whole number, also as R (1e+05), Excel (100000.0) and people (100,000) write it.
func position(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	f, ok := Number(strings.ReplaceAll(text, ",", ""))
	if !ok || f != float64(int64(f)) || f < -1e15 || f > 1e15 {
		return 0, false
	}
	return int64(f), true
}
