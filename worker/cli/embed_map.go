package cli

import (
	"context"
	"fmt"
	"math"

	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/pileup"
)

// fromMap makes the features of every region from its snippet, shrunk to 10 × 10 cells.
func (r *embedRun) fromMap(ctx context.Context, e env, grid []pair) error {
	in, err := openCached(r.args.mapPath, r.args.cache, e)
	if err != nil {
		return err
	}
	defer in.Close()
	viewIn, view, err := openView(r.args.viewPath)
	if err != nil {
		return err
	}
	defer viewIn.Close()
	r.inputs = append([]*input{in.input, viewIn}, r.inputs...)
	a := r.args
	p := &pileupRun{in: in, set: r.set, view: view, aliases: r.aliases, bar: r.bar, args: pileupArgs{common: a.common,
		mapPath: a.mapPath, regionsPath: a.regionsPath, viewPath: a.viewPath, weight: a.weight, values: valueList{pileup.Value(a.value)}, edge: a.edge,
		orient: a.orient, crossArm: a.crossArm, ignoreDiags: a.ignoreDiags}}
	if err := p.chooseResolutions(grid); err != nil {
		return err
	}
	for _, g := range grid {
		if err := r.snippets(ctx, p, g); err != nil {
			return err
		}
	}
	return nil
}

// snippets makes one embedding from one visit to the regions, or from two where their snippets do not fit into memory.
func (r *embedRun) snippets(ctx context.Context, p *pileupRun, g pair) error {
	job := pileup.Job{Window: g.window, Percent: g.percent}
	if err := job.Check(g.bin); err != nil {
		return &statusError{statusUsage, err}
	}
	level, weights, fact, err := p.in.level(ctx, g.bin, p.weight(), p.args.threads)
	if err != nil {
		return err
	}
	jobs := []pileup.Job{job}
	opt := pileup.Options{View: p.view, Aliases: p.aliases, Values: p.args.values, Weights: weights,
		Edge: pileup.Edge(p.args.edge), Oriented: r.oriented, CrossArm: p.args.crossArm == "keep", Threads: p.args.threads,
		Progress: p.bar.report("pileup")}
	question, err := p.ask(ctx, level, jobs, opt)
	if err != nil {
		return err
	}
	f := embed.NewFeatures(len(r.set.Regions), pileup.VectorSide*pileup.VectorSide)
	question.Options.Vectors = func(_ int, _ pileup.Value, region int, vector []float32) error {
		copy(f.Row(region), vector)
		return nil
	}
	cells := job.Bins(g.bin) * job.Bins(g.bin)
	snippets := newKept(len(r.set.Regions), cells, int64(r.args.memory))
	if snippets != nil {
		question.Options.Snippets = snippets.put
	}
	results, err := question.Results(ctx)
	if err != nil {
		return viewError(p.in, p.args.viewPath, err)
	}
	average := results[0]
	if average.Ledger.Matched == 0 {
		return inputf("%s: no region is on a chromosome of %s (first: %q)", r.set.path, p.in.path, r.set.Regions[0].A.Chrom)
	}
	res, groups, err := r.compute(ctx, f)
	if err != nil {
		return err
	}
	means, err := r.thumbnails(ctx, p, question, snippets, groups, average)
	if err != nil {
		return err
	}
	out, err := r.folder(g)
	if err != nil {
		return err
	}
	err = writeArray(out, "thumbnails", means.Mean(), groups.K, average.Rows, average.Cols)
	if err == nil {
		err = writeArray(out, "thumbnails_n", means.N, groups.K, average.Rows, average.Cols)
	}
	if err != nil {
		return err
	}
	m, err := newManifest("embedding_2d", r.started, r.inputs...)
	if err != nil {
		return err
	}
	m.Parameters = r.parameters(g)
	m.Parameters["value"], m.Parameters["edge"], m.Parameters["crossArm"] = p.args.values[0], p.args.edge, p.args.crossArm
	m.Parameters["resolution"], m.Parameters["view"] = g.bin, viewName(p.args.viewPath)
	if p.args.values.has(pileup.OE) {
		m.Parameters["ignoreDiags"] = p.args.ignoreDiags
		m.Warnings = missingWarnings(question.Options.Expected)
	}
	fact.note(m.Parameters)
	return r.write(out, m, f, res, groups, cellNames(), account(average.Ledger, res, "less than half of its snippet has a value, wherever one looks"))
}

// largest is no smaller than any value of any snippet of the average.
func largest(r *pileup.Result) float64 {
	var top float64
	for _, v := range r.SumSq {
		top = max(top, v)
	}
	return math.Sqrt(top) * (1 + 1e-6) // snippets are float32
}

func cellNames() []string {
	var names []string
	for r := range pileup.VectorSide {
		for c := range pileup.VectorSide {
			names = append(names, fmt.Sprintf("row %d, column %d of %d", r, c, pileup.VectorSide))
		}
	}
	return names
}
