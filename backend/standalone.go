package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"regioscope/backend/auth"
	"regioscope/backend/config"
	"regioscope/backend/core"
	"regioscope/backend/standalone"
	"regioscope/backend/trace"
	"regioscope/worker/tasks"
)

// runStandalone is server, worker, database and queue in one process.
func runStandalone(ctx context.Context, args, environ []string, stdout, stderr io.Writer) (err error) {
	cfg, rest, err := config.Load(config.Standalone, args, environ, stderr)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errUsage
	}
	log := cfg.Logger(stderr)
	slog.SetDefault(log)
	traced, err := trace.Open(ctx, cfg.OTLP, "regioscope", log)
	if err != nil {
		return err
	}
	defer traced()
	// First of all, because nothing may be begun that a start which fails would leave half done: the password of the first
	// account is shown once.
	l, err := bind(cfg.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	local, err := standalone.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer local.Close()
	contacts, err := tasks.OpenContacts(local.Dir, int64(cfg.ContactCache), log)
	if err != nil {
		return err
	}
	s, err := newServices(local.Store, local.Blobs, contacts, local.Redis, auth.Keyring{local.SigningKey}, cfg, log)
	if err != nil {
		return err
	}
	defer s.hub.Close()
	ownPassword, err := firstAccount(cfg)
	if err != nil {
		return err
	}
	created, err := s.prepare(ctx, cfg)
	if err != nil {
		return err
	}
	demo := &standalone.Demo{Stores: s.stores, Blobs: s.blobs, Assemblies: s.assemblies, Datasets: s.datasets, Runs: s.runs,
		Sessions: s.sessions, Genes: s.genes, Log: log, Dir: local.Dir,
		Say: func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) }}
	if created && local.New && !cfg.NoDemo {
		admin, err := s.stores.Users().ByName(ctx, cfg.AdminUser)
		if err == nil {
			err = demo.Plan(ctx, admin.ID)
		}
		if err != nil {
			return fmt.Errorf("demo data: %w", err)
		}
	}

	// Whatever part ends, the others end too.
	ctx, stop := context.WithCancel(ctx)
	var parts sync.WaitGroup
	var workErr error
	parts.Go(func() {
		defer stop()
		workErr = tasks.Work(ctx, tasks.Deps{Stores: s.stores, Blobs: s.blobs, Runs: s.runs, Log: log, Worker: tasks.Name(),
			Lease: time.Duration(cfg.Lease), Threads: cfg.Threads, Memory: int64(cfg.Memory), Contacts: contacts, Imports: s.imports, Derivations: s.derivations,
			Tuned: s.hub.Wakes(ctx, core.SystemUser)}, s.rdb, cfg.Queues)
	})
	parts.Go(func() { s.housekeeping(ctx) })
	parts.Go(func() {
		if cfg.NoDemo {
			return
		}
		if err := demo.Run(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "demo data not complete; the next start tries again", "cause", err)
		}
	})
	err = s.serve(ctx, cfg, l, func() {
		fmt.Fprintf(stdout, "Regioscope is at http://%s (data in %s; stop with Ctrl-C)\n", friendly(l.Addr()), local.Dir)
		if created && ownPassword {
			fmt.Fprintf(stdout, "First account: user %s, password %s (shown this once)\n", cfg.AdminUser, cfg.AdminPassword)
		}
	})
	stop()
	parts.Wait()
	return errors.Join(err, workErr)
}

// firstAccount chooses a name and a password, in case an account must be made, when the settings name none.
func firstAccount(cfg *config.Config) (chosen bool, err error) {
	if cfg.AdminUser != "" {
		return false, nil
	}
	b := make([]byte, 10)
	if _, err := rand.Read(b); err != nil {
		return false, err
	}
	cfg.AdminUser, cfg.AdminPassword = "admin", strings.ToLower(base32.StdEncoding.EncodeToString(b))
	return true, nil
}

// friendly is the address that a person on this machine types.
func friendly(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
