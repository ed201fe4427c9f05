// Bench runs the commands of the engine on a large data set, and beside them the tools that do the same work, as far as
// they are installed, and prints wall time, processor time, peak memory and ratios.
//
//	go run ./worker/cli/bench --data FOLDER [--worker bin/regioscope-worker] [--python python3] [--runs 3] [--only WORD]
//
// The folder holds the files of `regioscope-worker generate` (wild_type.mcool, CTCF.bw, CTCF_peaks.bed, loops.bedpe,
// TADs.bed, arms.csv) or files of the same content under the names that data.go lists. Times are the best of the runs,
// with the files in the page cache; memory is the most that a process had. Every command computes and writes what its
// tool would; what a peer does differently is said beside it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	var b bench
	flag.StringVar(&b.data, "data", os.Getenv("REGIOSCOPE_BENCH_DATA"), "`folder` of the data")
	flag.StringVar(&b.worker, "worker", filepath.Join("bin", "regioscope-worker"), "the program of the engine")
	flag.StringVar(&b.python, "python", "python3", "the python that peers are looked for in")
	flag.IntVar(&b.runs, "runs", 3, "the best of so many runs counts; peers run once")
	flag.StringVar(&b.only, "only", "", "only work whose name holds this `word`")
	flag.Parse()
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type bench struct {
	data, worker, python, only string
	runs                       int
	files                      files
	dir                        string // for results
}

func (b *bench) run() (err error) {
	if b.data == "" {
		return errors.New("give --data FOLDER; make one with: regioscope-worker generate --preset medium --out FOLDER")
	}
	if b.files, err = find(b.data); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "regioscope-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if err := b.files.sample(b.dir); err != nil {
		return err
	}
	if err := b.files.warm(); err != nil {
		return err
	}
	line := func(work, tool, wall, cpu, memory, ratio string) {
		fmt.Printf("%-40s %-12s %8s %8s %8s  %s\n", work, tool, wall, cpu, memory, ratio)
	}
	line("work", "tool", "wall s", "cpu s", "peak MB", "ratio of wall times")
	for _, w := range b.works() {
		if !strings.Contains(w.name, b.only) || !b.files.has(w.needs) {
			continue
		}
		ours, err := b.ours(w)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		line(w.name, "regioscope", seconds(ours.wall), seconds(ours.cpu), fmt.Sprint(ours.megabytes), "")
		for _, p := range w.peers {
			theirs, err := b.peer(p)
			if err != nil {
				line("", p.name, "", "", "", err.Error())
				continue
			}
			line("", p.name, seconds(theirs.wall), seconds(theirs.cpu), fmt.Sprint(theirs.megabytes),
				fmt.Sprintf("%.0f×%s", theirs.wall/ours.wall, p.note))
		}
	}
	return nil
}

func seconds(v float64) string { return fmt.Sprintf("%.2f", v) }
