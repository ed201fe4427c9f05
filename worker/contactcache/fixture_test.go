package contactcache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/writer"
	"regioscope/worker/genome"
)

// lab is a contact map of two chromosomes in two levels, on disk, and a cache for it.
type lab struct {
	*Store
	t       *testing.T
	path    string
	sum     string
	sweeps  int // reads of the file beyond its tables
	regions []genome.Region

	mu    sync.Mutex
	warns []string
}

var chroms = []genome.Chrom{{Name: "chr1", Length: 900_000}, {Name: "chr2", Length: 410_500}}

var arms = []genome.Interval{{Chrom: "chr1", Start: 0, End: 333_000}, {Chrom: "chr1", Start: 333_000, End: 900_000}, {Chrom: "chr2", Start: 0, End: 410_500}}

// newLab makes the map; reach is that of the cache, dir its folder.
func newLab(t *testing.T, dir string, reach int64) *lab {
	t.Helper()
	l := &lab{t: t, path: filepath.Join(t.TempDir(), "map.mcool")}
	l.write(1)
	l.Store = l.store(Options{Dir: dir, Reach: reach})
	rng := rand.New(rand.NewSource(3))
	for i := range 300 {
		c := chroms[rng.Intn(2)]
		a := genome.Anchor{Chrom: c.Name, Start: rng.Int63n(c.Length), Strand: "+-"[rng.Intn(2)]}
		a.End = a.Start
		b := a
		if i%2 == 1 { // some beyond every reach, some to another chromosome
			d := chroms[min(1, rng.Intn(12))]
			b = genome.Anchor{Chrom: d.Name, Start: rng.Int63n(d.Length), Strand: '+'}
			b.End = b.Start
		}
		l.regions = append(l.regions, genome.Region{Index: i, A: a, B: b})
	}
	return l
}

func (l *lab) store(opt Options) *Store {
	l.t.Helper()
	opt.Warn = func(msg string, err error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.warns = append(l.warns, fmt.Sprintf("%s: %v", msg, err))
	}
	s, err := Open(opt)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			l.t.Error(err)
		}
	})
	return s
}

// write makes the file of the map; the seed decides on its counts.
func (l *lab) write(seed int64) {
	l.t.Helper()
	rng := rand.New(rand.NewSource(seed))
	m := &writer.Matrix{Grid: writer.Grid{Chroms: chroms, BinSize: 1000}}
	n := m.NumBins()
	for i := range n {
		m.Row = append(m.Row, int64(len(m.Bin2)))
		for j := i; j < n; j++ {
			if rng.Intn(3+int(j-i)/20) == 0 {
				m.Bin2, m.Count = append(m.Bin2, int32(j)), append(m.Count, int32(1+rng.Intn(1+600/int(j-i+1))))
			}
		}
	}
	m.Row = append(m.Row, int64(len(m.Bin2)))
	coarse, err := m.Coarsen(2, 1)
	if err != nil {
		l.t.Fatal(err)
	}
	f, err := os.Create(l.path)
	if err != nil {
		l.t.Fatal(err)
	}
	defer f.Close()
	w, err := writer.New(f, writer.Options{})
	if err != nil {
		l.t.Fatal(err)
	}
	for _, m := range []*writer.Matrix{m, coarse} {
		if err := w.Add(m, m.Balance(writer.BalanceOptions{})); err != nil {
			l.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		l.t.Fatal(err)
	}
	h := sha256.New()
	if _, err := f.Seek(0, 0); err != nil {
		l.t.Fatal(err)
	}
	if _, err := io.Copy(h, f); err != nil {
		l.t.Fatal(err)
	}
	l.sum = hex.EncodeToString(h.Sum(nil))
}

// counted counts the reads of a file.
type counted struct {
	io.ReaderAt
	bytes *int
}

func (c counted) ReadAt(p []byte, at int64) (int, error) {
	*c.bytes += len(p)
	return c.ReaderAt.ReadAt(p, at)
}

// level opens the map anew, as another process would; read counts the bytes that are read of its pixels.
func (l *lab) level(binSize int64) (level Level, read *int) {
	l.t.Helper()
	data, err := os.ReadFile(l.path)
	if err != nil {
		l.t.Fatal(err)
	}
	read = new(int)
	f, err := cool.Open(counted{bytesAt(data), read}, int64(len(data)))
	if err != nil {
		l.t.Fatal(err)
	}
	lv, err := f.Level(binSize)
	if err != nil {
		l.t.Fatal(err)
	}
	weights, err := lv.Weight("weight")
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := lv.Bin1Offset(); err != nil {
		l.t.Fatal(err)
	}
	*read = 0
	return Level{Level: lv, SHA256: l.sum, Weights: weights, View: arms}, read
}

type bytesAt []byte

func (b bytesAt) ReadAt(p []byte, at int64) (int, error) {
	if at >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
