package cool

import (
	"math"
	"slices"
	"strings"

	"regioscope/worker/format/hdf5"
)

type weightColumn struct {
	name     string
	data     *hdf5.Dataset
	divisive bool
	source   string
}

// findWeights takes every float column of the bin table for weights. "weight", the default of cooler, comes first.
func (l *Level) findWeights() error {
	bins, err := l.g.Group("bins")
	if err != nil {
		return err
	}
	for _, name := range bins.Names() {
		if name == "chrom" || name == "start" || name == "end" || bins.IsGroup(name) {
			continue
		}
		d, err := bins.Dataset(name)
		if err != nil {
			return err
		}
		if !d.Type.IsFloat() || len(d.Dims) != 1 {
			continue
		}
		if d.Len() != l.NumBins() {
			return l.err("bins/"+name, "%d rows, %d expected", d.Len(), l.NumBins())
		}
		w := weightColumn{name: name, data: d}
		w.divisive, w.source = weightKind(name, d)
		l.weights = append(l.weights, w)
	}
	slices.SortStableFunc(l.weights, func(a, b weightColumn) int {
		if (a.name == "weight") != (b.name == "weight") {
			if a.name == "weight" {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return nil
}

// SourceAttribute is the source of a kind that the file itself states; any other source is a convention.
const SourceAttribute = "attribute divisive_weights"

// weightKind decides whether a column divides or multiplies. The attribute divisive_weights, which cooler and hictk
// write, decides; without it the names that Juicer's normalisations have in files of hic2cool and hictk mean divisive,
// as cooler 0.9 takes them.
func weightKind(name string, d *hdf5.Dataset) (divisive bool, source string) {
	if a, err := d.Attr("divisive_weights"); err == nil {
		if v, ok := a.Int(); ok {
			return v != 0, SourceAttribute
		}
	}
	base := strings.TrimPrefix(strings.TrimPrefix(name, "GW_"), "INTER_")
	switch base {
	case "KR", "VC", "VC_SQRT", "SCALE":
		return true, "column name " + name + " (hic2cool convention)"
	}
	return false, "default of cooler"
}

// WeightNames lists the weight columns; "weight" comes first if it is there.
func (l *Level) WeightNames() []string {
	names := make([]string, len(l.weights))
	for i, w := range l.weights {
		names[i] = w.name
	}
	return names
}

func (l *Level) weight(name string) *weightColumn {
	for i := range l.weights {
		if l.weights[i].name == name {
			return &l.weights[i]
		}
	}
	return nil
}

// WeightKind tells whether the stored numbers of a column divide (true) or multiply the counts, and how that is known.
// An unknown column gives false and "".
func (l *Level) WeightKind(name string) (divisive bool, source string) {
	if w := l.weight(name); w != nil {
		return w.divisive, w.source
	}
	return false, ""
}

// Weight reads a weight column as multiplicative weights, divisive or not as WeightKind says; see WeightAs.
func (l *Level) Weight(name string) ([]float64, error) {
	divisive, _ := l.WeightKind(name)
	return l.WeightAs(name, divisive)
}

// WeightAs reads a weight column as multiplicative weights: balanced = count · w[row] · w[column]. Divisive columns are
// inverted. A masked bin is NaN; so is one whose weight is infinite, or zero in a divisive column. The error is
// *ErrNoWeights when there is no such column.
func (l *Level) WeightAs(name string, divisive bool) ([]float64, error) {
	return l.WeightPart(name, divisive, 0, l.NumBins())
}

// WeightPart is WeightAs of the bins lo … hi−1 only: what is read does not grow with the map.
func (l *Level) WeightPart(name string, divisive bool, lo, hi int64) ([]float64, error) {
	c := l.weight(name)
	if c == nil {
		return nil, &ErrNoWeights{Name: name, Have: l.WeightNames()}
	}
	w, err := hdf5.Read[float64](c.data, lo, hi)
	if err != nil {
		return nil, err
	}
	for i, v := range w {
		if divisive {
			v = 1 / v
		}
		if math.IsInf(v, 0) || (divisive && v == 0) {
			v = math.NaN()
		}
		w[i] = v
	}
	return w, nil
}
