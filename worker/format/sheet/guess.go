package sheet

import (
	"strings"

	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

const (
	// guessRows is how many rows of a table are tried when its plan is guessed.
	guessRows = 2000
	// guessColumns is how many columns, of either side, are tried as names.
	guessColumns = 20
)

// GuessPlan proposes how a table is joined: the way in which most of its first rows find a region. Values are left to the
// caller.
func GuessPlan(t *Table, regions *bed.Table, names *genome.Names) Plan {
	best, most := Plan{By: Order, Twins: Refuse}, 0
	for _, by := range []By{Coordinates, Name} { // places before names, when both find as many
		if p := GuessKeys(t, regions, names, by); p.Keys != nil {
			if n := hits(t, regions, names, p); n > most {
				best, most = p, n
			}
		}
	}
	if most > 0 || t.Rows == len(regions.Regions) {
		return best
	}
	for _, by := range []By{Coordinates, Name} {
		if p := GuessKeys(t, regions, names, by); p.Keys != nil {
			return p
		}
	}
	return best
}

// GuessKeys proposes how a table is joined by names or by coordinates; Keys is nil when the table, or the set, has nothing
// for it.
func GuessKeys(t *Table, regions *bed.Table, names *genome.Names, by By) Plan {
	best, most := Plan{By: by, Twins: Refuse}, -1
	try := func(p Plan) {
		if n := hits(t, regions, names, p); n > most {
			best, most = p, n
		}
	}
	if by == Coordinates {
		if places := coordinateColumns(t, regions.Format); places != nil {
			try(Plan{By: by, Keys: places, Twins: Refuse})
			try(Plan{By: by, Keys: places, Twins: Refuse, OneBase: true})
		}
		return best
	}
	var columns []string
	for i := range regions.Columns {
		if c := &regions.Columns[i]; c.Name == "name" {
			columns = append([]string{c.Name}, columns...)
		} else if !c.Numeric && len(columns) < guessColumns && c.Distinct > 1 {
			columns = append(columns, c.Name)
		}
	}
	for _, column := range columns {
		col, have := regions.Column(column), map[string]bool{}
		for i := range regions.Regions {
			if text := col.Text(i); !Missing(text) {
				have[text] = true
			}
		}
		for k := range min(len(t.Names), guessColumns) {
			seen := map[string]bool{}
			for row := range min(t.Rows, guessRows) {
				if text := t.Text(k, row); have[text] {
					seen[text] = true
				}
			}
			if len(seen) > most {
				best, most = Plan{By: by, Keys: []int{k}, Column: column, Twins: Refuse}, len(seen)
			}
		}
	}
	return best
}

// hits counts the keys of the first rows that regions have. Different keys count: a strand in every row and every region
// is not a name.
func hits(t *Table, regions *bed.Table, names *genome.Names, p Plan) int {
	ofRow, ofRegion, err := keys(t, regions, names, p, &Match{unknownChromSeen: map[string]bool{}})
	if err != nil {
		return 0
	}
	want := map[string]bool{}
	for row := range min(t.Rows, guessRows) {
		if k := ofRow(row); k != "" {
			want[k] = true
		}
	}
	n := 0
	for i := range regions.Regions {
		if k := ofRegion(i); want[k] {
			delete(want, k)
			n++
		}
	}
	return n
}

var (
	chromNames = []string{"chrom", "chr", "chromosome", "seqnames", "seqname", "seqid", "chrom1", "chr1", "seqnames1"}
	startNames = []string{"start", "chromstart", "txstart", "begin", "x1", "start1"}
	endNames   = []string{"end", "chromend", "txend", "stop", "x2", "end1"}
	secondOnes = [][]string{{"chrom2", "chr2", "seqnames2"}, {"start2", "y1"}, {"end2", "y2"}}
)

// coordinateColumns finds the columns of the coordinates: by their names, or else the first ones, when they look so.
func coordinateColumns(t *Table, f bed.Format) []int {
	words := [][]string{chromNames, startNames, endNames}
	if f == bed.BEDPE {
		words = append(words, secondOnes...)
	}
	var out []int
	for _, w := range words {
		if k := t.find(w); k >= 0 {
			out = append(out, k)
		}
	}
	if len(out) == len(words) {
		return out
	}
	out = nil
	for k := range words {
		if k >= len(t.Names) {
			return nil
		}
		if _, ok := position(t.Text(k, 0)); !ok && k%3 != 0 {
			return nil
		}
		out = append(out, k)
	}
	return out
}

// find gives the column that has one of the names, the earliest name first; -1 for none.
func (t *Table) find(names []string) int {
	for _, want := range names {
		for k, name := range t.Names {
			if strings.ToLower(strings.TrimLeft(strings.ReplaceAll(name, "_", ""), "#")) == want {
				return k
			}
		}
	}
	return -1
}
