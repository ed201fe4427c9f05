package demo

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

// Main is the command `generate`: it writes a data set and lists its files. It returns the exit status: 0, 1 for a
// failure, 2 for wrong arguments.
func Main(args []string) int { return run(args, os.Stdout, os.Stderr) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var o Options
	out := flags.String("out", "", "folder to write to (required)")
	flags.StringVar(&o.Preset, "preset", "demo", strings.Join(Presets(), ", "))
	flags.Uint64Var(&o.Seed, "seed", 1, "seed; equal seeds give equal bytes")
	flags.Float64Var(&o.Scale, "scale", 1, "shrink chromosomes and contacts to this share, in (0, 1]")
	flags.IntVar(&o.Threads, "threads", 0, "goroutines, 0 = one per core")
	quiet := flags.Bool("quiet", false, "no progress")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "generate writes a synthetic genome: contact maps, tracks, region sets and truth.json.")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *out == "" || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "generate: --out FOLDER is required, and there are no other arguments")
		return 2
	}
	if !*quiet {
		o.Progress = func(done float64, message string) { fmt.Fprintf(stderr, "%3.0f %%  %s\n", 100*done, message) }
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	set, err := Generate(ctx, *out, o)
	if err != nil {
		fmt.Fprintln(stderr, "generate:", err)
		return 1
	}
	var total int64
	for _, f := range set.Files {
		fmt.Fprintf(stdout, "%-26s %11d bytes  %s\n", f.Name, f.Bytes, f.Title)
		total += f.Bytes
	}
	fmt.Fprintf(stdout, "%-26s %11d bytes  assembly %s\n", "total", total, set.Assembly.Name)
	return 0
}
