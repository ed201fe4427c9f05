package contactcache

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Defaults of Options.
const (
	DefaultLimit = 20 << 30
	DefaultReach = 20_000_000
)

// Options are the settings of a Store.
type Options struct {
	Dir   string                      // "" keeps nothing beyond the life of the Store
	Limit int64                       // bytes in Dir; 0 = DefaultLimit
	Reach int64                       // distance from the diagonal in bp up to which pixels are kept; 0 = DefaultReach
	Warn  func(msg string, err error) // told what the cache could not do; may be nil
}

// Store is a cache. It is safe for concurrent use, and several processes may have the same folder. A nil *Store is valid
// and caches nothing.
type Store struct {
	opt Options

	mu   sync.Mutex
	open map[string]*entry // by name of the band
	used []string          // names, the last used at the end

	making map[string]chan struct{} // by name of the band: closed when it is made
}

// maxOpen is how many bands stay mapped between questions.
const maxOpen = 8

// Open prepares a folder.
func Open(opt Options) (*Store, error) {
	if opt.Limit <= 0 {
		opt.Limit = DefaultLimit
	}
	if opt.Reach <= 0 {
		opt.Reach = DefaultReach
	}
	if opt.Warn == nil {
		opt.Warn = func(string, error) {}
	}
	s := &Store{opt: opt, open: make(map[string]*entry), making: make(map[string]chan struct{})}
	if opt.Dir == "" {
		return s, nil
	}
	if err := os.MkdirAll(opt.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("contact cache: %w", err)
	}
	return s, nil
}

// Close unmaps everything. Nothing of the Store may be in use.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, e := range s.open {
		errs = append(errs, e.close())
	}
	clear(s.open)
	s.used = nil
	return errors.Join(errs...)
}

// Keeps tells whether anything outlives the Store.
func (s *Store) Keeps() bool { return s != nil && s.opt.Dir != "" }

const tempPrefix = "tmp-"

// create makes a temporary file in the folder, or one without a name.
func (s *Store) create() (*os.File, error) {
	f, err := os.CreateTemp(s.opt.Dir, tempPrefix)
	if err == nil && s.opt.Dir == "" {
		if err = os.Remove(f.Name()); err != nil {
			f.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("contact cache: %w", err)
	}
	return f, nil
}

// keep gives a finished temporary file its name.
func (s *Store) keep(f *os.File, name string) error {
	if s.opt.Dir == "" {
		return nil
	}
	if err := os.Rename(f.Name(), filepath.Join(s.opt.Dir, name)); err != nil {
		return fmt.Errorf("contact cache: %w", err)
	}
	s.evict(name)
	return nil
}

// discard closes and deletes a temporary file that will not be kept.
func (s *Store) discard(f *os.File) {
	f.Close()
	if s.opt.Dir != "" {
		_ = os.Remove(f.Name())
	}
}

// write keeps a small file; failing is no error to the caller.
func (s *Store) write(name string, data []byte) {
	if s.opt.Dir == "" {
		return
	}
	f, err := s.create()
	if err == nil {
		if _, err = f.Write(data); err == nil {
			err = s.keep(f, name)
		}
		if err != nil {
			s.discard(f)
		} else {
			err = f.Close()
		}
	}
	if err != nil {
		s.opt.Warn("nothing was kept of a contact map", err)
	}
}

// touch makes a file the one that was used last.
func (s *Store) touch(name string) {
	now := time.Now()
	_ = os.Chtimes(filepath.Join(s.opt.Dir, name), now, now)
}

func (s *Store) remove(name string) {
	if s.opt.Dir != "" {
		_ = os.Remove(filepath.Join(s.opt.Dir, name))
	}
}

// ours are the files of the cache, so that a folder given by mistake loses nothing.
func ours(name string) bool {
	return strings.HasSuffix(name, ".band") || strings.HasSuffix(name, ".expected") || strings.HasSuffix(name, ".between") || strings.HasSuffix(name, ".file")
}

// evict deletes the files used longest ago until the folder keeps to its limit, but not the one named; and what
// processes that were killed left half written.
func (s *Store) evict(but string) {
	entries, err := os.ReadDir(s.opt.Dir)
	if err != nil {
		s.opt.Warn("the cache of contact maps cannot be listed", err)
		return
	}
	var files []fs.FileInfo
	total := int64(0)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		switch {
		case strings.HasPrefix(e.Name(), tempPrefix) && time.Since(info.ModTime()) > time.Hour:
			s.remove(e.Name())
		case ours(e.Name()):
			total += info.Size()
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, f := range files {
		if total <= s.opt.Limit {
			return
		}
		if f.Name() != but {
			s.remove(f.Name())
			total -= f.Size()
		}
	}
}

// shortSum is the part of a SHA-256 that files are named by.
func shortSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:12]) }
