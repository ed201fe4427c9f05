package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"regioscope/backend/config"
)

// migrate changes or shows the schema.
func migrate(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	action := args[0]
	cfg, rest, err := config.Load(config.Migrate, args[1:], environ, stderr)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errUsage
	}
	db, err := openStore(ctx, cfg.Database, slog.New(cfg.Logger(stderr).Handler()))
	if err != nil {
		return err
	}
	defer db.Close()
	switch action {
	case "up":
		if err := db.MigrateUp(ctx); err != nil {
			return err
		}
	case "down":
		if err := db.MigrateDown(ctx); err != nil {
			return err
		}
	case "status":
	default:
		return errUsage
	}
	list, err := db.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	for _, m := range list {
		state := "pending"
		if !m.AppliedAt.IsZero() {
			state = "applied " + m.AppliedAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(stdout, "%05d  %-40s %s\n", m.Version, m.Name, state)
	}
	return nil
}
