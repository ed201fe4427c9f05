package cli

import (
	"context"
	"flag"
	"fmt"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/contactcache"
	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// cacheArgs are the options of the contact cache.
type cacheArgs struct {
	dir  string
	size byteSize
}

func (a *cacheArgs) register(fs *flag.FlagSet) {
	a.size = contactcache.DefaultLimit
	fs.StringVar(&a.dir, "cache", "", "`folder` that keeps what was read of maps, for the next command; without it nothing is kept")
	fs.Var(&a.size, "cache-size", "delete what was used longest ago when the folder grows beyond this")
}

// open prepares the cache. What it cannot do is told, and is no error.
func (a *cacheArgs) open(e env) (*contactcache.Store, error) {
	s, err := contactcache.Open(contactcache.Options{Dir: a.dir, Limit: int64(a.size),
		Warn: func(msg string, err error) { fmt.Fprintf(e.stderr, "warning: %s: %v\n", msg, err) }})
	if err != nil {
		return nil, &statusError{statusFailed, err}
	}
	return s, nil
}

// openCached opens a contact map whose levels are read through the cache. Close closes both.
func openCached(path string, a cacheArgs, e env) (*contacts, error) {
	store, err := a.open(e)
	if err != nil {
		return nil, err
	}
	c, err := openMap(path)
	if err != nil {
		store.Close()
		return nil, err
	}
	c.store = store
	c.knownHash(store)
	return c, nil
}

// knownHash takes the hash that the store remembers of the file as it is, or begins to compute it.
func (in *input) knownHash(store *contactcache.Store) {
	if sum, ok := store.Known(in.file); ok {
		in.hash <- hashed{sum: sum}
		return
	}
	in.startHash()
}

// remember keeps the hash for the next command, if it is known by now.
func (in *input) remember(store *contactcache.Store) {
	if h := in.done(); h != nil && h.err == nil {
		store.Remember(in.file, h.sum)
	}
}

// Close closes the map and its cache.
func (c *contacts) Close() error {
	c.wait()
	if c.store != nil {
		c.remember(c.store)
		c.store.Close()
	}
	return c.input.Close()
}

// cached is a level as the cache wants it. A cache that keeps things names them by the hash of the file, so that is
// waited for.
func (c *contacts) cached(l *cool.Level, weights []float64, view []genome.Interval, aliases map[string]string) (contactcache.Level, error) {
	level := contactcache.Level{Level: l, Weights: weights, View: view, Aliases: aliases}
	if c.store.Keeps() {
		fact, err := c.fact()
		if err != nil {
			return level, err
		}
		level.SHA256 = fact.SHA256
	}
	return level, nil
}

// ask prepares averages through the cache of the map, with what obs/exp is divided by.
func (p *pileupRun) ask(ctx context.Context, l *cool.Level, jobs []pileup.Job, opt pileup.Options) (*contactcache.Question, error) {
	level, err := p.in.cached(l, opt.Weights, p.view, p.aliases)
	if err != nil {
		return nil, err
	}
	q := p.in.store.Ask(level, p.set.Regions, jobs, opt)
	if !p.args.values.has(pileup.OE) {
		return q, nil
	}
	o := expected.Options{IgnoreDiags: p.args.ignoreDiags, Threads: p.args.threads, Progress: p.bar.report("expected")}
	if err := q.Expected(ctx, o); err != nil {
		return nil, viewError(p.in, p.args.viewPath, err)
	}
	return q, nil
}

// expected is expected.ComputeBoth through the cache of the map; of pairs there are all, or none.
func (c *contacts) expected(ctx context.Context, l *cool.Level, view []genome.Interval, weights []float64, pairs bool, opt expected.Options) (*expected.Table, *expected.Between, error) {
	level, err := c.cached(l, weights, view, opt.Aliases)
	if err != nil {
		return nil, nil, err
	}
	if !pairs {
		table, err := c.store.Expected(ctx, level, opt)
		return table, nil, err
	}
	placed, _, err := expected.Arms(l, view, opt.Aliases)
	if err != nil {
		return nil, nil, err
	}
	arms, chroms := expected.AllPairs(placed)
	return c.store.ExpectedBetween(ctx, level, arms, chroms, opt)
}
