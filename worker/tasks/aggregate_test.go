package tasks

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
)

// thirds keeps every third line of a demo file: the set that somebody would upload instead of choosing it.
func thirds(t *testing.T, content []byte) (kept []byte, rows []int) {
	t.Helper()
	index := 0
	for line := range bytes.Lines(content) {
		if strings.HasPrefix(string(line), "#") || len(bytes.TrimSpace(line)) == 0 {
			kept = append(kept, line...)
			continue
		}
		if index%3 == 0 {
			kept, rows = append(kept, line...), append(rows, index)
		}
		index++
	}
	return kept, rows
}

// A subset of a result must equal the result of that subset. (Of intervals: at bins for which both sets choose the same
// resolution of the map. The subset keeps that of the whole set.)
func TestSubsetEqualsAComputationFromScratch(t *testing.T) {
	for _, c := range []struct {
		file, feature string
		set, source   core.Dataset
		pair          core.WindowBin
		key           core.ResultKey
	}{
		{"CTCF_peaks.bed", "CTCF.bw", points, signal, core.WindowBin{Window: 10000, Bin: 500}, core.ResultKey{Value: "mean"}},
		{"CTCF_peaks.bed", "wild_type.mcool", points, contacts, core.WindowBin{Window: 100000, Bin: 5000}, core.ResultKey{Value: "oe"}},
		{"CTCF_peaks.bed", "wild_type.mcool", points, contacts, core.WindowBin{Window: 100000, Bin: 5000}, core.ResultKey{Value: "iccf"}},
		{"TADs.bed", "wild_type.mcool", intervals, contacts, core.WindowBin{Bin: 2}, core.ResultKey{Value: "oe"}},
		{"TADs.bed", "CTCF.bw", intervals, signal, core.WindowBin{Bin: 5}, core.ResultKey{Value: "mean"}},
	} {
		t.Run(fmt.Sprint(c.file, c.feature, c.key.Value), func(t *testing.T) {
			l := newLab(t)
			set, feature := l.demo(c.file, c.set), l.demo(c.feature, c.source)
			content, rows := thirds(t, l.content(set))
			part := c.set
			part.Name = "every third"
			third := l.add(part, content)
			l.finished(l.submit(set, feature, c.pair))
			l.finished(l.submit(third, feature, c.pair))
			whole, alone := l.results(set, feature)[key{c.pair, c.key}], l.results(third, feature)[key{c.pair, c.key}]
			got, err := l.Aggregate(t.Context(), &whole, rows)
			check(t, err)
			if !slices.Equal(got.Shape, alone.Shape[len(alone.Shape)-len(got.Shape):]) {
				t.Fatalf("shape %v, alone %v", got.Shape, alone.Shape)
			}
			for i, name := range got.Names {
				want := l.array(alone, name)
				for j, v := range got.Values[i] {
					if math.IsNaN(v) != math.IsNaN(want[j]) || math.Abs(v-want[j]) > 1e-12*math.Abs(want[j]) {
						t.Fatalf("%s[%d] = %v, computed from scratch %v", name, j, v, want[j])
					}
				}
			}
			if alone.N != int64(got.Used) {
				t.Errorf("used %d, from scratch %d", got.Used, alone.N)
			}
		})
	}
}

func TestAggregateOfSomethingElse(t *testing.T) {
	l := newLab(t)
	_, err := l.Aggregate(t.Context(), &core.Result{Pipeline: core.PipelineEmbedding1D}, []int{0})
	if e := (*core.Error)(nil); !errors.As(err, &e) || e.Code != core.CodeUnavailable {
		t.Errorf("%v", err)
	}
}

func (l *lab) content(d *core.Dataset) []byte {
	l.t.Helper()
	b, err := l.volume.Open(l.t.Context(), d.SHA256)
	check(l.t, err)
	defer b.Close()
	content := make([]byte, b.Size())
	_, err = b.ReadAt(content, 0)
	check(l.t, err)
	return content
}
