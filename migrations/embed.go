// Package migrations holds the goose migrations: the same numbers and names for MySQL/MariaDB and for SQLite.
package migrations

import "embed"

// FS has the folders mysql and sqlite.
//
//go:embed mysql/*.sql sqlite/*.sql
var FS embed.FS
