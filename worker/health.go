package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"regioscope/backend/config"
	"regioscope/backend/core"
	"regioscope/backend/store"
	"regioscope/worker/tasks"
)

// health tells whether a worker of this host gave a sign of life to the database lately: the image has no other program
// that could. A worker that waits for its database gives none, and it does not help to start it again: leave it time.
func health(ctx context.Context, args, environ []string, stderr io.Writer) error {
	cfg, rest, err := config.Load(config.Worker, args, environ, stderr)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errors.New("health takes no arguments")
	}
	ctx, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
	db, err := store.Open(ctx, cfg.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := core.NewAdmin(db, nil, nil, nil, nil, nil).Workers(ctx, core.CommandLine)
	if err != nil {
		return err
	}
	host, _, _ := strings.Cut(tasks.Name(), ":")
	for _, w := range list {
		if w.Host == host && !w.Lost {
			return nil
		}
	}
	return fmt.Errorf("no worker of %s has given a sign of life lately", host)
}
