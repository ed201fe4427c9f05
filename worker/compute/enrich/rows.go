package enrich

import (
	"cmp"
	"slices"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/genome"
)

// Reasons in the ledger.
const (
	reasonChrom   = "its chromosome is not in the assembly"
	reasonOutside = "it is outside the chromosome"
	reasonWindow  = "its window is outside the chromosome"
	reasonLength  = "the interval is too short for bins of 1 bp"
)

// row is one window: n bins of size bp from start, in reverse if minus. Windows of several regions may be the same row.
type row struct {
	chrom       int
	start, size int64
	minus       bool
}

func compareRows(a, b row) int {
	minus := func(r row) int {
		if r.minus {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.chrom, b.chrom), cmp.Compare(a.start, b.start), cmp.Compare(a.size, b.size), cmp.Compare(minus(a), minus(b)))
}

// fate is what became of a region: its row, or why it has none.
type fate struct {
	row    int // index of frame.rows, or -1
	rule   genome.AliasRule
	stage  ledger.Stage
	reason string
}

// frame is the windows of one job, before any choice of regions.
type frame struct {
	job    Job
	n      int // bins
	words  int // of 64 bins
	chroms []genome.Chrom
	rows   []row  // distinct, sorted
	fates  []fate // by position in the list of regions
	grid   *grid  // of the bins, for points; nil for intervals
}

// newFrame places the windows of regions.
func newFrame(job Job, regions []genome.Region, names *genome.Names, oriented bool) *frame {
	f := &frame{job: job, n: job.Bins(), chroms: names.Chroms(), fates: make([]fate, len(regions))}
	f.words = (f.n + 63) / 64
	index := newChromIndex(names)
	placed := make([]row, len(regions))
	order := make([]int, 0, len(regions))
	for i, region := range regions {
		anchor := region.A
		if job.Side == Right {
			anchor = region.B
		}
		r := index.find(anchor.Chrom)
		f.fates[i] = fate{row: -1, rule: r.rule}
		if r.chrom < 0 {
			f.fates[i].stage, f.fates[i].reason = ledger.Matched, reasonChrom
			continue
		}
		w, reason := job.window(anchor, f.chroms[r.chrom].Length, oriented)
		if reason != "" {
			f.fates[i].stage, f.fates[i].reason = ledger.Inside, reason
			continue
		}
		w.chrom = r.chrom
		placed[i] = w
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return compareRows(placed[a], placed[b]) })
	for _, i := range order {
		if len(f.rows) == 0 || f.rows[len(f.rows)-1] != placed[i] {
			f.rows = append(f.rows, placed[i])
		}
		f.fates[i].row = len(f.rows) - 1
	}
	if job.Percent == 0 {
		f.grid = newGrid(f.chroms, job.Bin, f.n)
	}
	return f
}

// window is the row of an anchor, without its chromosome; or the reason why it has none.
func (j Job) window(a genome.Anchor, length int64, oriented bool) (row, string) {
	if _, ok := stretch(a, length); !ok {
		return row{}, reasonOutside
	}
	minus := oriented && a.Strand == '-'
	n := int64(j.Bins())
	w := row{size: j.Bin, minus: minus}
	if j.Percent > 0 {
		size := a.End - a.Start
		p := int64(j.Percent)
		w.size = size/100*p + size%100*p/100
		if w.size < 1 {
			return row{}, reasonLength
		}
		w.start, _ = genome.Expand(a.Start, a.End)
	} else {
		w.start = floorDiv(a.Mid()-j.Window, j.Bin) * j.Bin
		if minus { // bin n/2 holds the point both ways
			w.start += j.Bin
		}
	}
	if w.start >= length || w.start+n*w.size <= 0 {
		return row{}, reasonWindow
	}
	return w, ""
}

// bins are the first bin, in genomic order, of a row that touches its chromosome, and the one behind the last.
func (r row) bins(n int, length int64) (from, to int) {
	first, last := max(0, -r.start/r.size), (length-r.start+r.size-1)/r.size
	return int(min(first, int64(n))), int(max(0, min(last, int64(n))))
}

// account is the ledger of the regions at the given positions.
func (f *frame) account(regions []genome.Region, positions []int) *ledger.Ledger {
	book := ledger.New(len(positions))
	for _, i := range positions {
		book.Match(f.fates[i].rule)
		if f.fates[i].row < 0 {
			book.Lose(f.fates[i].stage, regions[i].Index, f.fates[i].reason)
		}
	}
	return book
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
