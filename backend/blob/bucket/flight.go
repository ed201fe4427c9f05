package bucket

import (
	"context"
	"sync"
)

// blockKey names a block: the bytes of a blob never change, so neither do those of its blocks.
type blockKey struct {
	sha256 string
	n      int64
}

// flights fetches every block once, however many ask for it at the same time. A fetch ends when nobody waits any more.
type flights struct {
	mu  sync.Mutex
	all map[blockKey]*flight
}

type flight struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{}
	data    []byte
	err     error
}

// get waits for a fetch that is under way, or begins one.
func (f *flights) get(ctx context.Context, key blockKey, fetch func(ctx context.Context) ([]byte, error)) ([]byte, error) {
	f.mu.Lock()
	if f.all == nil {
		f.all = map[blockKey]*flight{}
	}
	w := f.all[key]
	if w == nil {
		own, cancel := context.WithCancel(context.WithoutCancel(ctx))
		w = &flight{cancel: cancel, done: make(chan struct{})}
		f.all[key] = w
		go func() {
			data, err := fetch(own)
			f.mu.Lock()
			w.data, w.err = data, err
			if f.all[key] == w {
				delete(f.all, key)
			}
			f.mu.Unlock()
			cancel()
			close(w.done)
		}()
	}
	w.waiting++
	f.mu.Unlock()
	select {
	case <-w.done:
		return w.data, w.err
	case <-ctx.Done():
	}
	f.mu.Lock()
	if w.waiting--; w.waiting == 0 {
		w.cancel()
		if f.all[key] == w { // who comes now must not wait for what was given up
			delete(f.all, key)
		}
	}
	f.mu.Unlock()
	return nil, ctx.Err()
}

func (f *flights) has(key blockKey) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.all[key] != nil
}
