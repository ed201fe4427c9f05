package cluster

import "sync/atomic"

// About how often a row is compared with all centres, in a restart and in what follows the best of them, and how much less
// a distance costs in silhouettes, where more of them are computed side by side.
const (
	restartCost    = 10
	finalCost      = 30
	silhouetteCost = 2 // of restartCost
)

// steps tells how far KMeans is, in comparisons of a row with a centre.
type steps struct {
	progress    func(done, total int64)
	made, total atomic.Int64
}

func newSteps(opt Options, ks []int, part, all int) *steps {
	s := &steps{progress: opt.Progress}
	var total int64
	for _, k := range ks {
		total += int64(k) * (restartCost*int64(opt.Restarts)*int64(part) + finalCost*int64(all))
	}
	if !opt.NoSilhouette {
		total += int64(silhouetteRows(all)) * s.silhouette(all, len(ks))
	}
	s.total.Store(total)
	return s
}

// silhouette is what the silhouettes of one row count.
func (s *steps) silhouette(all, ks int) int64 { return int64(all) * int64(ks) / silhouetteCost }

func (s *steps) done(n int64) {
	if s.progress != nil {
		s.progress(s.made.Add(n), s.total.Load())
	}
}
