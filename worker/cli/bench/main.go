// Bench runs the commands of the engine on a large data set, and beside them the tools that do the same work, as far as
// they are installed, and prints wall time, processor time, peak memory, what was asked for and whether it was met, and ratios.
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
	"slices"
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
	dir                        string   // for results
	targets                    []string // region sets to associate with
	walls                      map[string]float64
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
	if err := b.tables(); err != nil {
		return err
	}
	if err := b.subsets(); err != nil {
		return err
	}
	if err := b.files.warm(); err != nil {
		return err
	}
	b.walls = make(map[string]float64)
	line := func(work, tool, wall, cpu, memory, ratio string) {
		fmt.Printf("%-40s %-12s %8s %8s %8s  %s\n", work, tool, wall, cpu, memory, ratio)
	}
	line("work", "tool", "wall s", "cpu s", "peak MB", "the goal, or the ratio of wall times")
	for _, w := range slices.Concat(b.works(), b.subsetWorks(), b.tableWorks()) {
		if !strings.Contains(w.name, b.only) || !b.files.has(w.needs) {
			continue
		}
		ours, err := b.ours(w)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		b.walls[w.name] = ours.wall
		line(w.name, "regioscope", seconds(ours.wall), seconds(ours.cpu), fmt.Sprint(ours.megabytes), b.remarks(w, ours))
		for _, p := range w.peers {
			theirs, err := b.peer(p)
			if err != nil {
				line("", p.name, "", "", "", err.Error())
				continue
			}
			line("", p.name, seconds(theirs.wall), seconds(theirs.cpu), fmt.Sprint(theirs.megabytes),
				join(fmt.Sprintf("%.0f×%s", theirs.wall/ours.wall, p.note), theirs.says))
		}
	}
	return nil
}

// remarks are what is said of our own line: the goal, what others took where they cannot be run, and facts.
func (b *bench) remarks(w work, ours measured) string {
	facts := ""
	if w.facts != nil {
		facts = w.facts(filepath.Join(b.dir, "out"))
	}
	return join(b.goal(w.name).says(ours), facts, w.theirs)
}

// join puts what there is behind each other.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "; ")
}

func seconds(v float64) string { return fmt.Sprintf("%.2f", v) }
