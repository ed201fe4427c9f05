package bucket

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"regioscope/backend/blob/blobtest"
	"regioscope/backend/testkit/fakes3"
)

func (f *flights) waiting(key blockKey) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w := f.all[key]; w != nil {
		return w.waiting
	}
	return 0
}

// blocksIn gives the block files of a cache and their bytes.
func blocksIn(t *testing.T, folder string) (paths []string, size int64) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "blocks", "??", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil {
			size += info.Size()
		}
	}
	return paths, size
}

// A block is asked for once, by however many readers at the same moment, and not at all by another process with the same
// folder, or after a restart.
func TestEveryBlockIsFetchedOnce(t *testing.T) {
	storage := fakes3.New(t)
	o := options(t, storage)
	content := pattern(5*blockSize + 7)
	ref := blobtest.Put(t, open(t, o), content)
	s := open(t, o)
	before := storage.Asked()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := blobtest.Read(t, s, ref.SHA256); !bytes.Equal(got, content) {
				t.Error("other bytes")
			}
		})
	}
	wg.Wait()
	places := int64(2 * 8) // marks and objects, of every reader that opened before the place was known
	if n := storage.Asked() - before; n < 6 || n > 6+places {
		t.Errorf("asked %d times for 6 blocks", n)
	}
	again := open(t, o)
	b, err := again.Open(t.Context(), ref.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	before = storage.Asked()
	got, err := io.ReadAll(io.NewSectionReader(b, 0, b.Size()))
	if err != nil || !bytes.Equal(got, content) || storage.Asked() != before {
		t.Errorf("%d bytes (%v), asked %d times", len(got), err, storage.Asked()-before)
	}
}

// The folder never has more than its limit, whatever is read, and keeps what was used last.
func TestTheCacheHasALimit(t *testing.T) {
	const limit = 8 * blockSize
	storage := fakes3.New(t)
	o := options(t, storage)
	content := pattern(40 * blockSize)
	ref := blobtest.Put(t, open(t, o), content)
	o.CacheBytes = limit
	s := open(t, o)
	b, err := s.Open(t.Context(), ref.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	p := make([]byte, 1)
	for n := range int64(40) {
		if _, err := b.ReadAt(p, n*blockSize+3); err != nil || p[0] != content[n*blockSize+3] {
			t.Fatal(n, p, err)
		}
		if _, size := blocksIn(t, o.Folder); size > limit {
			t.Fatalf("%d bytes after block %d, the limit is %d", size, n, limit)
		}
	}
	paths, _ := blocksIn(t, o.Folder)
	if len(paths) < 4 {
		t.Errorf("only %d blocks are kept", len(paths))
	}
	// One that was used again outlives those that were not.
	old := time.Now().Add(-time.Hour)
	for _, p := range paths {
		if err := os.Chtimes(p, old, old); err != nil {
			t.Fatal(err)
		}
	}
	kept := paths[0]
	raw, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	for i := range int64(40) {
		if filepath.Base(kept) == filepath.Base(s.cache.disk.path(blockKey{ref.SHA256, i})) {
			n = i
		}
	}
	if s.cache.disk.get(blockKey{ref.SHA256, n}, len(raw)-4) == nil {
		t.Fatal("not found in the folder")
	}
	s.cache.disk.limit = 2 * (blockSize + 4) * slack / (slack - 1)
	s.cache.disk.trim(time.Now())
	left, _ := blocksIn(t, o.Folder)
	if len(left) > 2 || len(left) == 0 || left[0] != kept && left[len(left)-1] != kept {
		t.Errorf("left %v, without %s", left, kept)
	}
	for range 3 * memoryBlocks {
		s.cache.memory.put(blockKey{ref.SHA256, int64(s.cache.memory.order.Len()) + n}, nil)
		n += 7
	}
	if len(s.cache.memory.all) > memoryBlocks || s.cache.memory.order.Len() > memoryBlocks {
		t.Errorf("%d blocks in memory", len(s.cache.memory.all))
	}
}

// A block that was damaged in the folder, cut by a crash, or lies under another's name is fetched anew.
func TestDamagedBlocksAreFetchedAnew(t *testing.T) {
	storage := fakes3.New(t)
	o := options(t, storage)
	content := pattern(2 * blockSize)
	ref := blobtest.Put(t, open(t, o), content)
	for name, damage := range map[string]func(raw, other []byte) []byte{
		"a bit":       func(raw, _ []byte) []byte { raw[77] ^= 1; return raw },
		"the sum":     func(raw, _ []byte) []byte { raw[len(raw)-1] ^= 1; return raw },
		"cut":         func(raw, _ []byte) []byte { return raw[:1000] },
		"empty":       func([]byte, []byte) []byte { return nil },
		"longer":      func(raw, _ []byte) []byte { return append(raw, 0) },
		"another one": func(_, other []byte) []byte { return other },
	} {
		t.Run(name, func(t *testing.T) {
			blobtest.Read(t, open(t, o), ref.SHA256)
			paths, _ := blocksIn(t, o.Folder)
			if len(paths) != 2 {
				t.Fatalf("%v", paths)
			}
			raw, err := os.ReadFile(paths[0])
			if err != nil {
				t.Fatal(err)
			}
			other, err := os.ReadFile(paths[1])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(paths[0], damage(raw, other), 0o640); err != nil {
				t.Fatal(err)
			}
			if got := blobtest.Read(t, open(t, o), ref.SHA256); !bytes.Equal(got, content) {
				t.Error("damaged bytes were given out")
			}
		})
	}
}

// A cache that cannot be written costs time, nothing else.
func TestAFullFolderIsNoError(t *testing.T) {
	storage := fakes3.New(t)
	o := options(t, storage)
	content := pattern(blockSize + 1)
	ref := blobtest.Put(t, open(t, o), content)
	s := open(t, o)
	s.cache.disk.dir = filepath.Join(o.Folder, "file")
	if err := os.WriteFile(s.cache.disk.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := blobtest.Read(t, s, ref.SHA256); !bytes.Equal(got, content) {
		t.Error("other bytes")
	}
}

// An object that is put back under another name while somebody reads is found again.
func TestReadersFollowABlobThatIsPutBack(t *testing.T) {
	storage := fakes3.New(t)
	o := options(t, storage)
	o.CacheBytes = 0
	s := open(t, o)
	content := pattern(3 * blockSize)
	ref := blobtest.Put(t, s, content)
	b, err := s.Open(t.Context(), ref.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	p := make([]byte, 9)
	if _, err := b.ReadAt(p, 1); err != nil {
		t.Fatal(err)
	}
	other := open(t, o) // another process
	if err := other.Condemn(t.Context(), ref.SHA256); err != nil {
		t.Fatal(err)
	}
	list, err := other.Condemned(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := other.PutBack(t.Context(), list[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ReadAt(p, 2*blockSize+1); err != nil || !bytes.Equal(p, content[2*blockSize+1:2*blockSize+10]) {
		t.Errorf("%v %v", p, err)
	}
}
