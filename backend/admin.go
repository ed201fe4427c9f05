package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"regioscope/backend/auth"
	"regioscope/backend/config"
	"regioscope/backend/core"
	"regioscope/backend/store"
	"regioscope/backend/volume"
	"regioscope/worker/tasks"
)

// admin does on the command line what administrators do on their pages. It needs the database, and the data volume for
// what is stored; servers and workers follow within seconds, because all look into the database.
func admin(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	switch args[0] {
	case "user":
		return adminUser(ctx, args[1:], environ, stdin, stdout, stderr)
	case "queue":
		return adminQueue(ctx, args[1:], environ, stdout, stderr)
	case "runs":
		return adminRuns(ctx, args[1:], environ, stdout, stderr)
	case "storage":
		return storage(ctx, args[1:], environ, stdout, stderr)
	case "doctor":
		return doctor(ctx, args[1:], environ, stdout, stderr)
	case "backup":
		return backup(ctx, args[1:], environ, stdout, stderr)
	case "restore":
		return restore(ctx, args[1:], environ, stdout, stderr)
	}
	return errUsage
}

// installation is what a command works on.
type installation struct {
	cfg      *config.Config
	db       *store.Store
	accounts *core.Accounts
	runs     *core.Runs
	admin    *core.Admin
	log      *slog.Logger
}

// openInstallation reads settings from flags and environment and opens the database. close is never nil.
func openInstallation(ctx context.Context, program string, flags, environ []string, stderr io.Writer) (_ *installation, closing func(), err error) {
	cfg, rest, err := config.Load(program, flags, environ, stderr)
	if err != nil {
		return nil, func() {}, err
	}
	if len(rest) > 0 {
		return nil, func() {}, errUsage
	}
	url, err := databaseOf(cfg)
	if err != nil {
		return nil, func() {}, err
	}
	log := slog.New(cfg.Logger(stderr).Handler())
	db, err := openStore(ctx, url, log)
	if err != nil {
		return nil, func() {}, err
	}
	closing = func() { db.Close() }
	if err := db.CheckSchema(ctx); err != nil {
		return nil, closing, err
	}
	i := &installation{cfg: cfg, db: db, log: log, runs: core.NewRuns(db, nobody{}, nobody{}, nil)}
	i.accounts = core.NewAccounts(db, auth.NewPasswords(), nil, nil)
	i.admin = core.NewAdmin(db, i.runs, i.accounts, nil, nobody{}, nil)
	return i, closing, nil
}

// garbage opens the data volume.
func (i *installation) garbage() (*core.Garbage, error) {
	volume, err := volume.OpenOnce(i.cfg)
	if err != nil {
		return nil, err
	}
	return core.NewGarbage(i.db, volume, core.NewTrash(core.NewDatasets(i.db, volume, nobody{}, i.runs), nil), tasks.Name(), nil), nil
}

// databaseOf is the database that the settings name, or that which the folder of a standalone installation has in it.
func databaseOf(cfg *config.Config) (string, error) {
	if cfg.Database != "" {
		return cfg.Database, nil
	}
	own := filepath.Join(cfg.Data, "regioscope.db")
	if _, err := os.Stat(own); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s has no database of its own: name the folder of a standalone installation with --data, or the database with --database", cfg.Data)
	}
	abs, err := filepath.Abs(own)
	if err != nil {
		return "", err
	}
	return "sqlite://" + filepath.ToSlash(abs), nil
}

// words takes the arguments before the first flag.
func words(args []string) (names, flags []string) {
	for i, a := range args {
		if len(a) > 0 && a[0] == '-' {
			return args[:i], args[i:]
		}
	}
	return args, nil
}

// cut takes a flag of a command's own out of its arguments: "--name value" or "--name=value".
func cut(args []string, name string) (value string, rest []string, err error) {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--"+name && i+1 < len(args):
			value = args[i+1]
			i++
		case args[i] == "--"+name:
			return "", nil, fmt.Errorf("--%s needs a value", name)
		case len(args[i]) > len(name)+3 && args[i][:len(name)+3] == "--"+name+"=":
			value = args[i][len(name)+3:]
		default:
			rest = append(rest, args[i])
		}
	}
	return value, rest, nil
}
