package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
)

// shell runs commands of an installation as somebody on its machine does.
type shell struct {
	t       *testing.T
	environ []string
}

func (s shell) cmd(stdin string, args ...string) *exec.Cmd {
	cmd := command(s.t, append([]string{"REGIOSCOPE_LOG_LEVEL=error"}, s.environ...), "regioscope", args...)
	cmd.Stdin = strings.NewReader(stdin)
	return cmd
}

// do runs a command that must succeed and say all the words.
func (s shell) do(stdin, line string, words ...string) string {
	s.t.Helper()
	out, err := s.cmd(stdin, strings.Fields(line)...).Output()
	if err != nil {
		var say []byte
		if e, ok := err.(*exec.ExitError); ok {
			say = e.Stderr
		}
		s.t.Fatalf("%s: %v\n%s%s", line, err, out, say)
	}
	says(s.t, string(out), words...)
	return string(out)
}

// operations.md, admin command line: every command, on a running installation, which follows without a restart.
func TestAdminCommandLine(t *testing.T) {
	data := t.TempDir()
	p := spawn(t, standaloneOn(t, data, bootAdmin))
	url := p.line(`Regioscope is at (http://\S+)`)[1]
	ada := signIn(t, url, "ada", bootPassword)
	sh := shell{t, []string{"REGIOSCOPE_DATA=" + data}}
	await := func(what string, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !ok(); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("waited in vain for %s", what)
			}
		}
	}

	sh.do("a good password\n", "admin user add eve", "done")
	sh.do("another password\n", "admin user add root2 --admin", "done")
	eve := signIn(t, url, "eve", "a good password")
	sh.do("", "admin user role eve admin")
	eve.call("GET", "/api/v1/admin/users", nil, 200, nil)
	sh.do("", "admin user role eve user")
	eve.call("GET", "/api/v1/admin/users", nil, 403, nil)
	sh.do("", "admin user disable eve")
	eve.call("GET", "/api/v1/auth/me", nil, 401, nil)
	list := sh.do("", "admin user list", "ada", "root2")
	if !regexp.MustCompile(`(?m)^eve +user +disabled`).MatchString(list) {
		t.Errorf("the list of users:\n%s", list)
	}
	sh.do("", "admin user enable eve")
	sh.do("a newer password\n", "admin user passwd eve")
	signIn(t, url, "eve", "a newer password")

	// A paused queue begins nothing: a run can be listed, cancelled and asked for again meanwhile.
	sh.do("", "admin queue pause short", "short is paused")
	var workers struct{ Items []core.WorkerReport }
	await("the worker to follow", func() bool {
		ada.call("GET", "/api/v1/admin/workers", nil, 200, &workers)
		for _, w := range workers.Items {
			for _, q := range w.Queues {
				if q.Name == core.QueueShort && q.Mode == core.QueuePaused {
					return true
				}
			}
		}
		return false
	})
	var a core.Assembly
	ada.upload("/api/v1/assemblies", 201, &a, "meta", "", `{"name":"two"}`, "sizes", "two.sizes", "chr1\t100000\n")
	var set core.Dataset
	ada.upload("/api/v1/datasets", 202, &set, "meta", "", fmt.Sprintf(`{"name":"peaks","kind":"regions","assemblyId":%d,"sizeType":"point"}`, a.ID),
		"file", "peaks.bed", "chr1\t10\t20\n")
	out := sh.do("", "admin runs list --state queued --user ada", "peaks", "bed", "short")
	id := regexp.MustCompile(`(?m)^(\d+) +queued`).FindStringSubmatch(out)
	if id == nil {
		t.Fatalf("no queued run in\n%s", out)
	}
	sh.do("", "admin queue list", "short", "paused")
	sh.do("", "admin runs cancel "+id[1], "run "+id[1]+" is cancelled")
	sh.do("", "admin runs list --state cancelled --limit=1 --queue short --pipeline bed", "peaks")
	sh.do("", "admin runs retry "+id[1], "run "+id[1]+" is queued")
	sh.do("", "admin queue concurrency short 3")
	sh.do("", "admin queue resume short", "short is open")
	await("the set to be checked", func() bool {
		ada.call("GET", fmt.Sprintf("/api/v1/datasets/%d", set.ID), nil, 200, &set)
		return set.State == core.DatasetReady
	})
	sh.do("", "admin runs retry failed", "queued again 0")
	sh.do("", "admin queue drain long", "long is draining")
	sh.do("", "admin storage report", "in the trash", "ada")
	sh.do("", "admin storage gc", "put aside 0")
	sh.do("", "doctor", "SQLite", "0 failed", "queue long", "draining", "data volume")

	// Who did it and what, as for changes on the pages.
	var log struct{ Items []core.Change }
	ada.call("GET", "/api/v1/admin/changes?limit=100", nil, 200, &log)
	seen := map[string]bool{}
	for _, c := range log.Items {
		if c.User != "command line" {
			t.Errorf("%+v", c)
		}
		seen[c.Kind+" "+c.Target] = true
	}
	for _, want := range []string{"user eve", "queue short", "queue long", "storage garbage", "run " + id[1] + " of ada"} {
		if !seen[want] {
			t.Errorf("the audit log has no %q: %v", want, seen)
		}
	}

	for name, c := range map[string]struct {
		line, words string
	}{
		"unknown user":  {"admin user disable nobody", "no such user: nobody"},
		"unknown role":  {"admin user role eve king", "must be user or admin"},
		"unknown queue": {"admin queue pause wide", "no such queue"},
		"too many":      {"admin queue concurrency short 65", "1 to 64"},
		"no number":     {"admin runs cancel x", "not the number of a run"},
		"unknown run":   {"admin runs cancel 99999", "no such run"},
		"ended run":     {"admin runs cancel " + id[1], "cannot be cancelled: it is finished"},
		"no database":   {"admin user list --data " + filepath.Join(data, "elsewhere"), "has no database of its own"},
	} {
		t.Run(name, func(t *testing.T) { says(t, fails(t, sh.cmd("", strings.Fields(c.line)...)), c.words) })
	}
	for _, line := range []string{"admin", "admin user", "admin user add", "admin user list x", "admin queue pause", "admin runs retry", "admin burn", "admin user disable eve --admin"} {
		out, err := sh.cmd("", strings.Fields(line)...).CombinedOutput()
		if e, ok := err.(*exec.ExitError); !ok || e.ExitCode() != 2 || !strings.Contains(string(out), "queue list") {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
	p.stop()
}
