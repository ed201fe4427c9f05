package cool

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared is the folder of public test data next to the project, or a skip.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("REGIOSCOPE_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	dir = filepath.Join(dir, "datasets")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("shared test data are not here: set REGIOSCOPE_TESTDATA")
	}
	return dir
}

func openFile(t testing.TB, path string) (*File, error) {
	t.Helper()
	r, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	st, err := r.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return Open(r, st.Size())
}

// Every contact map of the test data is valid, and its pixels add up to what its attributes say.
func TestRealFiles(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join(shared(t), "*", "*.mcool"))
	for _, path := range paths {
		if filepath.Base(path) == "bad_cooler.mcool" {
			continue
		}
		f, err := openFile(t, path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if err := f.Validate(context.Background()); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, size := range f.Resolutions() {
			l, err := f.Level(size)
			if err != nil {
				t.Fatal(err)
			}
			want := l.Info().Sum
			sum, n := 0.0, int64(0)
			err = l.Sweep(context.Background(), whole(l), 2, func(b Block) error {
				for _, v := range b.Count {
					sum += v
				}
				n += int64(len(b.Count))
				return nil
			})
			if err != nil || n != l.NumPixels() || want == nil || sum != *want {
				t.Errorf("%s %d: %d pixels, sum %v, %v", path, size, n, sum, err)
			}
		}
	}
}

// 634 bins, 71 masked, 176,767 pixels, sum 9,618,749: h5py 3.7.0 on the same file.
func TestHicognitionFile(t *testing.T) {
	f, err := openFile(t, filepath.Join(shared(t), "hicog_tests", "test.mcool"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Level(5_000_000)
	if err != nil {
		t.Fatal(err)
	}
	w, err := l.Weight("weight")
	if err != nil {
		t.Fatal(err)
	}
	masked := 0
	for _, v := range w {
		if math.IsNaN(v) {
			masked++
		}
	}
	if l.NumBins() != 634 || masked != 71 || l.NumPixels() != 176767 || *l.Info().Sum != 9618749 || len(l.Chroms()) != 25 {
		t.Errorf("%d bins, %d masked, %d pixels, sum %v", l.NumBins(), masked, l.NumPixels(), *l.Info().Sum)
	}
}

// Divisive Juicer weights beside cooler's own, in a file of hic2cool (4DNFI8DRD739). Balanced rows have about the same
// sum only if the weights are used in their own sense.
func TestDivisiveWeights(t *testing.T) {
	f, err := openFile(t, filepath.Join(shared(t), "fly_s2_100kb", "hic.mcool"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Level(100_000)
	if err != nil {
		t.Fatal(err)
	}
	index, err := l.Bin1Offset()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"weight", "KR"} {
		if divisive, _ := l.WeightKind(name); divisive != (name == "KR") {
			t.Errorf("%s: divisive is %v", name, divisive)
		}
		w, err := l.Weight(name)
		if err != nil {
			t.Fatal(err)
		}
		rows := make([]float64, l.NumBins())
		row := 0
		err = l.Sweep(context.Background(), whole(l), 1, func(b Block) error {
			for i, c := range b.Count {
				for b.Lo+int64(i) >= index[row+1] {
					row++
				}
				col := b.Bin2[i]
				if v := c * w[row] * w[col]; !math.IsNaN(v) {
					rows[row] += v
					if int(col) != row {
						rows[col] += v
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		sum, square, n := 0.0, 0.0, 0.0
		for _, v := range rows {
			if v > 0 {
				sum, square, n = sum+v, square+v*v, n+1
			}
		}
		// The wrong sense gives a coefficient of variation above 1.
		if cv := math.Sqrt(square/n-sum*sum/n/n) / (sum / n); !(cv < 0.3) {
			t.Errorf("%s: coefficient of variation of the row sums is %.3f", name, cv)
		}
	}
}

func TestBigWigUnderAnotherName(t *testing.T) {
	_, err := openFile(t, filepath.Join(shared(t), "hicog_tests", "bad_cooler.mcool"))
	if !errors.Is(err, ErrNotCooler) || !strings.Contains(err.Error(), "bigWig") {
		t.Errorf("%v", err)
	}
}
