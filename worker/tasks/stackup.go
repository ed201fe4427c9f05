package tasks

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/compute/stackup"
	"regioscope/worker/format/bbi"
)

// stackup cuts a signal at every region, all windows and bins in one pass over the file.
func (e *Executor) stackup(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
	p.set(0, "opening the signal")
	in, err := e.load(ctx, run)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	file, err := bbi.Open(in.file, in.file.Size())
	if err != nil {
		return nil, signalError(in, err)
	}
	jobs, cells, err := e.planStackup(ctx, in)
	if err != nil {
		return nil, err
	}
	stacks := make([]core.BlobWriter, len(jobs))
	defer func() {
		for _, w := range stacks {
			if w != nil {
				w.Abort()
			}
		}
	}()
	var results []core.Result
	if len(jobs) > 0 {
		made, err := stackup.Compute(ctx, file, in.regions, jobs, stackup.Options{Oriented: in.oriented, Aliases: in.assembly.Aliases,
			Summary: stackup.Summary(in.params.Summary), MissingZero: in.params.Missing == core.MissingZero,
			Threads: e.Threads, Memory: e.memory(ctx), Progress: p.span(0, 0.95, "cutting the signal at every region"),
			Stack: func(job, rows, bins int) (stackup.Stack, error) {
				var err error
				if stacks[job], err = e.Blobs.Create(ctx); err != nil {
					return nil, err
				}
				return stackup.NewFile(stacks[job], rows, bins)
			}})
		if err != nil {
			return nil, signalError(in, err)
		}
		save := p.span(0.95, 1, "saving")
		for i, r := range made {
			row, err := e.saveStack(ctx, in, cells[i], r, stacks[i])
			if err != nil {
				return nil, err
			}
			results = append(results, row)
			save(int64(i+1), int64(len(made)))
		}
	}
	return e.finish(run, results), nil
}

// planStackup lists what is to be made; pairs whose results exist are left out.
func (e *Executor) planStackup(ctx context.Context, in *inputs) (jobs []stackup.Job, cells []cell, err error) {
	missing := cmp.Or(in.params.Missing, core.MissingNaN)
	for _, pair := range in.params.Pairs {
		for _, key := range in.params.Keys(core.PipelineStackup, in.set.Dimension) {
			c := in.cell(pair, key, map[string]any{"summary": key.Value, "missing": missing})
			have, err := e.stored(ctx, in, c)
			if err != nil {
				return nil, nil, err
			}
			if have {
				continue
			}
			job := stackup.Job{Window: pair.Window, Bin: pair.Bin, Side: stackup.Side(key.Side)}
			if pair.Window == 0 {
				job = stackup.Job{Percent: int(pair.Bin), Side: stackup.Side(key.Side)}
			}
			jobs, cells = append(jobs, job), append(cells, c)
		}
	}
	return jobs, cells, nil
}

// saveStack commits the rows, which lie in a blob already, and stores the profile beside them.
func (e *Executor) saveStack(ctx context.Context, in *inputs, c cell, r *stackup.Result, rows core.BlobWriter) (core.Result, error) {
	shape := []int64{int64(r.Rows), int64(r.Bins)}
	ref, err := rows.Commit(ctx)
	if err != nil {
		return core.Result{}, fmt.Errorf("array stack: %w", err)
	}
	arrays := []core.Array{{Name: "stack", Shape: shape, DType: "float32", SHA256: ref.SHA256, Size: ref.Size}}
	averages, err := profile(ctx, e.Blobs, r.Mean(), r.SEM(), r.Sum, r.SumSq, r.N, shape[1])
	if err != nil {
		return core.Result{}, err
	}
	median, err := save(ctx, e.Blobs, "median", r.Median, shape[1])
	if err != nil {
		return core.Result{}, err
	}
	return in.result(c, shape, r.Ledger, append(append(arrays, averages...), median))
}

// signalError tells errors of the signal, which no attempt mends, from the rest.
func signalError(in *inputs, err error) error {
	var broken *bbi.FormatError
	switch {
	case stopped(err):
		return err
	case errors.As(err, &broken), errors.Is(err, bbi.ErrNotBigWig), errors.Is(err, stackup.ErrOverlap):
		return core.Final(core.Errorf(core.CodeBadFile, "the signal %q cannot be read: %v", in.feature.Name, err).WithCause(err))
	case errors.Is(err, stackup.ErrNoCommon):
		return core.Final(core.Errorf(core.CodeInvalid,
			"no region of %q is on a chromosome of the signal %q; do both belong to the assembly %s?", in.set.Name, in.feature.Name, in.assembly.Name).WithCause(err))
	case errors.Is(err, stackup.ErrWindow):
		return core.Final(core.Errorf(core.CodeInvalid, "%v", err).WithCause(err))
	case errors.Is(err, stackup.ErrMemory):
		return core.Final(core.Errorf(core.CodeUnavailable,
			"the signal under one window needs more memory than a run may use; choose smaller windows or ask the administrator for more").WithCause(err))
	}
	return err
}
