package locus_test

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/bbi"
	"regioscope/worker/format/bbi/writer"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/locus"
	"regioscope/worker/format/npy"
	"regioscope/worker/genome"
)

func TestMain(m *testing.M) {
	code := m.Run()
	demotest.Remove()
	os.Exit(code)
}

func signal(t testing.TB, path string) *bbi.File {
	t.Helper()
	r := read(t, path)
	f, err := bbi.Open(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Windows of single sites as pyBigWig reads them (shared/data/oracles/stackup/small_ctcf_500bp.pybigwig.npz, stack_exact of
// stats(exact=True); README there). 500 bp is finer than two records of the first zoom level, so that values are read.
func TestSignalOracle(t *testing.T) {
	root := shared(t)
	f := signal(t, filepath.Join(root, "datasets/synth_small1/ctcf.bw"))
	table, err := bed.Parse(read(t, filepath.Join(root, "datasets/synth_small1/ctcf_peaks.bed")), bed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := read(t, filepath.Join(root, "oracles/stackup/small_ctcf_500bp.pybigwig.npz"))
	z, err := npy.OpenNPZ(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	want, err := npy.ReadAll[float32](z["stackup_exact"])
	if err != nil {
		t.Fatal(err)
	}
	const n, flank = 200, 50_000
	length := map[string]int64{}
	for _, c := range f.Chroms() {
		length[c.Name] = c.Length
	}
	compared := 0
	for row := 0; row < 1500; row += 10 {
		a := table.Regions[row].A
		at := (a.Start + a.End) / 2
		if at < flank || at+flank > length[a.Chrom] {
			continue // the part outside is cut off by a locus, and NaN in a window
		}
		got, err := locus.Signal(t.Context(), f, a.Chrom, at-flank, at+flank, n)
		if err != nil {
			t.Fatal(err)
		}
		if got.Zoom != 0 {
			t.Fatalf("the zoom level of %d bp was read", got.Zoom)
		}
		compared++
		for k, v := range got.Mean {
			w := want[row*n+k]
			if (v != v) != (w != w) || math.Abs(float64(v-w)) > 2e-5*math.Abs(float64(w))+1e-6 {
				t.Fatalf("site %d, bin %d: %g, want %g", row, k, v, w)
			}
			if v == v && (got.Min[k] > v*1.00001 || got.Max[k] < v*0.99999) {
				t.Fatalf("site %d, bin %d: %g to %g do not hold %g", row, k, got.Min[k], got.Max[k], v)
			}
		}
	}
	if compared < 100 {
		t.Fatalf("%d sites were compared", compared)
	}
}

// Wide bins come from a zoom level, and are exact where they begin and end with its records; elsewhere records are shared
// out, and nothing is lost or counted twice.
func TestWideBinsAreMadeOfZoomRecords(t *testing.T) {
	const length, step, record, bin = 160_000, 10, 100, 1600
	file, err := os.Create(filepath.Join(t.TempDir(), "x.bw"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := writer.New(file, []genome.Chrom{{Name: "chr1", Length: length}, {Name: "chr2", Length: length}}, writer.Options{FirstZoom: record, BlockItems: 64})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	values := make([]float32, length/step)
	for i := range values {
		values[i] = rng.Float32() * rng.Float32() * 10
	}
	const gap = 50 * bin / step // bins 50 to 59 have no value
	for chrom := range 2 {
		for _, part := range [][2]int{{0, gap}, {gap + 10*bin/step, len(values)}} {
			if err := w.AddFixed(chrom, uint32(part[0]*step), step, step, values[part[0]:part[1]]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f := signal(t, file.Name())
	got, err := locus.Signal(t.Context(), f, "chr2", 0, length, length/bin)
	if err != nil {
		t.Fatal(err)
	}
	if got.Zoom != record {
		t.Fatalf("the level of %d bp was read", got.Zoom)
	}
	for k := range got.Mean {
		if k >= 50 && k < 60 {
			if got.Mean[k] == got.Mean[k] {
				t.Errorf("bin %d has a value", k)
			}
			continue
		}
		part := values[k*bin/step : (k+1)*bin/step]
		sum := 0.0
		for _, v := range part {
			sum += float64(v)
		}
		if mean := sum / float64(len(part)); math.Abs(float64(got.Mean[k])-mean) > 1e-5*mean || got.Min[k] != slices.Min(part) || got.Max[k] != slices.Max(part) {
			t.Errorf("bin %d: %g (%g to %g), want %g (%g to %g)", k, got.Mean[k], got.Min[k], got.Max[k], mean, slices.Min(part), slices.Max(part))
		}
	}
	// Bins of 1632.65… bp begin within records. Bases with a value are not told, so the gap is left out.
	const half = 50 * bin
	odd, err := locus.Signal(t.Context(), f, "chr2", 0, half, 49)
	if err != nil {
		t.Fatal(err)
	}
	left, want := 0.0, 0.0
	for _, v := range odd.Mean {
		left += float64(v) * half / 49
	}
	for _, v := range values[:half/step] {
		want += float64(v) * step
	}
	if odd.Zoom != record || math.Abs(left-want) > 1e-5*want {
		t.Errorf("shared out: %g, want %g (level %d)", left, want, odd.Zoom)
	}
}

// Where nothing is stored there is no value, which is not zero; a chromosome that the file lacks has none at all.
func TestSignalWithoutValues(t *testing.T) {
	f := signal(t, filepath.Join(demotest.MustTiny(t), "CTCF.bw"))
	got, err := locus.Signal(t.Context(), f, "chrNone", 0, 1000, 10)
	if err != nil {
		t.Fatal(err)
	}
	for k := range got.Mean {
		if got.Mean[k] == got.Mean[k] || got.Min[k] == got.Min[k] || got.Max[k] == got.Max[k] {
			t.Errorf("bin %d has a value", k)
		}
	}
	for _, c := range [][3]int64{{-1, 10, 1}, {10, 10, 1}, {0, 10, 0}} {
		if _, err := locus.Signal(t.Context(), f, f.Chroms()[0].Name, c[0], c[1], int(c[2])); err == nil {
			t.Errorf("%v is read", c)
		}
	}
}
