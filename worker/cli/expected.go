package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"

	"regioscope/worker/compute/expected"
)

func runExpected(ctx context.Context, e env, args []string) error {
	started := time.Now()
	var c common
	fs := flag.NewFlagSet("expected", flag.ContinueOnError)
	c.register(fs)
	mapPath := fs.String("map", "", "contact map `file`, .mcool or .cool (required)")
	resolution := fs.Int64("resolution", 0, "bin size in `bp` (required)")
	var weight weightArgs
	weight.register(fs)
	var cache cacheArgs
	cache.register(fs)
	viewPath := fs.String("view", "", "`file` of arms, CSV of chrom,start,end; whole chromosomes without it")
	between := fs.Bool("between", false, "also between arms and between chromosomes: between.tsv")
	ignore := fs.Int("ignore-diags", expected.IgnoreDiags, "diagonals without an expected")
	files, err := parse(fs, e, args)
	if err == nil {
		err = noFiles(files)
	}
	if err == nil {
		err = c.check()
	}
	if err == nil {
		err = weight.check()
	}
	if err != nil {
		return err
	}
	if *resolution < 1 || *ignore < 0 {
		return usagef("give --resolution in bp, and --ignore-diags 0 or more")
	}
	defer limitMemory(int64(c.memory))()
	open := openCached
	if cache.dir == "" { // nothing that is left behind would be used
		open = func(path string, _ cacheArgs, _ env) (*contacts, error) { return openContacts(path) }
	}
	in, err := open(*mapPath, cache, e)
	if err != nil {
		return err
	}
	defer in.Close()
	viewIn, view, err := openView(*viewPath)
	if err != nil {
		return err
	}
	defer viewIn.Close()
	aliasesIn, aliases, err := openAliases(c.aliasesPath)
	if err != nil {
		return err
	}
	defer aliasesIn.Close()
	level, weights, fact, err := in.level(ctx, *resolution, weight, c.threads)
	if err != nil {
		return err
	}
	bar := newProgress(e.stderr)
	opt := expected.Options{IgnoreDiags: *ignore, Aliases: aliases, Threads: c.threads, Progress: bar.report("expected")}
	table, others, err := in.expected(ctx, level, view, weights, *between, opt)
	bar.end()
	if err != nil {
		return viewError(in, *viewPath, err)
	}
	out, err := makeFolder(c.out)
	if err != nil {
		return err
	}
	if err := out.create("expected.tsv", func(w io.Writer) error { return writeExpected(w, table) }); err != nil {
		return err
	}
	if others != nil {
		err := out.create("between.tsv", func(w io.Writer) error { return writeBetween(w, level.Chroms(), table, others) })
		if err != nil {
			return err
		}
	}
	m, err := newManifest("expected", started, in.input, viewIn, aliasesIn)
	if err != nil {
		return err
	}
	m.Parameters = map[string]any{"resolution": *resolution, "ignoreDiags": *ignore, "view": viewName(*viewPath), "between": *between}
	fact.note(m.Parameters)
	m.N, m.Total = len(table.Regions), len(table.Regions)+len(table.Missing)
	m.Warnings = missingWarnings(table)
	return out.finish(m, nil)
}

func writeExpected(w io.Writer, table *expected.Table) error {
	if _, err := fmt.Fprintln(w, "region\tdist\tnValid\tcountSum\tbalancedSum\tbalancedAvg"); err != nil {
		return err
	}
	var line []byte
	for _, r := range table.Regions {
		name := r.Interval.String()
		for d, n := range r.NValid {
			line = append(append(line[:0], name...), '\t')
			line = strconv.AppendInt(append(strconv.AppendInt(line, int64(d), 10), '\t'), n, 10)
			for _, v := range []float64{r.CountSum[d], r.BalancedSum[d], r.BalancedAvg[d]} {
				line = strconv.AppendFloat(append(line, '\t'), v, 'g', -1, 64)
			}
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
	}
	return nil
}

func missingWarnings(table *expected.Table) []string {
	var list []string
	for _, region := range table.Missing {
		list = append(list, fmt.Sprintf("view region %s: the map does not have this chromosome", region))
	}
	return list
}

func viewName(path string) string {
	if path == "" {
		return "whole chromosomes"
	}
	return "file"
}

// viewError tells errors of the map from those of the view.
func viewError(in *contacts, viewPath string, err error) error {
	var viewErr *expected.ViewError
	if errors.As(err, &viewErr) && viewPath != "" {
		return inputf("%s: %w", viewPath, err)
	}
	return in.wrap(err)
}
