package tasks

import (
	"errors"
	"slices"
	"testing"

	"regioscope/backend/core"
)

// The groups of the rows of a stackup have falling means, tell strong from weak rows, and are the same whatever the number of
// threads and whoever asks again.
func TestClustersOfAStackup(t *testing.T) {
	l := newLab(t)
	set, track := l.demo("CTCF_peaks.bed", points), l.demo("CTCF.bw", signal)
	l.finished(l.submit(set, track, wb(10000, 500)))
	r := l.results(set, track)[key{wb(10000, 500), core.ResultKey{Value: "mean"}}]
	labels, err := l.Clusters(t.Context(), &r, 4)
	check(t, err)
	stack, bins := l.array(r, "stack"), int(r.Shape[1])
	sum, n := make([]float64, 4), make([]float64, 4)
	for i, g := range labels {
		row, all := 0.0, 0.0
		for _, v := range stack[i*bins : (i+1)*bins] {
			if v == v {
				row, all = row+v, all+1
			}
		}
		if g < 0 != (all == 0) {
			t.Fatalf("row %d is in group %d and has %v values", i, g, all)
		}
		if g >= 0 {
			sum[g], n[g] = sum[g]+row/all, n[g]+1
		}
	}
	for g := range 3 {
		if !(sum[g]/n[g] > sum[g+1]/n[g+1]) {
			t.Errorf("group %d has the mean %v, the next one %v", g, sum[g]/n[g], sum[g+1]/n[g+1])
		}
	}
	again := NewExecutor(l.Deps)
	again.Threads = 1
	if other, err := again.Clusters(t.Context(), &r, 4); err != nil || !slices.Equal(other, labels) {
		t.Errorf("on one thread: other groups (%v)", err)
	}
	r.Pipeline = core.PipelinePileup
	if _, err := l.Clusters(t.Context(), &r, 3); err == nil {
		t.Error("an average map has no rows")
	}
}

// The regions behind a cell of an association, with the index that subsets use.
func TestMembersOfAnEnrichment(t *testing.T) {
	l := newLab(t)
	peaks, promoters, boundaries := l.demo("CTCF_peaks.bed", points), l.demo("promoters.bed", points), l.demo("TAD_boundaries.bed", points)
	sets := l.collection(promoters, boundaries)
	l.finished(l.compare(peaks, sets, "", wb(50000, 5000)))
	r := l.results(peaks, sets)[key{wb(50000, 5000), core.ResultKey{Value: core.UniverseGenome}}]
	support, bins := l.array(r, "a"), int(r.Shape[1])
	for _, bin := range []int{0, 9, 10} {
		rows, err := l.Members(t.Context(), &r, 1, bin)
		check(t, err)
		// Windows that share a bin count once in the table.
		if n := float64(len(rows)); n < support[bins+bin] || n == 0 || n > float64(r.N) || !slices.IsSorted(rows) {
			t.Errorf("bin %d: %v regions, support %v", bin, n, support[bins+bin])
		}
	}
	for _, c := range [][2]int{{2, 0}, {0, bins}} {
		_, err := l.Members(t.Context(), &r, c[0], c[1])
		if e := (*core.Error)(nil); !errors.As(err, &e) || e.Code != core.CodeInvalid {
			t.Errorf("target %d, bin %d: %v", c[0], c[1], err)
		}
	}
}
