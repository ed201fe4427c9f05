package stackup

import (
	"fmt"
	"slices"
	"sort"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/bbi"
	"regioscope/worker/genome"
)

const (
	groupRows  = 16      // rows that one goroutine cuts at a time,
	groupCells = 1 << 18 // and cells, unless one row has more
)

// run is one call of Compute.
type run struct {
	opt      Options
	signal   Signal
	chroms   []genome.Chrom
	regions  []genome.Region
	jobs     []Job
	sideJobs [2][]int
	layouts  [2]layout
	results  []*Result

	sites []site
	lost  [2][]int // rows without a chromosome, by side
	units []unit   // of the work of reading, in the order of the sites
	group int      // rows that are cut at a time
	limit int64    // bytes of pages that may be kept
}

// unit is a block of the signal that windows need.
type unit struct {
	bbi.Block
	chrom  string
	ranges []bbi.Range // under windows of the chromosome
	until  uint32      // where the last of them in the block ends
}

// newRun matches regions and signal and opens the stacks.
func newRun(signal Signal, regions []genome.Region, jobs []Job, opt Options) (*run, error) {
	r := &run{opt: opt, signal: signal, chroms: signal.Chroms(), regions: regions, jobs: jobs}
	bins := 0
	for i, j := range jobs {
		r.sideJobs[sideOf(j)] = append(r.sideJobs[sideOf(j)], i)
		bins += j.Bins()
	}
	find := resolver(r.chroms, opt.Aliases)
	var accounts [2]*ledger.Ledger
	matched := 0
	for side, list := range r.sideJobs {
		if len(list) == 0 {
			continue
		}
		r.layouts[side] = layOut(jobs, list)
		var sites []site
		sites, r.lost[side], accounts[side] = r.place(side, find)
		matched += len(sites)
		r.sites = append(r.sites, sites...)
	}
	if matched == 0 && len(regions) > 0 && len(jobs) > 0 {
		return nil, noCommon(regions, r.chroms)
	}
	sortSites(r.sites)
	if err := r.findUnits(); err != nil {
		return nil, fmt.Errorf("stackup: %w", err)
	}
	cells := min(int64(groupCells), opt.Memory/8/4/int64(opt.Threads))
	r.group = int(min(groupRows, max(1, cells/int64(max(bins, 1)))))
	r.limit = opt.Memory / 4 // with garbage as much again

	for i, j := range jobs {
		res := &Result{Job: j, Rows: len(regions), Bins: j.Bins(), Ledger: accounts[sideOf(j)].Clone()}
		if opt.Stack == nil {
			res.Stack = NewMemory(res.Rows, res.Bins)
		} else {
			var err error
			if res.Stack, err = opt.Stack(i, res.Rows, res.Bins); err != nil {
				return nil, fmt.Errorf("stackup: open the stack: %w", err)
			}
		}
		r.results = append(r.results, res)
	}
	return r, nil
}

// findUnits lists the blocks under the windows of all sites, which are sorted, and tells every site which are its own.
func (r *run) findUnits() error {
	for rest := r.sites; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(s site) bool { return s.chrom != rest[0].chrom })
		if n < 0 {
			n = len(rest)
		}
		var sites []site
		sites, rest = rest[:n], rest[n:]
		name, ranges, before := r.chroms[sites[0].chrom].Name, merged(sites), len(r.units)
		blocks, err := r.signal.Blocks(name, ranges)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			last := sort.Search(len(ranges), func(i int) bool { return ranges[i].Start >= b.End }) - 1
			r.units = append(r.units, unit{b, name, ranges, ranges[last].End})
		}
		first := 0
		for i := range sites {
			s := &sites[i]
			for first < len(blocks) && int64(blocks[first].End) <= s.lo {
				first++
			}
			behind := sort.Search(len(blocks), func(k int) bool { return int64(blocks[k].Start) >= s.hi })
			s.pages = [2]int{before + first, before + max(first, behind)}
		}
	}
	return nil
}
