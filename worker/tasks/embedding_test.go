package tasks

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/compute/ledger"
)

// collect makes a collection of datasets that are there.
func (l *lab) collect(kind core.MemberKind, members ...*core.Dataset) *core.Dataset {
	l.t.Helper()
	var ids []int64
	for _, m := range members {
		ids = append(ids, m.ID)
	}
	datasets := core.NewDatasets(l.db, l.volume, l, l.Runs)
	c, err := core.NewCollections(datasets).Create(l.t.Context(), l.user, core.CollectionMeta{Name: "some", Kind: kind, DatasetIDs: ids})
	check(l.t, err)
	d, err := l.db.Datasets().ByID(l.t.Context(), c.ID)
	check(l.t, err)
	return d
}

// ask queues one run of a pipeline.
func (l *lab) ask(p core.Pipeline, set, source *core.Dataset, pairs ...core.WindowBin) core.Run {
	l.t.Helper()
	q := core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, Pipelines: []core.Pipeline{p}, Pairs: pairs}
	if p.OfCollection() {
		q.CollectionIDs = []int64{source.ID}
	} else {
		q.FeatureIDs = []int64{source.ID}
	}
	a, err := l.Runs.Preprocess(l.t.Context(), l.user, q)
	check(l.t, err)
	return a.Runs[0]
}

func facts(t *testing.T, l *lab, r core.Result) (f embeddingFacts, book ledger.Ledger) {
	t.Helper()
	full, err := l.db.Results().ByID(t.Context(), r.ID)
	check(t, err)
	var m struct {
		Embedding embeddingFacts `json:"embedding"`
	}
	check(t, json.Unmarshal(full.Manifest, &m))
	check(t, json.Unmarshal(full.Ledger, &book))
	return m.Embedding, book
}

// checkEmbedding holds for every embedding: every region has a place and a group, or neither and stands in the ledger.
func checkEmbedding(t *testing.T, l *lab, r core.Result, regions int) embeddingFacts {
	t.Helper()
	layout, pca, labels := l.array(r, "layout"), l.array(r, "pca"), l.array(r, "labels")
	f, book := facts(t, l, r)
	if len(pca) != 2*regions || len(f.VarianceKept) != 2 {
		t.Fatalf("%d coordinates of principal components of %d regions, shares %v", len(pca), regions, f.VarianceKept)
	}
	checkVariances(t, pca, f.VarianceKept)
	if len(layout) != 2*regions || len(labels) != regions*len(f.Clusterings) || len(f.Clusterings) == 0 {
		t.Fatalf("%d coordinates and %d labels of %d regions in %d clusterings", len(layout), len(labels), regions, len(f.Clusterings))
	}
	lost := book.LostRegions()
	for i := range regions {
		gone := slices.Contains(lost, i)
		if math.IsNaN(pca[2*i]) != gone || math.IsNaN(pca[2*i+1]) != gone {
			t.Fatalf("region %d: lost %v, components at %v, %v", i, gone, pca[2*i], pca[2*i+1])
		}
		if math.IsNaN(layout[2*i]) != gone {
			t.Fatalf("region %d: lost %v, at %v", i, gone, layout[2*i])
		}
		for c, k := range f.Clusterings {
			if label := int(labels[c*regions+i]); (label == -1) != gone || label >= k.K {
				t.Fatalf("region %d of %d groups: label %d, lost %v", i, k.K, label, gone)
			}
		}
	}
	if r.N != int64(regions-len(lost)) || r.Total != int64(regions) || f.Used != int(r.N) {
		t.Errorf("n %d of %d, %d lost, %d used", r.N, r.Total, len(lost), f.Used)
	}
	return f
}

// checkVariances holds for principal components: coordinates have mean 0, do not go together, and their variances are to
// each other like their shares of the whole.
func checkVariances(t *testing.T, pca, shares []float64) {
	t.Helper()
	var n, sx, sy, xx, yy, xy float64
	for i := 0; i < len(pca); i += 2 {
		if x, y := pca[i], pca[i+1]; !math.IsNaN(x) {
			n, sx, sy, xx, yy, xy = n+1, sx+x, sy+y, xx+x*x, yy+y*y, xy+x*y
		}
	}
	if size := math.Sqrt(xx / n); math.Abs(sx/n) > 1e-4*size || math.Abs(sy/n) > 1e-4*size || math.Abs(xy/n) > 1e-4*size*size {
		t.Errorf("means %g, %g, covariance %g of components of size %g", sx/n, sy/n, xy/n, size)
	}
	if math.Abs(yy/xx-shares[1]/shares[0]) > 1e-4 {
		t.Errorf("variances %g, %g; shares %v", xx/n, yy/n, shares)
	}
}

func TestEmbedding1D(t *testing.T) {
	l := newLab(t)
	set := l.demo("CTCF_peaks.bed", points)
	tracks := []*core.Dataset{l.demo("CTCF.bw", signal), l.demo("H3K27ac.bw", signal), l.demo("AB_compartments.bw", signal)}
	collection := l.collect(core.MembersSignals, tracks...)
	narrow, wide := core.WindowBin{Window: 10000, Bin: 500}, core.WindowBin{Window: 20000, Bin: 500}
	l.finished(l.submit(set, tracks[0], narrow))
	l.finished(l.ask(core.PipelineEmbedding1D, set, collection, narrow, wide))
	got := l.results(set, collection)
	if len(got) != 2 {
		t.Fatalf("%d results, want 2", len(got))
	}
	r := got[key{narrow, core.ResultKey{Value: "features"}}]
	f := checkEmbedding(t, l, r, 405)
	if !slices.Equal(f.Tracks, []string{"CTCF.bw", "H3K27ac.bw", "AB_compartments.bw"}) {
		t.Errorf("tracks %q", f.Tracks)
	}
	// The feature is the bin at the point: column n/2 of the stack.
	stack := l.array(l.results(set, tracks[0])[key{narrow, core.ResultKey{Value: "mean"}}], "stack")
	features := l.array(r, "features")
	for i := range 405 {
		if a, b := features[3*i], stack[40*i+20]; a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
			t.Fatalf("region %d: feature %v, centre of its stack %v", i, a, b)
		}
	}
	// Only the bin size decides; a larger window has the same picture.
	if !slices.Equal(l.array(r, "labels"), l.array(got[key{wide, core.ResultKey{Value: "features"}}], "labels")) {
		t.Error("a larger window has other groups")
	}
}

func TestEmbedding1DOfAChangedCollection(t *testing.T) {
	l := newLab(t)
	set, a, b := l.demo("CTCF_peaks.bed", points), l.demo("CTCF.bw", signal), l.demo("H3K27ac.bw", signal)
	collection := l.collect(core.MembersSignals, a, b)
	run := l.ask(core.PipelineEmbedding1D, set, collection, core.WindowBin{Window: 10000, Bin: 500})
	claimed, ok, err := l.Runs.Claim(t.Context(), run.ID, run.Attempt, "test", 1e10)
	if err != nil || !ok {
		t.Fatal("not claimed", err)
	}
	record, err := l.embedding1D(t.Context(), claimed, newProgress())
	check(t, err)
	_, err = core.NewCollections(core.NewDatasets(l.db, l.volume, l, l.Runs)).Patch(t.Context(), l.user, collection.ID,
		core.CollectionPatch{DatasetIDs: &[]int64{b.ID}})
	check(t, err)
	check(t, record(t.Context()))
	if r := l.run(run.ID); r.State != core.RunFailed || r.Error.Code != core.CodeState {
		t.Errorf("the run is %s: %+v", r.State, r.Error)
	}
	if n := len(l.results(set, collection)); n != 0 {
		t.Errorf("%d results of what the collection was", n)
	}
}

func TestEmbedding2D(t *testing.T) {
	l := newLab(t)
	set, hic := l.demo("TAD_boundaries.bed", points), l.demo("wild_type.mcool", contacts)
	pair := core.WindowBin{Window: 100000, Bin: 5000}
	run := l.finished(l.ask(core.PipelineEmbedding2D, set, hic, pair))
	var averages, embeddings []core.Result
	list, err := l.db.Results().List(t.Context(), core.ResultFilter{RunID: run.ID})
	check(t, err)
	for _, r := range list {
		if r.Pipeline == core.PipelinePileup {
			averages = append(averages, r)
		} else {
			embeddings = append(embeddings, r)
		}
	}
	if len(averages) != 2 || len(embeddings) != 2 {
		t.Fatalf("%d averages, %d embeddings; want iccf and oe of both", len(averages), len(embeddings))
	}
	for i, r := range embeddings {
		checkEmbedding(t, l, r, int(r.Total))
		if r.Value != averages[i].Value || !equalNaN(l.array(r, "vectors"), l.array(averages[i], "vectors")) {
			t.Errorf("%s: vectors are not those of the average", r.Value)
		}
	}
	// Made from stored averages, it is the same.
	again := newLab(t)
	set, hic = again.demo("TAD_boundaries.bed", points), again.demo("wild_type.mcool", contacts)
	again.finished(again.submit(set, hic, pair))
	run = again.finished(again.ask(core.PipelineEmbedding2D, set, hic, pair))
	list, err = again.db.Results().List(t.Context(), core.ResultFilter{RunID: run.ID})
	check(t, err)
	if len(list) != 2 {
		t.Fatalf("%d results beside stored averages, want 2", len(list))
	}
	for i, r := range list {
		if !equalNaN(again.array(r, "layout"), l.array(embeddings[i], "layout")) {
			t.Errorf("%s: another layout from stored averages", r.Value)
		}
	}
}

func equalNaN(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) })
}
