package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// notDumped are tables of what is true of one moment or machine only: the schema's own, workers that live, who cleans up,
// and uploads whose pieces are not part of a backup.
var notDumped = []string{"goose_db_version", "workers", "leases", "uploads", "sqlite_sequence"}

// Row is one row of a dump: values by column, of JSON's own kinds; times as {"t": RFC 3339}, bytes as {"b": base64}.
type Row map[string]any

// Version gives the version of the schema.
func (s *Store) Version(ctx context.Context) (int64, error) {
	p, err := s.provider()
	if err != nil {
		return 0, err
	}
	have, _, err := p.GetVersions(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: schema version: %w", err)
	}
	return have, nil
}

// Tables lists the tables that a dump has, by name.
func (s *Store) Tables(ctx context.Context) ([]string, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if s.kind == kindMySQL {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"
	}
	var names []string
	if err := s.root.NewRaw(query).Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("store: tables: %w", err)
	}
	return slices.DeleteFunc(names, func(n string) bool { return slices.Contains(notDumped, n) }), nil
}

// Dump calls table for every table and then row for every row of it, all as of one moment.
func (s *Store) Dump(ctx context.Context, table func(name string) error, row func(Row) error) error {
	names, err := s.Tables(ctx)
	if err != nil {
		return err
	}
	options := &sql.TxOptions{ReadOnly: true}
	if s.kind == kindMySQL {
		options.Isolation = sql.LevelRepeatableRead // the first read fixes the moment
	} else {
		options = nil
	}
	tx, err := s.root.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("store: dump: %w", err)
	}
	defer tx.Rollback()
	for _, name := range names {
		if err := table(name); err != nil {
			return err
		}
		if err := dumpTable(ctx, tx, name, row); err != nil {
			return fmt.Errorf("store: dump of %s: %w", name, err)
		}
	}
	return nil
}

func dumpTable(ctx context.Context, tx bun.Tx, name string, row func(Row) error) error {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM ?", bun.Ident(name))
	if err != nil {
		return err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	values, to := make([]any, len(types)), make([]any, len(types))
	for i := range values {
		to[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return err
		}
		out := Row{}
		for i, v := range values {
			out[types[i].Name()] = encodeValue(v, types[i].DatabaseTypeName())
		}
		if err := row(out); err != nil {
			return err
		}
	}
	return rows.Err()
}

func encodeValue(v any, kind string) any {
	switch v := v.(type) {
	case time.Time:
		return map[string]string{"t": v.UTC().Format(time.RFC3339Nano)}
	case []byte:
		if kind = strings.ToUpper(kind); strings.Contains(kind, "BLOB") || strings.Contains(kind, "BINARY") {
			return map[string]string{"b": base64.StdEncoding.EncodeToString(v)}
		}
		return string(v) // MySQL's driver gives texts so
	}
	return v
}

func decodeValue(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		return v.Float64()
	case map[string]any:
		if text, ok := v["t"].(string); ok {
			return time.Parse(time.RFC3339Nano, text)
		}
		if text, ok := v["b"].(string); ok {
			return base64.StdEncoding.DecodeString(text)
		}
		return nil, errors.New("a value that is neither time nor bytes")
	}
	return v, nil
}

// Load replaces everything by the rows that next gives, table by table, until it gives io.EOF's "" name; all of it or
// nothing. The database must have the schema of the dump and no accounts.
func (s *Store) Load(ctx context.Context, next func() (table string, row Row, err error)) (err error) {
	n, err := s.Users().Count(ctx)
	if err != nil {
		return err
	}
	if n > 0 {
		return errors.New("the database has accounts already: a backup is restored into an empty one")
	}
	tables, err := s.Tables(ctx)
	if err != nil {
		return err
	}
	conn, err := s.root.Conn(ctx)
	if err != nil {
		return fmt.Errorf("store: load: %w", err)
	}
	defer conn.Close()
	// References are whole again once all rows are there.
	if s.kind == kindMySQL {
		if _, err := conn.ExecContext(ctx, "SET FOREIGN_KEY_CHECKS = 0"); err != nil {
			return fmt.Errorf("store: load: %w", err)
		}
		defer conn.ExecContext(context.WithoutCancel(ctx), "SET FOREIGN_KEY_CHECKS = 1")
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: load: %w", err)
	}
	defer tx.Rollback() // after Commit this does nothing
	if s.kind == kindSQLite {
		if _, err := tx.ExecContext(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
			return fmt.Errorf("store: load: %w", err)
		}
	}
	for _, name := range tables { // what migrations have put there
		if _, err := tx.NewRaw("DELETE FROM ?", bun.Ident(name)).Exec(ctx); err != nil {
			return fmt.Errorf("store: load %s: %w", name, err)
		}
	}
	for {
		table, row, err := next()
		if err != nil {
			return err
		}
		if table == "" {
			break
		}
		if !slices.Contains(tables, table) {
			return fmt.Errorf("store: load: there is no table %s", table)
		}
		if err := insertRow(ctx, tx, table, row); err != nil {
			return fmt.Errorf("store: load %s: %w", table, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: load: %w", err)
	}
	return nil
}

func insertRow(ctx context.Context, tx bun.Tx, table string, row Row) error {
	var columns, marks []string
	args := []any{bun.Ident(table)}
	var values []any
	for name, v := range row {
		value, err := decodeValue(v)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		columns, marks = append(columns, "?"), append(marks, "?")
		args, values = append(args, bun.Ident(name)), append(values, value)
	}
	_, err := tx.NewRaw("INSERT INTO ? ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", append(args, values...)...).Exec(ctx)
	return err
}
