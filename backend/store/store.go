// Package store keeps the metadata in SQL: MySQL or MariaDB for the service, SQLite for one machine. It implements
// core.Stores with one query text for both; what differs is in dialect.go. It checks no rights.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

// Store is the database, or one transaction of it.
type Store struct {
	root *bun.DB
	db   bun.IDB // root, or the transaction
	kind kind
	now  func() time.Time

	clock *clock // of MySQL; SQLite has that of the machine
}

var _ core.Stores = (*Store)(nil)

// Open connects to the database that url names and waits until it answers or ctx ends:
//
//	sqlite:///var/lib/regioscope/regioscope.db
//	mysql://user:password@tcp(host:3306)/regioscope    (or the part after // alone, as go-sql-driver writes it)
//
// It neither makes nor checks the schema: see Migrate and CheckSchema.
func Open(ctx context.Context, url string) (*Store, error) {
	db, k, err := connect(url)
	if err != nil {
		return nil, err
	}
	s := &Store{root: db, db: db, kind: k, now: localNow}
	if err := s.Ping(ctx); err != nil {
		db.Close()
		return nil, err
	}
	if k == kindMySQL {
		s.clock = startClock(ctx, func(ctx context.Context) (time.Time, error) {
			_, now, err := s.Server(ctx)
			return now, err
		})
		s.now = s.clock.now
	}
	return s, nil
}

// Close closes all connections.
func (s *Store) Close() error {
	if s.clock != nil {
		s.clock.close()
	}
	return s.root.Close()
}

// Now is the time by which everybody who uses this database goes.
func (s *Store) Now() time.Time { return s.now() }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.root.PingContext(ctx); err != nil {
		return fmt.Errorf("store: the database does not answer: %w", err)
	}
	return nil
}

func (s *Store) Users() core.UserStore          { return users{s} }
func (s *Store) Assemblies() core.AssemblyStore { return assemblies{s} }
func (s *Store) Datasets() core.DatasetStore    { return datasets{s} }
func (s *Store) Runs() core.RunStore            { return runs{s} }
func (s *Store) Results() core.ResultStore      { return results{s} }
func (s *Store) Sessions() core.SessionStore    { return sessions{s} }
func (s *Store) Settings() core.SettingStore    { return settings{s} }
func (s *Store) Tuning() core.TuningStore       { return tuning{s} }
func (s *Store) Changes() core.ChangeStore      { return changes{s} }
func (s *Store) Turns() core.TurnStore          { return turns{s} }
func (s *Store) Workers() core.WorkerStore      { return workers{s} }
func (s *Store) Access() core.AccessStore       { return access{s} }
func (s *Store) Groups() core.GroupStore        { return groups{s} }
func (s *Store) Links() core.LinkStore          { return links{s} }
func (s *Store) Keys() core.KeyStore            { return keys{s} }
func (s *Store) Views() core.ViewStore          { return views{s} }
func (s *Store) Uploads() core.UploadStore      { return uploads{s} }
func (s *Store) Imports() core.ImportStore      { return imports{s} }

func (s *Store) Trash() core.TrashStore                { return trash{s} }
func (s *Store) Preferences() core.PreferenceStore     { return preferences{s} }
func (s *Store) Notifications() core.NotificationStore { return notifications{s} }
func (s *Store) Genes() core.GeneStore                 { return genes{s} }
func (s *Store) Metadata() core.MetadataStore          { return metadata{s} }
func (s *Store) Garbage() core.GarbageStore            { return garbage{s} }
func (s *Store) Leases() core.LeaseStore               { return leases{s} }

// time is the present as both databases keep it: UTC, microseconds.
func (s *Store) time() time.Time { return stamp(s.now()) }

func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func stampPtr(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := stamp(*t)
	return &u
}

// one scans a single row; core.ErrNotFound when there is none.
func one[T any](ctx context.Context, s *Store, query string, args ...any) (*T, error) {
	rows, err := all[T](ctx, s, query, args...)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, core.ErrNotFound
	}
	return &rows[0], nil
}

func all[T any](ctx context.Context, s *Store, query string, args ...any) ([]T, error) {
	var rows []T
	err := s.attempt(ctx, func() error {
		rows = nil
		err := s.db.NewRaw(query, args...).Scan(ctx, &rows)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return rows, nil
}

// exec runs one statement and gives the number of rows it matched.
func (s *Store) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.run(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	return n, nil
}

// insert runs one INSERT and gives the new id.
func (s *Store) insert(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.run(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	return id, nil
}

func (s *Store) run(ctx context.Context, query string, args ...any) (res sql.Result, err error) {
	err = s.attempt(ctx, func() error {
		res, err = s.db.NewRaw(query, args...).Exec(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return res, nil
}

// mustMatch turns "no such row" into core.ErrNotFound.
func mustMatch(n int64, err error) error {
	if err == nil && n == 0 {
		return core.ErrNotFound
	}
	return err
}
