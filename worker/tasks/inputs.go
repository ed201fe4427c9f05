package tasks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"regioscope/backend/core"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

// inputs are the loaded references of a run.
type inputs struct {
	run      core.Run
	started  time.Time
	set      *core.Dataset
	feature  *core.Dataset
	assembly *genome.Assembly
	regions  []genome.Region
	params   core.GridParams
	oriented bool // by strand, because it was asked for or the set has both
	file     core.Blob
	more     []input // that results are made of, besides
}

func (in *inputs) Close() error { return in.file.Close() }

// load reads the datasets of a run, the regions, and opens the feature's file.
func (e *Executor) load(ctx context.Context, run core.Run) (*inputs, error) {
	in, err := e.references(ctx, run)
	if err != nil {
		return nil, err
	}
	in.file, err = e.open(ctx, in.feature)
	return in, err
}

// references is load without the feature's file.
func (e *Executor) references(ctx context.Context, run core.Run) (_ *inputs, err error) {
	in := &inputs{run: run, started: time.Now()}
	if in.set, err = e.Stores.Datasets().ByID(ctx, run.RegionSetID); err != nil {
		return nil, fmt.Errorf("region set: %w", err)
	}
	if in.feature, err = e.Stores.Datasets().ByID(ctx, run.FeatureID); err != nil {
		return nil, fmt.Errorf("feature: %w", err)
	}
	if in.set.AssemblyID != in.feature.AssemblyID {
		return nil, core.Final(core.Errorf(core.CodeInvalid, "%q and %q belong to different assemblies", in.set.Name, in.feature.Name))
	}
	assembly, err := e.Stores.Assemblies().ByID(ctx, in.set.AssemblyID)
	if err != nil {
		return nil, fmt.Errorf("assembly: %w", err)
	}
	in.assembly = assembly.Genome()
	if in.regions, err = e.loadRegions(ctx, in.set); err != nil {
		return nil, err
	}
	if len(run.Params) > 0 {
		if err := json.Unmarshal(run.Params, &in.params); err != nil {
			return nil, core.Final(core.Errorf(core.CodeInternal, "the parameters of the run are damaged").WithCause(err))
		}
	}
	in.orient()
	return in, nil
}

// orient decides whether regions on the '-' strand are turned round: as the run says, else as core does.
func (in *inputs) orient() {
	orient, known := in.set.DefaultOrient()
	switch {
	case in.params.Orient != "":
		in.oriented = in.params.Orient == core.OrientStrand
	case known:
		in.oriented = orient == core.OrientStrand
	default:
		in.oriented = pileup.BothStrands(in.regions)
	}
}

func (e *Executor) loadRegions(ctx context.Context, set *core.Dataset) ([]genome.Region, error) {
	b, err := e.open(ctx, set)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	format := bed.BED
	if set.Dimension == 2 {
		format = bed.BEDPE
	}
	table, err := bed.Parse(io.NewSectionReader(b, 0, b.Size()), bed.Options{Format: format})
	if err != nil {
		return nil, fmt.Errorf("regions of %q: %w", set.Name, err)
	}
	return table.Regions, nil
}

// open opens the file of a dataset; that it is gone is final. Reading fails when ctx ends, so that whatever reads a file
// stops within one read.
func (e *Executor) open(ctx context.Context, d *core.Dataset) (core.Blob, error) {
	b, err := e.Blobs.Open(ctx, d.SHA256)
	if errors.Is(err, core.ErrNotFound) {
		return nil, core.Final(core.Errorf(core.CodeUnavailable, "the file of %q is no longer on the data volume; upload it again", d.Name).WithCause(err))
	}
	if err != nil {
		return nil, fmt.Errorf("file of %q: %w", d.Name, err)
	}
	return stoppable{b, ctx, storageOf(ctx)}, nil
}

// stoppable is a file that is read for as long as a context lasts.
type stoppable struct {
	core.Blob
	ctx     context.Context
	storage *storage
}

func (s stoppable) ReadAt(p []byte, at int64) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.Blob.ReadAt(p, at)
	s.storage.note(err)
	return n, err
}

// stopped tells that work ended because it was to, not because of its data.
func stopped(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
