package pileup

// spots are the cells of a result that its score looks at: those of the centre, then those of the corners.
type spots struct {
	bins   int
	centre int // how many belong to the centre
	cells  [][2]int
	mirror []int // place of the same cell after both axes are turned
}

func newSpots(bins int) spots {
	s := spots{bins: bins}
	lo, hi := max(0, (bins-1)/2-1), min(bins, bins/2+2)
	for r := lo; r < hi; r++ {
		for c := lo; c < hi; c++ {
			s.cells = append(s.cells, [2]int{r, c})
		}
	}
	s.centre = len(s.cells)
	for i := range s.centre {
		s.mirror = append(s.mirror, s.centre-1-i)
	}
	k, last := 3, bins-1
	if bins < 9 {
		k = 1
	}
	for r := range k {
		for c := range k {
			n := len(s.cells)
			s.cells = append(s.cells, [2]int{r, c}, [2]int{r, last - c}, [2]int{last - r, c}, [2]int{last - r, last - c})
			s.mirror = append(s.mirror, n+3, n+2, n+1, n)
		}
	}
	return s
}

// read gathers the values of the cells, which may be NaN.
func (s *spots) read(values []float64, get func(r, c int) float64) {
	for i, cell := range s.cells {
		values[i] = get(cell[0], cell[1])
	}
}

// score computes the score of values that read gathered.
func (s *spots) score(values []float64) Score {
	score := noScore()
	score.Centre, score.Corners = meanOf(values[:s.centre]), meanOf(values[s.centre:])
	if score.Corners != 0 {
		score.Ratio = score.Centre / score.Corners
	}
	return score
}

// meanOf is the mean of the values that are not NaN.
func meanOf(values []float64) float64 {
	var m mean
	for _, v := range values {
		m.add(v)
	}
	return m.value()
}
