package main

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"regioscope/backend/testkit"
)

// eachDatabase runs a test on an empty database of both kinds; exec changes it behind the programs' backs.
func eachDatabase(t *testing.T, run func(t *testing.T, url string, exec func(query string))) {
	open := func(t *testing.T, driver, dsn string) func(string) {
		return func(query string) {
			t.Helper()
			db, err := sql.Open(driver, dsn)
			check(t, err)
			defer db.Close()
			_, err = db.Exec(query)
			check(t, err)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "regioscope.db")
		run(t, "sqlite://"+path, open(t, "sqlite", path))
	})
	t.Run("mariadb", func(t *testing.T) {
		dsn := testkit.MariaDB(t)
		run(t, "mysql://"+dsn, open(t, "mysql", dsn))
	})
}

// The schema of another release is refused in one sentence that says what to do, by every program, before it touches
// anything.
func TestSchemaOfAnotherRelease(t *testing.T) {
	eachDatabase(t, func(t *testing.T, url string, exec func(string)) {
		environ := []string{"REGIOSCOPE_DATABASE=" + url, "REGIOSCOPE_REDIS=redis://127.0.0.1:1/0", "REGIOSCOPE_DATA=" + t.TempDir(),
			"REGIOSCOPE_SIGNING_KEY=0123456789abcdefghijklmnopqrstuv", "REGIOSCOPE_LOG_LEVEL=error"}
		programs := map[string][]string{"serve": {"regioscope", "serve", "--listen", "127.0.0.1:0"}, "worker": {"regioscope-worker"}}
		refuse := func(words ...string) {
			t.Helper()
			for name, args := range programs {
				t.Run(name, func(t *testing.T) { says(t, fails(t, command(t, environ, args[0], args[1:]...)), words...) })
			}
		}
		migrate := func(action string) string {
			t.Helper()
			out, err := command(t, environ, "regioscope", "migrate", action).CombinedOutput()
			if err != nil {
				t.Fatalf("migrate %s: %v\n%s", action, err, out)
			}
			return string(out)
		}
		refuse("schema is older", "regioscope migrate up")
		if out := migrate("status"); !strings.Contains(out, "pending") || strings.Contains(out, "applied") {
			t.Errorf("an empty database: %s", out)
		}
		first := migrate("up")
		if strings.Contains(first, "pending") {
			t.Errorf("after up: %s", first)
		}
		if out := migrate("down"); strings.Count(out, "pending") != 1 {
			t.Errorf("after down: %s", out)
		}
		refuse("schema is older", "regioscope migrate up")
		if out := migrate("up"); strings.Contains(out, "pending") || len(out) != len(first) {
			t.Errorf("after down and up: %s", out)
		}
		exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
		refuse("version 99999", "use a newer program")
		for _, action := range []string{"up", "down"} {
			says(t, fails(t, command(t, environ, "regioscope", "migrate", action)), "version 99999", "use a newer program")
		}
	})
}

func TestStandaloneRefusesANewerFolder(t *testing.T) {
	data := t.TempDir()
	p := spawn(t, standaloneOn(t, data, bootAdmin))
	p.line("Regioscope is at")
	p.stop()
	db, err := sql.Open("sqlite", filepath.Join(data, "regioscope.db"))
	check(t, err)
	_, err = db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
	check(t, err)
	check(t, db.Close())
	says(t, fails(t, standaloneOn(t, data, bootAdmin)), "version 99999", "use a newer program")
}

func TestOpenAPIIsPrinted(t *testing.T) {
	out, err := command(t, nil, "regioscope", "openapi").Output()
	check(t, err)
	if !bytes.Contains(out, []byte(`"openapi": "3.1.0"`)) {
		t.Errorf("%.200s", out)
	}
}
