package embed

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"regioscope/worker/compute/cluster"
	"regioscope/worker/compute/internal/points"
)

// Layout is a way to put rows on a plane.
type Layout string

const (
	UMAP Layout = "umap" // the default
	PCA  Layout = "pca"
)

// Space is where groups are looked for.
type Space string

const (
	InFeatures Space = "features" // the leading principal components (the default)
	InLayout   Space = "layout"   // the two coordinates, as in HiCognition
)

// Limits of k that a user can choose from.
const (
	MinK = 2
	MaxK = 30
)

// Options are the settings of Compute. The zero value means: UMAP, z-scores, groups in feature space for every k from 2 to
// 30, seed 0, one thread.
type Options struct {
	Layout    Layout
	ClusterIn Space
	Ks        []int // numbers of groups; nil: MinK to MaxK
	Raw       bool  // features in their own units, not divided by their standard deviation
	Seed      uint64
	Threads   int
	Memory    int64                   // bytes; 0: no limit
	Progress  func(done, total int64) // in thousandths; may be nil; called from several goroutines
}

// Settings of UMAP and of the space of groups.
const (
	umapNeighbours   = 15
	umapLeast        = 4 // rows, below which a plane is better filled by PCA
	clusterVariance  = 0.9
	clusterMostComps = 20
)

// Streams of random numbers that share a seed. Package cluster numbers its own from 0.
const (
	streamForest = 1000 + iota*1000
	streamSpectral
	streamNoise
	streamDescent
	streamQuality
)

// Compute lays out and clusters regions by their features. Sets too small for what is asked get less, and a message; it
// fails only for options that make no sense, with ErrMemory for more regions than Options.Memory holds, and when ctx ends.
func Compute(ctx context.Context, f *Features, opt Options) (*Result, error) {
	if err := opt.complete(f); err != nil {
		return nil, err
	}
	if err := opt.fits(f); err != nil {
		return nil, err
	}
	r := &run{opt: opt, in: f, s: scale(f, opt.Raw), res: &Result{}}
	r.describe()
	for _, step := range []func(context.Context) error{r.components, r.layout, r.measure, r.groups} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("embed: %w", err)
		}
	}
	r.unpack()
	return r.res, nil
}

func (o *Options) complete(f *Features) error {
	if o.Layout == "" {
		o.Layout = UMAP
	}
	if o.ClusterIn == "" {
		o.ClusterIn = InFeatures
	}
	if o.Ks == nil {
		for k := MinK; k <= MaxK; k++ {
			o.Ks = append(o.Ks, k)
		}
	}
	o.Threads = max(1, o.Threads)
	switch {
	case o.Layout != UMAP && o.Layout != PCA:
		return fmt.Errorf("embed: there is no layout %q", o.Layout)
	case o.ClusterIn != InFeatures && o.ClusterIn != InLayout:
		return fmt.Errorf("embed: groups cannot be looked for in %q", o.ClusterIn)
	case f.Cols < 1 || len(f.Values) != f.Rows*f.Cols:
		return errors.New("embed: features are not a matrix with a column at least")
	}
	return nil
}

// run is one computation on its way. Its rows are those that take part.
type run struct {
	opt     Options
	in      *Features
	s       *scaled
	p       *points.Points
	pca     *components
	found   *neighbours // nil where exact or not needed
	plane   []float32   // rows × 2: the layout
	leading []float32   // rows × 2: the first two principal components, which may be the layout
	groupsK *cluster.Result
	res     *Result
}

func (r *run) say(format string, args ...any) {
	r.res.Quality.Messages = append(r.res.Quality.Messages, fmt.Sprintf(format, args...))
}

// report is the progress of a step that goes from one thousandth to another.
func (r *run) report(from, to int64) func(done, total int64) {
	if r.opt.Progress == nil {
		return func(int64, int64) {}
	}
	return func(done, total int64) { r.opt.Progress(from+(to-from)*done/max(1, total), 1000) }
}

// Shares of the time, in thousandths: of UMAP, and of measuring how good a layout is.
const (
	umapShare    = 600
	measureShare = 70
)

// laidOut is how far the work is when there is a layout.
func (r *run) laidOut() int64 {
	if r.res.Quality.Layout == UMAP {
		return umapShare
	}
	return 0
}

// describe counts what there is.
func (r *run) describe() {
	q := &r.res.Quality
	q.Regions, q.Used, q.Features = r.in.Rows, len(r.s.rows), r.in.Cols
	q.ImputedBy, q.Uninformative, q.NeighbourRecall = r.s.imputed, []int{}, 1
	for c, n := range r.s.imputed {
		if n < q.Used { // a column without any value has no mean
			q.Imputed += n
		}
		if r.s.flat[c] {
			q.Uninformative = append(q.Uninformative, c)
		}
	}
	taking := make([]bool, r.in.Rows)
	for _, row := range r.s.rows {
		taking[row] = true
	}
	for row, in := range taking {
		if !in {
			r.res.Left = append(r.res.Left, row)
		}
	}
	switch {
	case q.Used == 0:
		r.say("No region has any feature: there is nothing to lay out.")
	case len(q.Uninformative) == q.Features:
		r.say("All regions have the same features: they are all at one place.")
	case len(r.res.Left) > 0:
		r.say("%d of %d regions have no feature and are left out.", len(r.res.Left), q.Regions)
	}
}

func (r *run) components(ctx context.Context) (err error) {
	if len(r.s.rows) == 0 {
		r.pca = &components{cols: r.s.cols}
		return nil
	}
	r.pca, err = principal(ctx, r.s.values, r.s.cols, r.opt.Threads)
	return err
}

func (r *run) layout(ctx context.Context) (err error) {
	q, n := &r.res.Quality, len(r.s.rows)
	r.leading = r.pca.project(r.s.values, 2)
	r.plane = r.leading
	q.Layout = r.opt.Layout
	for i := range 2 {
		share := 0.0
		if i < len(r.pca.share) {
			share = r.pca.share[i]
		}
		q.VarianceKept = append(q.VarianceKept, share)
	}
	if n > 0 {
		r.p = points.New(r.s.values, r.s.cols)
	}
	switch {
	case r.opt.Layout == PCA:
	case n < umapLeast || len(r.pca.vectors) == 0:
		q.Layout = PCA
		if n > 0 {
			r.say("%d regions with different features at least make a UMAP; the layout is PCA.", umapLeast)
		}
	default:
		r.plane, err = r.umap(ctx)
	}
	return err
}

func (r *run) umap(ctx context.Context) ([]float32, error) {
	q, n := &r.res.Quality, len(r.s.rows)
	k := min(umapNeighbours, n-1)
	if k < umapNeighbours {
		r.say("UMAP with %d neighbours instead of %d: there are %d regions.", k, umapNeighbours, n)
	}
	var near *neighbours
	var err error
	if n <= exactRows {
		near, err = nearest(ctx, r.p, k, r.opt.Threads, r.report(0, 120))
	} else {
		near, err = descend(ctx, r.p, k, r.opt.Seed, r.opt.Threads, r.report(0, 120))
		r.found = near
	}
	if err != nil {
		return nil, err
	}
	g, err := fuzzy(ctx, near, r.opt.Threads)
	if err != nil {
		return nil, err
	}
	start, ok, err := spectral(ctx, g, r.opt.Seed, r.opt.Threads)
	if err != nil {
		return nil, err
	}
	q.Neighbours, q.Start, q.Epochs = k, "spectral", epochs(n)
	if !ok {
		// The start is moved; the components stay.
		start, q.Start = slices.Clone(r.leading), "pca"
	}
	spread(start, r.opt.Seed)
	return start, newDescent(g, start, r.opt.Seed).run(ctx, r.opt.Threads, r.report(150, umapShare))
}

func (r *run) measure(ctx context.Context) (err error) {
	q := &r.res.Quality
	if len(r.s.rows) == 0 {
		return nil
	}
	q.Preserved, q.NeighbourRecall, err = preserved(ctx, r.p, r.plane, r.found, r.opt.Seed, r.opt.Threads, r.report(r.laidOut(), r.laidOut()+measureShare))
	return err
}

func (r *run) groups(ctx context.Context) (err error) {
	q := &r.res.Quality
	q.ClusterIn = r.opt.ClusterIn
	values, cols := r.plane, 2
	if r.opt.ClusterIn == InFeatures {
		q.Components, q.ComponentsKept = r.pca.enough(clusterVariance, clusterMostComps)
		cols = max(1, q.Components)
		values = r.pca.project(r.s.values, cols)
	}
	r.groupsK, err = cluster.KMeans(ctx, centred(values, cols), cols, r.opt.Ks, cluster.Options{
		Seed: r.opt.Seed, Threads: r.opt.Threads, Progress: r.report(r.laidOut()+measureShare, 1000)})
	if err != nil {
		return err
	}
	q.SilhouetteRows = r.groupsK.Rows
	made := 0
	for _, c := range r.groupsK.Clusterings {
		made = max(made, c.K)
	}
	for _, k := range r.opt.Ks {
		if k > made && len(r.s.rows) > 0 {
			r.say("Only %d groups can be made: no more regions are different.", made)
			break
		}
	}
	return nil
}

// centred takes the mean of every column off, so that distances keep their precision.
func centred(values []float32, cols int) []float32 {
	mean := make([]float64, cols)
	for i, v := range values {
		mean[i%cols] += float64(v)
	}
	out := make([]float32, len(values))
	for i, v := range values {
		out[i] = float32(float64(v) - mean[i%cols]/float64(len(values)/cols))
	}
	return out
}
