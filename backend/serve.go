package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/auth"
	"regioscope/backend/config"
	"regioscope/backend/store"
	"regioscope/backend/trace"
	"regioscope/backend/volume"
	"regioscope/worker/tasks"
)

// patience is how long a program waits at start for a database that is not up yet.
const patience = time.Minute

// serve is one stateless instance of the service mode.
func serve(ctx context.Context, args, environ []string, stderr io.Writer) error {
	cfg, rest, err := config.Load(config.Serve, args, environ, stderr)
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
	db, err := openStore(ctx, cfg.Database, log)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.CheckSchema(ctx); err != nil {
		return err
	}
	volume, err := volume.Open(cfg)
	if err != nil {
		return err
	}
	go every(ctx, time.Hour, "cleaning of broken-off uploads", log, func(context.Context) error {
		_, err := volume.CleanTemp(time.Hour)
		return err
	})
	options, err := redis.ParseURL(cfg.Redis)
	if err != nil {
		return fmt.Errorf("the Redis address is not redis://:PASSWORD@HOST:PORT/DB")
	}
	rdb := redis.NewClient(options)
	defer rdb.Close()
	contacts, err := tasks.OpenContacts(cfg.Data, int64(cfg.ContactCache), log)
	if err != nil {
		return err
	}
	s, err := newServices(db, volume, contacts, rdb, auth.ParseKeyring(cfg.SigningKey), cfg, log)
	if err != nil {
		return err
	}
	defer s.hub.Close()
	if _, err := s.prepare(ctx, cfg); err != nil {
		return err
	}
	go s.housekeeping(ctx)
	l, err := bind(cfg.Listen)
	if err != nil {
		return err
	}
	return s.serve(ctx, cfg, l, func() { log.Info("listening", "addr", l.Addr().String()) })
}

// openStore waits for a database that is just starting.
func openStore(ctx context.Context, url string, log *slog.Logger) (*store.Store, error) {
	deadline := time.Now().Add(patience)
	for {
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
