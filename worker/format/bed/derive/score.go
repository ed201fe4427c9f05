package derive

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"regioscope/worker/format/bed/view"
	"regioscope/worker/format/npy"
)

// NotesOf is what the user of the i-th set should know, columns that are left out included.
func (o *Outcome) NotesOf(i int) []string {
	notes := o.Notes
	if dropped := o.Sets[i].Dropped(); dropped != nil {
		notes = append(notes[:len(notes):len(notes)], fmt.Sprintf("without the columns %s, which speak of coordinates that have changed", strings.Join(dropped, ", ")))
	}
	return notes
}

// pileupScores are the columns of the arrays scores and quality of 2D averages, see worker/FORMATS.md.
var pileupScores = map[string]int{"centre": 0, "corners": 1, "ratio": 2, "missing": 0, "coverage": 1}

// Score reads a score per region from an array of a result, one row per region. Of stacks it is the mean, min or max of the
// bins that have a value, or the mean of the one or two bins in the middle (middle). NaN where there is none.
func Score(r io.ReaderAt, size int64, score string, regions int) (*view.Column, error) {
	file, err := npy.Open(r, size)
	if err != nil {
		return nil, fmt.Errorf("score %s: %w", score, err)
	}
	if file.Rows() != int64(regions) || len(file.Shape) != 2 || file.DType.Kind != 'f' {
		return nil, refuse("where", "The result does not have one row per region, so that %q cannot be taken from it.", score)
	}
	values := make([]float64, regions)
	if file.DType.Size == 8 {
		err = readScores[float64](file, score, values)
	} else {
		err = readScores[float32](file, score, values)
	}
	if err != nil {
		return nil, fmt.Errorf("score %s: %w", score, err)
	}
	return &view.Column{Name: score, Numeric: true, Float: func(i int) float64 { return values[i] },
		Text: func(i int) string { return strconv.FormatFloat(values[i], 'g', -1, 64) }}, nil
}

// scoreBatch is how many rows are read at once.
const scoreBatch = 1024

func readScores[T float32 | float64](file *npy.Reader, score string, values []float64) error {
	width := int(file.RowLen())
	lo, hi := 0, width
	column, fixed := pileupScores[score]
	switch {
	case fixed && column < width:
		lo, hi = column, column+1
	case score == "middle":
		lo, hi = (width-1)/2, width/2+1
	}
	var buf []T
	var err error
	for from := 0; from < len(values); from += scoreBatch {
		to := min(from+scoreBatch, len(values))
		if buf, err = npy.ReadRows(file, buf, int64(from), int64(to)); err != nil {
			return err
		}
		for i := from; i < to; i++ {
			values[i] = summary(score, buf[(i-from)*width+lo:(i-from)*width+hi])
		}
	}
	return nil
}

func summary[T float32 | float64](score string, bins []T) float64 {
	sum, n, least, most := 0.0, 0, math.Inf(1), math.Inf(-1)
	for _, b := range bins {
		if f := float64(b); !math.IsNaN(f) {
			sum, n, least, most = sum+f, n+1, min(least, f), max(most, f)
		}
	}
	switch {
	case n == 0:
		return math.NaN()
	case score == "min":
		return least
	case score == "max":
		return most
	}
	return sum / float64(n)
}
