package derive

import (
	"fmt"
	"slices"

	"regioscope/worker/genome/algebra"
)

// kept gives the set of rows of the first input as they are.
func (w *work) kept(rows []int) []Set {
	out := make([]row, len(rows))
	for k, i := range rows {
		out[k] = row{from: int32(i)}
	}
	return w.set(out)
}

func (w *work) set(rows []row, extra ...column) []Set {
	return []Set{{rows: rows, extra: extra, from: w.inputs, to: w.output()}}
}

func (w *work) output() output { return output{layout: w.inputs[0].Table.Format, chrom: w.chromName} }

// chosen keeps the whole rows where yes is want.
func (w *work) chosen(yes []bool, want bool) []Set {
	var rows []int
	for i, y := range yes {
		if y == want {
			rows = append(rows, i)
		}
	}
	return w.kept(rows)
}

func (w *work) pieces(pieces []algebra.Piece) []Set {
	rows := make([]row, len(pieces))
	for k, p := range pieces {
		rows[k] = row{from: p.Row, place: p.Span, moved: p.Span != w.spans[0][p.Row]}
	}
	return w.set(rows)
}

// intersect wants what all other sets cover.
func (w *work) intersect() ([]Set, error) {
	a := w.spans[0]
	if w.spec.Rule() != (algebra.Rule{}) {
		return w.matching()
	}
	if w.spec.Keep == algebra.KeepPieces {
		pieces := make([]algebra.Piece, len(a))
		for i, s := range a {
			pieces[i] = algebra.Piece{Row: int32(i), Span: s}
		}
		for _, b := range w.spans[1:] {
			now := make([]algebra.Span, len(pieces))
			for i, p := range pieces {
				now[i] = p.Span
			}
			next := algebra.Common(now, algebra.Cover(b))
			for i, p := range next {
				next[i].Row = pieces[p.Row].Row
			}
			if pieces = next; w.ctx.Err() != nil {
				return nil, w.ctx.Err()
			}
		}
		return w.pieces(pieces), nil
	}
	in := make([]bool, len(a))
	for i := range in {
		in[i] = true
	}
	for _, b := range w.spans[1:] {
		for i, y := range algebra.Overlaps(a, algebra.Cover(b)) {
			in[i] = in[i] && y
		}
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
	}
	return w.chosen(in, true), nil
}

// merged makes new regions; of several sets it counts these, too.
func (w *work) merged(spans []algebra.Span, distance int64) []Set {
	clusters := algebra.Merge(spans, distance)
	rows := make([]row, len(clusters))
	count := make([]int64, len(clusters))
	for k, c := range clusters {
		rows[k], count[k] = row{from: -1, place: c.Span, moved: true}, int64(len(c.Rows))
	}
	extra := []column{{name: "count", number: count}}
	if len(w.inputs) == 1 {
		return w.set(rows, extra...)
	}
	of := make([]int32, 0, len(spans)) // the set of every region
	for i, s := range w.spans {
		for range s {
			of = append(of, int32(i))
		}
	}
	sets, seen := make([]int64, len(clusters)), make([]int, len(w.inputs))
	for k, c := range clusters {
		for _, r := range c.Rows {
			if seen[of[r]] != k+1 {
				seen[of[r]] = k + 1
				sets[k]++
			}
		}
	}
	return w.set(rows, append(extra, column{name: "sets", number: sets})...)
}

// all gives the rows of all inputs one after the other, and the set of each.
func (w *work) all() []Set {
	var rows []row
	var names []string
	for t, in := range w.inputs {
		for i := range in.Table.Regions {
			rows, names = append(rows, row{table: int32(t), from: int32(i)}), append(names, in.Name)
		}
	}
	return w.set(rows, column{name: "set", text: names})
}

// nearest tells of the regions that it keeps where the nearest one is, and how far.
func (w *work) nearest() ([]Set, error) {
	others := slices.Concat(w.spans[1:]...)
	var of []struct{ table, row int }
	for t, in := range w.inputs[1:] {
		for i := range in.Table.Regions {
			of = append(of, struct{ table, row int }{t + 1, i})
		}
	}
	near := algebra.Nearest(w.spans[0], others)
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	var rows []row
	distances, places := column{name: "distance"}, column{name: "nearest"}
	for i, n := range near {
		if (n.Row >= 0 && n.Distance <= *w.spec.Distance) == w.spec.Beyond {
			continue
		}
		rows = append(rows, row{from: int32(i)})
		if n.Row < 0 {
			distances.number, places.text = append(distances.number, -1), append(places.text, ".")
			continue
		}
		s, at := others[n.Row], of[n.Row]
		text := fmt.Sprintf("%s:%d-%d", w.chromName(s.Chrom), s.Start, s.End)
		if name := w.inputs[at.table].Table.Column("name"); name != nil && name.Text(at.row) != "" && name.Text(at.row) != "." {
			text = name.Text(at.row) + " " + text
		}
		distances.number, places.text = append(distances.number, n.Distance), append(places.text, text)
	}
	distances.missing = -1
	return w.set(rows, distances, places), nil
}

func (w *work) resize() []Set {
	var rows []row
	gone, strands := 0, false
	for i, r := range w.inputs[0].Table.Regions {
		s := w.spans[0][i]
		length := w.length(s.Chrom)
		strands = strands || r.A.Strand == '-'
		var to []algebra.Span
		switch w.spec.Mode {
		case algebra.ByFlank:
			to = algebra.Flanks(s, r.A.Strand, w.sides(), length)
		case algebra.ByWidth:
			if p, ok := algebra.Resize(s, r.A.Strand, w.spec.Width, w.spec.Anchor, w.spec.Stranded, length); ok {
				to = append(to, p)
			}
		default:
			if p, ok := algebra.Extend(s, r.A.Strand, w.sides(), length); ok {
				to = append(to, p)
			}
		}
		if len(to) == 0 {
			gone++
		}
		for _, p := range to {
			rows = append(rows, row{from: int32(i), place: p, moved: true})
		}
	}
	if gone > 0 {
		w.note("%d of %d regions are left out, because nothing of them is left on their chromosome", gone, len(w.spans[0]))
	}
	if w.spec.Stranded && !strands {
		w.note("no region is on the '-' strand: upstream is the lower coordinate of all of them")
	}
	return w.set(rows)
}

func (w *work) sides() algebra.Sides {
	return algebra.Sides{Upstream: *w.spec.Upstream, Downstream: *w.spec.Downstream, Stranded: w.spec.Stranded}
}

func (w *work) shuffle() []Set {
	var arms []algebra.Span
	for _, v := range w.assembly.View() {
		arms = append(arms, algebra.Span{Chrom: w.chrom(v.Chrom), Start: v.Start, End: v.End})
	}
	pieces := algebra.Shuffle(w.spans[0], arms, *w.spec.Seed)
	if n := len(w.spans[0]); len(pieces) < n {
		w.note("%d of %d regions are left out: they lie on no chromosome arm of the assembly, or are wider than it", n-len(pieces), n)
	}
	sets := w.pieces(pieces)
	for i := range sets[0].rows {
		sets[0].rows[i].moved = true
	}
	return sets
}

func (w *work) note(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}
