package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"regioscope/migrations"
)

// MigrationStatus is one known migration; AppliedAt is zero while it is pending.
type MigrationStatus struct {
	Version   int64
	Name      string
	AppliedAt time.Time
}

// MigrateUp brings the schema to the newest known version. Several processes may call it at once on MySQL. A schema
// that is newer than this program is refused.
func (s *Store) MigrateUp(ctx context.Context) error {
	return s.migrate(ctx, func(p *goose.Provider) error {
		if err := refuseNewer(ctx, p); err != nil {
			return err
		}
		if _, err := p.Up(ctx); err != nil {
			return err
		}
		return s.fillKeys(ctx)
	})
}

// MigrateDown takes the newest applied migration back, with its data.
func (s *Store) MigrateDown(ctx context.Context) error {
	return s.migrate(ctx, func(p *goose.Provider) error {
		if err := refuseNewer(ctx, p); err != nil {
			return err
		}
		_, err := p.Down(ctx)
		return err
	})
}

// MigrationStatus lists the known migrations in order.
func (s *Store) MigrationStatus(ctx context.Context) (list []MigrationStatus, err error) {
	err = s.migrate(ctx, func(p *goose.Provider) error {
		states, err := p.Status(ctx)
		for _, m := range states {
			list = append(list, MigrationStatus{Version: m.Source.Version, Name: m.Source.Path, AppliedAt: m.AppliedAt})
		}
		return err
	})
	return list, err
}

// CheckSchema tells whether this program and the schema belong together: an older schema wants `migrate up`, a newer one
// a newer program.
func (s *Store) CheckSchema(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, p); err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if pending {
		return errors.New("store: the database schema is older than this program: run `regioscope migrate up`")
	}
	return nil
}

func refuseNewer(ctx context.Context, p *goose.Provider) error {
	have, known, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("store: schema version: %w", err)
	}
	if have > known {
		return fmt.Errorf("store: the database schema has version %d, this program knows %d: use a newer program", have, known)
	}
	return nil
}

// migrate runs fn while no other process migrates.
func (s *Store) migrate(ctx context.Context, fn func(*goose.Provider) error) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	if s.kind == kindMySQL {
		conn, err := s.root.Conn(ctx)
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		defer conn.Close()
		var got int
		if err := conn.QueryRowContext(ctx, "SELECT COALESCE(GET_LOCK('regioscope_migrate', 60), 0)").Scan(&got); err != nil || got != 1 {
			return fmt.Errorf("store: another process is migrating (%w)", err)
		}
		defer conn.ExecContext(context.WithoutCancel(ctx), "DO RELEASE_LOCK('regioscope_migrate')")
	}
	if err := fn(p); err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations.FS, string(s.kind))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	p, err := goose.NewProvider(s.kind.goose(), s.root.DB, files)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return p, nil
}
