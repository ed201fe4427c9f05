package pileup_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"regioscope/worker/compute/pileup"
)

func TestLedgerNamesEveryLostRegion(t *testing.T) {
	m, regions, opt := setup(t, true)
	opt.Between, opt.CrossArm = nil, false
	for _, r := range compute(t, m, regions, grid, opt) {
		lost := r.Ledger.LostRegions()
		if len(lost)+r.Ledger.Used != len(regions) {
			t.Errorf("%v %s: %d lost + %d used, %d read", r.Job, r.Value, len(lost), r.Ledger.Used, len(regions))
		}
		for i, s := range r.Scores {
			isLost := false
			for _, at := range lost {
				isLost = isLost || at == i
			}
			if isLost && !math.IsNaN(s.Centre) {
				t.Errorf("%v %s: region %d is lost and has a score", r.Job, r.Value, i)
			}
		}
		if r.Value == pileup.OE && len(r.Ledger.Lost) < 4 {
			t.Errorf("only %d reasons", len(r.Ledger.Lost))
		}
	}
}

func TestRefuses(t *testing.T) {
	m, regions, opt := setup(t, false)
	for name, c := range map[string]struct {
		job  pileup.Job
		edit func(*pileup.Options)
		want error
	}{
		"window no multiple of the bin":     {job: pileup.Job{Window: 25}, want: pileup.ErrWindow},
		"no window":                         {want: pileup.ErrWindow},
		"negative window":                   {job: pileup.Job{Window: -20}, want: pileup.ErrWindow},
		"window and percent":                {job: pileup.Job{Window: 20, Percent: 1}, want: pileup.ErrWindow},
		"percent beyond 100":                {job: pileup.Job{Percent: 200}, want: pileup.ErrWindow},
		"window of too many bins":           {job: pileup.Job{Window: 10 * 5000}, want: pileup.ErrWindow},
		"obs/exp without expected":          {job: grid[0], edit: func(o *pileup.Options) { o.Expected = nil }, want: pileup.ErrNoExpected},
		"obs/exp with expected of a view":   {job: grid[0], edit: func(o *pileup.Options) { o.View = nil }, want: pileup.ErrNoExpected},
		"unknown value":                     {job: grid[0], edit: func(o *pileup.Options) { o.Values = []pileup.Value{"x"} }},
		"a subset that the set has not got": {job: grid[0], edit: func(o *pileup.Options) { o.Subset = []int{400} }},
		"weights of another map":            {job: grid[0], edit: func(o *pileup.Options) { o.Weights = o.Weights[1:] }},
	} {
		o := opt
		if c.edit != nil {
			c.edit(&o)
		}
		if _, err := pileup.Compute(context.Background(), m, regions, []pileup.Job{c.job}, o); err == nil || !errors.Is(err, c.want) && c.want != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := pileup.Compute(ctx, m, regions, grid, opt); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestNoRegions(t *testing.T) {
	m, _, opt := setup(t, false)
	for _, r := range compute(t, m, nil, grid, opt) {
		for i := range r.Sum {
			if r.N[i] != 0 || r.Sum[i] != 0 || !math.IsNaN(r.Mean()[i]) || !math.IsNaN(r.SEM()[i]) {
				t.Fatalf("cell %d: %d %g", i, r.N[i], r.Sum[i])
			}
		}
	}
}
