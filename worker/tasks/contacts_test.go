package tasks

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"regioscope/backend/core"
)

// countingBlobs counts the bytes that are read of blobs.
type countingBlobs struct {
	core.Blobs
	read atomic.Int64
}

func (c *countingBlobs) Open(ctx context.Context, sha256 string) (core.Blob, error) {
	b, err := c.Blobs.Open(ctx, sha256)
	if err != nil {
		return nil, err
	}
	return &countingBlob{b, &c.read}, nil
}

type countingBlob struct {
	core.Blob
	read *atomic.Int64
}

func (c *countingBlob) ReadAt(p []byte, at int64) (int, error) {
	c.read.Add(int64(len(p)))
	return c.Blob.ReadAt(p, at)
}

// With the contact cache on the data volume the arrays are those without, the next region set of the map costs no reading
// of its pixels, and a damaged cache none of the results.
func TestPileupThroughTheContactCache(t *testing.T) {
	l := newLab(t)
	hic := l.demo("wild_type.mcool", contacts)
	counting := &countingBlobs{Blobs: l.Blobs}
	l.Blobs = counting
	average := func() (map[key]core.Result, int64) {
		t.Helper()
		set := l.demo("loops.bedpe", pairs) // the same regions each time, as another dataset
		before := counting.read.Load()
		l.finished(l.submit(set, hic, wb(100000, 10000), wb(50000, 5000)))
		return l.results(set, hic), counting.read.Load() - before
	}
	same := func(what string, got, want map[key]core.Result) {
		t.Helper()
		if len(got) != 4 {
			t.Errorf("%s: %d results", what, len(got))
		}
		for k, r := range want {
			if got[k].ManifestHash != r.ManifestHash || len(got[k].Arrays) != len(r.Arrays) {
				t.Errorf("%s: %+v is another result", what, k)
				continue
			}
			for i, a := range r.Arrays {
				if got[k].Arrays[i].SHA256 != a.SHA256 {
					t.Errorf("%s: %+v %s differs", what, k, a.Name)
				}
			}
		}
	}
	want, without := average()
	cache, err := OpenContacts(l.dir, 0, l.Log)
	check(t, err)
	defer cache.Close()
	l.Contacts = cache
	first, _ := average()
	same("first", first, want)
	second, with := average()
	same("second", second, want)
	if with > without/2 {
		t.Errorf("%d bytes were read, without the cache %d", with, without)
	}
	check(t, cache.Close())
	files, err := filepath.Glob(filepath.Join(l.dir, "cache", "contacts", "*"))
	check(t, err)
	if len(files) != 4 { // a band and an expected of each level
		t.Errorf("%v", files)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		check(t, err)
		if !strings.Contains(path, hic.SHA256) {
			t.Errorf("%s is not named by its map", path)
		}
		for i := len(b) / 4; i < len(b); i += len(b)/8 + 1 {
			b[i] ^= 1
		}
		check(t, os.WriteFile(path, b, 0o600))
	}
	if l.Contacts, err = OpenContacts(l.dir, 0, l.Log); err != nil {
		t.Fatal(err)
	}
	defer l.Contacts.Close()
	mended, _ := average()
	same("damaged", mended, want)
}
