package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"regioscope/worker/genome"
)

// Options of Generate. The zero value is the demo data set.
type Options struct {
	Preset  string  // see Presets; default "demo"
	Seed    uint64  // default 1
	Scale   float64 // in (0, 1]: shrinks chromosomes and contacts; default 1
	Threads int     // default GOMAXPROCS; the files do not depend on it
	// Progress, if set, gets the share done in [0, 1], which never falls, and what is being done. Calls do not overlap.
	Progress func(done float64, message string)
}

// Kinds of files.
const (
	KindMap      = "mcool"
	KindTrack    = "bigwig"
	KindRegions  = "bed"
	KindPairs    = "bedpe"
	KindTable    = "table"    // columns that go with a region set, by row
	KindGenes    = "genes"    // a gene annotation
	KindAssembly = "assembly" // chromosome sizes and arms
)

// File is one file of a data set.
type File struct {
	Name        string `json:"name"` // in the folder of the set
	Kind        string `json:"kind"`
	SizeType    string `json:"size_type,omitempty"` // of region sets: point or interval
	Title       string `json:"title"`
	Description string `json:"description"`
	Rows        int    `json:"rows,omitempty"`
	Bytes       int64  `json:"bytes"`
	SHA256      string `json:"sha256"`
}

// Set is a data set that was generated.
type Set struct {
	Dir      string
	Assembly genome.Assembly
	Files    []File
	Truth    *Truth
}

// Path gives the place of a file of the set.
func (s *Set) Path(name string) string { return filepath.Join(s.Dir, name) }

// Generate writes a data set to dir, which it creates if needed. Files that exist there under the same names are
// replaced. It takes some ten seconds of two cores for the demo preset and under two for tiny. An error leaves files behind.
func Generate(ctx context.Context, dir string, o Options) (*Set, error) {
	p, err := scaled(o.Preset, o.Scale)
	if err != nil {
		return nil, err
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	chroms := make([]*chromosome, len(p.chroms))
	for i, spec := range p.chroms {
		chroms[i] = newChromosome(o.Seed, spec)
	}
	set := &Set{Dir: dir, Assembly: p.genome(), Truth: newTruth(p, o, chroms)}
	regions := &regionWriter{dir: dir, seed: o.Seed, p: p, chroms: chroms, rows: make(map[string]int)}
	if err := writeSignals(ctx, set, p, o, chroms, regions); err != nil {
		return nil, err
	}
	set.Truth.Rows = regions.rows
	if err := set.Truth.write(set.Path("truth.json")); err != nil {
		return nil, err
	}
	set.Files, err = describe(dir, regions.rows)
	if err != nil {
		return nil, err
	}
	return set, writeJSON(set.Path("files.json"), set.Files)
}

// writeSignals writes everything but the descriptions. Maps follow each other, because one uses all cores; the rest is
// written beside them.
func writeSignals(ctx context.Context, set *Set, p preset, o Options, chroms []*chromosome, regions *regionWriter) error {
	maps := []mapPlan{{"wild_type.mcool", p.levels, p.contacts, wildType}}
	if p.depleted != nil {
		maps = append(maps, mapPlan{"cohesin_depleted.mcool", p.depleted, p.contacts * p.weaker, noCohesin})
	}
	var total float64
	for _, m := range maps {
		total += m.contacts
	}
	report := monotone(o.Progress)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		var before float64
		for _, m := range maps {
			t, err := m.write(ctx, set.Path(m.file), p, chroms, o.Seed, o.Threads, func(share float64, what string) {
				report((before+share*m.contacts)/total, m.file+": "+what)
			})
			if err != nil {
				return err
			}
			set.Truth.Maps = append(set.Truth.Maps, t)
			before += m.contacts
		}
		return nil
	})
	g.Go(func() error {
		if err := regions.all(); err != nil {
			return err
		}
		return writeTracks(ctx, set, p, o, chroms)
	})
	return g.Wait()
}

// monotone guards a progress function against calls from several goroutines.
func monotone(f func(float64, string)) func(float64, string) {
	var mu sync.Mutex
	var best float64
	return func(done float64, message string) {
		mu.Lock()
		defer mu.Unlock()
		if best = max(best, min(done, 1)); f != nil {
			f(best, message)
		}
	}
}

// describe lists the files of the catalogue that are in dir, with size and hash.
func describe(dir string, rows map[string]int) ([]File, error) {
	var files []File
	for _, f := range slices.Clone(catalogue) {
		in, err := os.Open(filepath.Join(dir, f.Name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		h := sha256.New()
		f.Bytes, err = io.Copy(h, in)
		in.Close()
		if err != nil {
			return nil, fmt.Errorf("demo: %s: %w", f.Name, err)
		}
		f.SHA256 = hex.EncodeToString(h.Sum(nil))
		f.Rows = rows[f.Name]
		files = append(files, f)
	}
	return files, nil
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}
