package tasks

import (
	"context"
	"errors"
	"slices"
	"sync"

	"regioscope/backend/core"
	"regioscope/worker/compute/enrich"
)

// aggregateTables makes the tables of some regions. The first question about a result reads the region sets again; their
// index stays in memory for the next ones.
func (e *Executor) aggregateTables(ctx context.Context, r *core.Result, rows []int) (*core.Aggregate, error) {
	x, err := e.indexes.get(r.ID, e.Memory/2, func() (*enrich.Index, error) { return e.buildIndex(ctx, r) })
	if err != nil {
		return nil, err
	}
	made, err := x.Tables(ctx, rows)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, enrich.ErrNoCommon), errors.Is(err, enrich.ErrUniverse):
		return nil, core.Errorf(core.CodeInvalid, "These regions have no association: %v.", err).WithCause(err)
	case err != nil:
		return nil, err
	}
	out := &core.Aggregate{Shape: slices.Clone(r.Shape), Used: made[0].Ledger.Used}
	for _, t := range tableArrays(made[0]) {
		if t.counts != nil {
			t.values = floats(t.counts)
		}
		out.Names, out.Values = append(out.Names, t.name), append(out.Values, t.values)
	}
	return out, nil
}

func (e *Executor) buildIndex(ctx context.Context, r *core.Result) (*enrich.Index, error) {
	in, members, err := e.loadCollection(ctx, core.Run{ID: r.RunID, Pipeline: r.Pipeline, RegionSetID: r.RegionSetID, FeatureID: r.FeatureID})
	if err != nil {
		return nil, err
	}
	opt, err := e.enrichOptions(ctx, in, r.Value)
	if err != nil {
		return nil, err
	}
	job := enrichJob(core.WindowBin{Window: r.Window, Bin: r.Bin}, r.Side)
	x, err := enrich.NewIndex(ctx, in.assembly.Chroms, in.regions, e.targets(ctx, members), []enrich.Job{job}, opt)
	if err != nil {
		return nil, enrichError(in, err)
	}
	return x, nil
}

// indexCache keeps the indexes of the results that were asked about last. The zero value is empty.
type indexCache struct {
	mu      sync.Mutex
	entries []*indexEntry // the last used is the last
}

type indexEntry struct {
	id    int64
	mu    sync.Mutex // held while it is built
	index *enrich.Index
	bytes int64
}

// get gives the index of a result, building it if it is not there; concurrent callers wait for the one that builds. When
// all together take more than limit, those not used for longest go.
func (c *indexCache) get(id, limit int64, build func() (*enrich.Index, error)) (*enrich.Index, error) {
	entry := c.touch(id)
	entry.mu.Lock()
	defer entry.mu.Unlock()
	if entry.index != nil {
		return entry.index, nil
	}
	index, err := build()
	if err != nil {
		return nil, err
	}
	entry.index = index
	c.grown(entry, index.Bytes(), limit)
	return index, nil
}

// touch finds or adds an entry, as the last used.
func (c *indexCache) touch(id int64) *indexEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.IndexFunc(c.entries, func(e *indexEntry) bool { return e.id == id })
	entry := &indexEntry{id: id}
	if at >= 0 {
		entry = c.entries[at]
		c.entries = slices.Delete(c.entries, at, at+1)
	}
	c.entries = append(c.entries, entry)
	return entry
}

// grown notes the size of an entry, and drops others.
func (c *indexCache) grown(entry *indexEntry, bytes, limit int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry.bytes = bytes
	total := int64(0)
	for _, e := range c.entries {
		total += e.bytes
	}
	c.entries = slices.DeleteFunc(c.entries, func(e *indexEntry) bool {
		drop := e != entry && total > limit
		if drop {
			total -= e.bytes
		}
		return drop
	})
}
