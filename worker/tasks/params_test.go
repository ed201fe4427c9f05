package tasks

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/cooltest"
	"regioscope/worker/genome"
)

// askWith starts the run of one pair with parameters.
func (l *lab) askWith(set, feature *core.Dataset, pair core.WindowBin, p core.ResultParams, values ...string) core.Run {
	l.t.Helper()
	a, err := l.Runs.Preprocess(l.t.Context(), l.user, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, FeatureIDs: []int64{feature.ID},
		Pairs: []core.WindowBin{pair}, Params: p, Values: values})
	check(l.t, err)
	return a.Runs[0]
}

// made gives the results of a run, by value.
func (l *lab) made(run core.Run) map[string]core.Result {
	l.t.Helper()
	out := map[string]core.Result{}
	list, err := l.db.Results().List(l.t.Context(), core.ResultFilter{RunID: run.ID})
	check(l.t, err)
	for _, r := range list {
		full, err := l.db.Results().ByID(l.t.Context(), r.ID)
		check(l.t, err)
		if full.Params != r.Params {
			l.t.Errorf("result %d has %+v in the list, %+v by itself", r.ID, r.Params, full.Params)
		}
		out[r.Value+r.Side] = *full
	}
	return out
}

func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*math.Abs(b)+1e-15
}

// dense reads a level into a square of counts.
func dense(t *testing.T, content []byte, bin int64) (counts [][]float64, l *cool.Level) {
	t.Helper()
	f, err := cool.Open(bytes.NewReader(content), int64(len(content)))
	check(t, err)
	l, err = f.Level(bin)
	check(t, err)
	offsets, err := l.Bin1Offset()
	check(t, err)
	counts = make([][]float64, l.NumBins())
	for i := range counts {
		counts[i] = make([]float64, l.NumBins())
	}
	row := 0
	check(t, l.Sweep(t.Context(), []cool.PixelRange{{Hi: offsets[len(offsets)-1]}}, 1, func(b cool.Block) error {
		for k, col := range b.Bin2 {
			for offsets[row+1] <= b.Lo+int64(k) {
				row++
			}
			counts[row][col], counts[col][row] = b.Count[k], b.Count[k]
		}
		return nil
	}))
	return counts, l
}

// Raw and balanced averages equal those added up by hand, cell by cell, over the regions that the ledger says were used.
func TestRawAverageEqualsCountsAddedUpByHand(t *testing.T) {
	l := newLab(t)
	set, hic := l.demo("enhancers.bed", points), l.demo("wild_type.mcool", contacts)
	run := l.finished(l.askWith(set, hic, wb(50000, 10000), core.ResultParams{}, "iccf", "oe", "raw"))
	got := l.made(run)
	if len(got) != 3 {
		t.Fatalf("%d results of three values", len(got))
	}
	counts, level := dense(t, l.content(hic), 10000)
	weights, err := level.WeightAs("weight", false)
	check(t, err)
	regions, err := l.loadRegions(t.Context(), set)
	check(t, err)
	names := genome.NewNames(level.Chroms(), nil)
	const side, half = 11, 5
	for _, value := range []string{"raw", "iccf"} {
		r := got[value]
		var book ledger.Ledger
		check(t, json.Unmarshal(r.Ledger, &book))
		lost := book.LostRegions()
		sum, n := make([]float64, side*side), make([]float64, side*side)
		for _, region := range regions {
			if slices.Contains(lost, region.Index) {
				continue
			}
			chrom, _ := names.Resolve(region.A.Chrom)
			mid := level.ChromOffset(chrom) + (region.A.Start+region.A.End)/2/10000
			for i := range side {
				for j := range side {
					a, b := mid+int64(i-half), mid+int64(j-half)
					v := counts[a][b]
					if value == "iccf" {
						v *= weights[a] * weights[b]
					}
					if !math.IsNaN(v) {
						sum[i*side+j] += v
						n[i*side+j]++
					}
				}
			}
		}
		mean, cells := l.array(r, "mean"), l.array(r, "n")
		for i := range mean {
			if n[i] != cells[i] || !near(mean[i], sum[i]/n[i]) {
				t.Fatalf("%s cell %d: %v of %v, by hand %v of %v", value, i, mean[i], cells[i], sum[i]/n[i], n[i])
			}
		}
	}
	want := core.ResultParams{Value: "raw", Weight: "none", Edge: "drop", Orient: "none"}
	if got["raw"].Params != want {
		t.Errorf("raw was made with %+v", got["raw"].Params)
	}
	want.Value, want.Weight = "iccf", "weight"
	if got["iccf"].Params != want {
		t.Errorf("iccf was made with %+v", got["iccf"].Params)
	}
	if got["raw"].Scores == nil || got["raw"].Scores.Ratio == nil || len(got["raw"].Scores.RatioCI) != 2 {
		t.Errorf("scores of the average: %+v", got["raw"].Scores)
	}
}

// A map without weights has raw averages, and says why there are no others.
func TestRawOfAMapWithoutWeights(t *testing.T) {
	l := newLab(t)
	set := l.demo("CTCF_peaks.bed", points)
	hic := contacts
	hic.Name = "not balanced"
	none := l.add(hic, smallMap(t, demotest.MustTinySet(t).Assembly.Chroms, 10000, nil))
	got := l.made(l.finished(l.askWith(set, none, wb(100000, 10000), core.ResultParams{}, "oe", "raw")))
	if r := got["raw"]; r.Unavailable != "" || r.N == 0 {
		t.Errorf("raw: %+v", r)
	}
	for _, v := range []string{"iccf", "oe"} {
		if !strings.Contains(got[v].Unavailable, "only raw counts") {
			t.Errorf("%s: %q", v, got[v].Unavailable)
		}
	}
	if r := l.made(l.finished(l.askWith(set, none, wb(100000, 20000), core.ResultParams{Value: "raw"}))); len(r) != 1 || r["raw"].N == 0 {
		t.Errorf("raw alone: %+v", r)
	}
}

// Parameters that say what is the default anyway make nothing new: results that exist stay valid.
func TestDefaultsInWordsAreTheSameResults(t *testing.T) {
	l := newLab(t)
	set, hic, track := l.demo("CTCF_peaks.bed", points), l.demo("wild_type.mcool", contacts), l.demo("CTCF.bw", signal)
	for _, feature := range []*core.Dataset{hic, track} {
		l.finished(l.submit(set, feature, wb(100000, 10000)))
		before := l.results(set, feature)
		l.finished(l.askWith(set, feature, wb(100000, 10000), core.ResultParams{Value: "iccf", Weight: "weight", Edge: "drop", Orient: "strand", Summary: "mean", Missing: "nan"}))
		after := l.results(set, feature)
		if len(before) != len(after) {
			t.Errorf("%s: %d results, then %d", feature.Name, len(before), len(after))
		}
		for k, r := range before {
			if after[k].ManifestHash != r.ManifestHash || after[k].ID != r.ID {
				t.Errorf("%s %+v was made again", feature.Name, k)
			}
		}
	}
}

// Orientation by strand reverses exactly the rows of regions on the - strand.
func TestOrientedStackIsTheOtherWithRowsReversed(t *testing.T) {
	l := newLab(t)
	set, track := l.demo("promoters.bed", points), l.demo("H3K27ac.bw", signal)
	pair := wb(10000, 500)
	turned := l.made(l.finished(l.submit(set, track, pair)))["mean"]
	plain := l.made(l.finished(l.askWith(set, track, pair, core.ResultParams{Orient: "none"})))["mean"]
	if turned.Params.Orient != "strand" || plain.Params.Orient != "none" || turned.ID == plain.ID {
		t.Fatalf("%+v and %+v", turned.Params, plain.Params)
	}
	regions, err := l.loadRegions(t.Context(), set)
	check(t, err)
	a, b := l.array(turned, "stack"), l.array(plain, "stack")
	bins, minus := int(turned.Shape[1]), 0
	for i, r := range regions {
		row := slices.Clone(b[i*bins : (i+1)*bins])
		if r.A.Strand == '-' {
			minus++
			slices.Reverse(row)
		}
		if !slices.EqualFunc(a[i*bins:(i+1)*bins], row, near) {
			t.Fatalf("row %d (%c) is not that of the file turned round", i, r.A.Strand)
		}
	}
	if minus == 0 || minus == len(regions) {
		t.Fatalf("%d of %d regions on the - strand: the test tells nothing", minus, len(regions))
	}
	if slices.EqualFunc(l.array(turned, "mean"), l.array(plain, "mean"), near) {
		t.Error("orientation changes nothing: promoters are asymmetric (demo/catalogue.go)")
	}
}

// The average without orientation is symmetric about nothing; with it, regions on the - strand are turned by half a circle.
func TestOrientedAverageIsThatOfTurnedRegions(t *testing.T) {
	l := newLab(t)
	hic := l.demo("wild_type.mcool", contacts)
	content := l.content(l.demo("compartment_borders.bed", points))
	var forward, backward, both bytes.Buffer
	for line := range bytes.Lines(content) {
		f := strings.Split(strings.TrimSpace(string(line)), "\t")
		if len(f) < 6 || f[5] != "+" && f[5] != "-" {
			continue
		}
		both.Write(line)
		if f[5] == "+" {
			forward.Write(line)
		} else {
			backward.Write(line)
		}
	}
	sums := func(content []byte, p core.ResultParams) []float64 {
		set := l.add(points, content)
		return l.array(l.made(l.finished(l.askWith(set, hic, wb(100000, 10000), p)))["oe"], "sum")
	}
	turned := sums(both.Bytes(), core.ResultParams{Orient: "strand"})
	plus, minus := sums(forward.Bytes(), core.ResultParams{}), sums(backward.Bytes(), core.ResultParams{})
	for i := range turned {
		if want := plus[i] + minus[len(minus)-1-i]; math.Abs(turned[i]-want) > 1e-9*math.Abs(want) {
			t.Fatalf("cell %d: %v, want %v", i, turned[i], want)
		}
	}
}

// With pad a window that leaves its arm keeps its cells inside: more regions are used, and fewer at the edges of the window.
func TestPaddedEdgesKeepRegions(t *testing.T) {
	l := newLab(t)
	set, hic := l.demo("CTCF_peaks.bed", points), l.demo("wild_type.mcool", contacts)
	pair := wb(1000000, 50000)
	dropped := l.made(l.finished(l.submit(set, hic, pair)))["iccf"]
	padded := l.made(l.finished(l.askWith(set, hic, pair, core.ResultParams{Edge: "pad"})))["iccf"]
	if padded.N <= dropped.N || padded.Params.Edge != "pad" {
		t.Fatalf("pad uses %d, drop %d regions", padded.N, dropped.N)
	}
	n := l.array(padded, "n")
	if mid := n[len(n)/2]; n[0] >= mid {
		t.Errorf("n is %v in the corner, %v in the middle", n[0], mid)
	}
}

func TestSummariesAndMissingOfAStack(t *testing.T) {
	l := newLab(t)
	d := signal
	d.Name = "half"
	// 1 on the first 100 kb of chr1, nothing behind.
	track := l.add(d, smallSignal(t, genome.Chrom{Name: "chr1", Length: 8000000}))
	set := l.add(points, []byte("chr1\t100000\t100001\n"))
	for p, want := range map[core.ResultParams][]float64{
		{}:                    {1, 1, math.NaN(), math.NaN()},
		{Missing: "zero"}:     {1, 1, 0, 0},
		{Summary: "sum"}:      {500, 500, math.NaN(), math.NaN()},
		{Summary: "coverage"}: {1, 1, 0, 0},
		{Summary: "max"}:      {1, 1, math.NaN(), math.NaN()},
	} {
		got := l.made(l.finished(l.askWith(set, track, wb(1000, 500), p)))
		for value, r := range got {
			if stack := l.array(r, "stack"); !slices.EqualFunc(stack, want, near) {
				t.Errorf("%+v: %v, want %v", p, stack, want)
			}
			if value != r.Params.Summary || p.Summary != "" && value != p.Summary || r.Params.Value != "" {
				t.Errorf("%+v: value %s, params %+v", p, value, r.Params)
			}
		}
		if len(got) != 1 {
			t.Errorf("%+v: %d results", p, len(got))
		}
	}
}

// columns is a .cool with two weight columns: KR divides, weight multiplies by something else.
func columns(t *testing.T, chroms []genome.Chrom) (content []byte, kr []float64) {
	t.Helper()
	m := cooltest.Map{Chroms: chroms, BinSize: 50000}
	bins := int64(0)
	for _, c := range chroms {
		first := bins
		bins += (c.Length + m.BinSize - 1) / m.BinSize
		for i := first; i < bins; i++ {
			for j := i; j < min(bins, i+8); j++ {
				m.Pixels = append(m.Pixels, cooltest.Pixel{Row: i, Col: j, Count: float64(20 + (i*7+j*3)%13)})
			}
		}
	}
	multiply := make([]float64, bins)
	kr = make([]float64, bins)
	for i := range kr {
		kr[i], multiply[i] = 1+float64(i%5)/10, 0.5+float64(i%3)/10
	}
	m.Columns = []cooltest.Column{{Name: "weight", Values: multiply}, {Name: "KR", Values: kr}}
	var out memory
	check(t, cooltest.Write(&out, false, m))
	return out.data, kr
}

type memory struct{ data []byte }

func (m *memory) WriteAt(b []byte, at int64) (int, error) {
	if end := int(at) + len(b); end > len(m.data) {
		m.data = append(m.data, make([]byte, end-len(m.data))...)
	}
	return copy(m.data[at:], b), nil
}

// The column that was asked for is the one that counts are balanced with, also of subsets.
func TestWeightColumnOfAChoice(t *testing.T) {
	l := newLab(t)
	content, _ := columns(t, demotest.MustTinySet(t).Assembly.Chroms)
	d := contacts
	d.Name = "two columns"
	hic, set := l.add(d, content), l.demo("enhancers.bed", points)
	pair := wb(100000, 50000)
	first := l.made(l.finished(l.submit(set, hic, pair)))["iccf"]
	second := l.made(l.finished(l.askWith(set, hic, pair, core.ResultParams{Weight: "KR"})))["iccf"]
	if first.Params.Weight != "weight" || second.Params.Weight != "KR" || first.ID == second.ID {
		t.Fatalf("%+v and %+v", first.Params, second.Params)
	}
	var m struct {
		Parameters struct{ WeightKind string }
	}
	check(t, json.Unmarshal(second.Manifest, &m))
	if m.Parameters.WeightKind == "" || slices.EqualFunc(l.array(first, "mean"), l.array(second, "mean"), near) {
		t.Errorf("weights %q, or both columns give the same", m.Parameters.WeightKind)
	}
	rows := make([]int, second.Total)
	for i := range rows {
		rows[i] = i
	}
	all, err := l.Aggregate(t.Context(), &second, rows)
	check(t, err)
	if !slices.EqualFunc(all.Values[0], l.array(second, "mean"), near) {
		t.Error("the subset of all regions is not the whole: other parameters")
	}
}

// An average that somebody asked for with other parameters does not get into an embedding, though it is the newer one.
func TestEmbeddingUsesTheDefaultAverage(t *testing.T) {
	l := newLab(t)
	stranded := points
	stranded.Facts.Regions = &core.RegionFacts{BothStrands: true} // as the check of the set found
	set, hic := l.demo("CTCF_peaks.bed", stranded), l.demo("wild_type.mcool", contacts)
	pair := wb(100000, 10000)
	usual := l.made(l.finished(l.submit(set, hic, pair)))["oe"]
	other := l.made(l.finished(l.askWith(set, hic, pair, core.ResultParams{Orient: "none"})))["oe"]
	embedding := l.made(l.finished(l.ask(core.PipelineEmbedding2D, set, hic, pair)))["oe"]
	vectors := func(r core.Result) string {
		return r.Arrays[slices.IndexFunc(r.Arrays, func(a core.Array) bool { return a.Name == "vectors" })].SHA256
	}
	if vectors(usual) == vectors(other) {
		t.Fatal("orientation does not change the vectors: the test tells nothing")
	}
	if vectors(embedding) != vectors(usual) {
		t.Error("the embedding is made of another average")
	}
}
