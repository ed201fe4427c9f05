package enrich

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"regioscope/worker/genome"
)

// bin3 is a bin of the definition: chromosome, start, end.
type bin3 struct {
	chrom      int
	start, end int64
}

// brute makes the tables as the package comment defines them, with nothing clever: [target][bin]{a, b, c, d}.
func brute(chroms []genome.Chrom, regions []genome.Region, targets []Target, j Job, opt Options) [][][4]int64 {
	names := genome.NewNames(chroms, opt.Aliases)
	n := j.Bins()
	queries := make([]map[bin3]bool, n)
	for k := range queries {
		queries[k] = make(map[bin3]bool)
	}
	union := make(map[bin3]bool)
	used := make(map[bin3]bool) // distinct windows, for their widths
	var widths []int64
	for _, r := range regions {
		a := r.A
		if j.Side == Right {
			a = r.B
		}
		c, _ := names.Resolve(a.Chrom)
		if c < 0 || !touches(chroms, bin3{c, a.Start, a.End}, true) {
			continue
		}
		size, minus := j.Bin, opt.Oriented && a.Strand == '-'
		if j.Percent > 0 {
			if size = (a.End - a.Start) * int64(j.Percent) / 100; size == 0 {
				continue
			}
		}
		lost := true
		var bins []bin3
		for k := range int64(n) {
			var start int64
			switch {
			case j.Percent > 0:
				start = int64(float64(a.Start)-0.2*float64(a.End-a.Start)) + k*size
				if minus {
					start = int64(float64(a.Start)-0.2*float64(a.End-a.Start)) + (int64(n)-1-k)*size
				}
			case minus:
				start = (a.Start+a.End)/2/size*size - (k-int64(n)/2)*size
			default:
				start = (a.Start+a.End)/2/size*size + (k-int64(n)/2)*size
			}
			bins = append(bins, bin3{c, start, start + size})
			lost = lost && !touches(chroms, bins[k], false)
		}
		if lost {
			continue
		}
		for k, b := range bins {
			on := touches(chroms, b, false)
			if on {
				queries[k][b] = true
			}
			if on || j.Percent > 0 {
				union[b] = true
			}
		}
		if first := (bin3{c, min(bins[0].start, bins[n-1].start), size}); !used[first] || minus && opt.Oriented {
			// The same window of both strands is two rows.
			key := first
			if minus {
				key.end = -size
			}
			if !used[key] {
				used[key] = true
				widths = append(widths, size)
			}
		}
	}
	var universe []bin3
	beside := false // the universe does not hold the query
	switch {
	case opt.Universe == Queries:
		for b := range union {
			universe = append(universe, b)
		}
	case opt.Universe == Regions:
		set := make(map[bin3]bool)
		for _, r := range opt.UniverseRegions {
			c, _ := names.Resolve(r.A.Chrom)
			b := bin3{c, r.A.Start, max(r.A.End, r.A.Start+1)}
			if c >= 0 && touches(chroms, b, true) {
				b.end = min(b.end, chroms[c].Length)
				set[b] = true
			}
		}
		for b := range set {
			universe = append(universe, b)
		}
		for k, q := range queries {
			stands := make(map[bin3]bool)
			for _, u := range universe {
				for b := range q {
					if overlap(u, b) {
						stands[u] = true
					}
				}
			}
			queries[k] = stands
		}
	case j.Percent > 0:
		beside = true
		slices.Sort(widths)
		shuffle(widths)
		at := 0
		for c, chrom := range chroms {
			for start := int64(0); start < chrom.Length && len(widths) > 0; at++ {
				w := widths[at%len(widths)]
				universe = append(universe, bin3{c, start, min(start+w, chrom.Length)})
				start += w
			}
		}
	default:
		for c, chrom := range chroms {
			for start := int64(0); start < chrom.Length; start += j.Bin {
				universe = append(universe, bin3{c, start, min(start+j.Bin, chrom.Length)})
			}
		}
	}
	var out [][][4]int64
	for _, t := range targets {
		var list []bin3
		for _, r := range t.Regions {
			for _, a := range []genome.Anchor{r.A, r.B} {
				if c, _ := names.Resolve(a.Chrom); c >= 0 && touches(chroms, bin3{c, a.Start, a.End}, true) {
					list = append(list, bin3{c, a.Start, min(max(a.End, a.Start+1), chroms[c].Length)})
				}
			}
		}
		hit := func(b bin3) bool {
			return slices.ContainsFunc(list, func(t bin3) bool { return overlap(b, t) })
		}
		all := int64(0)
		for _, u := range universe {
			if hit(u) {
				all++
			}
		}
		var rows [][4]int64
		for _, q := range queries {
			var a int64
			for b := range q {
				if hit(b) {
					a++
				}
			}
			c := int64(len(q)) - a
			if beside {
				rows = append(rows, [4]int64{a, all, c, int64(len(universe)) - all})
				continue
			}
			rows = append(rows, [4]int64{a, all - a, c, int64(len(universe)) - all - c})
		}
		out = append(out, rows)
	}
	return out
}

func overlap(a, b bin3) bool { return a.chrom == b.chrom && a.start < b.end && b.start < a.end }

// touches tells whether b overlaps its chromosome; a point may be meant.
func touches(chroms []genome.Chrom, b bin3, point bool) bool {
	if point {
		b.end = max(b.end, b.start+1)
	}
	return b.start < chroms[b.chrom].Length && b.end > 0
}

var tinyChroms = []genome.Chrom{{Name: "chr1", Length: 2003}, {Name: "chr2", Length: 700}, {Name: "chrM", Length: 51}}

// someRegions are random regions: crowded, some alike, some points, some off the chromosome, of both strands.
func someRegions(rng *rand.Rand, n int, width int64) []genome.Region {
	chroms := []string{"chr1", "chr1", "chr1", "2", "chrM", "chrUn"}
	out := make([]genome.Region, n)
	for i := range out {
		anchor := func() genome.Anchor {
			start := rng.Int63n(2100)
			if rng.Intn(3) == 0 {
				start = start / 50 * 50
			}
			return genome.Anchor{Chrom: chroms[rng.Intn(len(chroms))], Start: start, End: start + rng.Int63n(width+1), Strand: "+-."[rng.Intn(3)]}
		}
		out[i] = genome.Region{Index: i, A: anchor()}
		out[i].B = out[i].A
		if i > 0 && rng.Intn(6) == 0 {
			out[i].A, out[i].B = out[i-1].A, out[i-1].B
		}
	}
	return out
}

func pairsOf(rng *rand.Rand, regions []genome.Region) []genome.Region {
	out := slices.Clone(regions)
	for i := range out {
		out[i].B = regions[rng.Intn(len(regions))].A
	}
	return out
}

func check(t *testing.T, r *Result, want [][][4]int64) {
	t.Helper()
	for j, bins := range want {
		for k, w := range bins {
			i := j*r.Bins + k
			if got := [4]int64{r.A[i], r.B[i], r.C[i], r.D[i]}; got != w {
				t.Fatalf("%+v %s: target %d, bin %d is %v, want %v", r.Job, r.Universe, j, k, got, w)
			}
		}
	}
}

func TestEqualsBruteForce(t *testing.T) {
	jobs := []Job{{Window: 100, Bin: 10}, {Window: 60, Bin: 20}, {Window: 700, Bin: 7}, {Window: 350, Bin: 7, Side: Right},
		{Window: 3000, Bin: 1000}, {Percent: 10}, {Percent: 1}, {Percent: 5, Side: Right}, {Percent: 100}, {Percent: 70}}
	for seed := range int64(40) {
		rng := rand.New(rand.NewSource(seed))
		regions := someRegions(rng, 1+rng.Intn(60), 300)
		if seed%2 == 1 {
			regions = pairsOf(rng, regions)
		}
		targets := []Target{{Name: "few", Regions: someRegions(rng, 3, 20)}, {Name: "points", Regions: someRegions(rng, 40, 0)},
			{Name: "wide", Regions: someRegions(rng, 10, 400)}, {Name: "pairs", Regions: pairsOf(rng, someRegions(rng, 10, 30))}, {Name: "none"}}
		for _, universe := range []Universe{Genome, Queries, Regions} {
			opt := Options{Universe: universe, UniverseRegions: someRegions(rng, 80, []int64{5, 60, 900}[seed%3]), Oriented: seed%4 > 1, Threads: 1 + int(seed%3)}
			got, err := Compute(t.Context(), tinyChroms, regions, targets, jobs, opt)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, universe, err)
			}
			for i, j := range jobs {
				check(t, got[i], brute(tinyChroms, regions, targets, j, opt))
			}
		}
	}
}

// A subset from an index, and as an option, is what its regions alone give.
func TestSubsetEqualsFromScratch(t *testing.T) {
	jobs := []Job{{Window: 100, Bin: 10}, {Window: 700, Bin: 7}, {Percent: 5}}
	for seed := range int64(20) {
		rng := rand.New(rand.NewSource(seed))
		regions := someRegions(rng, 80, 200)
		targets := []Target{{Name: "a", Regions: someRegions(rng, 30, 20)}, {Name: "b", Regions: someRegions(rng, 5, 100)}}
		for _, universe := range []Universe{Genome, Queries, Regions} {
			opt := Options{Universe: universe, UniverseRegions: someRegions(rng, 50, 60), Oriented: seed%2 == 0, Threads: 2}
			x, err := NewIndex(t.Context(), tinyChroms, regions, targets, jobs, opt)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range []int{80, 30, 5} {
				subset := rng.Perm(80)[:n]
				sorted := slices.Sorted(slices.Values(subset))
				var alone []genome.Region
				for _, i := range sorted {
					alone = append(alone, regions[i])
				}
				scratch, err := Compute(t.Context(), tinyChroms, alone, targets, jobs, opt)
				if err != nil {
					t.Fatal(err)
				}
				chosen := opt
				chosen.Subset = subset
				option, err := Compute(t.Context(), tinyChroms, regions, targets, jobs, chosen)
				if err != nil {
					t.Fatal(err)
				}
				indexed, err := x.Tables(t.Context(), subset)
				if err != nil {
					t.Fatal(err)
				}
				for i := range jobs {
					name := fmt.Sprintf("seed %d, %s, %d regions, job %d", seed, universe, n, i)
					same(t, name+", option", option[i], scratch[i])
					same(t, name+", index", indexed[i], scratch[i])
				}
			}
		}
	}
}
