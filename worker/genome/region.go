package genome

// Anchor is one stretch of a region: the region itself in a BED file, one of the two ends in a BEDPE file.
// Strand is '+', '-' or '.'; anything else in a file is read as '.'.
type Anchor struct {
	Chrom      string
	Start, End int64
	Strand     byte
}

// Mid is the point that Point sets use.
func (a Anchor) Mid() int64 { return (a.Start + a.End) / 2 }

// Region is one row of a region set. In 1D sets A and B are the same anchor. Index is the row in the file,
// counted over data rows from 0, and stays the key of the region everywhere.
type Region struct {
	Index int
	A, B  Anchor
}

// Flank is the share of an interval's length that is shown on each side of it.
const Flank = 0.2

// Expand returns the interval enlarged by Flank of its length on both sides, ends truncated toward zero
// (reference back end §6.8 step 1). The result may leave the chromosome.
func Expand(start, end int64) (int64, int64) {
	size := float64(end - start)
	return int64(float64(start) - Flank*size), int64(float64(end) + Flank*size)
}

// IntervalBins is the number of bins that an interval and its flanks are rescaled to at percent p: (1+2·Flank)·100/p.
func IntervalBins(percent int) int { return (100 + 2*20) / percent }

// PointBins2D is the number of rows of a 2D window: 2·(W/b)+1; the centre bin holds the point.
func PointBins2D(window, bin int64) int { return int(2*(window/bin) + 1) }

// PointBins1D is the number of bins of a 1D window: 2·(W/b) from point−W to point+W.
func PointBins1D(window, bin int64) int { return int(2 * (window / bin)) }
