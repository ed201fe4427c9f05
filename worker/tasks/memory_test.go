package tasks

import (
	"strings"
	"testing"

	"regioscope/backend/core"
)

// What does not fit into the memory of a run is refused at once, in words that say what to do; what can be done in parts
// is, with the same result.
func TestMemorySetting(t *testing.T) {
	l := newLab(t)
	peaks, ctcf, ab := l.demo("CTCF_peaks.bed", points), l.demo("CTCF.bw", signal), l.demo("AB_compartments.bw", signal)
	tracks := l.collect(core.MembersSignals, ctcf, ab)
	sets := l.collect(core.MembersRegions, l.demo("TAD_boundaries.bed", points), l.demo("promoters.bed", points))
	narrow, wide := core.WindowBin{Window: 20000, Bin: 1000}, core.WindowBin{Window: 100000, Bin: 5000}
	l.finished(l.ask(core.PipelineEnrichment, peaks, sets, narrow, wide))
	want := l.results(peaks, sets)

	l.Memory = 1 << 17
	if text := l.failed(l.ask(core.PipelineEmbedding1D, peaks, tracks, core.WindowBin{Window: 10000, Bin: 500}), core.CodeUnavailable); !strings.Contains(text, "405 regions") || !strings.Contains(text, "memory") {
		t.Errorf("the user reads %q", text)
	}
	check(t, l.db.Results().DeleteOf(t.Context(), sets.ID))
	l.finished(l.ask(core.PipelineEnrichment, peaks, sets, narrow, wide))
	got := l.results(peaks, sets)
	for k, r := range want {
		for i, a := range r.Arrays {
			if got[k].Arrays[i].SHA256 != a.SHA256 {
				t.Errorf("%v: %s is another one in little memory", k, a.Name)
			}
		}
	}
	if len(got) != len(want) || len(want) != 2 {
		t.Errorf("%d results, %d before", len(got), len(want))
	}
}
