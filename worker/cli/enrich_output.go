package cli

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"regioscope/worker/compute/enrich"
)

// write writes the files of one result.
func (s *enrichRun) write(path string, g pair, orientName string, r *enrich.Result) error {
	out, err := makeFolder(path)
	if err != nil {
		return err
	}
	if err := out.create("table.tsv", func(w io.Writer) error { return writeTable(w, r) }); err != nil {
		return err
	}
	m, err := newManifest("enrichment", s.started, s.inputs...)
	if err != nil {
		return err
	}
	m.N, m.Total = r.Ledger.Used, r.Ledger.Read
	universe := string(r.Universe)
	if s.universe != nil {
		universe = "file"
	}
	m.Parameters = map[string]any{"universe": universe, "universeSize": r.Size, "windows": r.Rows, "orient": orientName, "side": s.args.side,
		"format": s.set.Format.String(), "subset": subsetName(s.args.subsetPath), "oddsRatio": "sample",
		"interval": "Woolf 95 %, Haldane-Anscombe where a cell is 0", "p": "Fisher, one-sided", "q": "Benjamini-Hochberg of pGreater, all bins and targets"}
	if g.percent > 0 {
		m.Parameters["percent"] = g.percent
	} else {
		m.Parameters["window"], m.Parameters["bin"] = g.window, g.bin
	}
	m.Targets = r.Targets
	for _, t := range r.Targets {
		if t.OnGenome < t.Regions {
			m.Warnings = append(m.Warnings, fmt.Sprintf("target %s: %d of %d regions are not on a chromosome of the assembly", t.Name, t.Regions-t.OnGenome, t.Regions))
		}
	}
	return out.finish(m, r.Ledger)
}

// writeTable writes a row per target and bin. Odds ratios and ends of intervals that are infinite are "inf", those that
// do not exist "NaN"; probabilities have exponents as small as need be, which a reader of floats may take for 0.
func writeTable(w io.Writer, r *enrich.Result) error {
	if _, err := fmt.Fprintln(w, "target\tbin\ta\tb\tc\td\toddsRatio\tciLow\tciHigh\tpGreater\tpLess\tq\tsupport\texpected"); err != nil {
		return err
	}
	for i := range r.A {
		ratio, high := number(r.OddsRatio[i]), number(r.High[i])
		if r.Flag[i] == enrich.Infinite {
			ratio, high = "inf", "inf"
		}
		_, err := fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", r.Targets[i/r.Bins].Name, i%r.Bins,
			r.A[i], r.B[i], r.C[i], r.D[i], ratio, number(r.Low[i]), high,
			probability(r.Greater[i]), probability(r.Less[i]), probability(r.QGreater[i]), r.A[i], number(r.Expected[i]))
		if err != nil {
			return err
		}
	}
	return nil
}

// probability writes 10^-x with 12 digits, however small it is.
func probability(x float64) string {
	if x < 300 {
		return strconv.FormatFloat(math.Pow(10, -x), 'g', 12, 64)
	}
	exponent := math.Ceil(x)
	mantissa := strconv.FormatFloat(math.Pow(10, exponent-x), 'f', 11, 64)
	if mantissa == "10.00000000000" {
		mantissa, exponent = "1.00000000000", exponent-1
	}
	return fmt.Sprintf("%se-%d", mantissa, int(exponent))
}
