package cli

import (
	"context"
	"errors"
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/ledger"
)

// embedArgs are the options of `compute embed`.
type embedArgs struct {
	common
	signalPaths, mapPath, featuresPath   string
	regionsPath, viewPath                string
	windows, bins, resolutions, percents numbers
	weight                               weightArgs
	cache                                cacheArgs
	value, edge, orient, crossArm        string
	ignoreDiags                          int
	part, side, scale                    string
	layout, clusterIn                    string
	k                                    int
	ks                                   span
	seed                                 uint64
}

func (a *embedArgs) register(fs *flag.FlagSet) {
	a.common.register(fs)
	fs.StringVar(&a.signalPaths, "signals", "", "bigWig `files`, a comma list: one feature each")
	fs.StringVar(&a.mapPath, "map", "", "contact map `file`, .mcool or .cool: features are the snippets (instead of --signals)")
	fs.StringVar(&a.featuresPath, "features", "", ".npy `file` of rows × features, of any origin (instead of --signals and --regions)")
	fs.StringVar(&a.regionsPath, "regions", "", "region set `file`, BED or BEDPE (required, but with --features)")
	fs.Var(&a.windows, "window", "half-width of the window in `bp`; a comma list goes with --bin or --resolution")
	fs.Var(&a.bins, "bin", "signals: bin size in `bp`; a comma list goes with --window")
	fs.Var(&a.resolutions, "resolution", "map: bin size in `bp`; a comma list goes with --window")
	fs.Var(&a.percents, "percent", "rescale intervals, to bins of this `percent` of their length; may be a comma list")
	fs.StringVar(&a.orient, "orient", "auto", "turn '-' regions: strand, none, or auto = strand if the set has both")
	fs.StringVar(&a.part, "part", "auto", "signals: mean over the centre bin, the window, the interval proper, or auto = centre of points, proper of intervals")
	fs.StringVar(&a.side, "side", "left", "signals: anchor of pairs: left or right")
	fs.StringVar(&a.value, "value", "oe", "map: `value` of a cell: iccf, oe or raw")
	a.weight.register(fs)
	a.cache.register(fs)
	fs.StringVar(&a.viewPath, "view", "", "map: `file` of arms, CSV of chrom,start,end; whole chromosomes without it")
	fs.StringVar(&a.edge, "edge", "drop", "map: windows that leave their arm: drop, or pad with missing")
	fs.StringVar(&a.crossArm, "cross-arm", "drop", "map: pairs across the arms of a chromosome: drop or keep")
	fs.IntVar(&a.ignoreDiags, "ignore-diags", expected.IgnoreDiags, "map: diagonals without an expected (oe)")
	fs.StringVar(&a.scale, "scale", "zscore", "features as zscore, or raw: in their own units")
	fs.StringVar(&a.layout, "layout", "umap", "umap or pca")
	fs.IntVar(&a.k, "k", 10, "`number` of groups, 2 to 30")
	a.ks = span{embed.MinK, embed.MaxK}
	fs.Var(&a.ks, "ks", "numbers of groups to make and measure: a `range` within 2-30, which --k is in")
	fs.StringVar(&a.clusterIn, "cluster-in", "features", "look for groups in the features or in the layout")
	fs.Uint64Var(&a.seed, "seed", 42, "seed of layout and groups")
}

func (a *embedArgs) check() error {
	for _, err := range []error{a.common.check(), a.weight.check(),
		choice("value", a.value, "iccf", "oe", "raw"), choice("edge", a.edge, "drop", "pad"),
		choice("orient", a.orient, "auto", "none", "strand"), choice("cross-arm", a.crossArm, "drop", "keep"),
		choice("part", a.part, "auto", "centre", "window", "proper"), choice("side", a.side, "left", "right"),
		choice("scale", a.scale, "zscore", "raw"), choice("layout", a.layout, "umap", "pca"),
		choice("cluster-in", a.clusterIn, "features", "layout")} {
		if err != nil {
			return err
		}
	}
	switch {
	case a.ks.from < embed.MinK || a.ks.to > embed.MaxK:
		return usagef("--ks must be within %d-%d", embed.MinK, embed.MaxK)
	case a.k < a.ks.from || a.k > a.ks.to:
		return usagef("--k must be %d to %d", a.ks.from, a.ks.to)
	case a.sources() != 1:
		return usagef("give --signals, --map or --features")
	case a.featuresPath != "" && a.regionsPath+a.viewPath != "" || a.featuresPath != "" && len(a.windows)+len(a.bins)+len(a.resolutions)+len(a.percents) > 0:
		return usagef("--features are cut already: they go with no regions, view, window or bin")
	case a.mapPath != "" && len(a.bins) > 0:
		return usagef("--bin is for --signals; a map has a --resolution")
	case a.signalPaths != "" && len(a.resolutions) > 0:
		return usagef("--resolution is for --map; signals have a --bin")
	case a.ignoreDiags < 0:
		return usagef("--ignore-diags must be 0 or more")
	}
	return nil
}

// sources is how many ways to get features were given.
func (a *embedArgs) sources() (n int) {
	for _, path := range []string{a.signalPaths, a.mapPath, a.featuresPath} {
		if path != "" {
			n++
		}
	}
	return n
}

func runEmbed(ctx context.Context, e env, args []string) error {
	started := time.Now()
	var a embedArgs
	if err := read("embed", e, args, &a); err != nil {
		return err
	}
	if a.featuresPath != "" {
		defer limitMemory(int64(a.memory))()
		r := &embedRun{args: a, started: started, bar: newProgress(e.stderr)}
		defer r.bar.end()
		return r.fromTable(ctx)
	}
	bins, flagName := a.resolutions, "resolution"
	if a.signalPaths != "" {
		bins, flagName = a.bins, "bin"
	}
	grid, err := pairs(a.windows, bins, a.percents, flagName)
	if err != nil {
		return err
	}
	defer limitMemory(int64(a.memory))()
	set, err := openRegions(a.regionsPath)
	if err != nil {
		return err
	}
	defer set.Close()
	aliasesIn, aliases, err := openAliases(a.aliasesPath)
	if err != nil {
		return err
	}
	defer aliasesIn.Close()
	r := &embedRun{args: a, set: set, aliases: aliases, started: started, several: len(grid) > 1,
		inputs: []*input{set.input, aliasesIn}, bar: newProgress(e.stderr)}
	r.oriented, r.orientName = orient(a.orient, set.Regions)
	defer r.bar.end()
	if a.mapPath != "" {
		return r.fromMap(ctx, e, grid)
	}
	return r.fromSignals(ctx, grid)
}

type embedRun struct {
	args       embedArgs
	set        *regionSet
	aliases    map[string]string
	inputs     []*input
	oriented   bool
	orientName string
	started    time.Time
	bar        *progress
	several    bool // results go to folders of their own
}

// compute lays out and clusters; labels are those of the k that was asked for, or as many groups as there are.
func (r *embedRun) compute(ctx context.Context, f *embed.Features) (*embed.Result, *embed.Clustering, error) {
	res, err := embed.Compute(ctx, f, embed.Options{Layout: embed.Layout(r.args.layout), ClusterIn: embed.Space(r.args.clusterIn),
		Ks: r.args.ks.list(), Raw: r.args.scale == "raw", Seed: r.args.seed, Threads: r.args.threads,
		Memory: int64(r.args.memory) / keptShare * (keptShare - 1), Progress: r.bar.report("embed")})
	if errors.Is(err, embed.ErrMemory) {
		return nil, nil, unavailablef("%w; a higher --memory or fewer regions may do", err)
	}
	if err != nil {
		return nil, nil, err
	}
	groups := res.Clustering(r.args.k)
	if groups == nil {
		groups = &embed.Clustering{Labels: slices.Repeat([]int32{-1}, f.Rows)}
	}
	return res, groups, nil
}

func (r *embedRun) folder(g pair) (*folder, error) {
	path := r.args.out
	if r.several {
		path = filepath.Join(path, g.folder())
	}
	return makeFolder(path)
}

// account adds the regions that have no feature, for a reason of their own, to the ledger of where the data come from.
func account(book *ledger.Ledger, res *embed.Result, reason string) *ledger.Ledger {
	book = book.Clone()
	book.LoseRest(ledger.Used, res.Left, reason)
	return book
}

// layoutParameters are those of layout and groups.
func (r *embedRun) layoutParameters() map[string]any {
	return map[string]any{"layout": r.args.layout, "k": r.args.k, "ks": r.args.ks.String(), "clusterIn": r.args.clusterIn, "scale": r.args.scale, "seed": r.args.seed}
}

// parameters are those that all embeddings of regions have.
func (r *embedRun) parameters(g pair) map[string]any {
	m := r.layoutParameters()
	m["orient"], m["format"] = r.orientName, r.set.Format.String()
	if g.percent > 0 {
		m["percent"] = g.percent
	} else {
		m["window"] = g.window
	}
	return m
}

func (a *embedArgs) signals() []string {
	var list []string
	for _, path := range strings.Split(a.signalPaths, ",") {
		list = append(list, strings.TrimSpace(path))
	}
	return list
}
