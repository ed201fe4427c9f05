package store

import (
	"context"
	"fmt"
	"time"
)

// Server tells which program keeps the database, and what time it is there.
func (s *Store) Server(ctx context.Context) (version string, now time.Time, err error) {
	if s.kind != kindMySQL {
		err = s.root.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)
		return "SQLite " + version, time.Now(), err
	}
	// As a number: how a text of the present reads depends on the time zones of server and connection.
	var seconds float64
	if err := s.root.QueryRowContext(ctx, "SELECT VERSION(), UNIX_TIMESTAMP(NOW(6))").Scan(&version, &seconds); err != nil {
		return "", time.Time{}, fmt.Errorf("store: %w", err)
	}
	return version, time.UnixMicro(int64(seconds * 1e6)), nil
}
