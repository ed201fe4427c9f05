package cli

import (
	"fmt"
	"io"

	"regioscope/worker/compute/expected"
	"regioscope/worker/genome"
)

// eachBetween visits the pairs of arms of one chromosome, and those of the first arms of two chromosomes; pair is that of
// the arms, or of the chromosomes.
func eachBetween(table *expected.Table, visit func(a, b int, pair expected.Pair, cis bool)) {
	seen := make(map[expected.Pair]bool)
	for a, x := range table.Regions {
		for b, y := range table.Regions[:a] {
			pair := expected.NewPair(x.Chrom, y.Chrom)
			switch {
			case x.Chrom == y.Chrom:
				visit(b, a, expected.Pair{A: b, B: a}, true)
			case !seen[pair]:
				seen[pair] = true
				visit(b, a, pair, false)
			}
		}
	}
}

// writeBetween writes two arms by distance, and two chromosomes in one row without a distance.
func writeBetween(w io.Writer, chroms []genome.Chrom, table *expected.Table, between *expected.Between) (err error) {
	line := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(w, format, args...)
		}
	}
	line("region1\tregion2\tdist\tnValid\tcountSum\tbalancedSum\tbalancedAvg\n")
	eachBetween(table, func(a, b int, pair expected.Pair, cis bool) {
		if !cis {
			x := between.Chroms[pair]
			line("%s\t%s\t\t%d\t%s\t%s\t%s\n", chroms[pair.A].Name, chroms[pair.B].Name, x.NValid, number(x.CountSum), number(x.BalancedSum), number(x.BalancedAvg))
			return
		}
		x := between.Arms[pair]
		for d, n := range x.NValid {
			line("%s\t%s\t%d\t%d\t%s\t%s\t%s\n", table.Regions[a].Interval, table.Regions[b].Interval, d, n,
				number(x.CountSum[d]), number(x.BalancedSum[d]), number(x.BalancedAvg[d]))
		}
	})
	return err
}
