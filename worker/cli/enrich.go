package cli

import (
	"context"
	"errors"
	"flag"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"regioscope/worker/compute/enrich"
	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

// enrichArgs are the options of `compute enrich`.
type enrichArgs struct {
	common
	regionsPath, subsetPath string
	targetPaths, sizesPath  string
	windows, bins, percents numbers
	universe, orient, side  string
}

func (a *enrichArgs) register(fs *flag.FlagSet) {
	a.common.register(fs)
	fs.StringVar(&a.regionsPath, "regions", "", "region set `file`, BED or BEDPE (required)")
	fs.StringVar(&a.subsetPath, "subset", "", "`file` of rows of the region set, counted from 0, one a line; only these are used")
	fs.StringVar(&a.targetPaths, "targets", "", "comma list of region set `files` whose association is tested (required)")
	fs.StringVar(&a.sizesPath, "sizes", "", "chrom.sizes `file` of the assembly (required)")
	fs.Var(&a.windows, "window", "half-width of the window in `bp`; a comma list goes with --bin")
	fs.Var(&a.bins, "bin", "bin size in `bp`; a comma list goes with --window")
	fs.Var(&a.percents, "percent", "rescale intervals, to bins of this `percent` of their length; may be a comma list")
	fs.StringVar(&a.universe, "universe", "genome", "what the regions are compared with: genome, queries (all bins of all windows), or a region set `file`")
	fs.StringVar(&a.orient, "orient", "none", "reverse the bins of '-' regions: strand, none, or auto = strand if the set has both")
	fs.StringVar(&a.side, "side", "left", "anchor of pairs: left or right")
}

func (a *enrichArgs) check() error {
	for _, err := range []error{a.common.check(), choice("orient", a.orient, "auto", "none", "strand"), choice("side", a.side, "left", "right")} {
		if err != nil {
			return err
		}
	}
	if a.targetPaths == "" {
		return usagef("--targets is missing")
	}
	return nil
}

// enrichRun is what `compute enrich` works on.
type enrichRun struct {
	args     enrichArgs
	started  time.Time
	set      *regionSet
	universe *regionSet // nil unless it is a file
	targets  []*input
	hashing  []sync.Once // of the targets
	inputs   []*input    // all of them, in the order of the manifest
	subset   []int
	chroms   []genome.Chrom
	aliases  map[string]string
}

func runEnrich(ctx context.Context, e env, args []string) error {
	s := &enrichRun{started: time.Now()}
	if err := read("enrich", e, args, &s.args); err != nil {
		return err
	}
	grid, err := pairs(s.args.windows, s.args.bins, s.args.percents, "bin")
	if err != nil {
		return err
	}
	defer limitMemory(int64(s.args.memory))()
	defer func() {
		for _, in := range s.inputs {
			in.Close()
		}
	}()
	if err := s.open(); err != nil {
		return err
	}
	bar := newProgress(e.stderr)
	defer bar.end()
	return s.compute(ctx, grid, bar)
}

// open opens all files; those of the targets are read later.
func (s *enrichRun) open() (err error) {
	if s.set, err = openRegions(s.args.regionsPath); err != nil {
		return err
	}
	s.inputs = append(s.inputs, s.set.input)
	for _, path := range strings.Split(s.args.targetPaths, ",") {
		in, err := openInput("targets", strings.TrimSpace(path))
		if err != nil {
			return err
		}
		s.targets, s.inputs = append(s.targets, in), append(s.inputs, in)
	}
	s.hashing = make([]sync.Once, len(s.targets))
	sizes, err := openInput("sizes", s.args.sizesPath)
	if err != nil {
		return err
	}
	s.inputs = append(s.inputs, sizes)
	if s.chroms, err = genome.ReadSizes(sizes.file); err != nil {
		return inputf("%s: %w", sizes.path, err)
	}
	sizes.startHash()
	if u := s.args.universe; u != string(enrich.Genome) && u != string(enrich.Queries) {
		if s.universe, err = openRegions(u); err != nil {
			return err
		}
		s.universe.role = "universe"
		s.inputs = append(s.inputs, s.universe.input)
	}
	subset, rows, err := openSubset(s.args.subsetPath, s.set.Regions)
	if err != nil {
		return err
	}
	s.inputs, s.subset = append(s.inputs, subset), rows
	aliases, names, err := openAliases(s.args.aliasesPath)
	if err != nil {
		return err
	}
	s.inputs, s.aliases = append(s.inputs, aliases), names
	return nil
}

func (s *enrichRun) compute(ctx context.Context, grid []pair, bar *progress) error {
	jobs := make([]enrich.Job, len(grid))
	for i, g := range grid {
		jobs[i] = enrich.Job{Window: g.window, Bin: g.bin, Percent: g.percent, Side: enrich.Side(s.args.side)}
	}
	targets := make([]enrich.Target, len(s.targets))
	for i, name := range targetNames(s.targets) {
		targets[i] = enrich.Target{Name: name, Load: func() ([]genome.Region, error) { return s.loadTarget(i) }}
	}
	oriented, orientName := orient(s.args.orient, s.set.Regions)
	opt := enrich.Options{Universe: enrich.Universe(s.args.universe), Oriented: oriented, Aliases: s.aliases, Subset: s.subset,
		Threads: s.args.threads, Memory: int64(s.args.memory), Progress: bar.report("enrich")}
	if s.universe != nil {
		opt.Universe, opt.UniverseRegions = enrich.Regions, s.universe.Regions
	}
	results, err := enrich.Compute(ctx, s.chroms, s.set.Regions, targets, jobs, opt)
	if err != nil {
		return s.wrap(err)
	}
	for i, r := range results {
		path := s.args.out
		if len(grid) > 1 {
			path = filepath.Join(path, grid[i].folder())
		}
		if err := s.write(path, grid[i], orientName, r); err != nil {
			return err
		}
	}
	return nil
}

// loadTarget reads the regions of one target, which may be asked for again, and the first time begins its hash.
func (s *enrichRun) loadTarget(i int) ([]genome.Region, error) {
	in := s.targets[i]
	table, err := bed.Parse(io.NewSectionReader(in.file, 0, in.size), bed.Options{})
	if err != nil {
		return nil, inputf("%s: %w", in.path, err)
	}
	s.hashing[i].Do(in.startHash)
	return table.Regions, nil
}

// targetNames are the names of files without folder and format, as far as that keeps them apart.
func targetNames(files []*input) []string {
	stem := func(path string) string {
		name := filepath.Base(path)
		for _, suffix := range []string{".gz", ".bgz", ".bed", ".bedpe", ".narrowPeak", ".broadPeak", ".txt", ".tsv"} {
			if rest, ok := strings.CutSuffix(name, suffix); ok && rest != "" {
				name = rest
			}
		}
		return name
	}
	whole := func(path string) string { return path }
	names := make([]string, len(files))
	for _, name := range []func(string) string{stem, filepath.Base, whole} {
		seen := make(map[string]bool)
		for i, f := range files {
			names[i] = name(f.path)
			seen[names[i]] = true
		}
		if len(seen) == len(files) {
			break
		}
	}
	return names
}

// wrap names the file in an error and gives it a status.
func (s *enrichRun) wrap(err error) error {
	switch {
	case errors.Is(err, enrich.ErrWindow):
		return &statusError{statusUsage, err}
	case errors.Is(err, enrich.ErrNoCommon):
		return inputf("%s and the regions: %w", s.args.sizesPath, err)
	case errors.Is(err, enrich.ErrUniverse):
		return inputf("%s: %w", s.args.universe, err)
	}
	return err
}
