package writer_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"regioscope/worker/format/cool/writer"
	"regioscope/worker/genome"
)

// python runs a script under the distribution's interpreter and skips the test where it or a module is missing.
func python(t *testing.T, module, script string, args ...string) []byte {
	t.Helper()
	const exe = "/usr/bin/python3"
	if err := exec.Command(exe, "-c", "import "+module).Run(); err != nil {
		t.Skipf("%s with %s is not installed: cross-check skipped", exe, module)
	}
	cmd := exec.Command(exe, append([]string{"-W", "ignore", "-c", script}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", module, err, stderr.String())
	}
	return out
}

// randomMatrix has a decay with distance, uneven bins, some of them empty, and pixels between chromosomes.
func randomMatrix(seed uint64) *writer.Matrix {
	rng := rand.New(rand.NewPCG(seed, 1))
	m := &writer.Matrix{Grid: writer.Grid{Chroms: []genome.Chrom{{Name: "chr1", Length: 2_004_999}, {Name: "chrX", Length: 1_200_000}, {Name: "chrM", Length: 700}}, BinSize: 5000}}
	n := int(m.NumBins())
	bias := make([]float64, n)
	for i := range bias {
		bias[i] = math.Exp(rng.NormFloat64() / 3)
		if rng.Float64() < 0.03 {
			bias[i] = 0.01
		}
	}
	m.Row = []int64{0}
	for i := range n {
		for j := i; j < n; j++ {
			mean := 40 * bias[i] * bias[j] / (1 + float64(j-i))
			if c := int32(mean + rng.ExpFloat64()*math.Sqrt(mean) - 0.5); c > 0 {
				m.Bin2, m.Count = append(m.Bin2, int32(j)), append(m.Count, c)
			}
		}
		m.Row = append(m.Row, int64(len(m.Bin2)))
	}
	return m
}

func write(t *testing.T, threads int, add func(*writer.File) error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.mcool")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := writer.New(f, writer.Options{Assembly: "demo1", Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	if err := add(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func addAll(t *testing.T, base *writer.Matrix, threads int) func(*writer.File) error {
	return func(w *writer.File) error {
		for _, factor := range []int64{1, 2, 6} {
			m, err := base.Coarsen(factor, threads)
			if err != nil {
				return err
			}
			if err := w.Add(m, m.Balance(writer.BalanceOptions{Threads: threads})); err != nil {
				return err
			}
		}
		return nil
	}
}

// cooler 0.9.1: info, bins, pixels and balanced matrices read back; its own coarsen_cooler and balance_cooler agree.
func TestCoolerAgrees(t *testing.T) {
	base := randomMatrix(7)
	path := write(t, 2, addAll(t, base, 2))
	out := python(t, "cooler", `
import cooler, json, sys, numpy as np
from cooler.fileops import is_multires_file, list_coolers
path = sys.argv[1]; r = {}
r["multires"] = is_multires_file(path); r["list"] = list_coolers(path)
c = cooler.Cooler(path + "::/resolutions/5000")
i = c.info
r["info"] = {k: i[k] for k in ("bin-size", "bin-type", "storage-mode", "nbins", "nchroms", "nnz", "sum", "genome-assembly", "format", "format-version")}
r["info"] = {k: v if isinstance(v, str) else int(v) for k, v in r["info"].items()}
b = c.bins()[:]
r["chroms"] = [[str(n), int(l)] for n, l in zip(c.chromnames, c.chromsizes)]
r["last"] = [[str(x.chrom), int(x.start), int(x.end)] for x in b.groupby("chrom", observed=True).tail(1).itertuples()]
p = c.pixels()[:]
r["pixels"] = [len(p), int(p.bin1_id.is_monotonic_increasing), int(p["count"].sum())]
import h5py
r["attrs"] = {k: (v.item() if hasattr(v, "item") else v) for k, v in h5py.File(path)["resolutions/5000/bins/weight"].attrs.items()}
m = c.matrix(balance=True).fetch("chr1"); raw = c.matrix(balance=False).fetch("chr1"); w = b.weight.values[:len(m)]
r["matrix"] = bool(np.allclose(m, raw * np.outer(w, w), rtol=1e-12, equal_nan=True)) and bool((raw == raw.T).all())
for size in (5000, 10000, 30000):
    c = cooler.Cooler(path + "::/resolutions/%d" % size)
    ours = c.bins()[:].weight.values
    theirs, stats = cooler.balance_cooler(c)
    r["balance %d" % size] = [bool((np.isnan(ours) == np.isnan(theirs)).all()), float(np.nanmax(np.abs(ours / theirs - 1))), int(np.isnan(ours).sum()), float(stats["scale"]), float(stats["var"]), bool(stats["converged"])]
    if size > 5000:
        out = path + ".%d" % size
        cooler.coarsen_cooler(path + "::/resolutions/5000", out, size // 5000, chunksize=1000000)
        d = cooler.Cooler(out)
        r["coarsen %d" % size] = bool(d.pixels()[:].equals(c.pixels()[:])) and bool(d.bins()[:].equals(c.bins()[:][["chrom", "start", "end"]]))
print(json.dumps(r))
`, path)
	var got struct {
		Multires bool
		List     []string
		Info     map[string]any
		Chroms   [][]any
		Last     [][]any
		Pixels   []float64
		Attrs    map[string]any
		Matrix   bool
		Rest     map[string]any `json:"-"`
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := json.Unmarshal(out, &got.Rest); err != nil {
		t.Fatal(err)
	}
	nnz, sum := float64(base.NumPixels()), float64(base.Sum())
	if !got.Multires || len(got.List) != 3 || !got.Matrix {
		t.Errorf("multires %v, levels %v, matrix %v", got.Multires, got.List, got.Matrix)
	}
	for k, want := range map[string]any{"bin-size": 5000.0, "bin-type": "fixed", "storage-mode": "symmetric-upper", "nbins": 642.0, "nchroms": 3.0,
		"nnz": nnz, "sum": sum, "genome-assembly": "demo1", "format": "HDF5::Cooler", "format-version": 3.0} {
		if got.Info[k] != want {
			t.Errorf("info[%s] = %v, want %v", k, got.Info[k], want)
		}
	}
	wantJSON(t, "last bins", got.Last, `[["chr1",2000000,2004999],["chrX",1195000,1200000],["chrM",0,700]]`)
	wantJSON(t, "chromosomes", got.Chroms, `[["chr1",2004999],["chrX",1200000],["chrM",700]]`)
	if got.Pixels[0] != nnz || got.Pixels[1] != 1 || got.Pixels[2] != sum {
		t.Errorf("pixels %v, want %v sorted, sum %v", got.Pixels, nnz, sum)
	}
	for k, want := range map[string]any{"ignore_diags": 2.0, "mad_max": 5.0, "min_nnz": 10.0, "cis_only": false, "divisive_weights": false, "converged": true} {
		if got.Attrs[k] != want {
			t.Errorf("weight attribute %s = %v, want %v", k, got.Attrs[k], want)
		}
	}
	for _, size := range []int64{5000, 10000, 30000} {
		m, err := base.Coarsen(size/5000, 1)
		if err != nil {
			t.Fatal(err)
		}
		w := m.Balance(writer.BalanceOptions{})
		b := got.Rest["balance "+itoa(size)].([]any)
		if b[0] != true || b[1].(float64) > 1e-10 || size == 5000 && b[2].(float64) < 1 || b[5] != w.Converged || math.Abs(b[3].(float64)/w.Scale-1) > 1e-10 || math.Abs(b[4].(float64)/w.Variance-1) > 1e-6 {
			t.Errorf("balance at %d: cooler %v, ours scale %g var %g converged %t", size, b, w.Scale, w.Variance, w.Converged)
		}
		if size > 5000 && got.Rest["coarsen "+itoa(size)] != true {
			t.Errorf("coarsen to %d differs from cooler", size)
		}
	}
}

func itoa(v int64) string { b, _ := json.Marshal(v); return string(b) }

func wantJSON(t *testing.T, what string, got any, want string) {
	t.Helper()
	b, _ := json.Marshal(got)
	if string(b) != want {
		t.Errorf("%s: %s, want %s", what, b, want)
	}
}

func TestSameBytesOnAnyNumberOfThreads(t *testing.T) {
	base := randomMatrix(3)
	var sums [2][32]byte
	for i, threads := range []int{1, 3} {
		data, err := os.ReadFile(write(t, threads, addAll(t, base, threads)))
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = sha256.Sum256(data)
	}
	if sums[0] != sums[1] {
		t.Error("three threads give other bytes than one")
	}
}

// Coarsening keeps contacts, and in two steps it is the same as in one.
func TestCoarsenProperties(t *testing.T) {
	base := randomMatrix(11)
	two, err := base.Coarsen(2, 2)
	if err != nil {
		t.Fatal(err)
	}
	six, err := base.Coarsen(6, 1)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := two.Coarsen(3, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*writer.Matrix{two, six, steps} {
		if err := m.Validate(); err != nil {
			t.Fatal(err)
		}
		if m.Sum() != base.Sum() {
			t.Errorf("level %d has %d contacts of %d", m.BinSize, m.Sum(), base.Sum())
		}
	}
	a, _ := json.Marshal(six)
	b, _ := json.Marshal(steps)
	if !bytes.Equal(a, b) {
		t.Error("coarsening by 2 and 3 differs from coarsening by 6")
	}
	base.Count[0], base.Count[1] = math.MaxInt32, math.MaxInt32
	if _, err := base.Coarsen(400, 1); err == nil {
		t.Error("a count above 2³¹−1: no error")
	}
}

// Rows of a balanced matrix sum to 1 where they are not masked, over the diagonals that count.
func TestBalancedRowsSumToOne(t *testing.T) {
	m := randomMatrix(5)
	w := m.Balance(writer.BalanceOptions{Tol: 1e-9, MaxIters: 2000})
	if !w.Converged {
		t.Fatal("not converged")
	}
	n := int(m.NumBins())
	sum := make([]float64, n)
	for i := range n {
		for p := m.Row[i]; p < m.Row[i+1]; p++ {
			if j := int(m.Bin2[p]); j-i >= 2 && !math.IsNaN(w.Values[i]*w.Values[j]) {
				v := float64(m.Count[p]) * w.Values[i] * w.Values[j]
				sum[i], sum[j] = sum[i]+v, sum[j]+v
			}
		}
	}
	for i, s := range sum {
		if !math.IsNaN(w.Values[i]) && math.Abs(s-1) > 1e-4 {
			t.Errorf("row %d sums to %g", i, s)
		}
	}
}

func TestBadMatrixIsRefused(t *testing.T) {
	break_ := map[string]func(*writer.Matrix){
		"row offsets":    func(m *writer.Matrix) { m.Row = m.Row[1:] },
		"zero count":     func(m *writer.Matrix) { m.Count[5] = 0 },
		"lower triangle": func(m *writer.Matrix) { m.Bin2[m.Row[50]] = 3 },
		"unsorted":       func(m *writer.Matrix) { m.Bin2[1] = m.Bin2[0] },
		"outside":        func(m *writer.Matrix) { m.Bin2[len(m.Bin2)-1] = 10_000 },
		"no bin size":    func(m *writer.Matrix) { m.BinSize = 0 },
		"no name":        func(m *writer.Matrix) { m.Chroms[0].Name = "" },
		"decreasing":     func(m *writer.Matrix) { m.Row[7] = m.Row[6] - 1 },
	}
	for name, f := range break_ {
		m := randomMatrix(1)
		f(m)
		if m.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	empty := &writer.Matrix{Grid: writer.Grid{Chroms: []genome.Chrom{{Name: "a", Length: 100}}, BinSize: 10}, Row: make([]int64, 11)}
	if w := empty.Balance(writer.BalanceOptions{}); !math.IsNaN(w.Values[0]) || w.Converged {
		t.Errorf("an empty matrix: %v", w)
	}
	write(t, 1, func(f *writer.File) error { return f.Add(empty, nil) })
}
