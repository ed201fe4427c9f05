package tasks

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
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
			l.cacheContacts()
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

// The first question about a map's result places its regions; the next reads no file, is the same on any subset, and falls
// back to the map when the cache is gone.
func TestSubsetsOfAMapReadNoFile(t *testing.T) {
	l := newLab(t)
	l.cacheContacts()
	counting := &countingBlobs{Blobs: l.Blobs}
	l.Blobs = counting
	set, hic := l.demo("CTCF_peaks.bed", points), l.demo("wild_type.mcool", contacts)
	l.finished(l.submit(set, hic, wb(100000, 5000)))
	r := l.results(set, hic)[key{wb(100000, 5000), core.ResultKey{Value: "oe"}}]
	ask := func(rows []int) *core.Aggregate {
		t.Helper()
		a, err := l.Aggregate(t.Context(), &r, rows)
		check(t, err)
		return a
	}
	rows := []int{1, 2, 5, 8, 13, 21, 34}
	first := ask(rows)
	before := counting.read.Load()
	if again := ask(rows); !sameAggregate(again, first) || counting.read.Load() > before {
		t.Errorf("the same rows again: %v, %d bytes were read", again.Used, counting.read.Load()-before)
	}
	if other := ask(rows[:3]); other.Used > 3 || counting.read.Load() > before {
		t.Errorf("other rows: %v, %d bytes were read", other.Used, counting.read.Load()-before)
	}
	check(t, os.RemoveAll(filepath.Join(l.dir, "cache", "contacts")))
	check(t, os.MkdirAll(filepath.Join(l.dir, "cache", "contacts"), 0o750))
	check(t, l.Contacts.Close())
	if anew := ask(rows); !sameAggregate(anew, first) || counting.read.Load() == before {
		t.Error("without the cache the rows have another average, or the map was not read")
	}
	l.Contacts = nil
	if without := ask(rows); !sameAggregate(without, first) {
		t.Error("with no cache at all the rows have another average")
	}
}

func sameAggregate(a, b *core.Aggregate) bool {
	if a.Used != b.Used || len(a.Values) != len(b.Values) {
		return false
	}
	for i := range a.Values {
		for k, v := range a.Values[i] {
			if math.Float64bits(v) != math.Float64bits(b.Values[i][k]) && (v == v || b.Values[i][k] == b.Values[i][k]) {
				return false
			}
		}
	}
	return true
}

// cacheContacts has the lab keep what it reads of contact maps.
func (l *lab) cacheContacts() {
	l.t.Helper()
	store, err := OpenContacts(l.dir, 1<<30, l.Log)
	check(l.t, err)
	l.t.Cleanup(func() { store.Close() })
	l.Contacts = store
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
