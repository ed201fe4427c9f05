package balance_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/balance"
	"regioscope/worker/format/cool/cooltest"
	"regioscope/worker/genome"
)

func TestJudge(t *testing.T) {
	const convention = "column name KR (hic2cool convention)"
	nan := math.NaN()
	for name, c := range map[string]struct {
		divisive      bool
		source        string
		flat, inverse float64
		want          bool
		doubt         bool
		says          string
	}{
		"the file states it":                      {true, cool.SourceAttribute, nan, nan, true, false, cool.SourceAttribute},
		"the file states it, the marginals agree": {true, cool.SourceAttribute, 2, 0.1, true, false, cool.SourceAttribute},
		"the file states it, the marginals doubt": {true, cool.SourceAttribute, 0.1, 2, true, true, cool.SourceAttribute},
		"convention, not measured":                {true, convention, nan, nan, true, false, convention},
		"convention, the marginals agree":         {true, convention, 2, 0.1, true, false, "variation 0.1 if divisive, 2 if multiplicative"},
		"convention, the marginals object":        {true, convention, 0.1, 2, false, false, "variation 0.1 if multiplicative, 2 if divisive"},
		"convention, the marginals are no help":   {false, convention, 0.5, 0.4, false, false, convention},
		"default, the marginals object":           {false, "default of cooler", 3, 0.2, true, false, "at 1000 bp"},
	} {
		v := balance.Judge(c.divisive, c.source, c.flat, c.inverse, 1000)
		if v.Divisive != c.want || v.Doubt != c.doubt || !strings.Contains(v.Source, c.says) {
			t.Errorf("%s: %+v", name, v)
		}
		if !math.IsNaN(c.flat) && (v.Flatness == c.flat) == c.want {
			t.Errorf("%s: flatness %v of %s", name, v.Flatness, v.Kind())
		}
	}
}

type memory struct{ data []byte }

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if need := int(at) + len(p); need > len(m.data) {
		m.data = append(m.data, make([]byte, need-len(m.data))...)
	}
	return copy(m.data[at:], p), nil
}

// A column without attribute and of no known name is judged by its marginals, on the coarsest level that has it; an
// attribute there, or where it is asked for, decides.
func TestDetect(t *testing.T) {
	yes := true
	chroms := []genome.Chrom{{Name: "a", Length: 4000}}
	bias := func(i int64) float64 { return 0.5 + float64(i*37%11)/7 }
	level := func(bin int64, columns ...cooltest.Column) cooltest.Map {
		m := cooltest.Map{Chroms: chroms, BinSize: bin, Float: true, Columns: columns}
		n := 4000 / bin
		for i := range n {
			for j := i; j < n; j++ {
				if d := j - i; d >= 2 && min(d, n-d) < 2 {
					continue
				}
				m.Pixels = append(m.Pixels, cooltest.Pixel{Row: i, Col: j, Count: bias(i) * bias(j)})
			}
		}
		return m
	}
	column := func(name string, bin int64, divisive bool, stated *bool) cooltest.Column {
		c := cooltest.Column{Name: name, Divisive: stated}
		for i := range 4000 / bin {
			v := bias(i)
			if !divisive {
				v = 1 / v
			}
			c.Values = append(c.Values, v)
		}
		return c
	}
	var out memory
	err := cooltest.Write(&out, true,
		level(50, column("ICE", 50, true, nil), column("weight", 50, false, nil), column("KR", 50, false, nil), column("stated", 50, true, nil), column("fine", 50, true, &yes)),
		level(100, column("ICE", 100, true, nil), column("weight", 100, false, nil), column("KR", 100, false, nil), column("stated", 100, true, &yes)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := cool.Open(bytes.NewReader(out.data), int64(len(out.data)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Level(50)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		divisive bool
		says     string
	}{"ICE": {true, "at 100 bp"}, "weight": {false, "at 100 bp"}, "KR": {false, "at 100 bp"}, "stated": {true, "attribute divisive_weights at 100 bp"}, "fine": {true, cool.SourceAttribute}} {
		v, err := balance.Detect(context.Background(), f, l, name, 2)
		if err != nil || v.Divisive != want.divisive || !strings.Contains(v.Source, want.says) {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	var none *cool.ErrNoWeights
	if _, err := balance.Detect(context.Background(), f, l, "gone", 1); !errors.As(err, &none) {
		t.Errorf("%v", err)
	}
}

// Juicer's columns in a file of hic2cool (4DNFI8DRD739) divide, cooler's multiplies; none has an attribute.
func TestDetectOnARealFile(t *testing.T) {
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "..", "shared", "data")
	}
	data, err := os.ReadFile(filepath.Join(root, "datasets", "fly_s2_100kb", "hic.mcool"))
	if err != nil {
		t.Skip("shared test data are not here")
	}
	f, err := cool.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Level(100_000)
	if err != nil {
		t.Fatal(err)
	}
	for name, divisive := range map[string]bool{"weight": false, "KR": true, "VC": true, "VC_SQRT": true} {
		v, err := balance.Detect(context.Background(), f, l, name, 2)
		if err != nil || v.Divisive != divisive {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
		t.Logf("%s: %+v", name, v)
	}
}
