package bucket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"

	"regioscope/backend/core"
)

// markForm is the name of a mark below condemned/: SHA/UNIQUE-SIZE.
var markForm = regexp.MustCompile(`^([0-9a-f]{64})/([0-9a-f]{24})-([0-9]{1,18})$`)

// mark is what the name of a mark says.
type mark struct {
	name, sha256, key string // key of the object that is marked
	size              int64
	since             time.Time
}

func (s *Store) parseMark(o object) (mark, bool) {
	name := o.key[min(len(o.key), len(s.condemned())):]
	m := markForm.FindStringSubmatch(name)
	if m == nil {
		return mark{}, false
	}
	size, err := strconv.ParseInt(m[3], 10, 64)
	return mark{name: name, sha256: m[1], key: s.blobs() + m[1] + "/" + m[2], size: size, since: o.changed}, err == nil
}

// marks gives the marks below a prefix by the object that they are about.
func (s *Store) marks(ctx context.Context, prefix string) (map[string]mark, error) {
	out := map[string]mark{}
	err := s.remote.each(ctx, prefix, func(o object) error {
		if m, ok := s.parseMark(o); ok {
			out[m.key] = m
		}
		return nil
	})
	return out, err
}

func (s *Store) marksOf(ctx context.Context, sha256 string) (map[string]mark, error) {
	return s.marks(ctx, s.condemned()+sha256+"/")
}

// markText is for people who look into the bucket.
const markText = "Regioscope deletes the object of this name below blobs/ some days after this one was stored.\n"

func (s *Store) condemn(ctx context.Context, o object) error {
	name := fmt.Sprintf("%s%s-%d", s.condemned(), o.key[len(s.blobs()):], o.size)
	text := strings.NewReader(markText)
	if err := s.remote.put(ctx, name, text, text.Size()); err != nil {
		return fmt.Errorf("bucket: condemn: %w", err)
	}
	return nil
}

// Condemn marks the objects of a blob that nothing refers to. It is no error when it is not there. Readers keep reading,
// and until the objects are purged they may still open it.
func (s *Store) Condemn(ctx context.Context, sha256 string) error {
	live, _, err := s.objectsOf(ctx, sha256)
	if err != nil {
		return err
	}
	for _, o := range live {
		if err := s.condemn(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// Stored calls fn for every blob until it returns an error, once for each, however often it is stored. What appears or
// goes meanwhile may be told or not.
func (s *Store) Stored(ctx context.Context, fn func(core.StoredBlob) error) error {
	return s.stored(ctx, func(sha256 string, copies []object) error {
		b := core.StoredBlob{SHA256: sha256, Size: copies[0].size}
		for _, o := range copies {
			if o.changed.After(b.Since) {
				b.Since = o.changed
			}
		}
		return fn(b)
	})
}

// stored calls fn for every blob that has objects without a mark. A bucket lists names in their order, so all objects of
// one blob follow each other.
func (s *Store) stored(ctx context.Context, fn func(sha256 string, copies []object) error) error {
	marks, err := s.marks(ctx, s.condemned())
	if err != nil {
		return err
	}
	var copies []object
	sha := ""
	flush := func() error {
		defer func() { copies = copies[:0] }()
		if len(copies) == 0 {
			return nil
		}
		return fn(sha, copies)
	}
	err = s.remote.each(ctx, s.blobs(), func(o object) error {
		m := blobForm.FindStringSubmatch(o.key[len(s.blobs()):])
		if _, marked := marks[o.key]; m == nil || marked {
			return nil // not one of ours
		}
		if m[1] != sha {
			if err := flush(); err != nil {
				return err
			}
			sha = m[1]
		}
		copies = append(copies, o)
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

var blobForm = regexp.MustCompile(`^([0-9a-f]{64})/([0-9a-f]{24})$`)

// condemnSurplus marks all but one of several objects of the same blob, if they were stored before a time.
func (s *Store) condemnSurplus(ctx context.Context, before time.Time) (n int, err error) {
	err = s.stored(ctx, func(_ string, copies []object) error {
		for _, o := range copies[1:] {
			if !o.changed.Before(before) {
				continue
			}
			if err := s.condemn(ctx, o); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Condemned lists the objects that wait to be deleted; Since is when they were marked.
func (s *Store) Condemned(ctx context.Context) ([]core.StoredBlob, error) {
	marks, err := s.marks(ctx, s.condemned())
	if err != nil {
		return nil, err
	}
	var out []core.StoredBlob
	for _, m := range marks {
		out = append(out, core.StoredBlob{SHA256: m.sha256, Size: m.size, Since: m.since, Name: m.name})
	}
	return out, nil
}

// PutBack makes a condemned blob a stored one again: of an object that has no mark if there is one, otherwise of a copy.
func (s *Store) PutBack(ctx context.Context, b core.StoredBlob) error {
	m, ok := s.parseMark(object{key: s.condemned() + b.Name})
	if !ok {
		return fmt.Errorf("bucket: %q is no mark", b.Name)
	}
	live, _, err := s.objectsOf(ctx, m.sha256)
	if err != nil {
		return err
	}
	if len(live) == 0 {
		err := s.remote.copy(ctx, m.key, s.blobs()+m.sha256+"/"+unique(), m.size)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // somebody else has put it back, or purged it
			return fmt.Errorf("bucket: put back: %w", err)
		}
	}
	return s.Purge(ctx, b)
}

// Purge deletes a condemned object for good: first the object, because without its mark it would count as stored.
func (s *Store) Purge(ctx context.Context, b core.StoredBlob) error {
	m, ok := s.parseMark(object{key: s.condemned() + b.Name})
	if !ok {
		return fmt.Errorf("bucket: %q is no mark", b.Name)
	}
	for _, key := range []string{m.key, s.condemned() + m.name} {
		if err := s.remote.remove(ctx, key); err != nil {
			return fmt.Errorf("bucket: delete: %w", err)
		}
	}
	s.places.forget(m.sha256)
	return nil
}
