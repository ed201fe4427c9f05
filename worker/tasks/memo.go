package tasks

import (
	"slices"
	"sync"
)

// memo keeps what was prepared for the results that were asked about last. The zero value is empty.
type memo[T interface{ Bytes() int64 }] struct {
	mu      sync.Mutex
	entries []*memoEntry[T] // the last used is the last
}

type memoEntry[T any] struct {
	id    int64
	mu    sync.Mutex // held while it is built
	built bool
	value T
	bytes int64
}

// get gives what was prepared for a result, building it if it is not there; concurrent callers wait for the one that
// builds. When all together take more than limit bytes, those not used for longest go.
func (c *memo[T]) get(id, limit int64, build func() (T, error)) (value T, err error) {
	entry := c.touch(id)
	entry.mu.Lock()
	defer entry.mu.Unlock()
	if entry.built {
		return entry.value, nil
	}
	if value, err = build(); err != nil {
		return value, err
	}
	entry.value, entry.built = value, true
	c.grown(entry, value.Bytes(), limit)
	return value, nil
}

// touch finds or adds an entry, as the last used.
func (c *memo[T]) touch(id int64) *memoEntry[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.IndexFunc(c.entries, func(e *memoEntry[T]) bool { return e.id == id })
	entry := &memoEntry[T]{id: id}
	if at >= 0 {
		entry = c.entries[at]
		c.entries = slices.Delete(c.entries, at, at+1)
	}
	c.entries = append(c.entries, entry)
	return entry
}

// grown notes the size of an entry, and drops others.
func (c *memo[T]) grown(entry *memoEntry[T], bytes, limit int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry.bytes = bytes
	total := int64(0)
	for _, e := range c.entries {
		total += e.bytes
	}
	c.entries = slices.DeleteFunc(c.entries, func(e *memoEntry[T]) bool {
		drop := e != entry && total > limit
		if drop {
			total -= e.bytes
		}
		return drop
	})
}
