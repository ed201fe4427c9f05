package demo

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"

	bbi "regioscope/worker/format/bbi/writer"
	"regioscope/worker/genome"
)

const (
	ctcfSD        = 150  // bp, of a ChIP peak
	ctcfBase      = 1.0  // background of the ChIP
	enhancerSD    = 700  // bp, of an H3K27ac peak without strand
	downstream    = 500  // bp, summit of H3K27ac behind a start
	upstream      = 450  // bp, and before it
	upstreamShare = 0.45 // height of the latter
	compStep      = 10_000
	heteroStep    = 2000
	valueGrid     = 32 // values are multiples of 1/32: they compress, and no track is measured better
	signalReach   = 3000
)

// track is a signal to write: its value at a position and where it needs short items.
type track struct {
	file  string
	peaks func(*chromosome) []int64
	reach int64 // short items up to this distance from a peak
	// value gives the mean signal at pos; near holds the indices of peaks within signalReach.
	value func(c *chromosome, pos float64, near []int) float64
}

var peakTracks = []track{
	{
		file: "CTCF.bw", reach: 800,
		peaks: func(c *chromosome) []int64 { return positions(c.sites, func(s site) int64 { return s.pos }) },
		value: func(c *chromosome, pos float64, near []int) float64 {
			v := ctcfBase
			for _, k := range near {
				v += c.sites[k].height * gauss(pos-float64(c.sites[k].pos), ctcfSD)
			}
			return v
		},
	},
	{
		file: "H3K27ac.bw", reach: 2500,
		peaks: func(c *chromosome) []int64 {
			return positions(c.active, func(e element) int64 { return e.pos })
		},
		value: func(c *chromosome, pos float64, near []int) float64 {
			v := 0.6 + 0.7*(1+c.score(pos))/2
			for _, k := range near {
				v += c.active[k].acetylation(pos)
			}
			return v
		},
	},
}

func positions[T any](items []T, pos func(T) int64) []int64 {
	out := make([]int64, len(items))
	for i, it := range items {
		out[i] = pos(it)
	}
	return out
}

func gauss(x, sd float64) float64 { return math.Exp(-x * x / (2 * sd * sd)) }

// acetylation is the H3K27ac signal of an active element. At a promoter the nucleosomes on both sides of a depleted
// start carry it, most of it downstream with a tail into the gene; an enhancer is symmetric.
func (e element) acetylation(pos float64) float64 {
	x := pos - float64(e.pos)
	if e.strand == '.' {
		return 0.7 * e.height * gauss(x, enhancerSD)
	}
	if e.strand == '-' {
		x = -x
	}
	v := e.height * (gauss(x-downstream, 260) + upstreamShare*gauss(x+upstream, 220))
	if x > downstream {
		v += 0.4 * e.height * math.Exp(-(x-downstream)/900)
	}
	return v
}

// writeTracks writes all tracks of a preset, one after the other.
func writeTracks(ctx context.Context, set *Set, p preset, o Options, chroms []*chromosome) error {
	tracks := peakTracks
	if !p.extras {
		tracks = tracks[:1]
	}
	for _, t := range tracks {
		if err := t.write(ctx, set.Path(t.file), p, chroms, o.Seed); err != nil {
			return err
		}
	}
	if !p.extras {
		return nil
	}
	err := writeSteps(set.Path("AB_compartments.bw"), p, chroms, o.Seed, "A/B", compStep, func(score float64, r *rand.Rand) float64 {
		return 1.4*score + 0.2*r.NormFloat64()
	})
	if err != nil {
		return err
	}
	return writeSteps(set.Path("H3K9me3.bw"), p, chroms, o.Seed, "H3K9me3", heteroStep, func(score float64, r *rand.Rand) float64 {
		return (1 + 1.6*max(0, -score)) * logNormal(r, 0, 0.35)
	})
}

// write makes a track with items of about p.step bp, and p.fine bp near peaks. Gaps, stretches of low coverage and
// further short stretches are not covered.
func (t track) write(ctx context.Context, path string, p preset, chroms []*chromosome, seed uint64) error {
	return writeBigWig(path, p.genome().Chroms, func(w *bbi.Writer) error {
		for i, c := range chroms {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := t.chromosome(w, i, c, p, stream(seed, c.name, t.file)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t track) chromosome(w *bbi.Writer, index int, c *chromosome, p preset, r *rand.Rand) error {
	peaks := t.peaks(c)
	missing := c.uncovered()
	var start, end []uint32
	var value []float32
	first, gap := 0, 0
	for at := int64(0); at < c.length; {
		for first < len(peaks) && peaks[first] < at-signalReach {
			first++
		}
		length := p.step/2 + r.Int64N(p.step)
		var near []int
		for k := first; k < len(peaks) && peaks[k] <= at+signalReach; k++ {
			near = append(near, k)
			if edge := peaks[k] - t.reach; edge > at {
				length = min(length, edge-at)
			} else if at < peaks[k]+t.reach {
				length = min(length, p.fine)
			}
		}
		if k := first + len(near); k < len(peaks) {
			length = min(length, peaks[k]-t.reach-at)
		}
		stop := min(at+length, c.length)
		for gap < len(missing) && missing[gap].End <= at {
			gap++
		}
		if gap < len(missing) && missing[gap].Start < stop {
			if stop = missing[gap].Start; stop <= at {
				at = missing[gap].End
				continue
			}
		}
		// Sequencing noise: the number of reads over an item is a gamma-Poisson variable; the gamma part is drawn.
		mean := t.value(c, float64(at+stop)/2, near)
		noise := 1 + 0.28*r.NormFloat64()/math.Sqrt(math.Max(mean, 0.3))
		v := math.Round(valueGrid*mean*math.Max(noise, 0)) / valueGrid
		start, end, value = append(start, uint32(at)), append(end, uint32(stop)), append(value, float32(v))
		at = stop
	}
	return w.Add(index, start, end, value)
}

// uncovered merges everything that tracks do not cover, in order.
func (c *chromosome) uncovered() []span {
	all := slices.Concat(c.gaps, c.low, c.unoccupied)
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.Start, b.Start) })
	merged := all[:1]
	for _, s := range all[1:] {
		if last := &merged[len(merged)-1]; s.Start <= last.End {
			last.End = max(last.End, s.End)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// writeSteps writes a track of equal items whose value follows the compartment score.
func writeSteps(path string, p preset, chroms []*chromosome, seed uint64, name string, step int64, value func(score float64, r *rand.Rand) float64) error {
	return writeBigWig(path, p.genome().Chroms, func(w *bbi.Writer) error {
		for i, c := range chroms {
			r := stream(seed, c.name, name)
			missing := slices.Concat(c.gaps, c.low)
			var run []float32
			flush := func(end int64) error {
				err := w.AddFixed(i, uint32(end-int64(len(run))*step), uint32(step), uint32(step), run)
				run = run[:0]
				return err
			}
			at := int64(0)
			for ; at+step <= c.length; at += step {
				v := math.Round(256*value(c.score(float64(at+step/2)), r)) / 256
				if anyOverlap(missing, at, at+step) {
					if err := flush(at); err != nil {
						return err
					}
					continue
				}
				run = append(run, float32(v))
			}
			if err := flush(at); err != nil {
				return err
			}
		}
		return nil
	})
}

func writeBigWig(path string, chroms []genome.Chrom, add func(*bbi.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := bbi.New(f, chroms, bbi.Options{})
	if err != nil {
		return err
	}
	if err := add(w); err != nil {
		return fmt.Errorf("demo: %s: %w", path, err)
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Close()
}
