// Regioscope is the service half: the REST server with the embedded front end, and everything in one process for a
// single machine. This package only wires.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

const usage = `Regioscope: 3D-genome data through sets of genomic regions.

  regioscope standalone   everything in one process, files in --data
  regioscope serve        REST API and front end, with MySQL/MariaDB and Redis
  regioscope migrate      up | down | status: the schema of the database
  regioscope admin        user list | add NAME [--admin] | passwd NAME | disable NAME | enable NAME | role NAME user|admin
                          queue list | pause NAME | drain NAME | resume NAME | concurrency NAME RUNS
                          runs list [--state STATE] [--queue NAME] [--pipeline NAME] [--user NAME] [--limit N]
                          runs retry ID | retry failed [the same flags] | cancel ID
                          backup FILE | restore FILE: everything in one tar file; back into an empty installation
                          storage report | gc: what the data volume is full of; clear away what nothing refers to
  regioscope doctor       looks at database, Redis, volume, clocks, keys and nginx; exit status 1 when something is broken
  regioscope health       [URL]: exit status 0 when a server answers that it is ready
  regioscope openapi      print the description of the API (OpenAPI 3.1)

Every setting is a flag or a REGIOSCOPE_* variable: regioscope COMMAND --help lists them.
`

// errUsage makes the exit status 2.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // who asks a second time does not want to wait
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	default:
		var refused *core.Error
		if errors.As(err, &refused) && refused == err {
			err = errors.New(refused.Message) // the code is for programs
		}
		fmt.Fprintln(os.Stderr, "regioscope:", err)
		os.Exit(1)
	}
}

// run is main without the process: tests call it.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	command, rest := args[0], args[1:]
	switch command {
	case "serve":
		return serve(ctx, rest, environ, stderr)
	case "standalone":
		return runStandalone(ctx, rest, environ, stdout, stderr)
	case "migrate":
		return migrate(ctx, rest, environ, stdout, stderr)
	case "admin":
		return admin(ctx, rest, environ, stdin, stdout, stderr)
	case "doctor":
		return doctor(ctx, rest, environ, stdout, stderr)
	case "storage":
		return storage(ctx, rest, environ, stdout, stderr)
	case "health":
		return health(ctx, rest)
	case "openapi":
		doc, err := api.OpenAPI()
		if err == nil {
			_, err = fmt.Fprintln(stdout, string(doc))
		}
		return err
	case "help", "-h", "--help":
		_, err := fmt.Fprint(stdout, usage)
		return err
	}
	return errUsage
}
