package cli

import (
	"context"
	"path/filepath"

	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/compute/stackup"
	"regioscope/worker/format/bbi"
)

// fromSignals makes one feature per track: a part of its stack.
func (r *embedRun) fromSignals(ctx context.Context, grid []pair) error {
	var tracks []*input
	var signals []*bbi.File
	var names []string
	for _, path := range r.args.signals() {
		in, err := openInput("signals", path)
		if err != nil {
			return err
		}
		defer in.Close()
		signal, err := bbi.Open(in.file, in.size)
		if err != nil {
			return inputf("%s: %w", path, err)
		}
		in.startHash()
		tracks, signals, names = append(tracks, in), append(signals, signal), append(names, filepath.Base(path))
	}
	r.inputs = append(tracks, r.inputs...)
	features := make([]*embed.Features, len(grid))
	for i := range features {
		features[i] = embed.NewFeatures(len(r.set.Regions), len(signals))
	}
	books := make([][]*ledger.Ledger, len(grid))
	for t, signal := range signals {
		results, err := r.stacks(ctx, signal, tracks[t], grid)
		if err != nil {
			return err
		}
		for i, res := range results {
			if err := r.column(features[i], t, res); err != nil {
				return err
			}
			books[i] = append(books[i], res.Ledger)
		}
	}
	for i, g := range grid {
		if err := r.writeSignals(ctx, g, features[i], names, ledger.LostInAll(books[i])); err != nil {
			return err
		}
	}
	return nil
}

func (r *embedRun) stacks(ctx context.Context, signal *bbi.File, in *input, grid []pair) ([]*stackup.Result, error) {
	jobs := make([]stackup.Job, len(grid))
	for i, g := range grid {
		jobs[i] = stackup.Job{Window: g.window, Bin: g.bin, Percent: g.percent, Side: stackup.Side(r.args.side)}
	}
	results, err := stackup.Compute(ctx, signal, r.set.Regions, jobs, stackup.Options{Oriented: r.oriented, Aliases: r.aliases,
		Threads: r.args.threads, Memory: int64(r.args.memory) / 2, Progress: r.bar.report("stackup")})
	if err != nil {
		return nil, (&stackupRun{in: in, set: r.set}).wrap(err)
	}
	return results, nil
}

// column fills in the feature of one track.
func (r *embedRun) column(f *embed.Features, track int, res *stackup.Result) error {
	part := embed.Part(r.args.part)
	if part == "auto" {
		part = ""
	}
	lo, hi, err := part.Bins(res.Bins, res.Job.Percent)
	if err != nil {
		return &statusError{statusUsage, err}
	}
	var buf []float32
	for row := range res.Rows {
		if buf, err = res.Stack.ReadRows(buf, row, 1); err != nil {
			return err
		}
		f.Row(row)[track] = embed.TrackFeature(buf, lo, hi)
	}
	return nil
}

func (r *embedRun) writeSignals(ctx context.Context, g pair, f *embed.Features, names []string, book *ledger.Ledger) error {
	res, groups, err := r.compute(ctx, f)
	if err != nil {
		return err
	}
	out, err := r.folder(g)
	if err != nil {
		return err
	}
	means := embed.GroupMeans(res.Scaled, f.Cols, groups.Labels, groups.K)
	if err := writeArray(out, "means", means.Mean(), groups.K, f.Cols); err != nil {
		return err
	}
	m, err := newManifest("embedding_1d", r.started, r.inputs...)
	if err != nil {
		return err
	}
	m.Parameters = r.parameters(g)
	m.Parameters["part"], m.Parameters["side"] = r.args.part, r.args.side
	if g.bin > 0 {
		m.Parameters["bin"] = g.bin
	}
	return r.write(out, m, f, res, groups, names, account(book, res, "no signal in its part of the window in any track"))
}
