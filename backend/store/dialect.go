package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/mysqldialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// kind is everything that differs between the databases.
type kind string

const (
	kindSQLite kind = "sqlite"
	kindMySQL  kind = "mysql"
)

func connect(dsn string) (*bun.DB, kind, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite://"); ok {
		return connectSQLite(path)
	}
	return connectMySQL(dsn)
}

func connectSQLite(path string) (*bun.DB, kind, error) {
	if path == "" {
		return nil, "", errors.New("store: the SQLite address names no file")
	}
	// Writers wait for each other (busy_timeout) and take the lock when they begin (immediate): a transaction that
	// read first and then wanted to write could only fail. Readers see the last commit and wait for nobody (WAL).
	options := url.Values{
		"_pragma": {"busy_timeout(20000)", "journal_mode(WAL)", "foreign_keys(1)", "synchronous(FULL)"},
		"_txlock": {"immediate"},
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+options.Encode())
	if err != nil {
		return nil, "", fmt.Errorf("store: %w", err)
	}
	db.SetMaxOpenConns(8)
	return bun.NewDB(db, sqlitedialect.New()), kindSQLite, nil
}

func connectMySQL(dsn string) (*bun.DB, kind, error) {
	cfg, err := mysqlConfig(dsn)
	if err != nil {
		// The driver's message may quote the address, password included.
		return nil, "", errors.New("store: the database address is neither sqlite:///FILE nor mysql://USER:PASSWORD@tcp(HOST:PORT)/NAME")
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, "", fmt.Errorf("store: %w", err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(8)
	db.SetConnMaxLifetime(3 * time.Minute)
	return bun.NewDB(db, mysqldialect.New(mysqldialect.WithTimeLocation("UTC")), bun.WithDiscardUnknownColumns()), kindMySQL, nil
}

func mysqlConfig(dsn string) (*mysql.Config, error) {
	if rest, ok := strings.CutPrefix(dsn, "mysql://"); ok {
		dsn = rest
		if at := strings.LastIndexByte(rest, '@'); at >= 0 && !strings.ContainsRune(rest[at:], '(') {
			host, tail, _ := strings.Cut(rest[at+1:], "/")
			dsn = rest[:at] + "@tcp(" + host + ")/" + tail
		}
	}
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	if cfg.DBName == "" {
		return nil, errors.New("no database name")
	}
	cfg.ParseTime, cfg.Loc = true, time.UTC
	cfg.ClientFoundRows = true // compare-and-set counts rows that matched, also when nothing in them changed
	cfg.MultiStatements = false
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	// bun writes literals with backslash escapes and double-quoted names never; the mode must agree, whatever the
	// server's default. Strict: a value that does not fit is an error, not a truncation.
	cfg.Params["sql_mode"] = "'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"
	cfg.Params["time_zone"] = "'+00:00'"
	return cfg, nil
}

// txOptions: READ COMMITTED on MySQL, so that a statement sees what another transaction committed a moment ago, for
// example the row whose unique key it just ran into. SQLite knows only one level.
func (k kind) txOptions() *sql.TxOptions {
	if k == kindMySQL {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return nil
}

func (k kind) goose() goose.Dialect {
	if k == kindMySQL {
		return goose.DialectMySQL
	}
	return goose.DialectSQLite3
}

// isTransient: the same statement may well succeed in a moment.
func (k kind) isTransient(err error) bool {
	var m *mysql.MySQLError
	if errors.As(err, &m) {
		return m.Number == 1213 || m.Number == 1205 // deadlock, lock wait timeout
	}
	return sqliteCode(err)&0xff == sqlite3.SQLITE_BUSY
}

// isAway: the database could not be asked, or went away before it had answered.
func isAway(err error) bool {
	var m *mysql.MySQLError
	if errors.As(err, &m) {
		return m.Number == 1040 || m.Number == 1053 || m.Number == 1927 // too many connections, shutting down, connection killed
	}
	var n *net.OpError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || errors.As(err, &n)
}

// isDuplicate: a unique index refused the row.
func (k kind) isDuplicate(err error) bool {
	var m *mysql.MySQLError
	if errors.As(err, &m) {
		return m.Number == 1062
	}
	c := sqliteCode(err)
	return c == sqlite3.SQLITE_CONSTRAINT_UNIQUE || c == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

// isReferenced: a foreign key refused the change.
func (k kind) isReferenced(err error) bool {
	var m *mysql.MySQLError
	if errors.As(err, &m) {
		return m.Number == 1451 || m.Number == 1452
	}
	return sqliteCode(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}
