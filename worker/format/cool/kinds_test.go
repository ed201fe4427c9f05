package cool_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand"
	"testing"

	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/cooltest"
	"regioscope/worker/format/hdf5/writer"
	"regioscope/worker/genome"
)

// memory is an io.WriterAt.
type memory struct{ data []byte }

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if need := int(at) + len(p); need > len(m.data) {
		m.data = append(m.data, make([]byte, need-len(m.data))...)
	}
	return copy(m.data[at:], p), nil
}

func open(t *testing.T, multi bool, maps ...cooltest.Map) *cool.File {
	t.Helper()
	var out memory
	if err := cooltest.Write(&out, multi, maps...); err != nil {
		t.Fatal(err)
	}
	f, err := cool.Open(bytes.NewReader(out.data), int64(len(out.data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Every storage of counts, behind every filter, in a file of one or of several resolutions, gives back what went in.
func TestEveryKindOfFile(t *testing.T) {
	rng := rand.New(rand.NewSource(61))
	chroms := []genome.Chrom{{Name: "chr1", Length: 995}, {Name: "chr2", Length: 500}}
	filters := map[string]*writer.Filter{"plain": nil, "LZF": cooltest.LZF(), "zstd": cooltest.Zstd()}
	for name, filter := range filters {
		for _, float := range []bool{false, true} {
			for _, square := range []bool{false, true} {
				for _, multi := range []bool{false, true} {
					m := cooltest.Map{Chroms: chroms, BinSize: 10, Square: square, Float: float, Filter: filter, Shuffle: multi, Chunk: 137,
						Columns: []cooltest.Column{{Name: "weight", Values: make([]float64, 150)}}}
					for i := range m.Columns[0].Values {
						m.Columns[0].Values[i] = rng.Float64()
					}
					m.Columns[0].Values[7] = math.NaN()
					for i := range int64(150) {
						for j := range int64(150) {
							if (square || j >= i) && rng.Intn(5) == 0 {
								p := cooltest.Pixel{Row: i, Col: j, Count: float64(1 + rng.Intn(9))}
								if float {
									p.Count /= 8
								}
								m.Pixels = append(m.Pixels, p)
							}
						}
					}
					t.Run(fmt.Sprintf("%s float %v square %v multi %v", name, float, square, multi), func(t *testing.T) {
						f := open(t, multi, m)
						if err := f.Validate(context.Background()); err != nil {
							t.Fatal(err)
						}
						l, err := f.Level(10)
						if err != nil {
							t.Fatal(err)
						}
						if l.SymmetricUpper() == square || l.Info().IntegerCounts == float || l.NumPixels() != int64(len(m.Pixels)) {
							t.Errorf("%+v", l.Info())
						}
						err = l.Sweep(context.Background(), []cool.PixelRange{{Hi: l.NumPixels()}}, 2, func(b cool.Block) error {
							for i := range b.Bin2 {
								if p := m.Pixels[b.Lo+int64(i)]; int64(b.Bin2[i]) != p.Col || b.Count[i] != p.Count {
									t.Fatalf("pixel %d: column %d count %v, want %+v", b.Lo+int64(i), b.Bin2[i], b.Count[i], p)
								}
							}
							return nil
						})
						if err != nil {
							t.Fatal(err)
						}
						w, err := l.Weight("weight")
						if err != nil {
							t.Fatal(err)
						}
						inverse, err := l.WeightAs("weight", true)
						if err != nil {
							t.Fatal(err)
						}
						for i, v := range m.Columns[0].Values {
							if w[i] != v && v == v || inverse[i] != 1/v && v == v || math.IsNaN(w[i]) != (i == 7) || math.IsNaN(inverse[i]) != (i == 7) {
								t.Errorf("weight %d: %v and %v, want %v", i, w[i], inverse[i], v)
							}
						}
					})
				}
			}
		}
	}
}
