package enrich

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"regioscope/worker/genome"
)

// Index holds what the tables of any subset of the regions are made from: which bins of which windows each target hits.
// It takes rows × ⌈bins/64⌉ × 8 bytes per target and job (50,000 regions, 100 targets, 40 bins: 40 MB). It is safe for
// concurrent use.
type Index struct {
	opt      Options
	names    *genome.Names
	regions  []genome.Region
	position map[int]int // of regions by row index
	frames   []*frame
	elements *elements
	targets  []TargetInfo
	kept     []kept
}

// kept is what remains of a target.
type kept struct {
	hits     [][]uint64 // by job; of an uploaded universe for Members only
	bins     []int64    // of the grid that are touched, by job
	elements []uint64   // of an uploaded universe
	spans    *spans     // where a universe of tiles is counted anew for every subset
}

// NewIndex reads all targets once. Options.Subset is not used. Errors are those of Compute.
func NewIndex(ctx context.Context, chroms []genome.Chrom, regions []genome.Region, targets []Target, jobs []Job, opt Options) (*Index, error) {
	x, err := newIndex(ctx, chroms, regions, targets, jobs, opt)
	if err != nil {
		return nil, err
	}
	x.position = make(map[int]int, len(regions))
	for i, r := range regions {
		x.position[r.Index] = i
	}
	x.kept = make([]kept, len(targets))
	err = x.eachTarget(ctx, targets, func(t int, buf *buffers) {
		k := kept{hits: make([][]uint64, len(x.frames)), bins: make([]int64, len(x.frames))}
		for j, f := range x.frames {
			switch {
			case x.elements != nil:
			case x.opt.Universe == Genome && f.job.Percent > 0:
				k.spans = buf.spans
			case x.opt.Universe == Genome:
				k.bins[j] = touchedBins(buf.spans, f.job.Bin)
			}
			k.hits[j] = slices.Clone(f.hits(buf))
		}
		if x.elements != nil {
			k.elements = slices.Clone(x.elements.hits(buf))
		}
		x.kept[t] = k
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// Tables makes the results of the regions with the given row indices, in any order, without repetition; nil means all.
// They equal those of Compute on these regions alone. Errors are those of Compute.
func (x *Index) Tables(ctx context.Context, subset []int) ([]*Result, error) {
	var positions []int
	if subset != nil {
		positions = make([]int, 0, len(subset))
		for _, index := range subset {
			i, ok := x.position[index]
			if !ok {
				return nil, fmt.Errorf("enrich: there is no region %d", index)
			}
			positions = append(positions, i)
		}
		slices.Sort(positions)
		positions = slices.Compact(positions)
	}
	c, err := x.choose(ctx, positions, subset == nil)
	if err != nil {
		return nil, err
	}
	err = x.each(ctx, len(x.targets), func(t int, _ *buffers) {
		k := x.kept[t]
		for j, f := range x.frames {
			c.counts[j].put(t, x.count(f, c.selections[j], k.hits[j], k.elements, k.spans, k.bins[j]))
		}
	}, nil)
	if err != nil {
		return nil, err
	}
	return x.results(ctx, c)
}

// Bytes is about how much memory the index holds.
func (x *Index) Bytes() (n int64) {
	n = int64(len(x.regions)) * 200 // the regions, their places and fates
	if x.elements != nil {
		n += int64(x.elements.n) * 16
	}
	for _, f := range x.frames {
		n += int64(len(f.rows)) * 32
	}
	for _, k := range x.kept {
		n += int64(len(k.elements)) * 8
		for _, h := range k.hits {
			n += int64(len(h)) * 8
		}
		if k.spans != nil {
			for _, list := range k.spans.by {
				n += int64(cap(list)) * 16
			}
		}
	}
	return n
}

// newIndex places regions and universe; targets are yet to be read.
func newIndex(ctx context.Context, chroms []genome.Chrom, regions []genome.Region, targets []Target, jobs []Job, opt Options) (*Index, error) {
	for _, j := range jobs {
		if err := j.check(); err != nil {
			return nil, err
		}
	}
	opt.Threads = max(opt.Threads, 1)
	x := &Index{opt: opt, names: genome.NewNames(chroms, opt.Aliases), regions: regions, targets: make([]TargetInfo, len(targets))}
	switch opt.Universe {
	case "":
		x.opt.Universe = Genome
	case Genome, Queries:
	case Regions:
		if x.elements = newElements(opt.UniverseRegions, x.names); x.elements.n == 0 {
			return nil, fmt.Errorf("%w: none of its %d regions is on a chromosome of the assembly", ErrUniverse, len(opt.UniverseRegions))
		}
	default:
		return nil, fmt.Errorf("enrich: there is no universe %q", opt.Universe)
	}
	for i, t := range targets {
		x.targets[i] = TargetInfo{Name: t.Name}
	}
	for _, j := range jobs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		x.frames = append(x.frames, newFrame(j, regions, x.names, opt.Oriented))
	}
	x.shareGrids()
	return x, nil
}

// shareGrids gives jobs of the same bin size the same grid, with room for the widest of them.
func (x *Index) shareGrids() {
	room := make(map[int64]int)
	for _, f := range x.frames {
		if f.job.Percent == 0 {
			room[f.job.Bin] = max(room[f.job.Bin], f.n)
		}
	}
	grids := make(map[int64]*grid)
	for bin, n := range room {
		grids[bin] = newGrid(x.names.Chroms(), bin, n)
	}
	for _, f := range x.frames {
		f.grid = grids[f.job.Bin]
	}
}

// buffers are the working memory of one thread, and the target in work.
type buffers struct {
	spans *spans
	sets  map[*grid]*gridSet
	rows  []uint64
}

// eachTarget calls fn with every target's stretches, on all threads.
func (x *Index) eachTarget(ctx context.Context, targets []Target, fn func(t int, buf *buffers)) error {
	on := make([]int, len(targets))
	errs := make([]error, len(targets))
	work, stop := context.WithCancel(ctx)
	defer stop()
	err := x.each(work, len(targets), func(t int, buf *buffers) {
		regions := targets[t].Regions
		if targets[t].Load != nil {
			if regions, errs[t] = targets[t].Load(); errs[t] != nil {
				stop()
				return
			}
		}
		by, n := cover(regions, x.names)
		buf.next(merge(by))
		on[t] = n
		x.targets[t].Regions, x.targets[t].OnGenome, x.targets[t].Covered = len(regions), n, buf.spans.covered()
		fn(t, buf)
	}, x.opt.Progress)
	for t, failed := range errs {
		if failed != nil && ctx.Err() == nil {
			return fmt.Errorf("target %s: %w", targets[t].Name, failed)
		}
	}
	if err == nil && len(targets) > 0 && slices.Max(on) == 0 {
		err = fmt.Errorf("%w: no region of any target is on a chromosome of the assembly", ErrNoCommon)
	}
	return err
}

// each calls fn for 0 to n-1 on all threads, until ctx ends.
func (x *Index) each(ctx context.Context, n int, fn func(i int, buf *buffers), progress func(done, total int64)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := int64(0)
	for range min(x.opt.Threads, n) {
		wg.Go(func() {
			buf := &buffers{sets: make(map[*grid]*gridSet)}
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				fn(i, buf)
				if progress != nil {
					mu.Lock()
					done++
					progress(done, int64(n))
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
