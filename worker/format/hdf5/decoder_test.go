package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// chunked makes a dataset of one chunk of n int64 elements behind the given filters, around bytes that a filter made.
func chunked(stored []byte, n int, pipe ...filter) *Dataset {
	f := &File{r: bytes.NewReader(stored), size: int64(len(stored)), osz: 8, lsz: 8}
	d := &Dataset{Path: "/x", f: f, obj: &object{f: f}, n: int64(n), Dims: []int64{int64(n)}, pipe: pipe,
		Type: Datatype{Class: ClassInt, Size: 8, Signed: true, standard: true},
		lay:  &layout{class: layoutChunked, chunk: []int64{int64(n)}}}
	d.chunks = []chunkRef{{addr: 0, size: uint32(len(stored))}}
	d.once.Do(func() {})
	return d
}

func plain(n int) ([]byte, []int64) {
	v := make([]int64, n)
	b := make([]byte, 0, 8*n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range v {
		v[i] = int64(r.Uint64N(1 << (r.Uint64N(40) + 1)))
		b = binary.LittleEndian.AppendUint64(b, uint64(v[i]))
	}
	return b, v
}

func shuffled(b []byte, elem int) []byte {
	out := make([]byte, 0, len(b))
	for k := range elem {
		for i := range len(b) / elem {
			out = append(out, b[i*elem+k])
		}
	}
	return append(out, b[len(b)/elem*elem:]...)
}

func deflated(b []byte) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write(b)
	_ = w.Close()
	return z.Bytes()
}

func withSum(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(bytes.Clone(b), fletcher32(b))
}

// Every pipeline gives back what went in, in any order of the filters.
func TestFilterPipelines(t *testing.T) {
	b, want := plain(1001)
	enc, _ := zstd.NewWriter(nil)
	shuffle := filter{id: filterShuffle, params: []uint32{8}}
	gz, z, sum := filter{id: filterDeflate}, filter{id: filterZstd}, filter{id: filterFletcher}
	cases := []struct {
		name   string
		stored []byte
		pipe   []filter
	}{
		{"none", b, nil},
		{"deflate", deflated(b), []filter{gz}},
		{"shuffle", shuffled(b, 8), []filter{shuffle}},
		{"shuffle, deflate", deflated(shuffled(b, 8)), []filter{shuffle, gz}},
		{"shuffle, zstd", enc.EncodeAll(shuffled(b, 8), nil), []filter{shuffle, z}},
		{"zstd", enc.EncodeAll(b, nil), []filter{z}},
		{"fletcher", withSum(b), []filter{sum}},
		{"fletcher, shuffle, deflate", deflated(shuffled(withSum(b), 8)), []filter{sum, shuffle, gz}},
		{"shuffle, deflate, fletcher", withSum(deflated(shuffled(b, 8))), []filter{shuffle, gz, sum}},
		{"deflate twice", deflated(deflated(b)), []filter{gz, gz}},
	}
	for _, c := range cases {
		d := chunked(c.stored, len(want), c.pipe...)
		got, err := Read[int64](d, 0, d.Len())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: element %d is %d, want %d", c.name, i, got[i], want[i])
				break
			}
		}
		if len(c.pipe) == 0 || c.name == "shuffle" {
			continue // nothing there that could notice damage
		}
		for at := 0; at < len(c.stored); at += 1 + at/20 {
			broken := bytes.Clone(c.stored)
			broken[at] ^= 0x10 // may fall on a bit without meaning, then the data are the same
			got, err := Read[int64](chunked(broken, len(want), c.pipe...), 0, d.Len())
			if err == nil && !slices.Equal(got, want) {
				t.Errorf("%s: damage at byte %d passes", c.name, at)
				break
			}
		}
		if _, err := Read[int64](chunked(c.stored[:len(c.stored)-1], len(want), c.pipe...), 0, d.Len()); err == nil {
			t.Errorf("%s: a chunk cut short passes", c.name)
		}
	}
}

// A chunk that inflates to more than its declared size is refused before it takes the memory.
func TestBombIsRefused(t *testing.T) {
	zeros := make([]byte, 8<<20)
	enc, _ := zstd.NewWriter(nil)
	for name, d := range map[string]*Dataset{
		"deflate": chunked(deflated(zeros), 1000, filter{id: filterDeflate}),
		"zstd":    chunked(enc.EncodeAll(zeros, nil), 1000, filter{id: filterZstd}),
	} {
		if _, err := Read[int64](d, 0, 1000); err == nil {
			t.Errorf("%s: bomb is read", name)
		}
	}
}

func TestFilterMaskSkips(t *testing.T) {
	b, want := plain(100)
	d := chunked(b, 100, filter{id: filterShuffle, params: []uint32{8}}, filter{id: filterDeflate})
	d.chunks[0].mask = 3
	got, err := Read[int64](d, 0, 100)
	if err != nil || got[99] != want[99] {
		t.Fatalf("%v, %v", got[99], err)
	}
}

// Fletcher-32 of "abcde" as a big-endian word sum: (6162 + 6364 + 6500), sums of sums, modulo 65535, by hand.
func TestFletcher(t *testing.T) {
	s1 := (0x6162 + 0x6364 + 0x6500) % 65535
	s2 := (3*0x6162 + 2*0x6364 + 0x6500) % 65535
	if got := fletcher32([]byte("abcde")); got != uint32(s2)<<16|uint32(s1) {
		t.Errorf("%#x, want %#x", got, s2<<16|s1)
	}
}

func TestLZFRefusesNonsense(t *testing.T) {
	for _, src := range [][]byte{{5, 1, 2}, {0x20}, {0xe0, 0xff}, {0x20, 0x00}, {0, 'a', 0x3f, 0xff}} {
		if _, ok := lzf(make([]byte, 64), src); ok {
			t.Errorf("% x is decompressed", src)
		}
	}
	dst := make([]byte, 9) // one literal, then a run that overlaps itself
	if n, ok := lzf(dst, []byte{0, 'a', 6 << 5, 0}); !ok || string(dst[:n]) != "aaaaaaaaa" {
		t.Errorf("%q %v", dst[:n], ok)
	}
}

// An index as version 2 B-tree is written for datasets that grow in two directions, so no tool writes it for one
// dimension; the records are laid out here as section III.A.2 of the specification says.
func TestBTree2Chunks(t *testing.T) {
	le := binary.LittleEndian
	for _, filtered := range []bool{false, true} {
		kind, rec := byte(10), 16
		if filtered {
			kind, rec = 11, 16+2+4
		}
		b := append([]byte("BTHD\x00"), kind)
		b = le.AppendUint32(b, 512)
		b = le.AppendUint16(b, uint16(rec))
		b = le.AppendUint16(b, 0) // depth
		b = append(b, 100, 40)
		b = le.AppendUint64(b, 64)
		b = le.AppendUint16(b, 2)
		b = le.AppendUint64(b, 2)
		b = append(b, make([]byte, 64-len(b))...)
		b = append(append(b, "BTLF\x00"...), kind)
		for _, chunk := range []uint64{1, 3} {
			b = le.AppendUint64(b, 256+chunk*80)
			if filtered {
				b = le.AppendUint16(b, 80)
				b = le.AppendUint32(b, 1)
			}
			b = le.AppendUint64(b, chunk)
		}
		b = append(b, make([]byte, 1024-len(b))...)
		le.PutUint64(b[256+80:], 77)
		le.PutUint64(b[256+240:], 88)
		f := &File{r: bytes.NewReader(b), size: int64(len(b)), osz: 8, lsz: 8}
		d := &Dataset{Path: "/x", f: f, obj: &object{f: f}, n: 35, Dims: []int64{35},
			Type: Datatype{Class: ClassInt, Size: 8, Signed: true, standard: true},
			lay:  &layout{class: layoutChunked, chunk: []int64{10}, index: indexBTree2}}
		if filtered {
			d.pipe = []filter{{id: filterDeflate}}
		}
		v, err := Read[int64](d, 0, 35)
		if err != nil || v[10] != 77 || v[30] != 88 || v[0] != 0 || v[20] != 0 {
			t.Errorf("filtered %v: %v, %v", filtered, v, err)
		}
	}
}
