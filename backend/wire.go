package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/api"
	"regioscope/backend/auth"
	"regioscope/backend/config"
	"regioscope/backend/core"
	"regioscope/backend/events"
	"regioscope/backend/fetch"
	"regioscope/backend/mail"
	"regioscope/backend/queue"
	"regioscope/backend/store"
	"regioscope/backend/volume"
	"regioscope/backend/web"
	"regioscope/worker/contactcache"
	"regioscope/worker/genome"
	"regioscope/worker/tasks"
)

// services are the core services over one database, one data volume and one Redis.
type services struct {
	stores      core.Stores
	blobs       core.Blobs
	rdb         redis.UniversalClient
	hub         *events.Hub
	tokens      *auth.Tokens
	accounts    *core.Accounts
	assemblies  *core.Assemblies
	datasets    *core.Datasets
	collections *core.Collections
	views       *core.Views
	runs        *core.Runs
	results     *core.Results
	sessions    *core.Sessions
	sharing     *core.Sharing
	groups      *core.Groups
	links       *core.Links
	trash       *core.Trash
	genes       *core.Genes
	metadata    *core.Metadata
	garbage     *core.Garbage
	uploads     *core.Uploads
	imports     *core.Imports
	derivations *core.Derivations
	departures  *core.Departures
	admin       *core.Admin
	health      *core.Health
	ready       *core.Readiness
	log         *slog.Logger

	expected *tasks.Expected

	notifications *core.Notifications
}

// readiness is what /readyz looks at.
func readiness(stores core.Stores, blobs volume.Volume, rdb redis.UniversalClient) *core.Readiness {
	schema := func(ctx context.Context) error {
		if db, ok := stores.(*store.Store); ok {
			return db.CheckSchema(ctx)
		}
		return nil
	}
	needs := []core.Need{
		{Name: "database", Say: "The database does not answer.", Check: stores.Ping},
		{Name: "schema", Say: "The tables of the database are not those of this release, or cannot be looked at.", Check: schema},
		{Name: "redis", Say: "Redis does not answer.", Check: func(ctx context.Context) error { return rdb.Ping(ctx).Err() }},
		{Name: "data volume", Say: "The folder of the files is not there.", Check: blobs.Check},
	}
	if remote, ok := blobs.(volume.Remote); ok {
		needs = append(needs, core.Need{Name: "storage", Say: "The storage of the files does not answer.", Check: remote.Reach})
	}
	return core.NewReadiness(needs...)
}

func newServices(stores core.Stores, blobs volume.Volume, contacts *contactcache.Store, rdb redis.UniversalClient, ring auth.Keyring, cfg *config.Config, log *slog.Logger) (*services, error) {
	vault, err := auth.NewVault(ring)
	if err != nil {
		return nil, err
	}
	tokens, err := auth.NewTokens(ring)
	if err != nil {
		return nil, err
	}
	hub := events.New(rdb, log)
	runs := core.NewRuns(stores, queue.NewClient(rdb), hub, nil)
	accounts := core.NewAccounts(stores, auth.NewPasswords(), tokens, auth.NewLimiter(rdb))
	accounts.AllowSignUps(cfg.SignUps)
	datasets := core.NewDatasets(stores, blobs, hub, runs)
	collections := core.NewCollections(datasets)
	runs.FollowCollections(collections.Follow)
	assemblies, trash := core.NewAssemblies(stores), core.NewTrash(datasets, nil)
	uploads := core.NewUploads(stores, blobs, int64(cfg.MaxUpload), nil)
	imports := core.NewImports(stores, datasets, runs, uploads, fetch.New(fetch.FromEnvironment()), vault)
	admin := core.NewAdmin(stores, runs, accounts, uploads, hub, nil)
	health := core.NewHealth(admin, func(ctx context.Context) (time.Time, error) { return rdb.Time(ctx).Result() }, blobs.FreeSpace)
	if remote, ok := blobs.(volume.Remote); ok {
		health.WatchStorage(remote)
	}
	return &services{
		stores: stores, blobs: blobs, rdb: rdb, hub: hub, tokens: tokens, runs: runs, log: log,
		accounts:    accounts,
		departures:  core.NewDepartures(accounts, datasets),
		assemblies:  assemblies,
		trash:       trash,
		genes:       core.NewGenes(assemblies, blobs),
		metadata:    core.NewMetadata(datasets, uploads),
		garbage:     core.NewGarbage(stores, blobs, trash, tasks.Name(), nil),
		datasets:    datasets,
		collections: collections,
		views:       core.NewViews(stores),
		results:     core.NewResults(stores, blobs, runs, tasks.NewExecutor(tasks.Deps{Stores: stores, Blobs: blobs, Runs: runs, Log: log, Contacts: contacts})),
		sessions:    core.NewSessions(stores),
		sharing:     core.NewSharing(stores, core.NewNotifications(stores, hub, nil)),
		groups:      core.NewGroups(stores),
		links:       core.NewLinks(stores, nil),
		uploads:     uploads,
		imports:     imports,
		derivations: core.NewDerivations(datasets, runs, uploads),
		admin:       admin,
		health:      health,
		ready:       readiness(stores, blobs, rdb),

		expected: &tasks.Expected{Blobs: blobs, Contacts: contacts, Threads: cfg.Threads},

		notifications: core.NewNotifications(stores, hub, nil),
	}, nil
}

// prepare adds what every instance needs to find: built-in assemblies, and the first account if the settings name one.
// created tells whether this call made that account.
func (s *services) prepare(ctx context.Context, cfg *config.Config) (created bool, err error) {
	if err := s.assemblies.Seed(ctx, genome.Builtin()); err != nil {
		return false, err
	}
	if resealed, closed, err := s.imports.Reseal(ctx); err != nil {
		return false, err
	} else if resealed+closed > 0 {
		s.log.InfoContext(ctx, "access keys for repositories", "resealed", resealed, "opened by no signing key", closed)
	}
	if cfg.SMTP != "" {
		server, err := mail.New(cfg.SMTP, cfg.MailFrom)
		if err != nil {
			return false, err
		}
		s.accounts.UseMail(server, cfg.PublicURL)
	}
	defer func() {
		if err == nil && cfg.Showcase { // after the first account, which must find none
			err = s.accounts.OpenShowcase(ctx)
		}
	}()
	if cfg.AdminUser == "" {
		return false, nil
	}
	if created, err = s.accounts.EnsureAdmin(ctx, cfg.AdminUser, cfg.AdminPassword); err != nil {
		return false, fmt.Errorf("first account: %w", err)
	}
	if created {
		s.log.InfoContext(ctx, "first account created", "user", cfg.AdminUser)
	}
	return created, nil
}

// bind opens the port.
func bind(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("another program listens on %s already: stop it, or choose another address with --listen", addr)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("no permission to listen on %s: choose a port above 1023 with --listen", addr)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return l, nil
}

// serve answers on l, which it closes, until ctx ends, and then lets running requests finish. It says that it is ready
// once people can use it.
func (s *services) serve(ctx context.Context, cfg *config.Config, l net.Listener, ready func()) error {
	defer l.Close()
	stopping := make(chan struct{})
	front, err := web.Handler()
	if err != nil {
		return fmt.Errorf("front end: %w", err)
	}
	handler, err := api.New(api.Deps{
		Accounts: s.accounts, Assemblies: s.assemblies, Datasets: s.datasets, Collections: s.collections, Views: s.views, Runs: s.runs, Results: s.results, Sessions: s.sessions,
		Sharing: s.sharing, Groups: s.groups, Links: s.links, Departures: s.departures, Trash: s.trash, Notifications: s.notifications, Genes: s.genes, Metadata: s.metadata,
		Blobs: s.blobs, Expected: s.expected, Tokens: s.tokens, Events: s.hub, Ready: s.ready, Web: front, Log: s.log, MaxUpload: int64(cfg.MaxUpload),
		Uploads: s.uploads, Imports: s.imports, Derivations: s.derivations, Admin: s.admin, Health: s.health, Garbage: s.garbage,
		TrustedProxies: cfg.TrustedProxies, SecureCookies: cfg.SecureCookies, Stopping: stopping,
	})
	if err != nil {
		return err
	}
	// No limit on how long a request or an answer may take as a whole: uploads of many gigabytes over slow lines are
	// normal, and event streams have no end. Headers must come soon, and JSON bodies have a limit of their own.
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	ready()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// Whoever shares out requests hears of it before anybody is refused: /readyz says so while all are still answered.
	s.ready.Stop()
	s.log.Info("stopping", "in", time.Duration(cfg.StopDelay).String())
	select {
	case err := <-failed:
		return err
	case <-time.After(time.Duration(cfg.StopDelay)):
	}
	close(stopping)
	grace, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		s.log.Warn("requests that did not end in time were broken off", "cause", err)
		return server.Close()
	}
	return nil
}

// every calls fn now and then until ctx ends.
func every(ctx context.Context, d time.Duration, what string, log *slog.Logger, fn func(context.Context) error) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := fn(ctx); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, what+" failed, will be tried again", "cause", err)
			}
		}
	}
}

// housekeeping removes refresh tokens and uploads that ran out, and what nobody needs any more on the data volume.
func (s *services) housekeeping(ctx context.Context) {
	go every(ctx, collectEvery, "cleaning up", s.log, s.collect)
	every(ctx, time.Hour, "housekeeping", s.log, func(ctx context.Context) error {
		return errors.Join(s.stores.Users().DeleteExpiredRefresh(ctx, time.Now().UTC().Add(-24*time.Hour)), s.uploads.Clean(ctx), s.admin.ForgetWorkers(ctx))
	})
}
