package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"regioscope/backend/testkit"
)

// The doctor finds nothing wrong with an installation that works, and names every organ that is taken from it.
func TestDoctor(t *testing.T) {
	p := newPlant(t)
	p.worker("")
	narrow := testkit.Nginx(t, func(dir, addr string) (string, error) {
		config, err := testkit.NginxConfig("..", dir, addr, "", strings.TrimPrefix(p.servers[0].Args[len(p.servers[0].Args)-1], "http://"))
		return strings.ReplaceAll(config, "client_max_body_size 0;", ""), err // as nginx comes
	})
	examine := func(environ ...string) (out string, code int) {
		t.Helper()
		b, err := command(t, append(append(append([]string{}, p.environ...), "REGIOSCOPE_PUBLIC_URL="+p.url), environ...), "regioscope", "doctor").Output()
		if e, ok := err.(*exec.ExitError); ok {
			return string(b), e.ExitCode()
		}
		check(t, err)
		return string(b), 0
	}
	var out string
	p.await("the worker to report", func() bool { out, _ = examine(); return !strings.Contains(out, "no worker") })
	out, code := examine()
	if code != 0 {
		t.Errorf("exit status %d", code)
	}
	says(t, out, "0 failed", "MariaDB", "redis", "signing key", "free in "+p.data, "nginx", "large requests arrive", "active administrators", "queue long", "schema", "mysql://")
	if strings.Contains(out, "0123456789abcdefghij") || strings.Contains(out, bootPassword) {
		t.Errorf("a secret is shown:\n%s", out)
	}

	file := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(file, nil, 0o600))
	old := "mysql://" + testkit.MariaDB(t)
	for name, c := range map[string]struct{ set, words string }{
		"database away":   {"REGIOSCOPE_DATABASE=mysql://root@tcp(127.0.0.1:1)/x", `FAIL +database .*connection refused`},
		"database empty":  {"REGIOSCOPE_DATABASE=" + old, `FAIL +schema .*regioscope migrate up`},
		"redis away":      {"REGIOSCOPE_REDIS=redis://127.0.0.1:1/0", `FAIL +redis .*does not answer`},
		"key too short":   {"REGIOSCOPE_SIGNING_KEY=short", `FAIL +keys .*at least 32`},
		"no folder":       {"REGIOSCOPE_DATA=" + filepath.Join(file, "x"), `FAIL +data volume`},
		"a file":          {"REGIOSCOPE_DATA=" + file, `FAIL +data volume .*no folder`},
		"nginx away":      {"REGIOSCOPE_PUBLIC_URL=http://127.0.0.1:1", `FAIL +nginx .*does not answer`},
		"nginx is narrow": {"REGIOSCOPE_PUBLIC_URL=http://" + narrow.Addr, `FAIL +nginx limits .*client_max_body_size`},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := examine(c.set)
			if code != 1 || !regexp.MustCompile(c.words).MatchString(out) || strings.Contains(out, "\n0 failed") {
				t.Errorf("exit status %d, want 1 and %q in\n%s", code, c.words, out)
			}
		})
	}
}
