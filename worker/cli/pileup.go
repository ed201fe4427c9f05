package cli

import (
	"context"
	"flag"
	"path/filepath"
	"time"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

// pileupArgs are the options of `compute pileup`.
type pileupArgs struct {
	common
	mapPath, regionsPath, viewPath string
	subsetPath                     string
	windows, resolutions, percents numbers
	weight                         weightArgs
	cache                          cacheArgs
	values                         valueList
	edge, orient                   string
	crossArm                       string
	ignoreDiags, bootstrap         int
	seed                           uint64
	snippets                       bool
}

func (a *pileupArgs) register(fs *flag.FlagSet) {
	a.common.register(fs)
	fs.StringVar(&a.mapPath, "map", "", "contact map `file`, .mcool or .cool (required)")
	fs.StringVar(&a.regionsPath, "regions", "", "region set `file`, BED or BEDPE (required)")
	fs.StringVar(&a.viewPath, "view", "", "`file` of arms, CSV of chrom,start,end; whole chromosomes without it")
	fs.Var(&a.windows, "window", "half-width of the window in `bp`; a comma list goes with --resolution")
	fs.Var(&a.resolutions, "resolution", "bin size of the map in `bp`; a comma list goes with --window")
	fs.Var(&a.percents, "percent", "rescale intervals, to bins of this `percent` of their length; may be a comma list")
	a.values = valueList{pileup.ICCF}
	fs.Var(&a.values, "value", "`value` of a cell: iccf, oe or raw; of a comma list each goes to a folder of its own")
	a.weight.register(fs)
	a.cache.register(fs)
	fs.StringVar(&a.subsetPath, "subset", "", "`file` of rows of the region set, counted from 0, one a line; only these are used")
	fs.StringVar(&a.edge, "edge", "drop", "windows that leave their arm: drop, or pad with missing")
	fs.StringVar(&a.orient, "orient", "auto", "turn '-' regions: strand, none, or auto = strand if the set has both")
	fs.StringVar(&a.crossArm, "cross-arm", "drop", "pairs across the arms of a chromosome: drop or keep")
	fs.IntVar(&a.ignoreDiags, "ignore-diags", expected.IgnoreDiags, "diagonals without an expected (oe)")
	fs.IntVar(&a.bootstrap, "bootstrap", 1000, "`replicates` of the intervals of the scores; 0 = no intervals")
	fs.Uint64Var(&a.seed, "seed", 42, "seed of the replicates")
	fs.BoolVar(&a.snippets, "snippets", false, "write the snippet of every region, too")
}

func (a *pileupArgs) check() error {
	for _, err := range []error{a.common.check(), a.weight.check(),
		choice("edge", a.edge, "drop", "pad"),
		choice("orient", a.orient, "auto", "none", "strand"), choice("cross-arm", a.crossArm, "drop", "keep")} {
		if err != nil {
			return err
		}
	}
	if a.ignoreDiags < 0 || a.bootstrap < 0 || a.bootstrap > maxReplicates {
		return usagef("--ignore-diags must be 0 or more, --bootstrap 0 to %d", maxReplicates)
	}
	return nil
}

const maxReplicates = 1_000_000

func runPileup(ctx context.Context, e env, args []string) error {
	started := time.Now()
	var a pileupArgs
	if err := read("pileup", e, args, &a); err != nil {
		return err
	}
	grid, err := pairs(a.windows, a.resolutions, a.percents, "resolution")
	if err != nil {
		return err
	}
	defer limitMemory(int64(a.memory))()
	in, err := openCached(a.mapPath, a.cache, e)
	if err != nil {
		return err
	}
	defer in.Close()
	if grid[0].percent == 0 { // the weights are read beside the regions
		in.begin(ctx, grid[0].bin, a.level(), a.threads)
	}
	set, err := openRegions(a.regionsPath)
	if err != nil {
		return err
	}
	defer set.Close()
	viewIn, view, err := openView(a.viewPath)
	if err != nil {
		return err
	}
	defer viewIn.Close()
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
	p := &pileupRun{args: a, in: in, set: set, view: view, subset: subset, aliases: aliases, started: started,
		inputs: []*input{in.input, set.input, viewIn, subsetIn, aliasesIn}, bar: newProgress(e.stderr)}
	defer p.bar.end()
	if err := p.chooseResolutions(grid); err != nil {
		return err
	}
	// One sweep per resolution makes all windows at it.
	for len(grid) > 0 {
		var same, rest []pair
		for _, g := range grid {
			if g.bin == grid[0].bin {
				same = append(same, g)
			} else {
				rest = append(rest, g)
			}
		}
		if err := p.level(ctx, same, len(same) < len(grid) || p.several); err != nil {
			return err
		}
		grid, p.several = rest, true
	}
	return nil
}

type pileupRun struct {
	args    pileupArgs
	in      *contacts
	set     *regionSet
	inputs  []*input
	view    []genome.Interval
	subset  []int // rows; nil means all
	aliases map[string]string
	started time.Time
	bar     *progress
	several bool // results go to folders of their own
}

// chooseResolutions gives the percent pairs the resolution that fits the intervals best.
func (p *pileupRun) chooseResolutions(grid []pair) error {
	p.several = len(grid) > 1
	for i, g := range grid {
		if g.percent == 0 {
			continue
		}
		b, ok := pileup.IntervalResolution(p.set.Regions, p.in.cool.Resolutions(), g.percent)
		if !ok {
			return unavailablef("%s: no resolution of the map (%v) suits the lengths of the intervals in %s",
				p.in.path, p.in.cool.Resolutions(), p.set.path)
		}
		grid[i].bin = b
	}
	return nil
}

// level computes and writes the results of one resolution.
func (p *pileupRun) level(ctx context.Context, grid []pair, several bool) error {
	level, weights, fact, err := p.in.level(ctx, grid[0].bin, p.weight(), p.args.threads)
	if err != nil {
		return err
	}
	oriented, orientName := orient(p.args.orient, p.set.Regions)
	opt := pileup.Options{View: p.view, Aliases: p.aliases, Values: p.args.values, Weights: weights,
		Edge: pileup.Edge(p.args.edge), Oriented: oriented, CrossArm: p.args.crossArm == "keep", Subset: p.subset,
		Bootstrap: p.args.bootstrap, Seed: p.args.seed, Threads: p.args.threads, Progress: p.bar.report("pileup")}
	jobs := make([]pileup.Job, len(grid))
	var folders []*folder // by job, then by value, like the results
	for i, g := range grid {
		path := p.args.out
		if several {
			path = filepath.Join(path, g.folder())
		}
		jobs[i] = pileup.Job{Window: g.window, Percent: g.percent}
		if err := jobs[i].Check(g.bin); err != nil {
			return &statusError{statusUsage, err}
		}
		for _, v := range p.args.values {
			one := path
			if len(p.args.values) > 1 {
				one = filepath.Join(path, string(v))
			}
			f, err := makeFolder(one)
			if err != nil {
				return err
			}
			folders = append(folders, f)
		}
	}
	question, err := p.ask(ctx, level, jobs, opt)
	if err != nil {
		return err
	}
	finish, err := p.snippets(&question.Options, level, jobs, folders)
	if err != nil {
		return err
	}
	results, err := question.Results(ctx)
	if closeErr := finish(); err == nil {
		err = closeErr
	}
	if err != nil {
		return viewError(p.in, p.args.viewPath, err)
	}
	for i, r := range results {
		if r.Ledger.Matched == 0 {
			return inputf("%s: no region is on a chromosome of %s (first: %q)", p.set.path, p.in.path, p.set.Regions[0].A.Chrom)
		}
		m, err := newManifest("pileup", p.started, p.inputs...)
		if err != nil {
			return err
		}
		m.N, m.Total = r.Ledger.Used, r.Ledger.Read
		m.Parameters = p.parameters(grid[i/len(opt.Values)], r.Value, orientName)
		fact.note(m.Parameters)
		if r.Value == pileup.OE {
			m.Warnings = missingWarnings(question.Options.Expected)
		}
		if err := p.write(folders[i], m, r); err != nil {
			return err
		}
	}
	return nil
}

// weight is the column to read: raw counts need none.
func (p *pileupRun) weight() weightArgs { return p.args.level() }

// level is how the weights of the map are read; raw counts need none.
func (a *pileupArgs) level() weightArgs {
	if len(a.values) == 1 && a.values[0] == pileup.Raw {
		return weightArgs{column: "none"}
	}
	return a.weight
}

func (p *pileupRun) parameters(g pair, v pileup.Value, orient string) map[string]any {
	m := map[string]any{"value": v, "edge": p.args.edge, "orient": orient,
		"crossArm": p.args.crossArm, "resolution": g.bin, "view": viewName(p.args.viewPath), "format": p.set.Format.String(),
		"subset": subsetName(p.args.subsetPath), "bootstrap": p.args.bootstrap, "seed": p.args.seed}
	if g.percent > 0 {
		m["percent"] = g.percent
	} else {
		m["window"] = g.window
	}
	if v == pileup.OE {
		m["ignoreDiags"] = p.args.ignoreDiags
	}
	return m
}
