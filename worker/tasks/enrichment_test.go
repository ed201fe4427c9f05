package tasks

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/compute/ledger"
)

// collection makes one of region sets of the tiny demo data, by name of the file.
func (l *lab) collection(members ...*core.Dataset) *core.Dataset {
	l.t.Helper()
	ids := make([]int64, len(members))
	for i, m := range members {
		ids[i] = m.ID
	}
	c, err := core.NewCollections(core.NewDatasets(l.db, l.volume, l, l.Runs)).Create(l.t.Context(), l.user, core.CollectionMeta{Name: "other sets", Kind: core.MembersRegions, DatasetIDs: ids})
	check(l.t, err)
	d, err := l.db.Datasets().ByID(l.t.Context(), c.ID)
	check(l.t, err)
	return d
}

// compare submits the enrichment of a set in a collection.
func (l *lab) compare(set, collection *core.Dataset, universe string, pairs ...core.WindowBin) core.Run {
	l.t.Helper()
	a, err := l.Runs.Preprocess(l.t.Context(), l.user, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, CollectionIDs: []int64{collection.ID}, Pairs: pairs, Universe: universe})
	check(l.t, err)
	return a.Runs[0]
}

func (l *lab) demoSets() (peaks, promoters, loops, tads *core.Dataset) {
	return l.demo("CTCF_peaks.bed", points), l.demo("promoters.bed", points), l.demo("loops.bedpe", pairs), l.demo("TADs.bed", intervals)
}

func TestEnrichmentMakesTheWholeGrid(t *testing.T) {
	l := newLab(t)
	peaks, promoters, _, tads := l.demoSets()
	boundaries := l.demo("TAD_boundaries.bed", points)
	sets := l.collection(promoters, boundaries, tads)
	l.finished(l.compare(peaks, sets, ""))
	got := l.results(peaks, sets)
	grid, err := l.db.Settings().Grid(t.Context(), core.PipelineEnrichment)
	check(t, err)
	made := 0
	for _, p := range grid {
		r, ok := got[key{p, core.ResultKey{Value: core.UniverseGenome}}]
		if ok != (p.Window > 0) {
			t.Errorf("%+v: there = %v", p, ok)
		}
		if !ok {
			continue
		}
		made++
		bins := 2 * p.Window / p.Bin
		if !slices.Equal(r.Shape, []int64{3, bins}) || r.Total != 405 || r.N != 405 {
			t.Errorf("%+v: shape %v, %d of %d", p, r.Shape, r.N, r.Total)
		}
		arrays := map[string][]float64{}
		for _, a := range r.Arrays {
			arrays[a.Name] = l.array(r, a.Name)
		}
		var m struct {
			Inputs     []input
			Enrichment enrichmentFacts
		}
		check(t, json.Unmarshal(r.Manifest, &m))
		if len(m.Enrichment.Targets) != 3 || m.Enrichment.Targets[1].Name != "TAD_boundaries.bed" || m.Enrichment.Targets[0].OnGenome == 0 || len(m.Inputs) != 6 {
			t.Errorf("manifest %s", r.Manifest)
		}
		for i := range arrays["a"] {
			a, b, c, d := arrays["a"][i], arrays["b"][i], arrays["c"][i], arrays["d"][i]
			if a+b+c+d != float64(m.Enrichment.UniverseSize) || min(a, b, c, d) < 0 {
				t.Fatalf("%+v cell %d: %v %v %v %v of %d", p, i, a, b, c, d, m.Enrichment.UniverseSize)
			}
			if want := a * d / (b * c); arrays["flag"][i] == 0 && math.Abs(arrays["oddsRatio"][i]-want) > 1e-12*want {
				t.Fatalf("%+v cell %d: odds ratio %v, want %v", p, i, arrays["oddsRatio"][i], want)
			}
			if (arrays["flag"][i] == 0) == math.IsNaN(arrays["oddsRatio"][i]) || arrays["qGreater"][i] > arrays["pGreater"][i] {
				t.Fatalf("%+v cell %d: flag %v, ratio %v", p, i, arrays["flag"][i], arrays["oddsRatio"][i])
			}
		}
		var account ledger.Ledger
		check(t, json.Unmarshal(r.Ledger, &account))
		if account.Read != 405 || int64(account.Used) != r.N {
			t.Errorf("ledger %+v, n %d", account, r.N)
		}
	}
	if made != len(got) || made == 0 {
		t.Errorf("%d results, %d of the grid", len(got), made)
	}
	// Boundaries were planted at peaks.
	r := got[key{wb(100000, 5000), core.ResultKey{Value: core.UniverseGenome}}]
	if ratio := l.array(r, "oddsRatio")[40+20]; ratio < 5 {
		t.Errorf("boundaries at peaks: odds ratio %v", ratio)
	}
}

// Universes are results of their own; sides of pairs too; nothing is made twice.
func TestEnrichmentUniversesAndSides(t *testing.T) {
	l := newLab(t)
	peaks, promoters, loops, tads := l.demoSets()
	sets := l.collection(peaks, tads)
	chosen := fmt.Sprintf("regions:%d", promoters.ID)
	for _, universe := range []string{core.UniverseGenome, core.UniverseQueries, chosen} {
		l.finished(l.compare(loops, sets, universe, wb(100000, 10000)))
	}
	got := l.results(loops, sets)
	sizes := map[string]int64{}
	for k, r := range got {
		var m struct {
			Inputs     []input
			Enrichment enrichmentFacts
		}
		check(t, json.Unmarshal(r.Manifest, &m))
		sizes[k.Value+" "+k.Side] = m.Enrichment.UniverseSize
		if last := m.Inputs[len(m.Inputs)-1]; (last.Role == "universe") != (k.Value == chosen) {
			t.Errorf("%v: last input %+v", k, last)
		}
	}
	if len(got) != 6 || sizes["genome left"] != sizes["genome right"] || sizes["queries left"] >= sizes["genome left"] || sizes[chosen+" left"] == 0 {
		t.Errorf("universes: %v", sizes)
	}
	left, right := got[key{wb(100000, 10000), core.ResultKey{Value: "genome", Side: "left"}}], got[key{wb(100000, 10000), core.ResultKey{Value: "genome", Side: "right"}}]
	if slices.Equal(l.array(left, "a"), l.array(right, "a")) {
		t.Error("both anchors give the same")
	}
	before := len(l.blobs())
	l.finished(l.compare(loops, sets, core.UniverseQueries, wb(100000, 10000)))
	if after := len(l.blobs()); after != before || len(l.results(loops, sets)) != 6 {
		t.Errorf("%d files, then %d", before, after)
	}
}

// An interval set, and the same from one thread.
func TestEnrichmentOfIntervals(t *testing.T) {
	l := newLab(t)
	peaks, _, _, tads := l.demoSets()
	sets := l.collection(peaks)
	l.finished(l.compare(tads, sets, "", wb(0, 5)))
	l.Threads = 1
	twin := l.demo("TADs.bed", intervals)
	l.finished(l.compare(twin, sets, "", wb(0, 5)))
	k := key{wb(0, 5), core.ResultKey{Value: core.UniverseGenome}}
	a, b := l.results(tads, sets)[k], l.results(twin, sets)[k]
	if !slices.Equal(a.Shape, []int64{1, 28}) || len(a.Arrays) != 13 {
		t.Fatalf("%+v", a)
	}
	for i := range a.Arrays {
		if a.Arrays[i].SHA256 != b.Arrays[i].SHA256 {
			t.Errorf("%s differs", a.Arrays[i].Name)
		}
	}
	// TADs are bounded by peaks in the demo genome: their borders, a sixth and five sixths of the way, are enriched.
	p, q := l.array(a, "pGreater"), l.array(a, "oddsRatio")
	if p[4] < 3 || p[23] < 3 || q[4] < 2*q[14] {
		t.Errorf("−log10 p %v", p)
	}
}

// A subset of a result equals the result of that subset; the second question needs no file.
func TestSubsetOfAnEnrichment(t *testing.T) {
	for _, universe := range []string{core.UniverseGenome, core.UniverseQueries, "regions"} {
		for _, c := range []struct {
			file string
			set  core.Dataset
			pair core.WindowBin
		}{{"CTCF_peaks.bed", points, wb(50000, 5000)}, {"TADs.bed", intervals, wb(0, 5)}} {
			t.Run(universe+" "+c.file, func(t *testing.T) {
				l := newLab(t)
				set, promoters, boundaries := l.demo(c.file, c.set), l.demo("promoters.bed", points), l.demo("TAD_boundaries.bed", points)
				sets := l.collection(promoters, boundaries)
				if universe == "regions" {
					universe = fmt.Sprintf("regions:%d", promoters.ID)
				}
				content, rows := thirds(t, l.content(set))
				part := c.set
				part.Name = "every third"
				third := l.add(part, content)
				l.finished(l.compare(set, sets, universe, c.pair))
				l.finished(l.compare(third, sets, universe, c.pair))
				k := key{c.pair, core.ResultKey{Value: universe}}
				whole, alone := l.results(set, sets)[k], l.results(third, sets)[k]
				for i := range 2 {
					got, err := l.Aggregate(t.Context(), &whole, rows)
					check(t, err)
					if len(got.Names) != len(alone.Arrays) || int64(got.Used) != alone.N || !slices.Equal(got.Shape, alone.Shape) {
						t.Fatalf("%v %v, %d used; alone %v, %d", got.Names, got.Shape, got.Used, alone.Shape, alone.N)
					}
					for i, name := range got.Names {
						if want := l.array(alone, name); !slices.EqualFunc(got.Values[i], want, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }) {
							t.Errorf("%s: %v, computed from scratch %v", name, got.Values[i], want)
						}
					}
					if i == 0 {
						l.lose(promoters)
					}
				}
			})
		}
	}
}

func TestEnrichmentFailsWithASentence(t *testing.T) {
	l := newLab(t)
	peaks, promoters, _, _ := l.demoSets()
	elsewhere := l.add(core.Dataset{Name: "elsewhere.bed", Kind: core.KindRegions, SizeType: core.SizePoint}, []byte("scaffold_9\t10\t20\n"))
	if text := l.failed(l.compare(peaks, l.collection(elsewhere), "", wb(50000, 5000)), core.CodeInvalid); !strings.Contains(text, "no region of any target") {
		t.Error(text)
	}
	if text := l.failed(l.compare(elsewhere, l.collection(peaks), "", wb(50000, 5000)), core.CodeInvalid); !strings.Contains(text, "elsewhere.bed") {
		t.Error(text)
	}
	if text := l.failed(l.compare(peaks, l.collection(promoters), fmt.Sprintf("regions:%d", elsewhere.ID), wb(50000, 5000)), core.CodeInvalid); !strings.Contains(text, "universe") {
		t.Error(text)
	}
	gone := l.add(core.Dataset{Name: "gone.bed", Kind: core.KindRegions, SizeType: core.SizePoint}, []byte("chr1\t10\t20\n"))
	sets := l.collection(promoters, gone)
	l.lose(gone)
	if text := l.failed(l.compare(peaks, sets, "", wb(50000, 5000)), core.CodeUnavailable); !strings.Contains(text, "gone.bed") {
		t.Error(text)
	}
}
