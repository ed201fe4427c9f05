package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
)

// rowsSQL is what the MySQL of docker-compose.yml makes the account of servers and workers with.
func rowsSQL(t *testing.T, password string) []string {
	compose, err := os.ReadFile("../docker-compose.yml")
	check(t, err)
	if !strings.Contains(string(compose), "./migrations/rows.sh:/docker-entrypoint-initdb.d/rows.sh:ro") {
		t.Fatal("docker-compose.yml does not make the account")
	}
	text, err := os.ReadFile("../migrations/rows.sh")
	check(t, err)
	_, script, ok := strings.Cut(string(text), "<<SQL\n")
	script, _, ends := strings.Cut(script, "\nSQL")
	if !ok || !ends || !strings.Contains(script, "${ROWS_PASSWORD}") {
		t.Fatalf("rows.sh makes no account: %q", text)
	}
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(script, "${ROWS_PASSWORD}", password), ";"), ";\n")
}

// Servers and workers do with the few rights on the database that docker-compose.yml gives them: rows, no tables.
func TestServersNeedNoRightsOnTables(t *testing.T) {
	service, err := testkit.StartMariaDB()
	if errors.Is(err, testkit.ErrMissing) {
		t.Skipf("MariaDB not installed: %v", err)
	}
	check(t, err)
	t.Cleanup(service.Stop)
	owner, _, err := service.NewDatabase("regioscope")
	check(t, err)
	db, err := sql.Open("mysql", owner)
	check(t, err)
	defer db.Close()
	const password = "0123456789abcdef"
	for _, statement := range rowsSQL(t, password) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if out, err := command(t, []string{"REGIOSCOPE_DATABASE=mysql://" + owner}, "regioscope", "migrate", "up").CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v\n%s", err, out)
	}
	few := fmt.Sprintf("regioscope:%s@tcp(%s)/regioscope", password, service.Addr)
	weak, err := sql.Open("mysql", few)
	check(t, err)
	defer weak.Close()
	if _, err := weak.Exec("DROP TABLE runs"); err == nil {
		t.Fatal("servers could drop tables")
	}
	environ := append([]string{"REGIOSCOPE_DATABASE=mysql://" + few, "REGIOSCOPE_REDIS=redis://" + testkit.Redis(t) + "/0", "REGIOSCOPE_DATA=" + t.TempDir(),
		"REGIOSCOPE_SIGNING_KEY=0123456789abcdefghijklmnopqrstuv", "REGIOSCOPE_STOP_DELAY=0s"}, bootAdmin...)
	port, err := testkit.FreePort()
	check(t, err)
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	server := spawn(t, command(t, environ, "regioscope", "serve", "--listen", addr))
	p := &plant{t: t, environ: environ, url: "http://" + addr}
	p.await("the server", func() bool {
		select {
		case <-server.ended:
			t.Fatalf("the server ended: %s", server.stderr.String())
		default:
		}
		return command(t, nil, "regioscope", "health", "http://"+addr+"/readyz").Run() == nil
	})
	health := func() error { return command(t, environ, "regioscope-worker", "health").Run() }
	if health() == nil {
		t.Error("a worker that was not begun is called healthy")
	}
	worker := p.worker("")
	ada := signIn(t, p.url, "ada", bootPassword)
	a, set, hic := p.tinySet(ada)
	var answer core.PreprocessAnswer
	ada.call("POST", "/api/v1/preprocess", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{hic.ID},
		"pairs": []core.WindowBin{{Window: 50000, Bin: 5000}}}, 202, &answer)
	p.await("the result", func() bool { return ada.run(answer.Runs[0].ID).State.Ended() })
	if r := ada.run(answer.Runs[0].ID); r.State != core.RunFinished {
		t.Fatalf("%s of assembly %d: %+v\n%s", r.State, a.ID, r.Error, worker.stderr.String())
	}
	check(t, health())
	for _, log := range []string{server.stderr.String(), worker.stderr.String()} {
		if strings.Contains(log, "denied") {
			t.Errorf("a right is missing: %s", log)
		}
	}
	worker.stop()
	if health() == nil {
		t.Error("a worker that has ended is called healthy")
	}
	server.stop()
}
