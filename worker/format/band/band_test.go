package band

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"sync"
	"testing"

	"regioscope/worker/format/cool"
)

// memory is a file in memory.
type memory struct{ b []byte }

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if need := int(at) + len(p); need > len(m.b) {
		m.b = append(m.b, make([]byte, need-len(m.b))...)
	}
	return copy(m.b[at:], p), nil
}

// level is a random upper triangle.
type level struct {
	offsets []int64
	cols    []int32
	counts  []float64
}

// random makes rows of which some are empty, with counts drawn by draw.
func random(seed uint64, bins int, draw func(r *rand.Rand) float64) level {
	r := rand.New(rand.NewPCG(seed, 1))
	l := level{offsets: []int64{0}}
	for i := range bins {
		if r.IntN(6) > 0 {
			for c := i + r.IntN(3); c < bins; c += 1 + r.IntN(1+(c-i)/3) {
				l.cols, l.counts = append(l.cols, int32(c)), append(l.counts, draw(r))
			}
		}
		l.offsets = append(l.offsets, int64(len(l.cols)))
	}
	return l
}

func small(r *rand.Rand) float64 { return float64(1 + r.IntN(9)) }

func (l level) header(width int32) Header {
	return Header{Source: [32]byte{1, 2, 3}, BinSize: 10_000, Bins: int64(len(l.offsets) - 1), Pixels: int64(len(l.cols)), Width: width}
}

// write makes a band, the pixels cut into blocks of any size.
func (l level) write(t testing.TB, width int32, block int) []byte {
	t.Helper()
	var m memory
	w, err := NewWriter(&m, l.header(width), l.offsets)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(l.cols); at += block {
		end := min(at+block, len(l.cols))
		if err := w.Add(cool.Block{Lo: int64(at), Bin2: l.cols[at:end], Count: l.counts[at:end]}); err != nil {
			t.Fatal(err)
		}
	}
	n, err := w.Close()
	if err != nil || n != int64(len(m.b)) {
		t.Fatalf("%d bytes of %d, %v", n, len(m.b), err)
	}
	return m.b
}

// span is the definition of Reader.Span.
func (l level) span(row, lo, hi int32) (cols []int32, counts []float64) {
	for k := l.offsets[row]; k < l.offsets[row+1]; k++ {
		if l.cols[k] >= lo && l.cols[k] < hi {
			cols, counts = append(cols, l.cols[k]), append(counts, l.counts[k])
		}
	}
	return cols, counts
}

var draws = map[string]func(r *rand.Rand) float64{
	"small":   small,
	"16 bits": func(r *rand.Rand) float64 { return float64(r.IntN(1 << 16)) },
	"32 bits": func(r *rand.Rand) float64 { return float64(r.Uint32()) },
	"more":    func(r *rand.Rand) float64 { return float64(r.Uint64N(1 << 52)) },
	"below 0": func(r *rand.Rand) float64 { return float64(r.IntN(9) - 4) },
	"float32": func(r *rand.Rand) float64 { return float64(r.Float32()) },
	"float64": func(r *rand.Rand) float64 { return r.Float64() },
	"odd": func(r *rand.Rand) float64 {
		return []float64{math.NaN(), math.Inf(1), math.Copysign(0, -1), 1}[r.IntN(4)]
	},
}

// Every part of every row comes back to the last bit, whatever the counts, the width and the blocks.
func TestRoundTrip(t *testing.T) {
	for name, draw := range draws {
		for _, bins := range []int{0, 1, segmentRows - 1, segmentRows, segmentRows + 1, 2*segmentRows + 77} {
			l := random(uint64(bins), bins, draw)
			for _, width := range []int32{1, 40, 300, 100_000} {
				data := l.write(t, width, 1+bins/3)
				if other := l.write(t, width, 1<<20); !bytes.Equal(data, other) {
					t.Fatalf("%s, %d bins: the file depends on the blocks", name, bins)
				}
				r, err := Open(data)
				if err != nil || r.Header() != l.header(width) {
					t.Fatalf("%s, %d bins: %+v, %v", name, bins, r, err)
				}
				l.compare(t, r)
				if name == "odd" && bins > 1 && width > 1 && r.Finite() || name == "small" && !r.Finite() {
					t.Errorf("%s, %d bins: finite is %v", name, bins, r.Finite())
				}
			}
		}
	}
}

func (l level) compare(t *testing.T, r *Reader) {
	t.Helper()
	q := rand.New(rand.NewPCG(9, 9))
	for row := range int32(len(l.offsets) - 1) {
		end := row + min(r.Width(), int32(len(l.offsets)))
		for _, ends := range [][2]int32{{0, end}, {row, end}, {row + q.Int32N(20), min(end, row+q.Int32N(200))}} {
			cols, counts, err := r.Span(row, ends[0], ends[1], []int32{7}, []float64{7})
			want, wantCounts := l.span(row, ends[0], ends[1])
			if err != nil || cols[0] != 7 || !slices.Equal(cols[1:], want) || !sameBits(counts[1:], wantCounts) {
				t.Fatalf("row %d, columns %v: %v, want %v (%v)", row, ends, cols, want, err)
			}
			l.compareDense(t, r, row, ends[0], max(ends[0], ends[1]))
		}
	}
}

// compareDense reads the same as zeros with counts in between, and bits that tell a count of zero from no pixel.
func (l level) compareDense(t *testing.T, r *Reader, row, lo, hi int32) {
	t.Helper()
	line, bits := make([]float64, hi-lo), make([]uint64, (hi-lo+63)/64)
	n, err := r.Dense(row, lo, line, bits)
	if plain := make([]float64, hi-lo); err == nil {
		if _, err = r.Dense(row, lo, plain, nil); !sameBits(plain, line) {
			t.Fatalf("row %d: the counts depend on whether bits are asked for", row)
		}
	}
	want, counts := make([]float64, hi-lo), make([]uint64, len(bits))
	cols, values := l.span(row, lo, hi)
	for i, col := range cols {
		want[col-lo] = values[i]
		counts[(col-lo)/64] |= 1 << uint((col-lo)%64)
	}
	if err != nil || n != len(cols) || !sameBits(line, want) || !slices.Equal(bits, counts) {
		t.Fatalf("row %d, columns %d to %d: %d pixels %v, want %d %v (%v)", row, lo, hi, n, line, len(cols), want, err)
	}
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}

// The narrowest type is chosen for each segment: one large count does not widen the others.
func TestNarrow(t *testing.T) {
	l := random(4, 3*segmentRows, small)
	plain := len(l.write(t, 300, 1000))
	l.counts[0] = 70_000
	one := len(l.write(t, 300, 1000))
	for i := range l.counts {
		l.counts[i] += 70_000
	}
	if all := len(l.write(t, 300, 1000)); !(plain < one && one-plain < (all-plain)/2) {
		t.Errorf("%d bytes, %d with one large count, %d with all", plain, one, all)
	}
}

func TestWriterRefuses(t *testing.T) {
	l := random(5, 100, small)
	for name, c := range map[string]func() error{
		"wrong offsets": func() error { _, err := NewWriter(&memory{}, l.header(5), l.offsets[1:]); return err },
		"no width":      func() error { _, err := NewWriter(&memory{}, l.header(0), l.offsets); return err },
		"a gap": func() error {
			w, _ := NewWriter(&memory{}, l.header(5), l.offsets)
			return w.Add(cool.Block{Lo: 3, Bin2: l.cols[3:4], Count: l.counts[3:4]})
		},
		"an early end": func() error {
			w, _ := NewWriter(&memory{}, l.header(5), l.offsets)
			_, err := w.Close()
			return err
		},
		"unsorted": func() error {
			w, _ := NewWriter(&memory{}, l.header(50), l.offsets)
			cols := slices.Clone(l.cols)
			row := sort.Search(len(l.offsets), func(i int) bool { return l.offsets[i] > 0 }) - 1
			cols[l.offsets[row+1]-1], cols[l.offsets[row]] = cols[l.offsets[row]], cols[l.offsets[row+1]-1]
			return w.Add(cool.Block{Bin2: cols, Count: l.counts})
		},
		"below the diagonal": func() error {
			w, _ := NewWriter(&memory{}, Header{Bins: 2, Pixels: 1, Width: 5, BinSize: 1}, []int64{0, 0, 1})
			return w.Add(cool.Block{Bin2: []int32{0}, Count: []float64{1}})
		},
	} {
		if c() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A changed bit anywhere that is read is noticed, at the latest by the Span that reads it; a shorter file, too.
func TestDamage(t *testing.T) {
	l := random(6, 2*segmentRows+100, small)
	data := l.write(t, 100, 1<<20)
	whole, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	used := func(at int) bool { // padding between segments is never looked at
		if at < page || int64(at) >= whole.h.table {
			return true
		}
		for _, s := range whole.segments {
			if int64(at) >= s.offset && int64(at) < s.offset+int64(s.length) {
				return true
			}
		}
		return false
	}
	r := rand.New(rand.NewPCG(7, 7))
	for at := 0; at < len(data); at += 1 + r.IntN(40) {
		broken := bytes.Clone(data)
		broken[at] ^= 1 << r.IntN(8)
		err := readAll(broken, len(l.offsets)-1)
		if used(at) && !errors.Is(err, ErrDamaged) && !(at >= 8 && at < 12 && errors.Is(err, ErrVersion)) {
			t.Fatalf("a changed bit at %d: %v", at, err)
		}
	}
	for _, n := range []int{0, 1, 100, page - 1, page, len(data) / 2, len(data) - 1} {
		if err := readAll(data[:n], len(l.offsets)-1); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d of %d bytes: %v", n, len(data), err)
		}
	}
}

func readAll(data []byte, bins int) error {
	r, err := Open(data)
	if err != nil {
		return err
	}
	for row := range int32(bins) {
		if _, _, err := r.Span(row, row, row+50, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

func TestConcurrentUse(t *testing.T) {
	l := random(8, 2*segmentRows, small)
	r, err := Open(l.write(t, 100, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() { l.compare(t, r) })
	}
	wait.Wait()
}

// resigned is data with checksums of header and table that fit: what lies behind them has to be looked at, too.
func resigned(data []byte) []byte {
	if len(data) < page {
		return data
	}
	b := bytes.Clone(data)
	offset, length := binary.LittleEndian.Uint64(b[80:]), 32*uint64(binary.LittleEndian.Uint32(b[88:]))
	if size := uint64(len(b)); offset <= size && length <= size-offset {
		binary.LittleEndian.PutUint32(b[92:], crc32.Checksum(b[offset:offset+length], castagnoli))
	}
	binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[16:page], castagnoli))
	return b
}

// Any bytes: never a panic.
func FuzzOpen(f *testing.F) {
	data := random(3, segmentRows+9, small).write(f, 20, 1<<20)
	f.Add(data)
	f.Add(data[:page])
	f.Add(random(5, 12, small).write(f, 4, 1<<20))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = resigned(b)
		r, err := Open(b)
		if err != nil {
			return
		}
		for i := range r.states {
			r.states[i].Store(good) // as if the checksums were right
		}
		for i := range r.segments {
			s := &r.segments[i]
			if !r.ordered(i, b[s.offset:s.offset+int64(s.length)]) {
				r.states[i].Store(bad)
			}
		}
		for row := range int32(min(r.h.Bins, 2000)) {
			_, _, _ = r.Span(row, row-5, row+30, nil, nil)
		}
	})
}

// A million pixels of 20,000 rows; a window of 41 rows is read.
func BenchmarkSpan(b *testing.B) {
	const bins, wide = 20_000, 50
	l := level{offsets: []int64{0}}
	for i := range bins {
		for c := i; c < min(bins, i+wide); c++ {
			l.cols, l.counts = append(l.cols, int32(c)), append(l.counts, float64(1+c%7))
		}
		l.offsets = append(l.offsets, int64(len(l.cols)))
	}
	r, err := Open(l.write(b, wide, 1<<16))
	if err != nil {
		b.Fatal(err)
	}
	var cols []int32
	var counts []float64
	at := int32(0)
	for b.Loop() {
		at = (at + 7919) % (bins - 41)
		for row := at; row < at+41; row++ {
			if cols, counts, err = r.Span(row, row, at+41, cols[:0], counts[:0]); err != nil {
				b.Fatal(err)
			}
		}
	}
}
