package inspect

import (
	"context"
	"math"

	"regioscope/backend/core"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/balance"
)

// maxPixels is the largest level on which the flatness of weights is measured at an upload.
const maxPixels = 1 << 20

// weights describes the balancing columns of a level: what their numbers do, and how well.
func weights(ctx context.Context, f *cool.File, l *cool.Level) ([]core.WeightFact, error) {
	facts := []core.WeightFact{}
	var columns [][]float64
	for _, name := range l.WeightNames() {
		verdict, err := balance.Detect(ctx, f, l, name, 1)
		if err != nil {
			return nil, err
		}
		fact := core.WeightFact{Name: name, Divisive: verdict.Divisive, Source: verdict.Source}
		for _, divisive := range []bool{verdict.Divisive, !verdict.Divisive} {
			w, err := l.WeightAs(name, divisive)
			if err != nil {
				return nil, err
			}
			columns = append(columns, w)
		}
		for _, v := range columns[len(columns)-2] {
			if math.IsNaN(v) {
				fact.Masked++
			}
		}
		facts = append(facts, fact)
	}
	if len(columns) == 0 || l.NumPixels() > maxPixels {
		return facts, nil
	}
	flat, err := balance.Flatness(ctx, l, len(l.Chroms()), columns, 1)
	if err != nil {
		return nil, err
	}
	for i := range facts {
		facts[i].Flatness, facts[i].Other = measured(flat[2*i]), measured(flat[2*i+1])
		// A column is in doubt when the map is at least twice as flat the other way, as in balance.Judge.
		facts[i].Doubt = facts[i].Flatness != nil && facts[i].Other != nil && 2*flat[2*i+1] <= flat[2*i]
	}
	return facts, nil
}

// measured is nil where there is no number.
func measured(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
