package enrich

import (
	"context"

	"regioscope/worker/genome"
)

// bytesPerRegion is what a region takes in a job besides the bits of its bins: its fate, its window, and what sorts it.
const bytesPerRegion = 240

// bytes is about how much memory a job takes beside the regions and one target per thread: a window per region, and bits
// for every bin of it, of two masks and of the hits of the target in each thread's hands.
func (j Job) bytes(regions, threads int) int64 {
	words := int64(j.Bins()+63) / 64
	return int64(regions) * (bytesPerRegion + 8*words*int64(2+threads))
}

// batches splits jobs, in their order, so that what is worked on at a time fits into memory; a job that does not is worked
// on by itself. 0 is no limit.
func batches(jobs []Job, regions int, opt Options) [][]Job {
	var list [][]Job
	var held int64
	for i, j := range jobs {
		need := j.bytes(regions, max(1, opt.Threads))
		if i == 0 || opt.Memory > 0 && held+need > opt.Memory/2 {
			list, held = append(list, nil), 0
		}
		list[len(list)-1] = append(list[len(list)-1], j)
		held += need
	}
	return list
}

// Compute makes the tables of all jobs and targets: targets are read once, or once for as many jobs as fit into
// Options.Memory, and nothing of a target is kept but its tables. chroms are the chromosomes of the assembly, the genome
// of the universe. Results are in the order of jobs.
//
// A region that cannot be used is in the ledger; one of a target is counted in its Target. ErrNoCommon, when no region, or
// no region of any target, is on a chromosome; ErrWindow, when a job is not possible; ErrUniverse, when an uploaded
// universe is not given, not on the chromosomes, or does not touch any window; the first target's that could not be
// loaded; else the error of ctx.
// The result does not depend on the number of threads, nor on the memory.
func Compute(ctx context.Context, chroms []genome.Chrom, regions []genome.Region, targets []Target, jobs []Job, opt Options) ([]*Result, error) {
	selected, err := pick(regions, opt.Subset)
	if err != nil {
		return nil, err
	}
	for _, j := range jobs {
		if err := j.check(); err != nil {
			return nil, err
		}
	}
	var results []*Result
	list := batches(jobs, len(selected), opt)
	for i, batch := range list {
		part := opt
		if opt.Progress != nil {
			part.Progress = func(done, total int64) { opt.Progress(int64(i)*total+done, int64(len(list))*total) }
		}
		made, err := computeBatch(ctx, chroms, selected, targets, batch, part)
		if err != nil {
			return nil, err
		}
		results = append(results, made...)
	}
	return results, nil
}

func computeBatch(ctx context.Context, chroms []genome.Chrom, regions []genome.Region, targets []Target, jobs []Job, opt Options) ([]*Result, error) {
	x, err := newIndex(ctx, chroms, regions, targets, jobs, opt)
	if err != nil {
		return nil, err
	}
	c, err := x.choose(ctx, nil, true)
	if err != nil {
		return nil, err
	}
	err = x.eachTarget(ctx, targets, func(t int, buf *buffers) {
		for j, f := range x.frames {
			c.counts[j].put(t, x.countTarget(f, c.selections[j], buf))
		}
	})
	if err != nil {
		return nil, err
	}
	return x.results(ctx, c)
}
