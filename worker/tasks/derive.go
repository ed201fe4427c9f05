package tasks

import (
	"context"
	"errors"
	"fmt"
	"io"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/bed/derive"
	"regioscope/worker/format/bed/view"
	"regioscope/worker/genome"
	"regioscope/worker/genome/algebra"
)

// derive makes region sets of region sets. What it writes is read again as an upload would be, so that its facts are those
// of any region set.
func (e *Executor) derive(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
	if e.Derivations == nil {
		return nil, core.Final(core.Errorf(core.CodeUnavailable, "this worker cannot make region sets; the administrator finds why in its settings"))
	}
	job, err := e.Derivations.Job(ctx, run)
	if err != nil {
		return nil, err
	}
	inputs := make([]derive.Input, len(job.Inputs))
	for i, d := range job.Inputs {
		share := 0.5 / float64(len(job.Inputs))
		if inputs[i], err = e.derivedFrom(ctx, d, p.span(share*float64(i), share*float64(i+1), "reading "+d.Name)); err != nil {
			return nil, err
		}
	}
	inputs[0].Score = func(c algebra.Condition) (*view.Column, error) {
		b, err := e.Derivations.OpenScore(ctx, job.Derivable, c)
		if err != nil {
			return nil, err
		}
		defer b.Close()
		return derive.Score(stoppable{b, ctx, storageOf(ctx)}, b.Size(), c.Column, len(inputs[0].Table.Regions))
	}
	p.set(0.5, "comparing regions")
	assembly := job.Assembly.Genome()
	out, err := derive.Run(ctx, job.Spec, inputs, assembly)
	var refused *derive.Error
	if errors.As(err, &refused) {
		return nil, core.Final(core.Errorf(core.CodeUnavailable, "%s Nothing was made.", refused.Msg))
	}
	if err != nil {
		return nil, err
	}
	faultPoint("derived")
	sets, err := e.writeSets(ctx, job, out, p)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		faultPoint("saved")
		return e.Derivations.Finish(ctx, run, job, sets)
	}, nil
}

func (e *Executor) derivedFrom(ctx context.Context, d *core.Dataset, report func(done, total int64)) (derive.Input, error) {
	b, err := e.open(ctx, d)
	if err != nil {
		return derive.Input{}, err
	}
	defer b.Close()
	source := &countingReader{ctx: ctx, r: io.NewSectionReader(b, 0, b.Size()), report: report, size: b.Size()}
	table, err := bed.Parse(source, bed.Options{Format: formatOf(d)})
	if err != nil {
		return derive.Input{}, fmt.Errorf("regions of %q: %w", d.Name, err)
	}
	v, err := inspect.RegionView(ctx, core.NewColumns(e.Stores, e.Blobs), d, table)
	if err != nil {
		return derive.Input{}, fmt.Errorf("columns of %q: %w", d.Name, err)
	}
	return derive.Input{Name: d.Name, Table: table, Extra: v.Joined()}, nil
}

// writeSets stores all sets or none: a file is only kept once every one of them is written.
func (e *Executor) writeSets(ctx context.Context, job *core.DeriveJob, out *derive.Outcome, p *progress) ([]core.DerivedSet, error) {
	writers := make([]core.BlobWriter, 0, len(out.Sets))
	defer func() {
		for _, w := range writers {
			w.Abort() // does nothing after Commit
		}
	}()
	names := genome.NewNames(job.Assembly.Chroms, job.Assembly.Aliases)
	sets := make([]core.DerivedSet, len(out.Sets))
	size := int64(0)
	for i := range out.Sets {
		p.set(0.6+0.35*float64(i)/float64(len(out.Sets)), "writing")
		w, err := e.Blobs.Create(ctx)
		if err != nil {
			return nil, fmt.Errorf("new region set: %w", err)
		}
		writers = append(writers, w)
		if err := out.Sets[i].Write(stoppableWriter{w, ctx}); err != nil {
			return nil, err
		}
		if size += w.Size(); size > job.Room {
			return nil, core.Final(core.Errorf(core.CodeQuota, "there is no room for the new region set: it has more than the %s that you may still store", core.ByteText(job.Room)))
		}
		source := &countingReader{ctx: ctx, r: io.NewSectionReader(w, 0, w.Size()), report: func(int64, int64) {}}
		table, err := bed.Parse(source, bed.Options{Check: names, Format: formatOf(job.Inputs[0])})
		if problem := refusal(err); problem != nil {
			return nil, core.Final(core.Errorf(problem.Code, "%s", problem.Message).WithCause(err))
		}
		if err != nil {
			return nil, fmt.Errorf("read the new region set: %w", err)
		}
		facts, warnings := regionFacts(table, names, job.Assembly.Name)
		warnings = append(warnings, out.NotesOf(i)...)
		sets[i] = core.DerivedSet{Value: out.Sets[i].Value, Facts: core.Facts{Regions: facts, Warnings: warnings}, SizeType: core.SizeType(table.SuggestSize())}
	}
	p.set(0.95, "storing")
	for i, w := range writers {
		ref, err := w.Commit(ctx)
		if err != nil {
			return nil, fmt.Errorf("store the new region set: %w", err)
		}
		sets[i].File = ref
	}
	return sets, nil
}

func formatOf(d *core.Dataset) bed.Format {
	if d.Dimension == 2 {
		return bed.BEDPE
	}
	return bed.BED
}

// stoppableWriter is written to for as long as a context lasts.
type stoppableWriter struct {
	w   io.Writer
	ctx context.Context
}

func (s stoppableWriter) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}
