package stackup

import (
	"fmt"
	"math"
	"math/rand"
	"slices"

	"regioscope/worker/format/bbi"
	"regioscope/worker/genome"
)

// fake is a signal in memory that hands over a few intervals at a time and counts what it is asked for.
type fake struct {
	chroms []genome.Chrom
	data   map[string][]item
	chunk  int
	asked  []string
}

type item struct {
	start, end uint32
	value      float32
}

func (f *fake) Chroms() []genome.Chrom { return f.chroms }

func (f *fake) Blocks(chrom string, ranges []bbi.Range) ([]bbi.Block, error) {
	f.asked = append(f.asked, chrom)
	for i := 1; i < len(ranges); i++ {
		if ranges[i].Start <= ranges[i-1].End {
			return nil, fmt.Errorf("ranges %v are not sorted and disjoint", ranges)
		}
	}
	var out []bbi.Block
	items := f.data[chrom]
	for from := 0; from < len(items); from += f.chunk {
		to := min(from+f.chunk, len(items))
		b := bbi.Block{Start: items[from].start, End: items[to-1].end, Offset: int64(from), Size: int64(to - from)}
		for i, c := range f.chroms {
			if c.Name == chrom {
				b.Chrom = uint32(i)
			}
		}
		if slices.ContainsFunc(ranges, func(r bbi.Range) bool { return r.Start < b.End && b.Start < r.End }) {
			out = append(out, b)
		}
	}
	return out, nil
}

func (f *fake) Read(b bbi.Block, until uint32, _ *bbi.Decoder) ([]bbi.Interval, error) {
	var list []bbi.Interval
	for i, it := range f.data[f.chroms[b.Chrom].Name][b.Offset:][:b.Size] {
		if it.start >= until && i%3 > 0 { // some more may come
			break
		}
		list = append(list, bbi.Interval{Start: it.start, End: it.end, Value: it.value})
	}
	return list, nil
}

// randomSignal has gaps, NaN, long and single-base intervals on two chromosomes, and one without data.
func randomSignal(seed int64, chunk int) *fake {
	f := &fake{chroms: []genome.Chrom{{Name: "chr1", Length: 60_000}, {Name: "chr2", Length: 20_003}, {Name: "chr3", Length: 500}}, data: map[string][]item{}, chunk: chunk}
	rng := rand.New(rand.NewSource(seed))
	for _, c := range f.chroms[:2] {
		at := rng.Intn(50)
		for {
			end := at + 1 + rng.Intn(1<<rng.Intn(9))
			if end > int(c.Length) {
				break
			}
			v := float32(rng.Intn(2000)-500) / 32
			switch rng.Intn(20) {
			case 0:
				v = float32(math.NaN())
			case 1:
				v *= 1e6
			}
			f.data[c.Name] = append(f.data[c.Name], item{uint32(at), uint32(end), v})
			at = end
			if rng.Intn(3) == 0 {
				at += rng.Intn(400)
			}
		}
	}
	return f
}

func randomRegions(seed int64, n int) []genome.Region {
	rng := rand.New(rand.NewSource(seed))
	anchor := func() genome.Anchor {
		start := int64(rng.Intn(62_000))
		return genome.Anchor{Chrom: []string{"chr1", "chr1", "chr2", "chr3", "2", "chrQ"}[rng.Intn(6)], Start: start, End: start + int64(rng.Intn(3000)), Strand: "+-."[rng.Intn(3)]}
	}
	out := make([]genome.Region, n)
	for i := range out {
		out[i] = genome.Region{Index: i, A: anchor(), B: anchor()}
	}
	return out
}

// naive cuts one row base by base: the definition of the package comment, nothing else.
func naive(f *fake, a genome.Anchor, j Job, summary Summary, zero bool) []float32 {
	row := make([]float32, j.Bins())
	for i := range row {
		row[i] = nan32
	}
	chrom := -1
	for i, c := range f.chroms {
		if c.Name == a.Chrom || c.Name == "chr"+a.Chrom {
			chrom = i
		}
	}
	if chrom < 0 {
		return row
	}
	length := f.chroms[chrom].Length
	bases := make([]float64, length)
	for i := range bases {
		bases[i] = math.NaN()
	}
	for _, it := range f.data[f.chroms[chrom].Name] {
		for x := it.start; x < it.end; x++ {
			bases[x] = float64(it.value)
		}
	}
	start, end := (a.Start+a.End)/2-j.Window, (a.Start+a.End)/2+j.Window
	if j.Percent > 0 {
		start, end = genome.Expand(a.Start, a.End)
	}
	if end <= start {
		return row
	}
	n, size := int64(len(row)), end-start
	for i := range n {
		from, to := start+size*i/n, start+size*(i+1)/n
		if to == from {
			to++
		}
		if start+i*(size/n) < 0 || to > length {
			continue
		}
		sum, low, high, covered := 0.0, math.Inf(1), math.Inf(-1), 0.0
		for x := from; x < to; x++ {
			if v := bases[x]; v == v {
				sum, low, high, covered = sum+v, min(low, v), max(high, v), covered+1
			}
		}
		switch {
		case summary == Coverage:
			row[i] = float32(covered / float64(to-from))
		case covered == 0 && zero:
			row[i] = 0
		case covered == 0:
		case summary == Sum:
			row[i] = float32(sum)
		case summary == Min:
			row[i] = float32(low)
		case summary == Max:
			row[i] = float32(high)
		default:
			row[i] = float32(sum / covered)
		}
	}
	return row
}

// differ gives the first place where two rows differ by more than tolerance, relative to the larger (at least 1e-3).
func differ(got, want []float32, tolerance float64) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d values, want %d", len(got), len(want))
	}
	for i := range got {
		g, w := float64(got[i]), float64(want[i])
		if math.IsNaN(g) != math.IsNaN(w) || math.Abs(g-w) > tolerance*max(1e-3, math.Abs(g), math.Abs(w)) {
			return fmt.Sprintf("value %d is %v, want %v", i, g, w)
		}
	}
	return ""
}
