package algebra

// Piece is a part of a region, or all of it; Row is the region in its set.
type Piece struct {
	Row int32
	Span
}

// sweep calls at for every region that lies over one of cover, with the first of them, in the order of starts. cover must
// be what Cover gives: then the first that a region meets never lies before that of the region before it.
func sweep(spans, cover []Span, at func(row int32, s Span, first int)) {
	j := 0
	for _, row := range Order(spans) {
		s := spans[row].solid()
		for j < len(cover) && (cover[j].Chrom < s.Chrom || cover[j].Chrom == s.Chrom && cover[j].End <= s.Start) {
			j++
		}
		if j < len(cover) && cover[j].Chrom == s.Chrom && cover[j].Start < s.End {
			at(row, s, j)
		}
	}
}

// Overlaps tells for every region whether cover has a base of it.
func Overlaps(spans, cover []Span) []bool {
	out := make([]bool, len(spans))
	sweep(spans, cover, func(row int32, _ Span, _ int) { out[row] = true })
	return out
}

// Common gives the parts of regions that cover has, by row and then by start. A point is there or not.
func Common(spans, cover []Span) []Piece {
	var out []Piece
	sweep(spans, cover, func(row int32, s Span, j int) {
		if spans[row].Width() == 0 {
			out = append(out, Piece{row, spans[row]})
			return
		}
		for ; j < len(cover) && cover[j].Chrom == s.Chrom && cover[j].Start < s.End; j++ {
			out = append(out, Piece{row, Span{s.Chrom, max(s.Start, cover[j].Start), min(s.End, cover[j].End)}})
		}
	})
	return byRow(out, len(spans))
}

// Without gives the parts of regions that cover has not, by row and then by start: together with Common every base of
// every region once.
func Without(spans, cover []Span) []Piece {
	out := make([]Piece, 0, len(spans))
	met := make([]bool, len(spans))
	sweep(spans, cover, func(row int32, s Span, j int) {
		met[row] = true
		from := s.Start
		for ; j < len(cover) && cover[j].Chrom == s.Chrom && cover[j].Start < s.End; j++ {
			if cover[j].Start > from {
				out = append(out, Piece{row, Span{s.Chrom, from, cover[j].Start}})
			}
			from = cover[j].End
		}
		if from < s.End {
			out = append(out, Piece{row, Span{s.Chrom, from, s.End}})
		}
	})
	for row, s := range spans {
		if !met[row] {
			out = append(out, Piece{int32(row), s})
		}
	}
	return byRow(out, len(spans))
}

// byRow sorts pieces by row, in linear time; those of a row are in order already.
func byRow(pieces []Piece, rows int) []Piece {
	next := make([]int32, rows+1)
	for _, p := range pieces {
		next[p.Row+1]++
	}
	for i := range rows {
		next[i+1] += next[i]
	}
	out := make([]Piece, len(pieces))
	for _, p := range pieces {
		out[next[p.Row]] = p
		next[p.Row]++
	}
	return out
}

// Near is the nearest region of another set; Row is -1 when there is none on the chromosome. Distance is that of bedtools
// closest -d: 0 when they overlap, 1 when they touch, else one more than the bases between them.
type Near struct {
	Row      int32
	Distance int64
}

// Nearest finds for every region the nearest one among others. Of several that are equally near it is the first along
// the genome (start, then end, then row), which is bedtools closest -t first for a sorted file.
func Nearest(spans, others []Span) []Near {
	out := make([]Near, len(spans))
	order := Order(others)
	furthest := make([]int32, len(order)) // of the others so far on the chromosome, where in order the one with the largest end is
	for k, row := range order {
		furthest[k] = int32(k)
		if k > 0 && others[order[k-1]].Chrom == others[row].Chrom {
			if before := furthest[k-1]; others[order[before]].solid().End >= others[row].solid().End {
				furthest[k] = before
			}
		}
	}
	end := func(k int) int64 { return others[order[furthest[k]]].solid().End }
	begin, over := 0, 0 // where the chromosome begins; first that ends behind the start of the region
	chrom := int32(-1)
	for _, row := range Order(spans) {
		s := spans[row].solid()
		if s.Chrom != chrom {
			chrom = s.Chrom
			for begin < len(order) && others[order[begin]].Chrom < chrom {
				begin++
			}
			over = begin
		}
		on := func(k int) bool { return k < len(order) && others[order[k]].Chrom == chrom }
		for on(over) && end(over) <= s.Start {
			over++
		}
		// All before over lie before the region; over itself lies over it or is the first behind it.
		near := Near{Row: -1}
		if over > begin {
			near = Near{order[furthest[over-1]], s.Start - end(over-1) + 1}
		}
		if on(over) {
			if d := max(0, others[order[over]].Start-s.End+1); near.Row < 0 || d < near.Distance {
				near = Near{order[over], d}
			}
		}
		out[row] = near
	}
	return out
}
