package algebra

import "slices"

// Strand says on which strand a region of another set must lie, relative to that of the region, to count. A region without
// strand lies on none of them.
type Strand string

const (
	AnyStrand Strand = ""
	Same      Strand = "same"
	Opposite  Strand = "opposite"
)

// Rule says which regions of another set count for a region: those that alone lie over at least Fraction of it, in [0, 1],
// where 0 is a single base, on a strand. The zero rule counts all that overlap.
type Rule struct {
	Fraction float64
	Strand   Strand
}

// sides are the strands that are compared with each other; 0 is any.
func (r Rule) sides() [][2]byte {
	switch r.Strand {
	case Same:
		return [][2]byte{{'+', '+'}, {'-', '-'}}
	case Opposite:
		return [][2]byte{{'+', '-'}, {'-', '+'}}
	}
	return [][2]byte{{0, 0}}
}

// Stranded are the regions of a set and the strand of each: '+', '-' or anything else for none.
type Stranded struct {
	Spans   []Span
	Strands []byte
}

// on gives the regions of a strand, and their rows.
func (s Stranded) on(strand byte) (spans []Span, rows []int32) {
	for i, span := range s.Spans {
		if strand == 0 || s.Strands[i] == strand {
			spans, rows = append(spans, span), append(rows, int32(i))
		}
	}
	return spans, rows
}

// Match gives the parts of regions that lie under regions of another set which count, by row and then by start; every base
// of a region once. A point is there or not. The cost grows with the pairs that overlap, where a fraction is asked for, less
// those of regions that lie within others.
func Match(a, b Stranded, rule Rule) []Piece {
	var out []Piece
	for _, side := range rule.sides() {
		spans, rows := a.on(side[0])
		others, _ := b.on(side[1])
		for _, p := range match(spans, others, rule.Fraction) {
			p.Row = rows[p.Row]
			out = append(out, p)
		}
	}
	return byRow(out, len(a.Spans))
}

func match(spans, others []Span, fraction float64) []Piece {
	stairs := Cover(others)
	if fraction > 0 {
		stairs = outermost(others)
	}
	var out []Piece
	j := 0
	for _, row := range Order(spans) {
		s := spans[row].solid()
		for j < len(stairs) && (stairs[j].Chrom < s.Chrom || stairs[j].Chrom == s.Chrom && stairs[j].End <= s.Start) {
			j++
		}
		mine := len(out)
		for k := j; k < len(stairs) && stairs[k].Chrom == s.Chrom && stairs[k].Start < s.End; k++ {
			from, to := max(s.Start, stairs[k].Start), min(s.End, stairs[k].End)
			if float64(to-from) < fraction*float64(s.Width()) {
				continue
			}
			if last := len(out) - 1; last >= mine && from <= out[last].End {
				out[last].End = max(out[last].End, to)
			} else {
				out = append(out, Piece{row, Span{s.Chrom, from, to}})
			}
		}
		if len(out) > mine && spans[row].Width() == 0 {
			out = append(out[:mine], Piece{row, spans[row]})
		}
	}
	return out
}

// outermost leaves out regions that lie within another one, which counts wherever they do: starts and ends then both rise.
func outermost(spans []Span) []Span {
	var out []Span
	for _, row := range Order(spans) {
		s := spans[row].solid()
		n := len(out) - 1
		switch {
		case n >= 0 && out[n].Chrom == s.Chrom && s.End <= out[n].End:
		case n >= 0 && out[n].Chrom == s.Chrom && s.Start == out[n].Start:
			out[n] = s
		default:
			out = append(out, s)
		}
	}
	return out
}

// Both gives what two lists of parts of the same regions have in common; each as of Match.
func Both(a, b []Piece) []Piece {
	var out []Piece
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		switch from, to := max(x.Start, y.Start), min(x.End, y.End); {
		case x.Row != y.Row:
		case from < to, x.Width() == 0 && y.Width() == 0:
			out = append(out, Piece{x.Row, Span{x.Chrom, from, to}})
		}
		if x.Row < y.Row || x.Row == y.Row && x.End < y.End {
			i++
		} else {
			j++
		}
	}
	return out
}

// Rest gives what regions have beside their parts: with these together every base of every region once.
func Rest(spans []Span, parts []Piece) []Piece {
	out := make([]Piece, 0, len(spans))
	j := 0
	for row, s := range spans {
		from := s.Start
		met := false
		for ; j < len(parts) && int(parts[j].Row) == row; j++ {
			met = true
			if parts[j].Start > from {
				out = append(out, Piece{int32(row), Span{s.Chrom, from, parts[j].Start}})
			}
			from = parts[j].End
		}
		if from < s.End || !met {
			out = append(out, Piece{int32(row), Span{s.Chrom, from, s.End}})
		}
	}
	return slices.Clip(out)
}

// Matched tells for every one of n regions whether it has a part.
func Matched(parts []Piece, n int) []bool {
	out := make([]bool, n)
	for _, p := range parts {
		out[p.Row] = true
	}
	return out
}
