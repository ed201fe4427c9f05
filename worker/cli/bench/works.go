package main

import "fmt"

// work is a line of the comparison.
type work struct {
	name   string
	needs  []string // of the files
	args   []string // of our command
	cached bool     // with a cache
	fresh  bool     // that is empty
	peers  []peer
	theirs string                  // what others took that cannot be run here
	facts  func(out string) string // read from what our command wrote
}

// peer is a program, or a python script of a module.
type peer struct {
	name, note      string
	program, module string
	script          string
	args            []string
}

const cooltoolsPileup = `
import sys, cooler, cooltools, pandas as pd
path, sites, arms, expected = sys.argv[1:5]
clr = cooler.Cooler(path + '::/resolutions/10000')
view = pd.read_csv(arms)
view['name'] = [f'{c}:{s}-{e}' for c, s, e in view.values]
exp = cooltools.expected_cis(clr, view_df=view, nproc=2) if expected == 'oe' else None
sites = pd.read_csv(sites, sep='\t', header=None, usecols=[0, 1, 2], names=['chrom', 'start', 'end'])
cooltools.pileup(clr, sites, view_df=view, expected_df=exp, flank=200_000, nproc=2)
`

const cooltoolsExpected = `
import sys, cooler, cooltools, pandas as pd
clr = cooler.Cooler(sys.argv[1] + '::/resolutions/10000')
view = pd.read_csv(sys.argv[2])
view['name'] = [f'{c}:{s}-{e}' for c, s, e in view.values]
cooltools.expected_cis(clr, view_df=view, nproc=2)
`

const coolerFetch = `
import sys, cooler, numpy as np
clr = cooler.Cooler(sys.argv[1] + '::/resolutions/10000')
m = clr.matrix(balance=True)
total, n = np.zeros((41, 41)), np.zeros((41, 41))
for k, line in enumerate(open(sys.argv[2])):
    if k == 500: break
    chrom, start, end = line.split()[:3]
    b = (int(start) + int(end)) // 2 // 10_000 + clr.offset(chrom)
    lo, hi = clr.extent(chrom)
    if b - 20 < lo or b + 21 > hi: continue
    s = m[b-20:b+21, b-20:b+21]
    n += ~np.isnan(s)
    total += np.nan_to_num(s)
`

const bbiStackup = `
import sys, bbi, pandas as pd
s = pd.read_csv(sys.argv[2], sep='\t', header=None)
mid = (s[1] + s[2]) // 2
half, bins = int(sys.argv[3]), int(sys.argv[4])
bbi.stackup(sys.argv[1], s[0].values, (mid - half).values, (mid + half).values, bins=bins)
`

const bigWigStats = `
import sys, pyBigWig, numpy as np
f = pyBigWig.open(sys.argv[1])
half, bins = int(sys.argv[3]), int(sys.argv[4])
size = f.chroms()
for line in open(sys.argv[2]):
    chrom, start, end = line.split()[:3]
    mid = (int(start) + int(end)) // 2
    if mid - half < 0 or mid + half > size[chrom]: continue
    np.array(f.stats(chrom, mid - half, mid + half, nBins=bins, exact=True), dtype=float)
`

// The stack of windows and bins that a new installation makes of a signal at points (reference back end §5.1).
const (
	onePair    = "stackup, the dearest pair of the stack"
	wholeStack = "stackup, the stack of 30 pairs"

	stackWindows = "1000,1000,2000,2000,5000,5000,10000,10000,20000,20000,20000,50000,50000,50000,100000,100000,100000,100000," +
		"400000,400000,400000,400000,1000000,1000000,1000000,1000000,2000000,2000000,2000000,2000000"
	stackBins = "100,500,100,500,100,500,100,500,200,500,1000,500,1000,2000,1000,2000,5000,10000," +
		"2000,5000,10000,20000,10000,20000,50000,100000,20000,50000,100000,200000"
)

func (b *bench) works() []work {
	f := b.files
	average := func(regions string, more ...string) []string {
		return append([]string{"pileup", "--map", f["map"], "--regions", f[regions], "--view", f["arms"]}, more...)
	}
	iccf := []string{"--window", "200000", "--resolution", "10000"}
	oe := append([]string{"--value", "oe"}, iccf...)
	python := func(name, module, script string, args ...string) peer {
		return peer{name: name, module: module, script: script, args: args}
	}
	pileups := []peer{python("cooltools", "cooltools", cooltoolsPileup, f["map"], f["sites"], f["arms"], "iccf"),
		{name: "coolpup.py", program: "coolpup.py", note: " (without arms)", args: []string{f["map"] + "::/resolutions/10000", f["sites"], "--features_format", "bed",
			"--local", "--flank", "200000", "--not_ooe", "--ignore_diags", "0", "--nshifts", "0", "-p", "2", "-o", b.dir + "/coolpup.clpy"}},
		{name: "cooler", module: "cooler", script: coolerFetch, args: []string{f["map"], f["sites"]}, note: " for 500 of the sites, one by one"}}
	stack := []string{"--window", "100000,200000,400000,400000,600000,1000000,500000,1000000,2000000", "--resolution",
		"10000,10000,10000,20000,20000,20000,50000,50000,50000", "--value", "iccf,oe"}
	list := []work{
		{name: "pileup iccf, 10,000 × 41×41", args: average("sites", iccf...), peers: pileups},
		{name: "the same, making a cache", args: average("sites", iccf...), cached: true, fresh: true},
		{name: "another region set, with the cache", args: average("others", iccf...), cached: true},
		{name: "another region set oe, with the cache", args: average("others", oe...), cached: true},
		{name: "pileup oe, expected included", args: average("sites", oe...),
			peers: []peer{python("cooltools", "cooltools", cooltoolsPileup, f["map"], f["sites"], f["arms"], "oe")}},
		{name: "expected per arm", args: []string{"expected", "--map", f["map"], "--view", f["arms"], "--resolution", "10000"},
			peers: []peer{python("cooltools", "cooltools", cooltoolsExpected, f["map"], f["arms"])}},
		{name: "one pair of the stack, iccf and oe", args: average("sites", "--window", "400000", "--resolution", "10000", "--value", "iccf,oe")},
		{name: "the stack of 9 pairs, iccf and oe", args: average("sites", stack...)},
		{name: "loops oe, 21×21", args: average("loops", "--window", "100000", "--resolution", "10000", "--value", "oe"),
			peers: []peer{{name: "coolpup.py", program: "coolpup.py", note: " (its own expected)", args: []string{f["map"] + "::/resolutions/10000", f["loops"],
				"--features_format", "bedpe", "--flank", "100000", "--mindist", "0", "--nshifts", "1", "-p", "2", "-o", b.dir + "/coolpup2.clpy"}}}},
		{name: "TADs to 70×70", args: average("tads", "--percent", "2")},
		{name: "all peaks × 201×201", args: average("all", "--window", "1000000", "--resolution", "10000")},
	}
	for i := range list {
		list[i].needs = []string{"map", "loops", "tads"}
	}
	signal := func(windows, bins string) []string {
		return []string{"stackup", "--signal", f["signal"], "--regions", f["sites"], "--window", windows, "--bin", bins}
	}
	for _, bin := range []int{2000, 100} {
		window := fmt.Sprint(100 * bin)
		list = append(list, work{name: fmt.Sprintf("stackup 10,000 × 200 of %d bp", bin), needs: []string{"signal"},
			args: signal(window, fmt.Sprint(bin)),
			peers: []peer{python("pybbi", "bbi", bbiStackup, f["signal"], f["sites"], window, "200"),
				python("pyBigWig", "pyBigWig", bigWigStats, f["signal"], f["sites"], window, "200"),
				{name: "deepTools", program: "computeMatrix", args: []string{"reference-point", "-S", f["signal"], "-R", f["sites"], "-a", window, "-b", window,
					"--referencePoint", "center", "-bs", fmt.Sprint(bin), "-p", "2", "-o", b.dir + "/matrix.gz"}}}},
			// As the service does it: the checksum of a track is known since its upload.
			work{name: fmt.Sprintf("stackup of %d bp, checksum known", bin), needs: []string{"signal"}, args: signal(window, fmt.Sprint(bin)), cached: true})
	}
	return append(list,
		work{name: onePair, needs: []string{"signal"}, args: signal("2000000", "20000")},
		work{name: wholeStack, needs: []string{"signal"}, args: signal(stackWindows, stackBins)})
}
