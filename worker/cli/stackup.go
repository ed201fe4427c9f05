package cli

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"time"

	"regioscope/worker/compute/stackup"
	"regioscope/worker/format/bbi"
	"regioscope/worker/format/npy"
)

// stackupArgs are the options of `compute stackup`.
type stackupArgs struct {
	common
	signalPath, regionsPath  string
	subsetPath               string
	windows, bins, percents  numbers
	orient, summary, missing string
	side                     string
	cache                    cacheArgs
}

func (a *stackupArgs) register(fs *flag.FlagSet) {
	a.common.register(fs)
	fs.StringVar(&a.signalPath, "signal", "", "bigWig `file` (required)")
	fs.StringVar(&a.regionsPath, "regions", "", "region set `file`, BED or BEDPE (required)")
	fs.StringVar(&a.subsetPath, "subset", "", "`file` of rows of the region set, counted from 0, one a line; only these are used")
	fs.Var(&a.windows, "window", "half-width of the window in `bp`; a comma list goes with --bin")
	fs.Var(&a.bins, "bin", "bin size in `bp`; a comma list goes with --window")
	fs.Var(&a.percents, "percent", "rescale intervals, to bins of this `percent` of their length; may be a comma list")
	fs.StringVar(&a.orient, "orient", "auto", "turn '-' regions: strand, none, or auto = strand if the set has both")
	fs.StringVar(&a.summary, "summary", "mean", "`value` of a bin: mean, sum, min, max or coverage")
	fs.StringVar(&a.missing, "missing", "nan", "bins without signal: nan or zero")
	fs.StringVar(&a.side, "side", "left", "anchor of pairs: left or right")
	a.cache.register(fs)
}

func (a *stackupArgs) check() error {
	for _, err := range []error{a.common.check(), choice("orient", a.orient, "auto", "none", "strand"),
		choice("summary", a.summary, "mean", "sum", "min", "max", "coverage"),
		choice("missing", a.missing, "nan", "zero"), choice("side", a.side, "left", "right")} {
		if err != nil {
			return err
		}
	}
	return nil
}

func runStackup(ctx context.Context, e env, args []string) error {
	started := time.Now()
	var a stackupArgs
	if err := read("stackup", e, args, &a); err != nil {
		return err
	}
	grid, err := pairs(a.windows, a.bins, a.percents, "bin")
	if err != nil {
		return err
	}
	defer limitMemory(int64(a.memory))()
	in, err := openInput("signal", a.signalPath)
	if err != nil {
		return err
	}
	defer in.Close()
	signal, err := bbi.Open(in.file, in.size)
	if err != nil {
		return inputf("%s: %w", in.path, err)
	}
	store, err := a.cache.open(e)
	if err != nil {
		return err
	}
	defer store.Close()
	in.knownHash(store)
	defer in.remember(store)
	set, err := openRegions(a.regionsPath)
	if err != nil {
		return err
	}
	defer set.Close()
	subsetIn, subset, err := openSubset(a.subsetPath, set.Regions)
	if err != nil {
		return err
	}
	defer subsetIn.Close()
	aliasesIn, aliases, err := openAliases(a.aliasesPath)
	if err != nil {
		return err
	}
	defer aliasesIn.Close()
	s := &stackupRun{args: a, grid: grid, in: in, set: set, subset: subset, aliases: aliases, started: started,
		inputs: []*input{in, set.input, subsetIn, aliasesIn}}
	bar := newProgress(e.stderr)
	defer bar.end()
	return s.compute(ctx, signal, bar)
}

type stackupRun struct {
	args    stackupArgs
	grid    []pair
	in      *input
	set     *regionSet
	inputs  []*input
	subset  []int // rows; nil means all
	aliases map[string]string
	started time.Time
	folders []*folder
	stacks  []*os.File
}

func (s *stackupRun) compute(ctx context.Context, signal *bbi.File, bar *progress) (err error) {
	jobs := make([]stackup.Job, len(s.grid))
	for i, g := range s.grid {
		jobs[i] = stackup.Job{Window: g.window, Bin: g.bin, Percent: g.percent, Side: stackup.Side(s.args.side)}
		path := s.args.out
		if len(s.grid) > 1 {
			path = filepath.Join(path, g.folder())
		}
		out, err := makeFolder(path)
		if err != nil {
			return err
		}
		s.folders = append(s.folders, out)
	}
	oriented, orientName := orient(s.args.orient, s.set.Regions)
	defer func() {
		for _, f := range s.stacks {
			err = errors.Join(err, f.Close())
		}
	}()
	results, err := stackup.Compute(ctx, signal, s.set.Regions, jobs, stackup.Options{
		Summary: stackup.Summary(s.args.summary), MissingZero: s.args.missing == "zero", Oriented: oriented, Aliases: s.aliases, Subset: s.subset,
		Threads: s.args.threads, Memory: int64(s.args.memory) / 2, Progress: bar.report("stackup"), Stack: s.open})
	if err != nil {
		return s.wrap(err)
	}
	for i, r := range results {
		m, err := newManifest("stackup", s.started, s.inputs...)
		if err != nil {
			return err
		}
		m.N, m.Total = r.Ledger.Used, r.Ledger.Read
		m.Parameters = map[string]any{"summary": s.args.summary, "missing": s.args.missing, "orient": orientName,
			"side": s.args.side, "format": s.set.Format.String(), "subset": subsetName(s.args.subsetPath)}
		if g := s.grid[i]; g.percent > 0 {
			m.Parameters["percent"] = g.percent
		} else {
			m.Parameters["window"], m.Parameters["bin"] = g.window, g.bin
		}
		if err := writeProfile(s.folders[i], r); err != nil {
			return err
		}
		if err := s.folders[i].finish(m, r.Ledger); err != nil {
			return err
		}
	}
	return nil
}

// open makes the stack file of a job.
func (s *stackupRun) open(job, rows, bins int) (stackup.Stack, error) {
	out := s.folders[job]
	file, err := os.Create(filepath.Join(out.path, "stack.npy"))
	if err != nil {
		return nil, err
	}
	s.stacks = append(s.stacks, file)
	out.note("stack", npy.DTypeOf[float32](), []int{rows, bins})
	return stackup.NewFile(file, rows, bins)
}

func writeProfile(out *folder, r *stackup.Result) error {
	profiles := []struct {
		name   string
		values []float64
	}{{"mean", r.Mean()}, {"median", r.Median}, {"sem", r.SEM()}}
	for _, p := range profiles {
		if err := writeArray(out, p.name, p.values, r.Bins); err != nil {
			return err
		}
	}
	return writeArray(out, "n", r.N, r.Bins)
}

// wrap names the file in an error and gives it a status.
func (s *stackupRun) wrap(err error) error {
	var broken *bbi.FormatError
	switch {
	case errors.Is(err, stackup.ErrWindow):
		return &statusError{statusUsage, err}
	case errors.Is(err, stackup.ErrMemory):
		return unavailablef("%s: %w; choose a smaller window or more --memory", s.in.path, err)
	case errors.Is(err, stackup.ErrNoCommon):
		return inputf("%s: %w", s.set.path, err)
	case errors.As(err, &broken), errors.Is(err, stackup.ErrOverlap), errors.Is(err, io.ErrUnexpectedEOF):
		return inputf("%s: %w", s.in.path, err)
	}
	return err
}
