// Package mutants damages files in the ways that disks, transfers and people do, for tests of readers: whatever the bytes,
// a reader must neither panic, nor hang, nor take more memory than it promises.
package mutants

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// Soak tells whether the long form of tests was asked for.
func Soak() bool { return os.Getenv("REGIOSCOPE_TEST_SOAK") == "1" }

// Real reads a file of the shared test data, or takes other bytes where those are not here.
func Real(t testing.TB, path string, otherwise func() []byte) []byte {
	t.Helper()
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data") // from worker/format/NAME
	}
	data, err := os.ReadFile(filepath.Join(root, "datasets", path))
	if err != nil {
		t.Logf("%s is not here; a generated file takes its place", path)
		return otherwise()
	}
	return data
}

// Of makes one mutant: a few bytes, words, offsets or stretches are changed, most of them where structures lie, and some
// mutants are cut short.
func Of(rng *rand.Rand, file []byte) []byte {
	b := bytes.Clone(file)
	for range 1 + rng.IntN(6) {
		at := rng.IntN(len(b) - 8)
		if rng.IntN(2) == 0 {
			at = rng.IntN(min(len(b)-8, 4096)) // headers
		}
		switch rng.IntN(8) {
		case 0, 1:
			b[at] ^= 1 << rng.IntN(8)
		case 2:
			b[at] = byte(rng.Uint32())
		case 3:
			binary.LittleEndian.PutUint32(b[at:], rng.Uint32()>>rng.IntN(32))
		case 4:
			binary.LittleEndian.PutUint64(b[at:], uint64(rng.IntN(len(b)))) // an address in the file
		case 5:
			binary.LittleEndian.PutUint64(b[at:], rng.Uint64()>>rng.IntN(64))
		case 6:
			from := rng.IntN(len(b))
			copy(b[at:], b[from:min(len(b), from+64)])
		case 7:
			clear(b[at:min(len(b), at+1+rng.IntN(64))])
		}
	}
	if rng.IntN(8) == 0 {
		b = b[:rng.IntN(len(b))]
	}
	return b
}

// Check reads n mutants of a file by use and demands of each: no panic (the test would end), an error that is promised or
// none, no more memory allocated than the undamaged file makes use allocate and twice the file and 64 MiB, and no more
// than a few times the reads of the undamaged file; in the long form also no more than five seconds. At least a tenth of
// the mutants must be noticed, or the mutants are no good.
func Check(t *testing.T, file []byte, n int, seed uint64, use func(r io.ReaderAt, size int64) error, promised func(error) bool) {
	t.Helper()
	whole, err := measure(file, use)
	if err != nil {
		t.Fatalf("the undamaged file: %v", err)
	}
	rng := rand.New(rand.NewPCG(seed, 2026))
	noticed, longest, most := 0, time.Duration(0), uint64(0)
	for i := range n {
		damaged := Of(rng, file)
		m, err := measure(damaged, use)
		if err != nil {
			noticed++
		}
		fail := func(format string, args ...any) {
			t.Helper()
			t.Errorf("mutant %d of seed %d: %s%s", i, seed, fmt.Sprintf(format, args...), keep(t, damaged, seed, i))
		}
		if err != nil && !promised(err) {
			fail("an error of another kind: %v", err)
		}
		if limit := whole.allocated + 2*uint64(len(file)) + 64<<20; m.allocated > limit {
			fail("%d bytes allocated, %d are allowed", m.allocated, limit)
		}
		if limit := 4*whole.reads + 10_000; m.reads > limit {
			fail("%d reads; the undamaged file takes %d", m.reads, whole.reads)
		}
		if Soak() && m.took > 5*time.Second {
			fail("%v", m.took)
		}
		longest, most = max(longest, m.took), max(most, m.allocated)
	}
	if noticed < n/10 {
		t.Errorf("only %d of %d mutants were noticed", noticed, n)
	}
	t.Logf("%d mutants of %d bytes: %d noticed, the longest took %v (undamaged: %v), the most allocated %d MiB (undamaged: %d MiB)",
		n, len(file), noticed, longest.Round(time.Millisecond), whole.took.Round(time.Millisecond), most>>20, whole.allocated>>20)
}

// keep writes a mutant that fails to a file in the long form, to be looked at.
func keep(t *testing.T, b []byte, seed uint64, i int) string {
	if !Soak() {
		return ""
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("mutant-%d-%d", seed, i))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Log(err)
		return ""
	}
	return "; kept as " + path
}

type measured struct {
	allocated uint64
	reads     int64
	took      time.Duration
}

func measure(b []byte, use func(r io.ReaderAt, size int64) error) (m measured, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := &counting{ReaderAt: bytes.NewReader(b)}
	began := time.Now()
	err = use(r, int64(len(b)))
	m.took = time.Since(began)
	runtime.ReadMemStats(&after)
	m.allocated, m.reads = after.TotalAlloc-before.TotalAlloc, r.n.Load()
	return m, err
}

type counting struct {
	io.ReaderAt
	n atomic.Int64
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	c.n.Add(1)
	return c.ReaderAt.ReadAt(p, at)
}

// Number is how many mutants to make: few, or many in the long form.
func Number(few int) int {
	if Soak() {
		return max(few, 2000)
	}
	return few
}
