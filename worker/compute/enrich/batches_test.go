package enrich

import (
	"context"
	"errors"
	"math/rand"
	"slices"
	"sync/atomic"
	"testing"

	"regioscope/worker/genome"
)

// Little memory makes more passes over the targets, and the same tables.
func TestMemoryChangesNothing(t *testing.T) {
	rng := rand.New(rand.NewSource(4))
	regions := someRegions(rng, 400, 50)
	given := []Target{{Name: "a", Regions: someRegions(rng, 100, 50)}, {Name: "b", Regions: someRegions(rng, 30, 50)}}
	jobs := []Job{{Window: 400, Bin: 20}, {Window: 1000, Bin: 10}, {Percent: 5}, {Percent: 20}, {Window: 60, Bin: 20}}
	want, err := Compute(t.Context(), tinyChroms, regions, given, jobs, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	var all int64
	for _, j := range jobs {
		all += j.bytes(len(regions), 2)
	}
	half := int64(len(batches(jobs, len(regions), Options{Threads: 2, Memory: all})))
	if half < 2 || half >= int64(len(jobs)) {
		t.Fatalf("half the memory makes %d passes", half)
	}
	for _, c := range []struct{ memory, passes int64 }{{2 * all, 1}, {all, half}, {1, int64(len(jobs))}} {
		var loads atomic.Int64
		targets := make([]Target, len(given))
		for i := range targets {
			targets[i] = Target{Name: given[i].Name, Load: func() ([]genome.Region, error) { loads.Add(1); return given[i].Regions, nil }}
		}
		var last, top int64
		got, err := Compute(t.Context(), tinyChroms, regions, targets, jobs, Options{Threads: 2, Memory: c.memory, Progress: func(done, total int64) {
			if done < last || total < done {
				t.Errorf("progress %d of %d after %d", done, total, last)
			}
			last, top = done, total
		}})
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d bytes: %d results, %v", c.memory, len(got), err)
		}
		for i := range want {
			same(t, "in little memory", got[i], want[i])
		}
		if loads.Load() != c.passes*int64(len(targets)) || last != top || last != loads.Load() {
			t.Errorf("%d bytes: %d loads, progress %d of %d; want %d passes", c.memory, loads.Load(), last, top, c.passes)
		}
	}
}

// What jobs are estimated to take is what their windows and masks take, and no less.
func TestBytesOfJobs(t *testing.T) {
	regions := someRegions(rand.New(rand.NewSource(1)), 300, 50)
	for _, j := range []Job{{Window: 400, Bin: 20}, {Window: 2000, Bin: 10}, {Percent: 1}} {
		x, err := newIndex(t.Context(), tinyChroms, regions, nil, []Job{j}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := x.choose(t.Context(), nil, true)
		if err != nil {
			t.Fatal(err)
		}
		f, s := x.frames[0], c.selections[0]
		const window, fate = 32, 56
		taken := int64(cap(f.rows)*window + cap(f.fates)*fate + 8*(cap(s.keep)+cap(s.fresh)+cap(s.rows)))
		if need := j.bytes(len(regions), 1); taken > need || need > 8*taken {
			t.Errorf("%+v: %d bytes taken, %d estimated", j, taken, need)
		}
	}
}

// An association that is to stop does so with the target in hand, or between two jobs.
func TestStops(t *testing.T) {
	rng := rand.New(rand.NewSource(4))
	regions := someRegions(rng, 50, 50)
	var targets []Target
	for range 200 {
		targets = append(targets, Target{Name: "t", Regions: someRegions(rng, 5, 50)})
	}
	jobs := slices.Repeat([]Job{{Window: 400, Bin: 20}}, 6)
	for at := int64(1); at < 200; at += 33 {
		ctx, stop := context.WithCancel(t.Context())
		var last int64
		_, err := Compute(ctx, tinyChroms, regions, targets, jobs, Options{Threads: 3, Progress: func(done, _ int64) {
			if last = done; done == at {
				stop()
			}
		}})
		if !errors.Is(err, context.Canceled) || last > at+3 {
			t.Errorf("stopped at %d: %v after %d", at, err, last)
		}
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := newIndex(gone, tinyChroms, regions, targets, jobs, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("windows were placed: %v", err)
	}
}
