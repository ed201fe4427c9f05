package core_test

import (
	"encoding/json"
	"testing"
	"time"

	"regioscope/backend/core"
)

// One run of 100 regions × 10 pairs took 4 s and made 1000 bytes. Four times the work takes 4 to 16 s: 8 s in the geometric
// middle, and 4000 bytes.
func TestExpectLiesBetweenTheSameAndTheProportion(t *testing.T) {
	was := core.Measure{Work: core.Work{FeatureID: 1, Size: 50, Regions: 100, Pairs: 10}, Took: 4 * time.Second, Bytes: 1000}
	seconds, bytes, n := core.Expect([]core.Measure{was}, core.Work{FeatureID: 1, Size: 50, Regions: 400, Pairs: 10})
	if seconds != (core.Span{Low: 4, Mid: 8, High: 16}) || bytes.Mid != 4000 || n != 1 {
		t.Errorf("%+v %+v %d", seconds, bytes, n)
	}
	seconds, _, _ = core.Expect([]core.Measure{was}, core.Work{FeatureID: 1, Size: 50, Regions: 25, Pairs: 10})
	if seconds != (core.Span{Low: 1, Mid: 2, High: 4}) {
		t.Errorf("a quarter of the work: %+v", seconds)
	}
}

func TestExpectPrefersWhatIsMostAlike(t *testing.T) {
	known := []core.Measure{}
	for range 5 {
		known = append(known, core.Measure{Work: core.Work{FeatureID: 2, Size: 1e9, Regions: 100_000, Pairs: 30}, Took: time.Hour})
	}
	for range 5 {
		known = append(known, core.Measure{Work: core.Work{FeatureID: 1, Size: 1e6, Regions: 100, Pairs: 9}, Took: time.Second})
	}
	seconds, _, n := core.Expect(known, core.Work{FeatureID: 1, Size: 1e6, Regions: 100, Pairs: 9})
	if seconds.Mid != 1 || n != 5 {
		t.Errorf("%+v of %d", seconds, n)
	}
}

func (b *bench) estimate(caller core.Caller, q core.PreprocessRequest) core.Estimate {
	b.t.Helper()
	e, err := b.Estimate(b.t.Context(), caller, q)
	check(b.t, err)
	return e
}

func TestEstimateSaysWhatPreprocessWouldStart(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		q := core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, FeatureIDs: []int64{b.hic.ID}, OnlyMissing: true}
		e := b.estimate(b.ada, q)
		// 9 pairs: the default grid of pileups, migrations/*/00001.
		if e.Runs != 1 || e.Pictures != 9 || e.Seconds != nil || e.Measured != 0 || len(e.Unknown) != 1 || e.Unknown[0] != core.PipelinePileup {
			t.Errorf("before anything was measured: %+v", e)
		}
		if len(b.enqueued) != 0 {
			t.Error("an estimate started something")
		}
		run := b.start()
		if e = b.estimate(b.ada, q); e.Runs != 0 || e.UnderWay != 1 {
			t.Errorf("while it runs: %+v", e)
		}
		results := []core.Result{}
		for _, p := range pairsOf(t, run) {
			for _, v := range []string{"iccf", "oe"} {
				m, _ := json.Marshal(map[string]any{"w": p.Window, "b": p.Bin, "v": v})
				results = append(results, core.Result{RunID: run.ID, Pipeline: run.Pipeline, RegionSetID: b.peaks.ID, FeatureID: b.hic.ID, Window: p.Window, Bin: p.Bin,
					Value: v, N: 1, Total: 1, Manifest: m, ManifestHash: string(m), Ledger: json.RawMessage("{}"),
					Arrays: []core.Array{{Name: "mean", Shape: []int64{3, 3}, DType: "float32", SHA256: "x", Size: 36}}})
			}
		}
		check(t, b.Finish(t.Context(), run, results))
		if e = b.estimate(b.ada, q); e.Runs != 0 || e.Skipped != 1 {
			t.Errorf("when all is there: %+v", e)
		}
		q.OnlyMissing = false
		e = b.estimate(b.ada, q)
		// The same work again: 9 pairs × 2 values × 36 bytes.
		if e.Runs != 1 || e.Measured != 1 || e.Seconds == nil || e.Seconds.Low != e.Seconds.High || e.Bytes.Mid != 9*2*36 || len(e.Unknown) != 0 {
			t.Errorf("the same again: %+v", e)
		}
	})
}

func TestEstimateRefusesWhatPreprocessRefuses(t *testing.T) {
	b := newBench(t)
	_, err := b.Estimate(t.Context(), b.bob, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, FeatureIDs: []int64{b.hic.ID}})
	want(t, err, core.CodeNotFound)
	_, err = b.Estimate(t.Context(), b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, FeatureIDs: []int64{b.other.ID}})
	want(t, err, core.CodeInvalid)
	_, err = b.Estimate(t.Context(), b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, FeatureIDs: []int64{b.hic.ID}, Preset: "huge"})
	want(t, err, core.CodeInvalid)
}

// Sizes: PREPROCESSING_MAP_SMALL_WINDOWSIZES of HiCognition.
func TestPresetsAndOwnGrids(t *testing.T) {
	b := newBench(t)
	ask := func(set, feature *core.Dataset, q core.PreprocessRequest) []core.WindowBin {
		t.Helper()
		q.RegionSetIDs, q.FeatureIDs = []int64{set.ID}, []int64{feature.ID}
		a, err := b.Preprocess(t.Context(), b.ada, q)
		check(t, err)
		return pairsOf(t, a.Runs[0])
	}
	same := func(got []core.WindowBin, want ...core.WindowBin) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%v, want %v", got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%v, want %v", got, want)
			}
		}
	}
	small := core.PreprocessRequest{Preset: core.PresetSmall}
	same(ask(b.peaks, b.hic, small), core.WindowBin{Window: 50_000, Bin: 1000})
	same(ask(b.peaks, b.track, small), core.WindowBin{Window: 10_000, Bin: 100}, core.WindowBin{Window: 10_000, Bin: 500}, core.WindowBin{Window: 20_000, Bin: 500},
		core.WindowBin{Window: 20_000, Bin: 1000}, core.WindowBin{Window: 50_000, Bin: 1000}, core.WindowBin{Window: 50_000, Bin: 2000})
	same(ask(b.domains, b.hic, small), core.WindowBin{Bin: 1}, core.WindowBin{Bin: 2}, core.WindowBin{Bin: 5})
	own := core.PreprocessRequest{Grids: &core.Grids{Pileup: []core.WindowBin{{Window: 30_000, Bin: 3000}, {Bin: 4}}}}
	same(ask(b.peaks, b.hic, own), core.WindowBin{Window: 30_000, Bin: 3000})
	same(ask(b.domains, b.hic, own), core.WindowBin{Bin: 4})
	if got := ask(b.peaks, b.track, own); len(got) != 30 {
		t.Errorf("a pipeline without own windows takes the regular ones: %v", got)
	}
}

func TestLogOfARunHidesCausesFromItsUser(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		run := b.start()
		for range 2 { // again: replaced
			check(t, b.KeepLog(t.Context(), run, []core.LogEntry{{At: time.Now(), Level: "error", Text: "it failed", Cause: "open /secret"}}))
		}
		for caller, cause := range map[core.Caller]string{b.ada: "", b.root: "open /secret"} {
			logs, err := b.Log(t.Context(), caller, run.ID)
			check(t, err)
			if len(logs) != 1 || logs[0].Attempt != 1 || logs[0].Worker != "worker" || len(logs[0].Entries) != 1 || logs[0].Entries[0].Text != "it failed" || logs[0].Entries[0].Cause != cause {
				t.Errorf("%s reads %+v", caller.Name, logs)
			}
		}
		_, err := b.Log(t.Context(), b.bob, run.ID)
		want(t, err, core.CodeNotFound)
	})
}
