package demo

import (
	"context"
	"fmt"
	"os"
	"slices"

	cool "regioscope/worker/format/cool/writer"
)

// creation is the date in the files: a fixed one, so that equal options give equal bytes.
const creation = "2000-01-01T00:00:00"

// MapTruth is what is known about a contact map.
type MapTruth struct {
	File         string       `json:"file"`
	Condition    string       `json:"condition"`
	Contacts     int64        `json:"contacts"`
	LoopScale    float64      `json:"loop_scale"`       // planted fold = 1 + scale · (fold in loops.bedpe − 1)
	Insulation   float64      `json:"insulation_scale"` // of the boundary strengths
	Compartments float64      `json:"compartment_scale"`
	Levels       []LevelTruth `json:"levels"`
}

// LevelTruth is one resolution of a map.
type LevelTruth struct {
	BinSize    int64 `json:"bin_size"`
	Bins       int64 `json:"bins"`
	MaskedBins int64 `json:"masked_bins"`
	Pixels     int64 `json:"pixels"`
	Iterations int   `json:"balancing_iterations"`
	Converged  bool  `json:"balancing_converged"`
}

// mapPlan is a contact map to make.
type mapPlan struct {
	file     string
	levels   []int64
	contacts float64
	cond     condition
}

// write draws the contacts at the finest level, sums them up level by level, balances and stores every level.
func (mp mapPlan) write(ctx context.Context, path string, p preset, chroms []*chromosome, seed uint64, threads int,
	report func(share float64, what string)) (MapTruth, error) {
	truth := MapTruth{File: mp.file, Condition: mp.cond.name, LoopScale: mp.cond.loops, Insulation: mp.cond.insulation, Compartments: mp.cond.compartments}
	f, err := os.Create(path)
	if err != nil {
		return truth, err
	}
	defer f.Close()
	a := p.genome()
	out, err := cool.New(f, cool.Options{Assembly: a.Name, GeneratedBy: "regioscope demo", CreationDate: creation, Threads: threads,
		Metadata: fmt.Sprintf(`{"synthetic": true, "preset": %q, "seed": %d, "condition": %q}`, p.name, seed, mp.cond.name)})
	if err != nil {
		return truth, err
	}
	report(0, "drawing contacts")
	s := newSampler(chroms, mp.levels[0], mp.cond, mp.contacts, seed, threads)
	m, err := s.matrix(ctx, a.Chroms, func(share float64) { report(0.3*share, "drawing contacts") })
	if err != nil {
		return truth, err
	}
	truth.Contacts = m.Sum()
	done := []*cool.Matrix{m}
	for i, size := range mp.levels {
		if err := ctx.Err(); err != nil {
			return truth, err
		}
		if i > 0 {
			if m, err = coarser(done, size, threads); err != nil {
				return truth, err
			}
			done = append(done, m)
		}
		w := m.Balance(cool.BalanceOptions{Threads: threads})
		if err := out.Add(m, w); err != nil {
			return truth, err
		}
		var masked int64
		for _, v := range w.Values {
			if v != v {
				masked++
			}
		}
		truth.Levels = append(truth.Levels, LevelTruth{size, m.NumBins(), masked, m.NumPixels(), w.Iterations, w.Converged})
		report(0.3+0.7*float64(i+1)/float64(len(mp.levels)), fmt.Sprintf("level %d bp: %d pixels", size, m.NumPixels()))
	}
	if err := out.Close(); err != nil {
		return truth, err
	}
	return truth, f.Close()
}

// coarser sums up the coarsest finished level that divides size.
func coarser(done []*cool.Matrix, size int64, threads int) (*cool.Matrix, error) {
	for _, m := range slices.Backward(done) {
		if size%m.BinSize == 0 {
			return m.Coarsen(size/m.BinSize, threads)
		}
	}
	return nil, fmt.Errorf("demo: level %d is not a multiple of %d", size, done[0].BinSize)
}
