package bucket

import (
	"sync"
	"time"
)

// place is where the bytes of a blob are.
type place struct {
	key  string
	size int64
}

const (
	placesKept = 10_000
	placesLife = time.Minute
)

// places remembers for a while where blobs are, so that opening one does not ask the bucket every time. What it says may
// be out of date: readers look again when an object is gone.
type places struct {
	mu  sync.Mutex
	all map[string]knownPlace
}

type knownPlace struct {
	place
	since time.Time
}

func (p *places) of(sha256 string) (place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.all[sha256]
	return k.place, ok && time.Since(k.since) < placesLife
}

func (p *places) note(sha256 string, at place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil || len(p.all) >= placesKept {
		p.all = map[string]knownPlace{}
	}
	p.all[sha256] = knownPlace{at, time.Now()}
}

func (p *places) forget(sha256 string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, sha256)
}
