package tasks

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/cool/writer"
	"regioscope/worker/genome"
)

func wb(window, bin int64) core.WindowBin { return core.WindowBin{Window: window, Bin: bin} }

var (
	points    = core.Dataset{Kind: core.KindRegions, SizeType: core.SizePoint}
	pairs     = core.Dataset{Kind: core.KindRegions, SizeType: core.SizePoint, Dimension: 2}
	intervals = core.Dataset{Kind: core.KindRegions, SizeType: core.SizeInterval}
	contacts  = core.Dataset{Kind: core.KindContacts, Dimension: 2}
	signal    = core.Dataset{Kind: core.KindSignal}
)

func TestPileupMakesTheWholeGrid(t *testing.T) {
	l := newLab(t)
	set, hic := l.demo("loops.bedpe", pairs), l.demo("wild_type.mcool", contacts)
	l.finished(l.submit(set, hic)) // the default grid: bins of 1 kb are not in this map, nor is 20 kb's window too large
	got := l.results(set, hic)
	grid, err := l.db.Settings().Grid(t.Context(), core.PipelinePileup)
	check(t, err)
	made := 0
	for _, p := range grid {
		for _, value := range []string{"iccf", "oe"} {
			r, ok := got[key{p, core.ResultKey{Value: value}}]
			if ok != (p.Window > 0) {
				t.Errorf("%+v %s: there = %v", p, value, ok)
			}
			if !ok {
				continue
			}
			made++
			if p.Bin == 1000 {
				if r.Unavailable != "This map has no 1 kb level; it has 5 kb, 10 kb, 20 kb, 50 kb." || len(r.Arrays) != 0 || r.Total != 43 {
					t.Errorf("%+v", r)
				}
				continue
			}
			side := int64(pileup.Job{Window: p.Window}.Bins(p.Bin))
			if !slices.Equal(r.Shape, []int64{side, side}) || r.Unavailable != "" || r.Total != 43 {
				t.Errorf("%+v %s: shape %v, %q", p, value, r.Shape, r.Unavailable)
			}
			mean, sem, n, sum, sumsq := l.array(r, "mean"), l.array(r, "sem"), l.array(r, "n"), l.array(r, "sum"), l.array(r, "sumsq")
			for i := range mean {
				if n[i] > 0 && math.Abs(mean[i]-sum[i]/n[i]) > 1e-12*math.Abs(mean[i]) || n[i] > float64(r.N) || (n[i] == 0) != math.IsNaN(mean[i]) {
					t.Fatalf("%+v %s cell %d: mean %v, n %v of %d, sum %v", p, value, i, mean[i], n[i], r.N, sum[i])
				}
				if n[i] > 1 {
					if v := math.Sqrt(max(0, sumsq[i]-sum[i]*sum[i]/n[i]) / (n[i] - 1) / n[i]); math.Abs(v-sem[i]) > 1e-6*math.Abs(sem[i])+1e-12 {
						t.Fatalf("%+v %s cell %d: sem %v, want %v", p, value, i, sem[i], v)
					}
				}
			}
			var account ledger.Ledger
			check(t, json.Unmarshal(r.Ledger, &account))
			if account.Read != 43 || int64(account.Used) != r.N {
				t.Errorf("ledger %+v, n %d", account, r.N)
			}
		}
	}
	if made != 18 || len(got) != 18 {
		t.Errorf("%d results, %d of the grid", len(got), made)
	}
	// The loops were planted: where they are, the map is brighter than around them (demo.Parameters: fold above 1).
	oe := l.array(got[key{wb(50000, 5000), core.ResultKey{Value: "oe"}}], "mean")
	if s := pileup.ScoreOf(oe); s.Ratio < 1.3 {
		t.Errorf("centre over corners %v: the planted loops do not show", s)
	}
	l.blobs()
}

// Equal manifests: nothing is computed or stored again, and the bytes of another run of the same are the same.
func TestPileupIsDeterministicAndNotRepeated(t *testing.T) {
	l := newLab(t)
	set, hic := l.demo("CTCF_peaks.bed", points), l.demo("wild_type.mcool", contacts)
	l.finished(l.submit(set, hic, wb(100000, 10000)))
	first := l.results(set, hic)
	l.finished(l.submit(set, hic, wb(100000, 10000), wb(200000, 10000)))
	second := l.results(set, hic)
	if len(first) != 2 || len(second) != 4 {
		t.Fatalf("%d, then %d results", len(first), len(second))
	}
	// Another dataset with the same bytes is other work with equal results.
	twin := l.demo("CTCF_peaks.bed", points)
	l.Threads = 1
	l.finished(l.submit(twin, hic, wb(200000, 10000), wb(100000, 10000)))
	third := l.results(twin, hic)
	for k, a := range second {
		b := third[k]
		if f := first[k]; f.ID != 0 && f.ID != a.ID {
			t.Errorf("%+v was replaced", k)
		}
		if a.ManifestHash != b.ManifestHash || a.N != b.N {
			t.Errorf("%+v: manifest %s, %s", k, a.Manifest, b.Manifest)
		}
		for i := range a.Arrays {
			if a.Arrays[i].SHA256 != b.Arrays[i].SHA256 {
				t.Errorf("%+v %s differs", k, a.Arrays[i].Name)
			}
		}
	}
	if !strings.Contains(string(second[key{wb(100000, 10000), core.ResultKey{Value: "iccf"}}].Manifest), `"orient":"strand"`) {
		t.Error("the set has both strands: it must be oriented, and the manifest must say so")
	}
}

func TestPileupOfIntervals(t *testing.T) {
	l := newLab(t)
	set, hic := l.demo("TADs.bed", intervals), l.demo("wild_type.mcool", contacts)
	l.finished(l.submit(set, hic))
	got := l.results(set, hic)
	for _, percent := range []int64{1, 2, 5} {
		for _, value := range []string{"iccf", "oe"} {
			r := got[key{wb(0, percent), core.ResultKey{Value: value}}]
			side := int64(genome.IntervalBins(int(percent)))
			if !slices.Equal(r.Shape, []int64{side, side}) || r.N == 0 {
				t.Errorf("%d %% %s: %+v", percent, value, r)
			}
		}
	}
	// Boundaries of 10 kb are no more than a bin of this map.
	tiny := l.add(core.Dataset{Name: "tiny", Kind: core.KindRegions, SizeType: core.SizeInterval}, []byte("chr1\t5000\t5200\nchr1\t95000\t95400\n"))
	l.finished(l.submit(tiny, hic, wb(0, 5)))
	for _, r := range l.results(tiny, hic) {
		if r.Unavailable == "" {
			t.Errorf("%+v", r)
		}
	}
}

// smallMap writes an .mcool of our own: levels with weights and levels without.
func smallMap(t *testing.T, chroms []genome.Chrom, base int64, weighted map[int64]bool) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "map")
	out, err := os.Create(path)
	check(t, err)
	defer out.Close()
	f, err := writer.New(out, writer.Options{})
	check(t, err)
	grid := writer.Grid{Chroms: chroms, BinSize: base}

	m := &writer.Matrix{Grid: grid, Row: []int64{0}}
	off := grid.Offsets()
	for c := range chroms {
		for i := off[c]; i < off[c+1]; i++ {
			for j := i; j < min(off[c+1], i+30); j++ {
				m.Bin2, m.Count = append(m.Bin2, int32(j)), append(m.Count, int32(100/(j-i+1)+1))
			}
			m.Row = append(m.Row, int64(len(m.Bin2)))
		}
	}
	for factor := int64(1); factor <= 2; factor++ {
		level := m
		if factor > 1 {
			level, err = m.Coarsen(factor, 1)
			check(t, err)
		}
		var w *writer.Weights
		if weighted[level.BinSize] {
			w = level.Balance(writer.BalanceOptions{})
		}
		check(t, f.Add(level, w))
	}
	check(t, f.Close())
	b, err := os.ReadFile(path)
	check(t, err)
	return b
}

func TestMissingWeights(t *testing.T) {
	l := newLab(t)
	set := l.demo("CTCF_peaks.bed", points)
	chroms := demotest.MustTinySet(t).Assembly.Chroms
	hic := contacts
	hic.Name = "half balanced"
	half := l.add(hic, smallMap(t, chroms, 10000, map[int64]bool{20000: true}))
	l.finished(l.submit(set, half, wb(100000, 10000), wb(100000, 20000)))
	for k, r := range l.results(set, half) {
		if (k.Bin == 10000) != strings.Contains(r.Unavailable, `The 10 kb level has no balancing weights`) {
			t.Errorf("%+v: %q", k, r.Unavailable)
		}
	}
	hic.Name = "not balanced"
	none := l.add(hic, smallMap(t, chroms, 10000, nil))
	text := l.failed(l.submit(set, none, wb(100000, 10000), wb(100000, 20000)), core.CodeUnavailable)
	if !strings.Contains(text, `no balancing weights`) || !strings.Contains(text, `"weight"`) {
		t.Errorf("the user reads %q", text)
	}
	if got := l.results(set, none); len(got) != 0 {
		t.Errorf("%d results of a failed run", len(got))
	}
}

func TestPileupOfTheWrongFile(t *testing.T) {
	l := newLab(t)
	set := l.demo("CTCF_peaks.bed", points)
	good, err := os.ReadFile(filepath.Join(demotest.MustTiny(t), "wild_type.mcool"))
	check(t, err)
	for name, c := range map[string]struct {
		content []byte
		code    core.Code
		says    string
	}{
		"a bigWig":         {mustRead(t, "CTCF.bw"), core.CodeBadFile, "cannot be read"},
		"cut in half":      {good[:len(good)/2], core.CodeBadFile, "cannot be read"},
		"holes":            {append(slices.Clone(good[:4000]), bytes.Repeat([]byte{0xff}, len(good)-4000)...), core.CodeBadFile, "cannot be read"},
		"another assembly": {smallMap(t, []genome.Chrom{{Name: "2L", Length: 4000000}}, 10000, map[int64]bool{10000: true, 20000: true}), core.CodeInvalid, "demo1tiny"},
	} {
		t.Run(name, func(t *testing.T) {
			d := contacts
			d.Name = name
			text := l.failed(l.submit(set, l.add(d, c.content), wb(100000, 10000)), c.code)
			if !strings.Contains(text, c.says) || !strings.Contains(text, name) {
				t.Errorf("the user reads %q", text)
			}
			t.Log(text)
		})
	}
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(demotest.MustTiny(t), name))
	check(t, err)
	return b
}

func TestLengthsAreWrittenAsPeopleDo(t *testing.T) {
	for n, want := range map[int64]string{1: "1 bp", 500: "500 bp", 1000: "1 kb", 2500: "2.5 kb", 1234: "1234 bp", 10000: "10 kb",
		1000000: "1 Mb", 2500000: "2.5 Mb", 1000500: "1000.5 kb"} {
		if got := bp(n); got != want {
			t.Errorf("bp(%d) = %q, want %q", n, got, want)
		}
	}
}
