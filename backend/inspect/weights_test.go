package inspect_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/cool/cooltest"
	"regioscope/worker/genome"
)

func TestMain(m *testing.M) {
	code := m.Run()
	demotest.Remove()
	os.Exit(code)
}

// The demo map was balanced by the generator: every level is flat as its column says, and far from it the other way.
func TestFlatnessOfWeightsIsAFact(t *testing.T) {
	a := demotest.MustTinySet(t).Assembly
	content, err := os.ReadFile(filepath.Join(demotest.MustTiny(t), "wild_type.mcool"))
	if err != nil {
		t.Fatal(err)
	}
	_, facts, err := inspect.File(t.Context(), bytes.NewReader(content), int64(len(content)), "wild_type.mcool", core.KindContacts,
		&core.Assembly{Name: a.Name, Chroms: a.Chroms, Aliases: a.Aliases})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range facts.Contacts.Resolutions {
		w := r.Weights[0]
		if w.Flatness == nil || w.Other == nil || *w.Flatness > 0.1 || *w.Other < 2**w.Flatness || w.Doubt {
			t.Errorf("%d: %+v", r.BinSize, w)
		}
	}
}

// A column that says it multiplies, on a map that is flat only if it divides.
func TestColumnThatStatesTheWrongKindIsInDoubt(t *testing.T) {
	chroms := []genome.Chrom{{Name: "a", Length: 400}}
	bins := int64(40)
	bias := func(i int64) float64 { return 0.5 + float64(i*37%11)/7 }
	m := cooltest.Map{Chroms: chroms, BinSize: 10, Float: true}
	values := make([]float64, bins)
	for i := range bins {
		values[i] = bias(i)
		for j := i + 2; j < bins; j++ {
			if bins-(j-i) >= 2 {
				m.Pixels = append(m.Pixels, cooltest.Pixel{Row: i, Col: j, Count: 8 * bias(i) * bias(j)})
			}
		}
	}
	no := false
	m.Columns = []cooltest.Column{{Name: "weight", Values: values, Divisive: &no}}
	var out memory
	if err := cooltest.Write(&out, false, m); err != nil {
		t.Fatal(err)
	}
	_, facts, err := inspect.File(t.Context(), bytes.NewReader(out.data), int64(len(out.data)), "x.cool", core.KindContacts, &core.Assembly{Name: "toy", Chroms: chroms})
	if err != nil {
		t.Fatal(err)
	}
	if w := facts.Contacts.Resolutions[0].Weights[0]; w.Divisive || !w.Doubt || *w.Other > 1e-6 {
		t.Errorf("%+v", w)
	}
}

type memory struct{ data []byte }

func (m *memory) WriteAt(b []byte, at int64) (int, error) {
	if end := int(at) + len(b); end > len(m.data) {
		m.data = append(m.data, make([]byte, end-len(m.data))...)
	}
	return copy(m.data[at:], b), nil
}
