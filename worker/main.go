// Regioscope-worker is the science half: it consumes the queues and runs the pipelines, and runs the same computations on
// files. This package only wires.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/auth"
	"regioscope/backend/config"
	"regioscope/backend/core"
	"regioscope/backend/events"
	"regioscope/backend/fetch"
	"regioscope/backend/queue"
	"regioscope/backend/store"
	"regioscope/backend/trace"
	"regioscope/backend/volume"
	"regioscope/worker/cli"
	"regioscope/worker/compute"
	"regioscope/worker/demo"
	"regioscope/worker/tasks"
)

const usage = `The worker of Regioscope.

  regioscope-worker [options]           consume the queues (regioscope-worker --help lists the options)
  regioscope-worker compute COMMAND     the engine on files: expected, pileup, stackup, enrich, embed, inspect
  regioscope-worker generate            write a synthetic genome with known features
  regioscope-worker health [options]    exit status 0 when a worker of this host lives
  regioscope-worker version             version of the program and of the engine
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	args := os.Args[1:]
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "compute":
		os.Exit(cli.Main(ctx, args, os.Stdout, os.Stderr))
	case "generate":
		os.Exit(demo.Main(args[1:]))
	case "health":
		if err := health(ctx, args[1:], os.Environ(), os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "regioscope-worker:", err)
			os.Exit(1)
		}
	case "version":
		version := "(unknown)"
		if info, ok := debug.ReadBuildInfo(); ok {
			version = info.Main.Version
		}
		fmt.Printf("regioscope-worker %s, engine %s\n", version, compute.Version)
	case "help":
		fmt.Print(usage)
	default:
		if err := work(ctx, args, os.Environ(), os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "regioscope-worker:", err)
			os.Exit(1)
		}
	}
}

// work consumes the queues until ctx ends.
func work(ctx context.Context, args, environ []string, stderr io.Writer) error {
	cfg, rest, err := config.Load(config.Worker, args, environ, stderr)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("there is no command %q\n\n%s", rest[0], usage)
	}
	log := cfg.Logger(stderr)
	slog.SetDefault(log)
	traced, err := trace.Open(ctx, cfg.OTLP, "regioscope-worker", log)
	if err != nil {
		return err
	}
	defer traced()
	db, err := open(ctx, cfg.Database, log)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.CheckSchema(ctx); err != nil {
		return err
	}
	blobs, err := volume.Open(cfg)
	if err != nil {
		return err
	}
	options, err := redis.ParseURL(cfg.Redis)
	if err != nil {
		return errors.New("the Redis address is not redis://:PASSWORD@HOST:PORT/DB")
	}
	rdb := redis.NewClient(options)
	defer rdb.Close()
	hub := events.New(rdb, log)
	defer hub.Close()

	contacts, err := tasks.OpenContacts(cfg.Data, int64(cfg.ContactCache), log)
	if err != nil {
		return err
	}
	log.Info("consuming", "queues", cfg.Queues, "worker", tasks.Name(), "engine", compute.Version)
	runs := core.NewRuns(db, queue.NewClient(rdb), hub, nil)
	imports, err := imports(cfg, db, blobs, hub, runs)
	if err != nil {
		return err
	}
	return tasks.Work(ctx, tasks.Deps{
		Stores: db, Blobs: blobs, Runs: runs, Imports: imports, Log: log,
		Derivations: core.NewDerivations(core.NewDatasets(db, blobs, hub, runs), runs, core.NewUploads(db, blobs, int64(cfg.MaxUpload), nil)),
		Worker:      tasks.Name(), Lease: time.Duration(cfg.Lease), Threads: cfg.Threads, Memory: int64(cfg.Memory), Contacts: contacts,
		Tuned: hub.Wakes(ctx, core.SystemUser), LimitMemory: func(bytes int64) { debug.SetMemoryLimit(bytes) },
	}, rdb, cfg.Queues)
}

// imports fetches files for the queue short. Without the server's secret it can, but users' access keys stay closed.
func imports(cfg *config.Config, db *store.Store, blobs volume.Volume, hub *events.Hub, runs *core.Runs) (*core.Imports, error) {
	var sealer core.Sealer
	if cfg.SigningKey != "" {
		vault, err := auth.NewVault(auth.ParseKeyring(cfg.SigningKey))
		if err != nil {
			return nil, err
		}
		sealer = vault
	}
	return core.NewImports(db, core.NewDatasets(db, blobs, hub, runs), runs, core.NewUploads(db, blobs, int64(cfg.MaxUpload), nil),
		fetch.New(fetch.FromEnvironment()), sealer), nil
}

// open waits up to a minute for a database that is just starting.
func open(ctx context.Context, url string, log *slog.Logger) (*store.Store, error) {
	for deadline := time.Now().Add(time.Minute); ; {
		db, err := store.Open(ctx, url)
		if err == nil || time.Now().After(deadline) || ctx.Err() != nil {
			return db, err
		}
		log.WarnContext(ctx, "waiting for the database", "cause", err)
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
}
