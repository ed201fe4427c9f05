package pileup_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"

	"regioscope/worker/compute/pileup"
)

// Any rows of a prepared set have the average and the ledger of a computation from scratch, to the last bit, also when
// several are asked for at once.
func TestPreparedEqualsAComputationFromScratch(t *testing.T) {
	for _, pairs := range []bool{false, true} {
		m, regions, opt := setup(t, pairs)
		near := m.Band(t, 1000)
		for _, job := range grid {
			p, err := pileup.Prepare(m, regions, job, opt)
			if err != nil {
				t.Fatal(err)
			}
			if p.Bytes() < int64(len(regions)) || !p.Within(near.Width()) {
				t.Errorf("%v: %d bytes", job, p.Bytes())
			}
			subsets := make([][]int, 4)
			got, errs := make([][]*pileup.Result, len(subsets)), make([]error, len(subsets))
			var wait sync.WaitGroup
			for k, every := range []int{1, 2, 7, 1000} {
				for i := every / 3; i < len(regions); i += every {
					subsets[k] = append(subsets[k], i)
				}
				wait.Go(func() { got[k], errs[k] = p.Average(context.Background(), near, subsets[k]) })
			}
			wait.Wait()
			// Snippets that were kept are added as those that are made anew, whether all fit into memory or a few.
			for _, bytes := range []int64{1 << 30, 100_000} {
				p.Keep(bytes)
				if p.Bytes() > bytes+1<<20 {
					t.Errorf("%v: %d bytes with %d for snippets", job, p.Bytes(), bytes)
				}
				for k := range subsets {
					for range 2 {
						again, err := p.Average(context.Background(), near, subsets[k])
						if err != nil {
							t.Fatal(err)
						}
						for i, want := range got[k] {
							sameBytes(t, "kept", want, again[i])
						}
					}
				}
			}
			for k, rows := range subsets {
				if errs[k] != nil {
					t.Fatal(errs[k])
				}
				scratch := opt
				scratch.Subset = append([]int{}, rows...)
				for i, want := range compute(t, m, regions, []pileup.Job{job}, scratch) {
					sameBytes(t, "prepared", want, got[k][i])
					if !reflect.DeepEqual(want.Ledger, got[k][i].Ledger) {
						t.Errorf("%v: ledger of %d rows %+v, from scratch %+v", job, len(rows), got[k][i].Ledger, want.Ledger)
					}
				}
			}
		}
	}
}

func TestPreparedRefusesWhatItCannotDo(t *testing.T) {
	m, regions, opt := setup(t, false)
	p, err := pileup.Prepare(m, regions, grid[0], opt)
	if err != nil {
		t.Fatal(err)
	}
	near := m.Band(t, 1000)
	var all []int
	for i := range regions {
		all = append(all, i)
	}
	for _, rows := range [][]int{{1, 1}, {2, 1}, {-1}, {len(regions)}} {
		if _, err := p.Average(context.Background(), near, rows); err == nil {
			t.Errorf("rows %v pass", rows)
		}
	}
	if _, err := p.Average(context.Background(), m.Band(t, 2), []int{0}); err == nil {
		t.Error("a band that is too narrow passes")
	}
	if _, err := p.Average(context.Background(), broken{near}, all); !errors.Is(err, errBroken) {
		t.Errorf("a broken band: %v", err)
	}
	regions[3].Index = 4
	if _, err := pileup.Prepare(m, regions, grid[0], opt); err == nil {
		t.Error("regions out of order pass")
	}
	if _, err := pileup.Prepare(m, regions, pileup.Job{Window: 7}, opt); err == nil {
		t.Error("a window that does not fit passes")
	}
}
