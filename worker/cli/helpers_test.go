package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"regioscope/worker/format/npy"
)

func testdata(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("REGIOSCOPE_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "oracles")); err != nil {
		t.Skip("the reference data are not here; set REGIOSCOPE_TESTDATA to their folder")
	}
	return dir
}

// command runs Main and expects an exit status; it returns the standard output and error.
func command(t *testing.T, status int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if got := Main(context.Background(), args, &out, &errs); got != status {
		t.Fatalf("compute %s: exit status %d, want %d: %s", strings.Join(args, " "), got, status, errs.String())
	}
	return out.String(), errs.String()
}

func same(t *testing.T, what string, ours, theirs []float64, tolerance float64) {
	t.Helper()
	if len(ours) != len(theirs) || len(ours) == 0 {
		t.Fatalf("%s: %d cells, want %d", what, len(ours), len(theirs))
	}
	worst, at := 0.0, 0
	for i := range ours {
		if !near(ours[i], theirs[i], tolerance) {
			if rel := math.Abs(ours[i]-theirs[i]) / math.Abs(theirs[i]); !(rel <= worst) {
				worst, at = rel, i
			}
		}
	}
	if worst != 0 {
		t.Fatalf("%s: cell %d is %g, want %g (relative %g)", what, at, ours[at], theirs[at], worst)
	}
}

func near(a, b, tolerance float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tolerance*math.Max(math.Abs(a), math.Abs(b))
}

func openNPZ(t *testing.T, path string) map[string]*npy.Reader {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npy.OpenNPZ(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return arrays
}

func openNPY(t *testing.T, dir, name string) *npy.Reader {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name+".npy"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := npy.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func floats(t *testing.T, r *npy.Reader) []float64 {
	t.Helper()
	if r == nil {
		t.Fatal("the oracle has no such array")
	}
	values, err := npy.ReadAll[float64](r)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func readJSON(t *testing.T, path string, to any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// readTable reads a tab separated table with a header row, plain or gzip.
func readTable(t *testing.T, path string) []map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	head := strings.Split(lines[0], "\t")
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := make(map[string]string)
		for i, field := range strings.Split(line, "\t") {
			row[head[i]] = field
		}
		rows = append(rows, row)
	}
	return rows
}

func number64(t *testing.T, text string) float64 {
	t.Helper()
	if text == "" {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
