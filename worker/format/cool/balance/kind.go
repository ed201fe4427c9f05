package balance

import (
	"context"
	"errors"
	"fmt"
	"math"

	"regioscope/worker/format/cool"
)

// Verdict says whether the numbers of a weight column divide or multiply the counts, and how that is known.
type Verdict struct {
	Divisive bool
	Source   string
	// Flatness is that of the column taken as Divisive says, Other that of the column taken the other way. Both are NaN
	// where they were not measured.
	Flatness, Other float64
	// Doubt is true when the file states one kind, and the map is much flatter if the column is taken the other way.
	Doubt bool
}

// Kind is the word for the verdict: divisive or multiplicative.
func (v Verdict) Kind() string { return kindName(v.Divisive) }

func kindName(divisive bool) string {
	if divisive {
		return "divisive"
	}
	return "multiplicative"
}

// decisive is how many times flatter a column must be one way than the other for the marginals to decide.
const decisive = 2

// Judge weighs what the file says of a column against what its marginals say. An attribute of the file decides. Without
// one the kind is a convention (a name that Juicer's columns have, or the default of cooler), and the marginals decide
// if they are at least twice as flat one way as the other: flat and inverse are the flatness of the column taken as
// multiplicative and as divisive, NaN where not measured, and at is the bin size they were measured at.
func Judge(divisive bool, source string, flat, inverse float64, at int64) Verdict {
	if divisive {
		flat, inverse = inverse, flat
	}
	v := Verdict{Divisive: divisive, Source: source, Flatness: flat, Other: inverse}
	switch against := inverse*decisive <= flat || math.IsNaN(flat) && !math.IsNaN(inverse); {
	case against && source == cool.SourceAttribute:
		v.Doubt = true
	case against:
		v = Verdict{Divisive: !divisive, Flatness: inverse, Other: flat}
		fallthrough
	case source != cool.SourceAttribute && flat*decisive <= inverse:
		v.Source = fmt.Sprintf("flatness of the marginals at %d bp: variation %.3g if %s, %.3g if %s",
			at, v.Flatness, v.Kind(), v.Other, kindName(!v.Divisive))
	}
	return v
}

// maxPixels is the largest level on which Detect measures flatness: it must not cost more than the question it serves.
const maxPixels = 1 << 20

// Detect finds out whether a weight column of a file divides or multiplies. Where the file does not state it, flatness
// is measured on the coarsest level that has the column, if that has at most a million pixels: columns of one name were
// made by one tool, so that what holds there holds on all levels. Without such a level the convention stands. level is
// one that has the column; else the error is *cool.ErrNoWeights.
func Detect(ctx context.Context, file *cool.File, level *cool.Level, column string, threads int) (Verdict, error) {
	divisive, source := level.WeightKind(column)
	none := math.NaN()
	if source == "" {
		return Verdict{}, &cool.ErrNoWeights{Name: column, Have: level.WeightNames()}
	}
	if source == cool.SourceAttribute {
		return Judge(divisive, source, none, none, 0), nil
	}
	sizes := file.Resolutions()
	for i := len(sizes) - 1; i >= 0; i-- {
		l, err := file.Level(sizes[i])
		if errors.Is(err, cool.ErrUnsupported) {
			continue
		}
		if err != nil {
			return Verdict{}, err
		}
		if l.NumPixels() > maxPixels {
			break
		}
		d, s := l.WeightKind(column)
		switch s {
		case "":
			continue
		case cool.SourceAttribute: // stated there, so that it is known
			return Judge(d, fmt.Sprintf("%s at %d bp", s, sizes[i]), none, none, 0), nil
		}
		flat, inverse, err := bothWays(ctx, l, column, threads)
		if err != nil {
			return Verdict{}, err
		}
		return Judge(divisive, source, flat, inverse, sizes[i]), nil
	}
	return Judge(divisive, source, none, none, 0), nil
}

// bothWays measures the flatness of a column as multiplicative and as divisive weights.
func bothWays(ctx context.Context, l *cool.Level, column string, threads int) (flat, inverse float64, err error) {
	columns := make([][]float64, 2)
	for i := range columns {
		if columns[i], err = l.WeightAs(column, i == 1); err != nil {
			return 0, 0, err
		}
	}
	both, err := Flatness(ctx, l, len(l.Chroms()), columns, threads)
	if err != nil {
		return 0, 0, err
	}
	return both[0], both[1], nil
}
