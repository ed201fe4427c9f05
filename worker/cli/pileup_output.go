package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/npy"
)

// snippets lets Compute write each snippet to its row of the file of its job. The returned function closes the files.
func (p *pileupRun) snippets(opt *pileup.Options, level *cool.Level, jobs []pileup.Job, folders []*folder) (func() error, error) {
	if !p.args.snippets {
		return func() error { return nil }, nil
	}
	writers := make([]*npy.RowWriter[float32], len(folders))
	var closers []io.Closer
	closeAll := func() error {
		var errs []error
		for _, c := range closers {
			errs = append(errs, c.Close())
		}
		return errors.Join(errs...)
	}
	for i, f := range folders {
		n := jobs[i/len(opt.Values)].Bins(level.BinSize())
		w, c, err := f.rows("snippets", p.rows(), n, n)
		if err != nil {
			closeAll()
			return nil, err
		}
		writers[i], closers = w, append(closers, c)
	}
	place := make(map[int]int, len(p.subset))
	for i, region := range p.subset {
		place[region] = i
	}
	opt.Snippets = func(job int, v pileup.Value, region int, snippet []float32) error {
		if p.subset != nil {
			region = place[region]
		}
		return writers[job*len(opt.Values)+slices.Index(opt.Values, v)].WriteRows(region, snippet)
	}
	return closeAll, nil
}

// rows is the number of regions that are used.
func (p *pileupRun) rows() int {
	if p.subset != nil {
		return len(p.subset)
	}
	return len(p.set.Regions)
}

func (p *pileupRun) write(out *folder, m *manifest, r *pileup.Result) error {
	if err := writeArray(out, "mean", r.Mean(), r.Rows, r.Cols); err != nil {
		return err
	}
	if err := writeArray(out, "sem", r.SEM(), r.Rows, r.Cols); err != nil {
		return err
	}
	if err := writeArray(out, "n", r.N, r.Rows, r.Cols); err != nil {
		return err
	}
	err := out.create("scores.tsv", func(w io.Writer) error { return p.writeScores(w, r) })
	if err != nil {
		return err
	}
	a := r.Average
	m.Scores = map[string]string{"centre": number(a.Centre), "corners": number(a.Corners), "ratio": number(a.Ratio),
		"centreLow": number(a.CentreCI[0]), "centreHigh": number(a.CentreCI[1]), "ratioLow": number(a.RatioCI[0]), "ratioHigh": number(a.RatioCI[1]),
		"definition": "ratio = centre / corners; " + pileup.ScoreDefinition + "; low and high: 95 % percentile bootstrap interval over regions"}
	return out.finish(m, r.Ledger)
}

// writeScores writes one line per region, in file order or in that of the subset. score is centre / corners of its
// snippet, missing the share of its cells without a value, coverage the share of its unmasked cells with a contact.
func (p *pileupRun) writeScores(w io.Writer, r *pileup.Result) error {
	reasons := make(map[int]string)
	for _, loss := range r.Ledger.Lost {
		for _, region := range loss.Regions {
			reasons[region] = loss.Reason
		}
	}
	if _, err := fmt.Fprintln(w, "region\tchrom\tstart\tend\tused\tcentre\tcorners\tscore\tmissing\tcoverage\treason"); err != nil {
		return err
	}
	return writeRows(w, len(r.Scores), p.args.threads, func(line []byte, i int) []byte {
		region, used := i, 1
		if p.subset != nil {
			region = p.subset[i]
		}
		a, s, q := p.set.Regions[region].A, r.Scores[i], r.Quality[i]
		if reasons[region] != "" {
			used = 0
		}
		line = strconv.AppendInt(line, int64(region), 10)
		line = append(append(line, '\t'), a.Chrom...)
		for _, v := range []int64{a.Start, a.End, int64(used)} {
			line = strconv.AppendInt(append(line, '\t'), v, 10)
		}
		for _, v := range []float64{s.Centre, s.Corners, s.Ratio, q.Missing, q.Coverage} {
			line = strconv.AppendFloat(append(line, '\t'), v, 'g', -1, 64)
		}
		return append(append(append(line, '\t'), reasons[region]...), '\n')
	})
}
