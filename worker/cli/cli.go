// Package cli is the engine without the server: `regioscope-worker compute …` runs the compute packages on files.
//
// Every command reads files, writes arrays (.npy), tables (.tsv), ledger.json and manifest.json into --out and returns
// an exit status: 0 done, 1 output could not be written or the command was stopped, 2 usage, 3 bad input, 4 not available
// (a resolution, a weight column).
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
)

// Exit statuses.
const (
	statusDone = iota
	statusFailed
	statusUsage
	statusInput
	statusUnavailable
)

// statusError is an error with the exit status it leads to.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &statusError{statusUsage, fmt.Errorf(format, args...)}
}

func inputf(format string, args ...any) error {
	return &statusError{statusInput, fmt.Errorf(format, args...)}
}

func unavailablef(format string, args ...any) error {
	return &statusError{statusUnavailable, fmt.Errorf(format, args...)}
}

// env is where a command writes.
type env struct {
	stdout, stderr io.Writer
}

var commands = []struct {
	name, about string
	run         func(ctx context.Context, e env, args []string) error
}{
	{"expected", "contact frequency by distance, per arm", runExpected},
	{"pileup", "2D average of a contact map at regions", runPileup},
	{"stackup", "signal at every region, and its profile", runStackup},
	{"enrich", "association with other region sets along the window", runEnrich},
	{"embed", "regions on a plane by their data, and in groups", runEmbed},
	{"inspect", "what a file holds", runInspect},
}

// Main runs one compute command; args may start with the word compute. It returns the exit status.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "compute" {
		args = args[1:]
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(stderr)
		if len(args) == 0 {
			return statusUsage
		}
		return statusDone
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, env{stdout, stderr}, args[1:])
		if err == nil || errors.Is(err, flag.ErrHelp) {
			return statusDone
		}
		fmt.Fprintf(stderr, "compute %s: %v\n", c.name, err)
		var status *statusError
		if errors.As(err, &status) {
			return status.status
		}
		return statusFailed
	}
	fmt.Fprintf(stderr, "compute: there is no command %q\n", args[0])
	usage(stderr)
	return statusUsage
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: regioscope-worker compute COMMAND [options]      (COMMAND -h lists the options)")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.about)
	}
}

// parse reads the options of a command, which may stand before and after its files.
func parse(fs *flag.FlagSet, e env, args []string) (files []string, err error) {
	fs.SetOutput(io.Discard)
	for {
		if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
			fs.SetOutput(e.stderr)
			fmt.Fprintf(e.stderr, "usage: regioscope-worker compute %s [options]\n", fs.Name())
			fs.PrintDefaults()
			return nil, err
		} else if err != nil {
			return nil, &statusError{statusUsage, err}
		}
		if fs.NArg() == 0 {
			return files, nil
		}
		files, args = append(files, fs.Arg(0)), fs.Args()[1:]
	}
}

// noFiles refuses arguments that belong to no option.
func noFiles(files []string) error {
	if len(files) > 0 {
		return usagef("%q belongs to no option", strings.Join(files, " "))
	}
	return nil
}

// settings are what the options of a command are read into.
type settings interface {
	register(*flag.FlagSet)
	check() error
}

// read fills in the options of a command that takes no files besides.
func read(command string, e env, args []string, into settings) error {
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	into.register(fs)
	files, err := parse(fs, e, args)
	if err != nil {
		return err
	}
	if err := noFiles(files); err != nil {
		return err
	}
	return into.check()
}

// limitMemory makes the garbage collector keep to bytes; the returned function undoes it.
func limitMemory(bytes int64) func() {
	before := debug.SetMemoryLimit(bytes)
	return func() { debug.SetMemoryLimit(before) }
}
