package derive

import (
	"slices"

	"regioscope/worker/genome/algebra"
)

// matching is intersect where not every region of another set counts.
func (w *work) matching() ([]Set, error) {
	a := w.stranded(0)
	w.strandless(a)
	var parts []algebra.Piece
	for k := range w.spans[1:] {
		found := algebra.Match(a, w.stranded(k+1), w.spec.Rule())
		if k == 0 || w.spec.Keep == algebra.KeepRegions {
			parts = withAll(parts, found, len(a.Spans), k)
		} else {
			parts = algebra.Both(parts, found)
		}
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
	}
	if w.spec.Keep == algebra.KeepPieces {
		return w.pieces(parts), nil
	}
	return w.chosen(algebra.Matched(parts, len(a.Spans)), true), nil
}

// withAll keeps the parts of regions that have some in the sets before and in this one.
func withAll(before, now []algebra.Piece, n, k int) []algebra.Piece {
	if k == 0 {
		return now
	}
	had := algebra.Matched(before, n)
	return slices.DeleteFunc(now, func(p algebra.Piece) bool { return !had[p.Row] })
}

// unmatched is subtract where not every region of another set counts.
func (w *work) unmatched() []Set {
	a := w.stranded(0)
	w.strandless(a)
	var b algebra.Stranded
	for k := range w.spans[1:] {
		next := w.stranded(k + 1)
		b.Spans, b.Strands = append(b.Spans, next.Spans...), append(b.Strands, next.Strands...)
	}
	parts := algebra.Match(a, b, w.spec.Rule())
	if w.spec.Keep == algebra.KeepPieces {
		return w.pieces(algebra.Rest(a.Spans, parts))
	}
	return w.chosen(algebra.Matched(parts, len(a.Spans)), false)
}

func (w *work) stranded(k int) algebra.Stranded {
	s := algebra.Stranded{Spans: w.spans[k], Strands: make([]byte, len(w.spans[k]))}
	for i, r := range w.inputs[k].Table.Regions {
		s.Strands[i] = r.A.Strand
	}
	return s
}

// strandless tells how many regions can match nothing, because they lie on no strand.
func (w *work) strandless(a algebra.Stranded) {
	if w.spec.Strand == algebra.AnyStrand {
		return
	}
	n := 0
	for _, s := range a.Strands {
		if s != '+' && s != '-' {
			n++
		}
	}
	if n > 0 {
		w.note("%d of %d regions have no strand: nothing lies on the %s strand as they do", n, len(a.Strands), w.spec.Strand)
	}
}
