package tasks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"regioscope/backend/core"
	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/contactcache"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/balance"
)

// Replicates and seed of the intervals of scores.
const (
	replicates = 1000
	seed       = 42
)

// pileup averages a contact map around a region set, all windows of a resolution in one sweep.
func (e *Executor) pileup(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
	p.set(0, "opening the map")
	in, err := e.load(ctx, run)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	file, err := cool.Open(in.file, in.file.Size())
	if err != nil {
		return nil, mapError(in, err)
	}
	levels, results, err := e.planPileup(ctx, in, file)
	if err != nil {
		return nil, err
	}
	var done, total float64
	for _, l := range levels {
		total += l.cost()
	}
	for _, l := range levels {
		share := l.cost() / total
		made, err := e.pileupLevel(ctx, in, l, p, done, share)
		if err != nil {
			return nil, mapError(in, err)
		}
		results = append(results, made...)
		done += share
		faultPoint("one level")
	}
	p.set(1, "saving")
	return e.finish(run, results), nil
}

// pileupResolution chooses the bins of the map for a pair, or says why there are none.
func pileupResolution(in *inputs, file *cool.File, pair core.WindowBin) (resolution int64, why string) {
	have := file.Resolutions()
	if pair.Window > 0 {
		if !slices.Contains(have, pair.Bin) {
			return pair.Bin, fmt.Sprintf("this map has no %s level; it has %s", bp(pair.Bin), levelNames(have))
		}
		return pair.Bin, ""
	}
	b, ok := pileup.IntervalResolution(in.regions, have, int(pair.Bin))
	if !ok {
		return 0, fmt.Sprintf("no level of this map suits the lengths of these intervals; it has %s", levelNames(have))
	}
	return b, ""
}

func levelNames(bins []int64) string {
	names := make([]string, len(bins))
	for i, b := range bins {
		names[i] = bp(b)
	}
	if len(names) > 12 {
		names = append(names[:11:11], fmt.Sprintf("… %s", names[len(names)-1]))
	}
	return strings.Join(names, ", ")
}

// levelCache opens resolutions with their weights, once.
type levelCache struct {
	file       *cool.File
	weight     string
	levels     map[int64]*mapLevel
	weightless *cool.ErrNoWeights // of a level without the column
}

func (c *levelCache) get(ctx context.Context, bin int64) (*mapLevel, error) {
	if l := c.levels[bin]; l != nil {
		return l, nil
	}
	l, err := c.file.Level(bin)
	if err != nil {
		return nil, err
	}
	opened := &mapLevel{Level: l}
	verdict, err := balance.Detect(ctx, c.file, l, c.weight, 1)
	switch none := (*cool.ErrNoWeights)(nil); {
	case errors.As(err, &none):
		c.weightless = none
		opened.lacking = fmt.Sprintf("the %s level has no balancing weights, only raw counts: %s", bp(bin), noWeights(none))
	case err != nil:
		return nil, err
	default:
		opened.kind = verdict.Kind()
		if opened.weights, err = l.WeightAs(c.weight, verdict.Divisive); err != nil {
			return nil, err
		}
	}
	if c.levels == nil {
		c.levels = map[int64]*mapLevel{}
	}
	c.levels[bin] = opened
	return opened, nil
}

func noWeights(e *cool.ErrNoWeights) string {
	text := fmt.Sprintf("there is no column %q", e.Name)
	if len(e.Have) > 0 {
		text += " (there is " + strings.Join(e.Have, ", ") + ")"
	}
	return text + "; balance the map with `cooler balance` and upload it again"
}

// pileupLevel makes the results of one resolution.
func (e *Executor) pileupLevel(ctx context.Context, in *inputs, l *mapLevel, p *progress, from, share float64) ([]core.Result, error) {
	values := l.values
	q, err := e.ask(ctx, in, l, l.jobs, values, p.span(from, from+share/2, fmt.Sprintf("expected at %s", bp(l.BinSize()))))
	if err != nil {
		return nil, err
	}
	q.Options.Bootstrap, q.Options.Seed = replicates, seed
	q.Options.Progress = p.span(from+share/2, from+share, fmt.Sprintf("averages at %s", bp(l.BinSize())))
	v, err := newVectors(ctx, e.Blobs, len(l.jobs), values, len(in.regions))
	if err != nil {
		return nil, err
	}
	defer v.abort()
	q.Options.Vectors = v.put
	made, err := q.Results(ctx)
	if err != nil {
		return nil, err
	}
	var out []core.Result
	for i, r := range made {
		if r.Ledger.Matched == 0 {
			return nil, core.Final(core.Errorf(core.CodeInvalid,
				"no region of %q is on a chromosome of this map; do both belong to the assembly %s?", in.set.Name, in.assembly.Name))
		}
		row, err := e.savePileup(ctx, in, l.cells[i/len(values)][i%len(values)], r, v, i)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// ask prepares averages of jobs at one resolution, with the expected that obs/exp needs. Pairs across arms and chromosomes
// are kept: nothing that a user gave is left out but for a reason in the ledger.
func (e *Executor) ask(ctx context.Context, in *inputs, l *mapLevel, jobs []pileup.Job, values []pileup.Value, report func(done, total int64)) (*contactcache.Question, error) {
	q := e.Contacts.Ask(in.contacts(l), in.regions, jobs, pileup.Options{Values: values, Edge: in.edge(), Oriented: in.oriented, CrossArm: true, Threads: e.Threads})
	if !slices.Contains(values, pileup.OE) {
		return q, nil
	}
	return q, q.Expected(ctx, expected.Options{IgnoreDiags: expected.IgnoreDiags, Threads: e.Threads, Progress: report})
}

// savePileup stores the arrays of an average: of the cells, and of the regions.
func (e *Executor) savePileup(ctx context.Context, in *inputs, c cell, r *pileup.Result, v *vectors, at int) (core.Result, error) {
	shape := []int64{int64(r.Rows), int64(r.Cols)}
	arrays, err := profile(ctx, e.Blobs, r.Mean(), r.SEM(), r.Sum, r.SumSq, r.N, shape...)
	if err != nil {
		return core.Result{}, err
	}
	perRegion, err := regionArrays(ctx, e.Blobs, r)
	if err != nil {
		return core.Result{}, err
	}
	thumbs, err := v.commit(ctx, at)
	if err != nil {
		return core.Result{}, err
	}
	c.manifest.Scores = &r.Average
	return in.result(c, shape, r.Ledger, append(append(arrays, perRegion...), thumbs))
}

// mapError tells errors of the map, which no attempt mends, from the rest.
func mapError(in *inputs, err error) error {
	var broken *cool.FormatError
	var view *expected.ViewError
	switch {
	case stopped(err):
		return err
	case errors.As(err, &broken), errors.Is(err, cool.ErrNotCooler), errors.Is(err, cool.ErrUnsupported):
		return core.Final(core.Errorf(core.CodeBadFile, "the contact map %q cannot be read: %v", in.feature.Name, err).WithCause(err))
	case errors.As(err, &view):
		return core.Final(core.Errorf(core.CodeInvalid, "the map %q does not fit the assembly %s: %s", in.feature.Name, in.assembly.Name, view.Msg).WithCause(err))
	case errors.Is(err, pileup.ErrWindow):
		return core.Final(core.Errorf(core.CodeInvalid, "%v", err).WithCause(err))
	}
	return err
}
