package tasks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/queue"
	"regioscope/worker/compute/enrich"
	"regioscope/worker/contactcache"
)

// Deps is what the pipelines work with.
type Deps struct {
	Stores  core.Stores
	Blobs   core.Blobs
	Runs    *core.Runs
	Log     *slog.Logger
	Worker  string        // name of this worker, shown with its runs
	Lease   time.Duration // how long a run may go without a sign of life; 0 = 30 s
	Threads int           // of one computation; 0 = all cores
	Memory  int64         // bytes that one computation may plan with; 0 = 1 GiB

	Contacts *contactcache.Store // keeps what was read of contact maps; nil keeps nothing
	Imports  *core.Imports       // fetches files from elsewhere; nil: not here

	Derivations *core.Derivations // knows what new region sets are made of; nil: not here

	Tuned       <-chan struct{}   // the administrator has changed something; nil: seen within seconds
	LimitMemory func(bytes int64) // is told how much the process may use, whenever that changes; nil: nobody
}

// Executor works on runs.
type Executor struct {
	Deps
	pipelines map[core.Pipeline]pipeline
	indexes   memo[*enrich.Index] // by result
	placed    memo[*placed]       // by result
	labels    memo[rowLabels]     // by result and number of groups
}

// pipeline computes a run and returns how to record its outcome. An error that is not a core.FinalError is worth
// another attempt.
type pipeline func(ctx context.Context, run core.Run, p *progress) (record func(ctx context.Context) error, err error)

// NewExecutor prepares an executor; it is safe for concurrent use.
func NewExecutor(d Deps) *Executor {
	if d.Lease <= 0 {
		d.Lease = 30 * time.Second
	}
	if d.Threads <= 0 {
		d.Threads = runtime.GOMAXPROCS(0)
	}
	if d.Memory <= 0 {
		d.Memory = 1 << 30
	}
	d.Blobs = faultBlobs(d.Blobs)
	e := &Executor{Deps: d}
	e.pipelines = map[core.Pipeline]pipeline{
		core.PipelineBed: e.bed, core.PipelinePileup: e.pileup, core.PipelineStackup: e.stackup,
		core.PipelineEnrichment: e.enrichment, core.PipelineEmbedding1D: e.embedding1D, core.PipelineEmbedding2D: e.embedding2D,
		core.PipelineImport: e.fetch, core.PipelineDerive: e.derive,
	}
	return e
}

// Why a pipeline's context ended.
var (
	errCancelled = errors.New("somebody cancelled the run")
	errLost      = errors.New("the run is not this worker's any more")
	errTimeout   = errors.New("the time limit of the pipeline is over")
)

// Handle works on one attempt of a run until its outcome is recorded, or cannot be.
func (e *Executor) Handle(ctx context.Context, p queue.Payload) {
	ctx = core.WithTrail(ctx, core.Trail{Run: p.RunID, Attempt: p.Attempt})
	if run := e.begin(ctx, p.RunID, p.Attempt); run != nil {
		e.work(ctx, *run)
	}
}

// begin claims an attempt; nil when it is not there to be taken.
func (e *Executor) begin(ctx context.Context, id int64, attempt int) *core.Run {
	run, ok, err := e.Runs.Claim(ctx, id, attempt, e.Worker, e.Lease)
	if err != nil {
		e.Log.ErrorContext(ctx, "run not claimed; the sweeper will offer it again", "err", err)
		return nil
	}
	if !ok {
		e.Log.DebugContext(ctx, "nothing to claim")
		return nil
	}
	return &run
}

// work computes a run that was claimed.
func (e *Executor) work(ctx context.Context, run core.Run) {
	ctx = core.WithTrail(ctx, run.Trail()) // every line below names the run and the request that asked for it
	log := e.Log.With("pipeline", run.Pipeline)
	ctx, span := e.traceRun(ctx, run)
	var err error
	defer func() { endSpan(span, err) }()
	log.InfoContext(ctx, "run begins")
	faultPoint("claimed")

	// Cancelling this context is the only way in which anything stops the pipeline.
	work, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	progress := newProgress()
	progress.note("info", fmt.Sprintf("attempt %d of at most %d begins on %s", run.Attempt, run.MaxAttempts, e.Worker), nil)
	beating := e.heartbeat(ctx, run, progress, stop)
	defer beating.end()

	var record func(context.Context) error
	record, err = e.compute(work, run, progress, log)
	faultPoint("computed")
	waitForStorage(work, err)
	cause := context.Cause(work)
	e.keepLog(ctx, log, run, progress, cause, err)
	e.settle(ctx, log, func(ctx context.Context) error {
		switch {
		case err == nil:
			return record(ctx)
		case errors.Is(cause, errLost):
			return errLost
		case errors.Is(cause, errCancelled):
			return e.Runs.Cancelled(ctx, run)
		case errors.Is(cause, context.Canceled): // the worker is being stopped
			return e.Runs.Release(ctx, run)
		}
		if errors.Is(err, core.ErrStorageAway) {
			log.WarnContext(ctx, "put off, the storage of the files is away", "err", err)
			return e.Runs.PutOff(ctx, run)
		}
		log.WarnContext(ctx, "attempt failed", "err", err)
		return e.Runs.Fail(ctx, run, err)
	})
	faultPoint("settled")
}

// compute calls the pipeline within its time limit and turns a panic into an error.
func (e *Executor) compute(ctx context.Context, run core.Run, p *progress, log *slog.Logger) (record func(context.Context) error, err error) {
	defer func() {
		if r := recover(); r != nil {
			log.ErrorContext(ctx, "panic", "panic", r, "stack", string(debug.Stack()))
			err = core.Final(core.Errorf(core.CodeInternal,
				"the program failed while computing; this is a defect, please report it with the number of the run"))
		}
	}()
	do, ok := e.pipelines[run.Pipeline]
	if !ok {
		return nil, core.Final(core.Errorf(core.CodeInternal, "this worker does not know the pipeline %q", run.Pipeline))
	}
	settings, err := e.Stores.Settings().Pipeline(ctx, run.Pipeline)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	ctx = context.WithValue(ctx, memoryKey{}, e.allowance(settings))
	ctx, span := tracer().Start(ctx, "compute "+string(run.Pipeline))
	defer func() { endSpan(span, err) }()
	defer p.trace(ctx)()
	limited, cancel := context.WithTimeoutCause(ctx, settings.Timeout, errTimeout)
	defer cancel()
	limited, files := watchStorage(limited)
	if record, err = do(limited, run, p); ctx.Err() == nil {
		// Whatever the pipeline made of it: not a file is at fault, and not a run, when the bytes did not come.
		if away := files.away(); away != nil {
			return nil, away
		}
	}
	if err != nil && errors.Is(context.Cause(limited), errTimeout) {
		err = core.Final(core.Errorf(core.CodeUnavailable, "stopped: it took longer than the %s that the administrator allows",
			settings.Timeout.Round(time.Second)).WithCause(err))
	}
	if err != nil && ctx.Err() == nil {
		// Data that were put into the trash between the claim and the reading: the pipeline only knows that it did not find them.
		var gone *core.Error
		if errors.As(e.Runs.Gone(ctx, run), &gone) && gone.Code == core.CodeState {
			err = core.Final(gone.WithCause(err))
		}
	}
	return record, err
}

type memoryKey struct{}

// allowance is what a run of the pipeline may plan with, in bytes.
func (e *Executor) allowance(p *core.PipelineSettings) int64 {
	if p.Memory > 0 {
		return p.Memory
	}
	return e.Memory
}

// memory is the allowance of the run that ctx belongs to.
func (e *Executor) memory(ctx context.Context) int64 {
	if bytes, ok := ctx.Value(memoryKey{}).(int64); ok {
		return bytes
	}
	return e.Memory
}

// settle records the outcome, and tries for a while when the database does not answer. The heartbeat goes on meanwhile.
// A worker that is being stopped records as well, in the time that is left.
func (e *Executor) settle(ctx context.Context, log *slog.Logger, record func(context.Context) error) {
	ctx, span := tracer().Start(context.WithoutCancel(ctx), "record")
	defer span.End()
	for pause := 100 * time.Millisecond; ; pause *= 2 {
		err := record(ctx)
		switch {
		case err == nil:
			log.InfoContext(ctx, "run recorded")
			return
		case errors.Is(err, errLost), errors.Is(err, core.ErrConflict), errors.Is(err, core.ErrNotFound):
			log.WarnContext(ctx, "the run is not this worker's any more; nothing recorded", "err", err)
			return
		case pause > 30*time.Second:
			log.ErrorContext(ctx, "outcome not recorded; the lease will run out", "err", err)
			return
		}
		log.WarnContext(ctx, "outcome not recorded yet", "err", err)
		time.Sleep(pause)
	}
}
