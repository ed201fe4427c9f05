package cli

import (
	"context"
	"flag"

	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/balance"
)

// weightArgs are the options that choose a weight column.
type weightArgs struct{ column, kind string }

func (a *weightArgs) register(fs *flag.FlagSet) {
	fs.StringVar(&a.column, "weight", "weight", "weight `column`; none = raw counts")
	fs.StringVar(&a.kind, "weight-kind", "auto", "what weights do: multiplicative, divisive, or auto = as the file or its marginals say")
}

func (a *weightArgs) check() error {
	return choice("weight-kind", a.kind, "auto", "multiplicative", "divisive")
}

// weightFact is what a manifest says of the weights.
type weightFact struct{ column, kind, source string }

func (w weightFact) note(parameters map[string]any) {
	parameters["weight"] = w.column
	if w.kind != "" {
		parameters["weightKind"], parameters["weightSource"] = w.kind, w.source
	}
}

// early is a level that is opened while something else is done.
type early struct {
	resolution int64
	args       weightArgs
	done       chan struct{}

	level   *cool.Level
	weights []float64
	fact    weightFact
	err     error
}

// begin opens a level in the background, for the level that is asked for next. It reads the file until then: call wait
// before it is closed.
func (c *contacts) begin(ctx context.Context, resolution int64, a weightArgs, threads int) {
	e := &early{resolution: resolution, args: a, done: make(chan struct{})}
	c.early = e
	go func() {
		defer close(e.done)
		e.level, e.weights, e.fact, e.err = c.open(ctx, resolution, a, threads)
	}()
}

// wait waits for what begin has begun.
func (c *contacts) wait() {
	if c.early != nil {
		<-c.early.done
	}
}

// level opens one resolution and its weights; the weight column "none" means raw counts.
func (c *contacts) level(ctx context.Context, resolution int64, a weightArgs, threads int) (*cool.Level, []float64, weightFact, error) {
	c.wait()
	if e := c.early; e != nil && e.resolution == resolution && e.args == a {
		c.early = nil
		return e.level, e.weights, e.fact, e.err
	}
	return c.open(ctx, resolution, a, threads)
}

func (c *contacts) open(ctx context.Context, resolution int64, a weightArgs, threads int) (*cool.Level, []float64, weightFact, error) {
	fact := weightFact{column: a.column}
	l, err := c.cool.Level(resolution)
	if err != nil {
		return nil, nil, fact, c.wrap(err)
	}
	if a.column == "none" {
		return l, nil, fact, nil
	}
	verdict := balance.Verdict{Divisive: a.kind == "divisive", Source: "--weight-kind"}
	if a.kind == "auto" {
		if verdict, err = balance.Detect(ctx, c.cool, l, a.column, threads); err != nil {
			return nil, nil, fact, c.wrap(err)
		}
	}
	weights, err := l.WeightAs(a.column, verdict.Divisive)
	if err != nil {
		return nil, nil, fact, c.wrap(err)
	}
	fact.kind, fact.source = verdict.Kind(), verdict.Source
	return l, weights, fact, nil
}
