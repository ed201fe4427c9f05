package writer_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"regioscope/worker/format/hdf5/writer"
)

// python runs a script under the distribution's interpreter and skips the test where it or a module is missing.
func python(t *testing.T, module, script string, args ...string) []byte {
	t.Helper()
	const exe = "/usr/bin/python3"
	if err := exec.Command(exe, "-c", "import "+module).Run(); err != nil {
		t.Skipf("%s with %s is not installed: cross-check skipped", exe, module)
	}
	cmd := exec.Command(exe, append([]string{"-c", script}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", module, err, stderr.String())
	}
	return out
}

func create(t testing.TB, threads int, build func(*writer.Writer) error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.h5")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := writer.New(f, threads)
	if err := build(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// everything uses every type, storage and attribute that the package offers; n values per table.
func everything(n int) func(*writer.Writer) error {
	return func(w *writer.Writer) error {
		var errs []error
		keep := func(err error) { errs = append(errs, err) }
		i32, i64, f64 := make([]int32, n), make([]int64, n), make([]float64, n)
		for i := range n {
			i32[i], i64[i], f64[i] = int32(i%3), int64(i)*1_000_003, float64(i)/3
		}
		if n > 2 {
			f64[2] = math.NaN()
		}
		for _, store := range []struct {
			name string
			o    writer.Options
		}{
			{"contiguous", writer.Options{}},
			{"plain chunks", writer.Options{Chunk: 100}},
			{"deflate", writer.Options{Chunk: 64, Level: 6}},
			{"shuffled", writer.Options{Chunk: 7, Level: 1, Shuffle: true}},
		} {
			g, err := w.Root().Group(store.name)
			keep(err)
			a, err := g.Dataset("i32", writer.Int32(), store.o)
			keep(err)
			keep(a.AppendInt32(i32))
			b, err := g.Dataset("i64", writer.Int64(), store.o)
			keep(err)
			for i := 0; i < n; i += 13 { // pieces that do not fit the chunks
				keep(b.AppendInt64(i64[i:min(i+13, n)]))
			}
			c, err := g.Dataset("f64", writer.Float64(), store.o)
			keep(err)
			keep(c.AppendFloat64(f64))
			d, err := g.Dataset("enum", writer.Enum([]string{"chr1", "chr2", "a longer name"}), store.o)
			keep(err)
			keep(d.AppendInt32(i32))
			e, err := g.Dataset("text", writer.FixedString(5), store.o)
			keep(err)
			for i := range n {
				keep(e.AppendStrings([]string{fmt.Sprint(i % 1000)}))
			}
			keep(e.SetAttr("note", "größer"))
		}
		r := w.Root()
		keep(r.SetAttr("format", "replaced below"))
		keep(r.SetAttr("format", "HDF5::MCOOL"))
		keep(r.SetAttr("empty", ""))
		keep(r.SetAttr("format-version", 2))
		keep(r.SetAttr("big", int64(1)<<60))
		keep(r.SetAttr("tol", 1e-5))
		keep(r.SetAttr("yes", true))
		keep(r.SetAttr("no", false))
		_, err := r.Group("nothing in it")
		keep(err)
		return errors.Join(errs...)
	}
}

func TestH5pyReadsEverything(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 40_000} { // 40,000 / 7: three levels of chunk B-tree
		path := create(t, 2, everything(n))
		out := python(t, "h5py", `
import h5py, json, sys, numpy as np
n = int(sys.argv[2])
f = h5py.File(sys.argv[1], "r")
i = np.arange(n)
stores = [k for k in f if k != "nothing in it"]
ok = []
for k in stores:
    g = f[k]
    ok += [(g["i32"][:] == i % 3).all(), (g["i64"][:] == i * 1000003).all(), (g["enum"][:] == i % 3).all(),
           (g["text"][:] == np.array([str(x % 1000) for x in i], dtype="S5")).all() if n else True,
           (np.isnan(g["f64"][:]) == (i == 2)).all(), np.allclose(np.delete(g["f64"][:], 2) if n > 2 else g["f64"][:], (np.delete(i, 2) if n > 2 else i) / 3, rtol=0, atol=0)]
    ok += [h5py.check_dtype(enum=g["enum"].dtype) == {"chr1": 0, "chr2": 1, "a longer name": 2}, g["text"].attrs["note"] == "größer"]
    if n: ok += [g["i64"][n - 1] == (n - 1) * 1000003, len(g["i64"][n // 2:]) == n - n // 2]
s = f["shuffled"]["i64"]
a = f.attrs
print(json.dumps([bool(all(ok)), len(f["nothing in it"]), sorted(stores), [s.compression, s.shuffle, list(s.chunks), s.maxshape[0]],
  [a["format"], a["empty"], int(a["format-version"]), int(a["big"]), float(a["tol"]), bool(a["yes"]), bool(a["no"]), str(a["yes"].dtype)]]))
`, path, fmt.Sprint(n))
		var got, want any
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		expect := `[true, 0, ["contiguous", "deflate", "plain chunks", "shuffled"], ["gzip", true, [7], null],
			["HDF5::MCOOL", "", 2, 1152921504606846976, 1e-5, true, false, "bool"]]`
		if err := json.Unmarshal([]byte(expect), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("n = %d: h5py reads %v, want %v", n, got, want)
		}
	}
}

// Groups with many members need several symbol nodes and levels of B-tree: one level holds 32 nodes of 8 names.
func TestH5pyFindsEveryMember(t *testing.T) {
	for _, n := range []int{8, 9, 256, 257, 3000} {
		path := create(t, 2, func(w *writer.Writer) error {
			for i := range n {
				d, err := w.Root().Dataset(fmt.Sprintf("d%d", i), writer.Int64(), writer.Options{})
				if err != nil {
					return err
				}
				if err := d.AppendInt64([]int64{int64(i)}); err != nil {
					return err
				}
			}
			return nil
		})
		out := python(t, "h5py", `
import h5py, sys
f = h5py.File(sys.argv[1], "r"); n = int(sys.argv[2])
assert len(f) == n and sorted(f) == sorted("d%d" % i for i in range(n)), len(f)
print(sum(int(f["d%d" % i][0]) == i for i in range(n)), "missing" in f)
`, path, fmt.Sprint(n))
		if want := fmt.Sprintf("%d False\n", n); string(out) != want {
			t.Errorf("%d members: h5py finds %q, want %q", n, out, want)
		}
	}
}

func TestBytesDoNotDependOnThreads(t *testing.T) {
	var want [32]byte
	for i, threads := range []int{1, 2, 7} {
		data, err := os.ReadFile(create(t, threads, everything(5000)))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(data); i == 0 {
			want = sum
		} else if sum != want {
			t.Errorf("%d threads give other bytes than one", threads)
		}
	}
}

func TestMisuseIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.h5")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := writer.New(f, 1)
	d, err := w.Root().Dataset("a", writer.Int32(), writer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 6000)
	for i := range names {
		names[i] = fmt.Sprintf("scaffold_%d", i)
	}
	if writer.EnumFits(names) || !writer.EnumFits(names[:1000]) {
		t.Error("EnumFits: 6,000 scaffolds do not fit 64 KiB, 1,000 do")
	}
	bad := map[string]func() error{
		"other type":        func() error { return d.AppendInt64([]int64{1}) },
		"same name":         func() error { _, err := w.Root().Group("a"); return err },
		"slash":             func() error { _, err := w.Root().Group("a/b"); return err },
		"no name":           func() error { _, err := w.Root().Group(""); return err },
		"level 10":          func() error { _, err := w.Root().Dataset("b", writer.Int32(), writer.Options{Level: 10}); return err },
		"zero-length text":  func() error { _, err := w.Root().Dataset("b", writer.FixedString(0), writer.Options{}); return err },
		"enum too large":    func() error { _, err := w.Root().Dataset("b", writer.Enum(names), writer.Options{}); return err },
		"attribute of type": func() error { return d.SetAttr("x", []int{1}) },
		"text too long": func() error {
			s, err := w.Root().Dataset("s", writer.FixedString(2), writer.Options{})
			if err != nil {
				return nil
			}
			return s.AppendStrings([]string{"abc"})
		},
	}
	for name, f := range bad {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Close() == nil || d.AppendInt32([]int32{1}) == nil || w.Root().SetAttr("x", 1) == nil {
		t.Error("use after Close: no error")
	}
}

// A disk that fails is reported by Close.
type failing struct{ after int64 }

func (f failing) WriteAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.after {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestFailingDisk(t *testing.T) {
	for _, after := range []int64{0, 100, 1 << 20} {
		w := writer.New(failing{after}, 2)
		d, err := w.Root().Dataset("a", writer.Int64(), writer.Options{Chunk: 1 << 16})
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if err = d.AppendInt64(make([]int64, 1<<16)); err != nil {
				break
			}
		}
		if cerr := w.Close(); err == nil && cerr == nil {
			t.Errorf("a disk of %d bytes: no error", after)
		}
	}
}
