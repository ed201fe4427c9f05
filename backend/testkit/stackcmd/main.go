// Stackcmd starts the whole service mode for a test from another language: a private MariaDB and Redis, two servers and a
// worker over one data volume, and nginx in front, all as plain processes on free ports with their files in temporary
// folders. When everything answers it prints one line of JSON (type Stack), and it stays until its standard input ends or
// it gets SIGINT or SIGTERM. However it ends, its processes end too.
//
//	go run ./backend/testkit/stackcmd [--bin DIR] [--logs DIR] [--standalone]
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"regioscope/backend/testkit"
	"regioscope/backend/testkit/standin"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "stackcmd:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("stackcmd", flag.ContinueOnError)
	bin := flags.String("bin", "", "folder with regioscope and regioscope-worker; without it make build makes them in bin")
	logs := flags.String("logs", "", "folder that gets what every process has said")
	alone := flags.Bool("standalone", false, "one regioscope standalone instead of everything; so it is also where MariaDB, Redis or nginx are not installed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	module, err := moduleRoot()
	if err != nil {
		return err
	}
	if *bin == "" {
		if *bin, err = build(ctx, module); err != nil {
			return err
		}
	}
	s := &stack{module: module, bin: *bin}
	// A stand-in of the repositories that files are imported from; the programs may speak to it, although it is inside.
	repository := standin.Start()
	defer repository.Stop()
	if err := os.Setenv("REGIOSCOPE_TEST_FETCH_ALLOW", repository.Addr()); err != nil {
		return err
	}
	s.Standin = repository.URL
	defer func() { err = errors.Join(err, s.stop(*logs)) }()
	if !*alone {
		err := s.service(ctx)
		if *alone = errors.Is(err, testkit.ErrMissing); *alone {
			fmt.Fprintf(os.Stderr, "stackcmd: NOT the service mode, but regioscope standalone: %v\n", err)
		} else if err != nil {
			return err
		}
	}
	if *alone {
		if err := s.standalone(ctx); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(s.Stack); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
	return nil
}

// moduleRoot is the folder of go.mod, here or above.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("start it in the folder of the module, or below")
		}
		dir = filepath.Dir(dir)
	}
}

// build makes what has changed, and leaves programs that are up to date alone.
func build(ctx context.Context, module string) (bin string, err error) {
	cmd := exec.CommandContext(ctx, "make", "--no-print-directory", "-C", module, "build")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("make build: %w", err)
	}
	return filepath.Join(module, "bin"), nil
}
