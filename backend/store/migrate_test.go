package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestMigrateUpDownUp(t *testing.T) {
	eachEmpty(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if err := s.CheckSchema(ctx); err == nil || !contains(err.Error(), "migrate up") {
			t.Errorf("an empty database passed the schema check: %v", err)
		}
		check(t, s.MigrateUp(ctx))
		first := columns(t, s)
		check(t, s.CheckSchema(ctx))
		for _, m := range must(s.MigrationStatus(ctx))(t) {
			if m.AppliedAt.IsZero() {
				t.Errorf("%d %s is pending after up", m.Version, m.Name)
			}
			check(t, s.MigrateDown(ctx))
		}
		if left := columns(t, s); len(left) != 0 {
			t.Errorf("after down: %v", left)
		}
		check(t, s.MigrateUp(ctx))
		if again := columns(t, s); !slices.Equal(first, again) {
			t.Errorf("up, down, up changed the schema:\n%v\n%v", first, again)
		}
		check(t, s.MigrateUp(ctx)) // nothing to do is no error
	})
}

func TestNewerSchemaIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		_, err := s.exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
		check(t, err)
		for name, do := range map[string]func(context.Context) error{"check": s.CheckSchema, "up": s.MigrateUp, "down": s.MigrateDown} {
			if err := do(ctx); err == nil || !contains(err.Error(), "newer program") {
				t.Errorf("%s on a newer schema: %v", name, err)
			}
		}
	})
}

func TestTwoProcessesMigrateAtOnce(t *testing.T) {
	eachEmpty(t, func(t *testing.T, s *Store) {
		if s.kind == kindSQLite {
			t.Skip("a SQLite file belongs to one process that migrates")
		}
		done := make(chan error, 2)
		for range 2 {
			go func() { done <- s.MigrateUp(t.Context()) }()
		}
		for range 2 {
			check(t, <-done)
		}
	})
}

// Both dialects must hold the same tables with the same columns and the same nullability, and the same rows of defaults.
func TestSchemasAreEqual(t *testing.T) {
	schemas := map[kind][]string{}
	each(t, func(t *testing.T, s *Store) { schemas[s.kind] = append(columns(t, s), defaults(t, s)...) })
	if len(schemas) < 2 {
		t.Skip("only one database here")
	}
	if a, b := schemas[kindSQLite], schemas[kindMySQL]; !slices.Equal(a, b) {
		for _, line := range a {
			if !slices.Contains(b, line) {
				t.Errorf("only SQLite:  %s", line)
			}
		}
		for _, line := range b {
			if !slices.Contains(a, line) {
				t.Errorf("only MariaDB: %s", line)
			}
		}
	}
}

type columnRow struct {
	Table    string `bun:"t"`
	Column   string `bun:"c"`
	Nullable bool   `bun:"nullable"`
}

// columns lists table.column and nullability, and the columns of unique indexes, sorted.
func columns(t *testing.T, s *Store) []string {
	t.Helper()
	query := `SELECT table_name AS t, column_name AS c, is_nullable = 'YES' AS nullable FROM information_schema.columns
		WHERE table_schema = DATABASE()`
	indexes := `SELECT CONCAT(table_name, '.', index_name) AS t, GROUP_CONCAT(column_name ORDER BY seq_in_index) AS c,
		non_unique = 1 AS nullable FROM information_schema.statistics
		WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY' GROUP BY table_name, index_name, non_unique`
	if s.kind == kindSQLite {
		// A primary key column is NOT NULL in fact, whatever the pragma says.
		query = `SELECT m.name AS t, i.name AS c, NOT (i."notnull" OR i.pk > 0) AS nullable
			FROM sqlite_master m JOIN pragma_table_info(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
		indexes = `SELECT m.name || '.' || x.name AS t, (SELECT GROUP_CONCAT(i.name) FROM pragma_index_info(x.name) i) AS c,
			NOT x."unique" AS nullable FROM sqlite_master m JOIN pragma_index_list(m.name) x
			WHERE m.type = 'table' AND x.origin = 'c'`
	}
	var out []string
	for _, q := range []string{query, indexes} {
		for _, r := range must(all[columnRow](t.Context(), s, q))(t) {
			// InnoDB makes an index for every foreign key that has none.
			if strings.HasPrefix(r.Table, "goose_db_version") || foreignKeyIndex(r.Table) {
				continue
			}
			out = append(out, fmt.Sprintf("%s %s %v", r.Table, r.Column, r.Nullable))
		}
	}
	slices.Sort(out)
	return out
}

func foreignKeyIndex(name string) bool {
	return slices.Contains([]string{"datasets.datasets_assembly", "refresh_tokens.refresh_tokens_user",
		"results.results_feature", "runs.runs_feature"}, name)
}

func defaults(t *testing.T, s *Store) (out []string) {
	t.Helper()
	for _, p := range must(s.Settings().Pipelines(t.Context()))(t) {
		grid := must(s.Settings().Grid(t.Context(), p.Pipeline))(t)
		out = append(out, fmt.Sprintf("%+v %v", p, grid))
	}
	return out
}
