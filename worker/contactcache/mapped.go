package contactcache

import (
	"fmt"
	"os"
	"sync"

	"regioscope/worker/format/band"
	"regioscope/worker/format/cool"
)

// entry is a band that is mapped. Users hold it; when it is no longer listed, the last of them unmaps it.
type entry struct {
	name string
	*band.Reader
	data  []byte
	level *cool.Level // it was made of; held so that its address, which may be part of the name, is not used again

	mu     sync.Mutex
	freed  int64 // bytes of data that were given back by Release
	users  int
	closed bool // unmap when nobody uses it
}

// open maps a finished band. The file may be closed and deleted afterwards.
func openEntry(name string, f *os.File) (*entry, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("contact cache: %w", err)
	}
	data, err := mapFile(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("contact cache: %w", err)
	}
	r, err := band.Open(data)
	if err != nil {
		unmap(data)
		return nil, err
	}
	return &entry{name: name, Reader: r, data: data}, nil
}

// releaseBytes is how much of a mapped file may be in the memory of the process before what has been used is given back.
const releaseBytes = 128 << 20

// Release gives the memory of rows before a row back to the system; the page cache keeps them for the next question.
func (e *entry) Release(before int32) {
	end := e.Offset(before)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.freed > end {
		e.freed = 0 // another question begins at the first row
	}
	if end-e.freed < releaseBytes {
		return
	}
	giveBack(e.data[e.freed:end])
	e.freed = end
}

func (e *entry) hold() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.users++
}

func (e *entry) release() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.users--; e.users == 0 && e.closed {
		unmap(e.data)
	}
}

func (e *entry) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	if e.users > 0 {
		return nil
	}
	return unmap(e.data)
}

// listed returns a band that is mapped already, held.
func (s *Store) listed(name string) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.open[name]
	if e != nil {
		e.hold()
		s.recent(name)
	}
	return e
}

// list adds a band, which is then held, and unmaps the one used longest ago when there are many.
func (s *Store) list(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.open[e.name]; old != nil {
		_ = old.close()
	}
	e.hold()
	s.open[e.name] = e
	s.recent(e.name)
	if len(s.used) > maxOpen {
		_ = s.open[s.used[0]].close()
		delete(s.open, s.used[0])
		s.used = s.used[1:]
	}
}

// forget unlists a band.
func (s *Store) forget(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[e.name] != e {
		return
	}
	delete(s.open, e.name)
	for i, name := range s.used {
		if name == e.name {
			s.used = append(s.used[:i], s.used[i+1:]...)
			break
		}
	}
	_ = e.close()
}

// recent moves a name to the end of used.
func (s *Store) recent(name string) {
	for i, n := range s.used {
		if n == name {
			s.used = append(s.used[:i], s.used[i+1:]...)
			break
		}
	}
	s.used = append(s.used, name)
}
