package inflate

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"testing"
)

// samples are texts of every kind: noise, runs, repeats at all distances, few and many symbols.
func samples() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 1))
	noise := make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	few := make([]byte, 70_000)
	for i := range few {
		few[i] = "aaaaaaaabbbbccd"[r.IntN(15)]
	}
	skewed := make([]byte, 200_000) // codes of all lengths up to 15 bits
	for i := range skewed {
		for skewed[i] < 40 && r.IntN(2) == 0 {
			skewed[i]++
		}
	}
	var repeats []byte
	for distance := 1; distance < 40; distance++ {
		pattern := noise[distance*50:][:distance]
		for range 1 + r.IntN(600/distance+2) {
			repeats = append(repeats, pattern...)
		}
		repeats = append(repeats, noise[:r.IntN(20)]...)
	}
	far := bytes.Clone(noise[:40_000])
	for range 300 {
		at, n := r.IntN(len(far)-300), 3+r.IntN(256)
		far = append(far, far[max(at, len(far)-32768):][:n]...)
	}
	shuffled := make([]byte, 0, 80_000) // a column of ascending bins, its bytes regrouped
	for plane := range 8 {
		v := uint64(70_000)
		q := rand.New(rand.NewPCG(3, 3))
		for i := range 10_000 {
			if v += uint64(1 + q.IntN(3)*q.IntN(4)); i%130 == 0 {
				v -= 300
			}
			shuffled = append(shuffled, byte(v>>(8*plane)))
		}
	}
	return map[string][]byte{"nothing": {}, "a byte": {7}, "noise": noise, "zeros": make([]byte, 300_000), "few": few,
		"skewed": skewed, "repeats": repeats, "far": far, "column": shuffled, "short": []byte("to be or not to be")}
}

func pack(t testing.TB, level int, b []byte) []byte {
	t.Helper()
	var z bytes.Buffer
	w, err := zlib.NewWriterLevel(&z, level)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return z.Bytes()
}

// bothForms runs test with and without the loop in assembly.
func bothForms(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	has := assembled
	defer func() { assembled = has }()
	for _, assembled = range []bool{false, has} {
		t.Run(fmt.Sprintf("assembled=%v", assembled), test)
	}
}

// What zlib.Writer wrote comes back, whatever the room left in dst, with the decoder's tables used before.
func TestRoundTrip(t *testing.T) { bothForms(t, roundTrip) }

func roundTrip(t *testing.T) {
	var d Decoder
	for name, want := range samples() {
		for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ {
			z := pack(t, level, want)
			for _, room := range []int{0, 1, 7, 300, 1000} {
				dst := make([]byte, len(want)+room)
				n, err := d.Zlib(dst, append(z[:len(z):len(z)], make([]byte, room%9)...))
				if err != nil || !bytes.Equal(dst[:n], want) {
					t.Fatalf("%s, level %d, %d bytes of room: %d of %d bytes, %v", name, level, room, n, len(want), err)
				}
			}
		}
	}
}

// A stream in pieces of any size is the stream; its checksum is looked at when all of it is there.
func TestPieces(t *testing.T) { bothForms(t, pieces) }

func pieces(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var d Decoder
	for name, want := range samples() {
		for _, level := range []int{zlib.HuffmanOnly, zlib.NoCompression, 1, 6} {
			z := pack(t, level, want)
			wrong := bytes.Clone(z)
			wrong[len(wrong)-1]++
			for _, src := range [][]byte{z, wrong} {
				if err := d.Begin(src); err != nil {
					t.Fatal(err)
				}
				dst := make([]byte, len(want)+r.IntN(600))
				n, end := 0, false
				for pieces := 0; !end; pieces++ {
					until := n + 1 + r.IntN(1+len(want)/(1+pieces%9))
					var err error
					if n, end, err = d.Next(dst, until); err != nil {
						if pieces == 0 && until <= len(want) || !errors.Is(err, ErrChecksum) || &src[0] == &z[0] {
							t.Fatalf("%s, level %d: until %d of %d: %v", name, level, until, len(want), err)
						}
						break
					}
					if !end && n < until || !bytes.Equal(dst[:n], want[:n]) || end && (n != len(want) || &src[0] != &z[0]) {
						t.Fatalf("%s, level %d: %d of %d bytes, %d asked for, end %v", name, level, n, len(want), until, end)
					}
				}
			}
		}
	}
}

func TestErrors(t *testing.T) { bothForms(t, broken) }

func broken(t *testing.T) {
	var d Decoder
	text := samples()["column"]
	good := pack(t, 6, text)
	for cut := range len(good) {
		if cut > 100 && cut < len(good)-100 && cut%97 != 0 {
			continue
		}
		if _, err := d.Zlib(make([]byte, len(text)), good[:cut]); err == nil {
			t.Fatalf("the first %d of %d bytes are taken for the whole", cut, len(good))
		}
	}
	for _, room := range []int{0, 1, 100, len(text) - 1} {
		if _, err := d.Zlib(make([]byte, room), good); !errors.Is(err, ErrRoom) {
			t.Errorf("%d bytes for %d: %v", room, len(text), err)
		}
	}
	wrong := bytes.Clone(good)
	wrong[len(wrong)-1]++
	if _, err := d.Zlib(make([]byte, len(text)), wrong); !errors.Is(err, ErrChecksum) {
		t.Errorf("wrong checksum: %v", err)
	}
	for name, c := range map[string]struct {
		src  []byte
		want error
	}{
		"empty":             {nil, ErrHeader},
		"gzip":              {[]byte{0x1f, 0x8b, 8, 0}, ErrHeader},
		"preset dictionary": {[]byte{0x78, 0xbb, 0, 0, 0, 0}, ErrHeader},
		"header alone":      {[]byte{0x78, 0x9c}, ErrShort},
		"block type 3":      {[]byte{0x78, 0x9c, 7}, ErrCorrupt},
		"stored length":     {[]byte{0x78, 0x9c, 1, 1, 0, 1, 0, 'x'}, ErrCorrupt},
		"before the start":  {[]byte{0x78, 0x9c, 0x4b, 0x04, 0x12, 0x00, 0, 0, 0, 0}, ErrCorrupt}, // a, then a match 3 back
	} {
		if _, err := d.Zlib(make([]byte, 100), c.src); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// The package's checksum is that of the standard library.
func TestAdler(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	b := make([]byte, 20_000) // more than one call of sumsAVX2
	for range 1500 {
		n := r.IntN(len(b) + 1)
		for i := range b[:n] {
			b[i] = byte(r.Uint32())
		}
		switch r.IntN(3) {
		case 0:
			clear(b[r.IntN(n+1):n])
		case 1:
			for i := range b[:n] {
				b[i] = 255
			}
		}
		if got := adlerGo(1, 0, b[:n]); got != adler32.Checksum(b[:n]) {
			t.Fatalf("%d bytes without vectors: %08x", n, got)
		}
		if got, want := adler(b[:n]), adler32.Checksum(b[:n]); got != want {
			t.Fatalf("%d bytes: %08x, want %08x", n, got, want)
		}
	}
}

// Any bytes: the verdict and the output are those of compress/flate.
func FuzzDeflate(f *testing.F) {
	for _, text := range samples() {
		text = text[:min(len(text), 2000)]
		for _, level := range []int{-2, 1, 6, 9} {
			z := pack(f, level, text)
			f.Add(z[2:len(z)-4], len(text))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, room int) {
		room = min(max(room, 0), 1<<16)
		dst, portable := make([]byte, room), make([]byte, room)
		var d Decoder
		n, err := d.Deflate(dst, src)
		if assembled {
			assembled = false
			var again Decoder
			m, againErr := again.Deflate(portable, src)
			assembled = true
			if n != m || !errors.Is(againErr, err) || !bytes.Equal(dst[:n], portable[:n]) {
				t.Fatalf("%d bytes, %v; without assembly: %d bytes, %v", n, err, m, againErr)
			}
		}
		want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(src)), int64(room)+1))
		switch {
		case len(want) > room: // what comes after them may be corrupt
			if err == nil {
				t.Fatalf("%d bytes, but there are more than %d", n, room)
			}
		case (err == nil) != (wantErr == nil):
			t.Fatalf("%v, compress/flate says %v", err, wantErr)
		case err == nil && !bytes.Equal(dst[:n], want):
			t.Fatalf("%d bytes differ from those %d of compress/flate", n, len(want))
		}
	})
}

// Many random changes of good streams, which reach further into the decoder than random bytes.
func TestMutants(t *testing.T) { bothForms(t, mutants) }

func mutants(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var d Decoder
	for name, text := range samples() {
		text = text[:min(len(text), 20_000)]
		z := pack(t, 6, text)
		z = z[2 : len(z)-4]
		for range 300 {
			src := bytes.Clone(z)
			for range 1 + r.IntN(3) {
				if len(src) > 0 {
					src[r.IntN(len(src))] ^= 1 << r.IntN(8)
				}
			}
			dst := make([]byte, 2*len(text)+100)
			n, err := d.Deflate(dst, src)
			want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(src)), int64(len(dst))+1))
			if len(want) > len(dst) {
				if !errors.Is(err, ErrRoom) && wantErr == nil {
					t.Fatalf("%s: too long, but %v", name, err)
				}
				continue
			}
			if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(dst[:n], want) {
				t.Fatalf("%s: %d bytes, %v; compress/flate: %d bytes, %v", name, n, err, len(want), wantErr)
			}
		}
	}
}
