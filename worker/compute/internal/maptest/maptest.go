// Package maptest holds contact maps in memory, for the tests of the compute packages.
package maptest

import (
	"context"
	"math"
	"math/rand"
	"sort"

	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// Map is a contact map in memory. It satisfies the Matrix interfaces of the compute packages.
type Map struct {
	Bin     int64
	Genome  []genome.Chrom
	Square  bool // both triangles are stored
	Block   int  // pixels per block of a sweep; 0 means 7, so that rows are cut in odd places
	Weights []float64

	offsets []int64
	cols    []int32
	counts  []float64
}

// Pixel is one stored pixel.
type Pixel struct {
	Row, Col int64
	Count    float64
}

// New makes a map of the given pixels, which may come in any order but must be distinct. Weights start as ones.
func New(bin int64, chroms []genome.Chrom, pixels []Pixel) *Map {
	m := &Map{Bin: bin, Genome: chroms}
	sort.Slice(pixels, func(i, j int) bool {
		return pixels[i].Row < pixels[j].Row || pixels[i].Row == pixels[j].Row && pixels[i].Col < pixels[j].Col
	})
	n := m.NumBins()
	m.offsets = make([]int64, n+1)
	for _, p := range pixels {
		m.offsets[p.Row+1]++
		m.cols = append(m.cols, int32(p.Col))
		m.counts = append(m.counts, p.Count)
	}
	for i := range n {
		m.offsets[i+1] += m.offsets[i]
	}
	m.Weights = make([]float64, n)
	for i := range m.Weights {
		m.Weights[i] = 1
	}
	return m
}

// Random makes a map with decay by distance: every upper pixel is stored with probability fill, one weight in twelve is
// masked, counts are integers.
func Random(seed int64, bin int64, chroms []genome.Chrom, fill float64) *Map {
	rng := rand.New(rand.NewSource(seed))
	n := New(bin, chroms, nil).NumBins()
	var pixels []Pixel
	for i := range n {
		for j := i; j < n; j++ {
			if rng.Float64() < fill {
				pixels = append(pixels, Pixel{i, j, float64(1 + rng.Intn(1+200/int(j-i+1)))})
			}
		}
	}
	m := New(bin, chroms, pixels)
	for i := range m.Weights {
		m.Weights[i] = 0.5 + rng.Float64()
		if rng.Intn(12) == 0 {
			m.Weights[i] = math.NaN()
		}
	}
	return m
}

// Damage makes every n-th count one that is no number.
func (m *Map) Damage(n int) {
	for i := 0; i < len(m.counts); i += n {
		m.counts[i] = []float64{math.NaN(), math.Inf(1)}[i/n%2]
	}
}

// Dense returns the whole map as rows × columns, symmetric unless Square; absent pixels are 0.
func (m *Map) Dense() [][]float64 {
	n := m.NumBins()
	dense := make([][]float64, n)
	for i := range dense {
		dense[i] = make([]float64, n)
	}
	for i := range n {
		for k := m.offsets[i]; k < m.offsets[i+1]; k++ {
			dense[i][m.cols[k]] = m.counts[k]
			if !m.Square {
				dense[m.cols[k]][i] = m.counts[k]
			}
		}
	}
	return dense
}

// Upper returns the pixels as they are stored, as rows × columns; absent pixels are 0.
func (m *Map) Upper() [][]float64 {
	stored := *m
	stored.Square = true
	return stored.Dense()
}

func (m *Map) BinSize() int64         { return m.Bin }
func (m *Map) Chroms() []genome.Chrom { return m.Genome }
func (m *Map) SymmetricUpper() bool   { return !m.Square }
func (m *Map) NumBins() int64         { return m.ChromOffset(len(m.Genome)) }

func (m *Map) ChromOffset(chrom int) int64 {
	var at int64
	for _, c := range m.Genome[:chrom] {
		at += (c.Length + m.Bin - 1) / m.Bin
	}
	return at
}

func (m *Map) Bin1Offset() ([]int64, error) { return m.offsets, nil }

func (m *Map) Sweep(ctx context.Context, ranges []cool.PixelRange, _ int, fn func(cool.Block) error) error {
	size := int64(m.Block)
	if size == 0 {
		size = 7
	}
	for _, r := range ranges {
		for at := r.Lo; at < r.Hi; {
			if err := ctx.Err(); err != nil {
				return err
			}
			end := min(r.Hi, (at/size+1)*size)
			if err := fn(cool.Block{Lo: at, Bin2: m.cols[at:end], Count: m.counts[at:end]}); err != nil {
				return err
			}
			at = end
		}
	}
	return nil
}
