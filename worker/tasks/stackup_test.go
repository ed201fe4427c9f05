package tasks

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/bbi/writer"
	"regioscope/worker/genome"
)

// smallSignal is 1 on the first 100 kb of every chromosome.
func smallSignal(t *testing.T, chroms ...genome.Chrom) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bw")
	out, err := os.Create(path)
	check(t, err)
	defer out.Close()
	w, err := writer.New(out, chroms, writer.Options{})
	check(t, err)
	for i := range chroms {
		check(t, w.Add(i, []uint32{0}, []uint32{100000}, []float32{1}))
	}
	check(t, w.Close())
	b, err := os.ReadFile(path)
	check(t, err)
	return b
}

func TestStackupMakesTheWholeGrid(t *testing.T) {
	l := newLab(t)
	set, track := l.demo("CTCF_peaks.bed", points), l.demo("CTCF.bw", signal)
	l.finished(l.submit(set, track))
	got := l.results(set, track)
	grid, err := l.db.Settings().Grid(t.Context(), core.PipelineStackup)
	check(t, err)
	made := 0
	for _, p := range grid {
		r, ok := got[key{p, core.ResultKey{Value: "mean"}}]
		if ok != (p.Window > 0) {
			t.Errorf("%+v: there = %v", p, ok)
		}
		if !ok {
			continue
		}
		made++
		bins := genome.PointBins1D(p.Window, p.Bin)
		if !slices.Equal(r.Shape, []int64{405, int64(bins)}) || r.Total != 405 {
			t.Errorf("%+v: shape %v, total %d", p, r.Shape, r.Total)
		}
		stack, mean, n, sum := l.array(r, "stack"), l.array(r, "mean"), l.array(r, "n"), l.array(r, "sum")
		l.array(r, "median")
		l.array(r, "sem")
		l.array(r, "sumsq")
		for b := range bins {
			var s, c float64
			for row := range 405 {
				if v := stack[row*bins+b]; !math.IsNaN(v) {
					s, c = s+v, c+1
				}
			}
			if c != n[b] || math.Abs(s-sum[b]) > 1e-6*math.Abs(s) || c > 0 && math.Abs(mean[b]-sum[b]/c) > 1e-12*math.Abs(mean[b]) {
				t.Fatalf("%+v bin %d: n %v sum %v, the rows give %v and %v", p, b, n[b], sum[b], c, s)
			}
		}
		var account ledger.Ledger
		check(t, json.Unmarshal(r.Ledger, &account))
		if account.Read != 405 || int64(account.Used) != r.N {
			t.Errorf("ledger %+v, n %d", account, r.N)
		}
	}
	if made != len(got) {
		t.Errorf("%d results, %d of the grid", len(got), made)
	}
	// The peaks are where the signal is.
	mean := l.array(got[key{wb(10000, 500), core.ResultKey{Value: "mean"}}], "mean")
	if top := slices.Index(mean, slices.Max(mean)); top != 19 && top != 20 {
		t.Errorf("the highest bin of 40 is %d", top)
	}
	l.blobs()
}

func TestStackupOfPairsHasTwoSides(t *testing.T) {
	l := newLab(t)
	set, track := l.demo("loops.bedpe", pairs), l.demo("CTCF.bw", signal)
	l.finished(l.submit(set, track, wb(10000, 500)))
	got := l.results(set, track)
	left, right := got[key{wb(10000, 500), core.ResultKey{Value: "mean", Side: "left"}}], got[key{wb(10000, 500), core.ResultKey{Value: "mean", Side: "right"}}]
	if len(got) != 2 || left.N == 0 || right.N == 0 || left.ManifestHash == right.ManifestHash {
		t.Fatalf("%+v", got)
	}
	if slices.Equal(l.array(left, "sum"), l.array(right, "sum")) {
		t.Error("both sides are the same anchor")
	}
	// Asking again makes nothing.
	l.finished(l.submit(set, track, wb(10000, 500)))
	if again := l.results(set, track); len(again) != 2 {
		t.Errorf("%d results", len(again))
	}
}

func TestStackupOfIntervals(t *testing.T) {
	l := newLab(t)
	set, track := l.demo("TADs.bed", intervals), l.demo("H3K27ac.bw", signal)
	l.finished(l.submit(set, track))
	got := l.results(set, track)
	for _, percent := range []int64{1, 2, 5} {
		if r := got[key{wb(0, percent), core.ResultKey{Value: "mean"}}]; !slices.Equal(r.Shape, []int64{34, int64(genome.IntervalBins(int(percent)))}) {
			t.Errorf("%d %%: %+v", percent, r)
		}
	}
}

// A region on a chromosome that the track lacks is a missing row, and in the ledger; its index keeps its meaning.
func TestStackupKeepsLostRows(t *testing.T) {
	l := newLab(t)
	set := l.add(points, []byte("chr2\t50000\t50002\nchr1\t50000\t50002\nchrUn\t5\t6\n"))
	d := signal
	d.Name = "half"
	track := l.add(d, smallSignal(t, genome.Chrom{Name: "chr1", Length: 8000000}))
	l.finished(l.submit(set, track, wb(1000, 500)))
	for _, r := range l.results(set, track) {
		stack := l.array(r, "stack")
		for i, v := range stack {
			if row := i / 4; (row == 1) != (v == 1) || row != 1 && !math.IsNaN(v) {
				t.Errorf("row %d holds %v", row, v)
			}
		}
		var account ledger.Ledger
		check(t, json.Unmarshal(r.Ledger, &account))
		if r.N != 1 || !slices.Equal(account.LostRegions(), []int{0, 2}) {
			t.Errorf("n %d, lost %v", r.N, account.LostRegions())
		}
	}
}

func TestStackupOfTheWrongFile(t *testing.T) {
	l := newLab(t)
	set := l.demo("CTCF_peaks.bed", points)
	good := mustRead(t, "CTCF.bw")
	for name, c := range map[string]struct {
		content []byte
		code    core.Code
		says    string
	}{
		"a map":            {mustRead(t, "wild_type.mcool"), core.CodeBadFile, "cannot be read"},
		"cut in half":      {good[:len(good)/2], core.CodeBadFile, "cannot be read"},
		"another assembly": {smallSignal(t, genome.Chrom{Name: "2L", Length: 4000000}), core.CodeInvalid, "demo1tiny"},
	} {
		t.Run(name, func(t *testing.T) {
			d := signal
			d.Name = name
			text := l.failed(l.submit(set, l.add(d, c.content), wb(10000, 500)), c.code)
			if !strings.Contains(text, c.says) || !strings.Contains(text, name) {
				t.Errorf("the user reads %q", text)
			}
			t.Log(text)
			for _, blob := range l.blobs() {
				_ = blob // only to see that no temporary file is left
			}
		})
	}
}
