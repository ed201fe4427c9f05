package stackup

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/bbi"
	"regioscope/worker/genome"
)

// Reasons in the ledger.
const (
	reasonChrom   = "its chromosome is not in the signal file"
	reasonOutside = "its window is outside the chromosome"
	reasonLength  = "the interval has no length"
	reasonSignal  = "no signal in its window"
)

// site is one anchor of a region on a chromosome of the signal.
type site struct {
	row        int
	index      int // of the region
	side       int // 0 left, 1 right
	chrom      int
	start, end int64 // the anchor
	lo, hi     int64 // what its widest window covers of the chromosome
	minus      bool
	pages      [2]int // from, to: the blocks of the run that these may need
}

func (s site) mid() int64 { return (s.start + s.end) / 2 }

// window is the stretch that a job shows of a site, some of it perhaps outside the chromosome.
func (j Job) window(s site) (start, end int64) {
	if j.Percent > 0 {
		return genome.Expand(s.start, s.end)
	}
	return s.mid() - j.Window, s.mid() + j.Window
}

func sideOf(j Job) int {
	if j.Side == Right {
		return 1
	}
	return 0
}

// place finds the sites of all regions on one side, sorted by nothing yet, and the account up to the stage Matched.
// lost are the rows without a chromosome.
func (r *run) place(side int, find func(string) (int, genome.AliasRule)) (sites []site, lost []int, account *ledger.Ledger) {
	account = ledger.New(len(r.regions))
	for row, region := range r.regions {
		anchor := region.A
		if side == 1 {
			anchor = region.B
		}
		chrom, rule := find(anchor.Chrom)
		account.Match(rule)
		if chrom < 0 {
			account.Lose(ledger.Matched, region.Index, reasonChrom)
			lost = append(lost, row)
			continue
		}
		s := site{row: row, index: region.Index, side: side, chrom: chrom, start: anchor.Start, end: anchor.End, minus: anchor.Strand == '-'}
		length := r.chroms[chrom].Length
		for i, j := range r.jobs {
			if sideOf(j) != side {
				continue
			}
			start, end := j.window(s)
			start, end = min(max(start, 0), length), min(max(end, 0), length)
			if r.sideJobs[side][0] == i {
				s.lo, s.hi = start, end
			}
			s.lo, s.hi = min(s.lo, start), max(s.hi, end)
		}
		sites = append(sites, s)
	}
	return sites, lost, account
}

func sortSites(sites []site) {
	slices.SortFunc(sites, func(a, b site) int {
		return cmp.Or(cmp.Compare(a.chrom, b.chrom), cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi), cmp.Compare(a.row, b.row), cmp.Compare(a.side, b.side))
	})
}

// merged are the stretches under the windows of sites of one chromosome, which are sorted.
func merged(sites []site) []bbi.Range {
	var out []bbi.Range
	for _, s := range sites {
		if s.hi <= s.lo {
			continue
		}
		if n := len(out); n > 0 && uint32(s.lo) <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, uint32(s.hi))
			continue
		}
		out = append(out, bbi.Range{Start: uint32(s.lo), End: uint32(s.hi)})
	}
	return out
}

// resolver matches names of regions with chromosomes of the signal: directly, or where both are known to the alias
// table, through the assembly's name. It remembers its answers.
func resolver(chroms []genome.Chrom, aliases map[string]string) func(string) (int, genome.AliasRule) {
	direct := genome.NewNames(chroms, aliases)
	renamed := slices.Clone(chroms)
	for i, c := range renamed {
		if name, ok := aliases[c.Name]; ok {
			renamed[i].Name = name
		}
	}
	official := genome.NewNames(renamed, aliases)
	type answer struct {
		chrom int
		rule  genome.AliasRule
	}
	known := make(map[string]answer)
	return func(name string) (int, genome.AliasRule) {
		if a, ok := known[name]; ok {
			return a.chrom, a.rule
		}
		i, rule := direct.Resolve(name)
		if i < 0 {
			if i, _ = official.Resolve(name); i < 0 && aliases[name] != "" {
				i, _ = official.Resolve(aliases[name])
			}
			if i >= 0 {
				rule = genome.AliasTable
			}
		}
		known[name] = answer{i, rule}
		return i, rule
	}
}

// noCommon is ErrNoCommon with a few names of both.
func noCommon(regions []genome.Region, chroms []genome.Chrom) error {
	var ours, theirs []string
	for _, r := range regions {
		if !slices.Contains(ours, r.A.Chrom) && len(ours) < 4 {
			ours = append(ours, r.A.Chrom)
		}
	}
	for _, c := range chroms[:min(4, len(chroms))] {
		theirs = append(theirs, c.Name)
	}
	list := func(names []string) string {
		if len(names) == 4 {
			names[3] = "…"
		}
		return strings.Join(names, ", ")
	}
	return fmt.Errorf("%w: the %d regions are on %s; the signal has %s", ErrNoCommon, len(regions), list(ours), list(theirs))
}

// account records the regions that a job lost, in ascending order.
func (res *Result) account(stage ledger.Stage, reason string, lost []int) {
	sort.Ints(lost)
	for _, index := range lost {
		res.Ledger.Lose(stage, index, reason)
	}
}
