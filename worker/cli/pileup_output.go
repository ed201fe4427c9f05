package cli

import (
	"errors"
	"fmt"
	"io"

	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/npy"
)

// snippets lets Compute write each snippet to its row of the file of its job. The returned function closes the files.
func (p *pileupRun) snippets(opt *pileup.Options, level *cool.Level, jobs []pileup.Job, folders []*folder) (func() error, error) {
	if !p.args.snippets {
		return func() error { return nil }, nil
	}
	writers := make([]*npy.RowWriter[float32], len(jobs))
	var closers []io.Closer
	closeAll := func() error {
		var errs []error
		for _, c := range closers {
			errs = append(errs, c.Close())
		}
		return errors.Join(errs...)
	}
	for i, j := range jobs {
		n := j.Bins(level.BinSize())
		w, c, err := folders[i].rows("snippets", len(p.set.Regions), n, n)
		if err != nil {
			closeAll()
			return nil, err
		}
		writers[i], closers = w, append(closers, c)
	}
	opt.Snippets = func(job int, _ pileup.Value, region int, snippet []float32) error {
		return writers[job].WriteRows(region, snippet)
	}
	return closeAll, nil
}

func (p *pileupRun) write(out *folder, m *manifest, r *pileup.Result) error {
	mean := r.Mean()
	if err := writeArray(out, "mean", mean, r.Rows, r.Cols); err != nil {
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
	score := pileup.ScoreOf(mean)
	m.Scores = map[string]string{"centre": number(score.Centre), "corners": number(score.Corners), "ratio": number(score.Ratio),
		"definition": "ratio = centre / corners; " + pileup.ScoreDefinition}
	return out.finish(m, r.Ledger)
}

// writeScores writes one line per region, in file order. score is centre / corners of its snippet.
func (p *pileupRun) writeScores(w io.Writer, r *pileup.Result) error {
	reasons := make(map[int]string)
	for _, loss := range r.Ledger.Lost {
		for _, region := range loss.Regions {
			reasons[region] = loss.Reason
		}
	}
	if _, err := fmt.Fprintln(w, "region\tchrom\tstart\tend\tused\tcentre\tcorners\tscore\treason"); err != nil {
		return err
	}
	for i, s := range r.Scores {
		a, used := p.set.Regions[i].A, 1
		if reasons[i] != "" {
			used = 0
		}
		_, err := fmt.Fprintf(w, "%d\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", i, a.Chrom, a.Start, a.End, used,
			number(s.Centre), number(s.Corners), number(s.Ratio), reasons[i])
		if err != nil {
			return err
		}
	}
	return nil
}
