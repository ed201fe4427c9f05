package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"regioscope/worker/demo/demotest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	demotest.Remove()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

var built struct {
	sync.Mutex
	dir string
}

// program builds the server or the worker, once: "regioscope" or "regioscope-worker". The worker has fault points.
func program(t *testing.T, name string) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if built.dir == "" {
		dir, err := os.MkdirTemp("", "regioscope-boot-")
		check(t, err)
		built.dir = dir
	}
	path := filepath.Join(built.dir, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	args := map[string][]string{"regioscope": {"regioscope/backend"}, "regioscope-worker": {"-tags", "faultpoints", "regioscope/worker"}}[name]
	if out, err := exec.Command("go", append([]string{"build", "-o", path}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, out)
	}
	return path
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// process is a running program of ours.
type process struct {
	*exec.Cmd
	t      *testing.T
	lines  chan string
	stderr lockedBuffer
	ended  chan struct{}
	err    error
}

type lockedBuffer struct {
	sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.Lock()
	defer b.Unlock()
	return b.Buffer.Write(p)
}
func (b *lockedBuffer) String() string { b.Lock(); defer b.Unlock(); return b.Buffer.String() }

// command prepares a program with no settings from the environment of the tests.
func command(t *testing.T, environ []string, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(program(t, name), args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}, environ...)
	return cmd
}

// spawn starts a program; it is killed when the test ends.
func spawn(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{Cmd: cmd, t: t, lines: make(chan string, 100), ended: make(chan struct{})}
	cmd.Stderr = &p.stderr
	out, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			p.lines <- s.Text()
		}
		close(p.lines)
		p.err = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() { cmd.Process.Kill(); <-p.ended })
	return p
}

// line waits for a line of standard output with a part that matches.
func (p *process) line(pattern string) []string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	limit := time.After(time.Minute) // only so that a failing test ends
	for {
		select {
		case l, ok := <-p.lines:
			if !ok {
				p.t.Fatalf("it ended without a line like %q:\n%s", pattern, p.stderr.String())
			}
			if m := re.FindStringSubmatch(l); m != nil {
				return m
			}
		case <-limit:
			p.t.Fatalf("no line like %q:\n%s", pattern, p.stderr.String())
		}
	}
}

// rest is what else it writes to standard output until it ends.
func (p *process) rest() string {
	var b strings.Builder
	for l := range p.lines {
		b.WriteString(l + "\n")
	}
	return b.String()
}

// stop asks it to end and expects that it does so well.
func (p *process) stop() {
	p.t.Helper()
	check(p.t, p.Process.Signal(syscall.SIGTERM))
	go p.rest()
	p.wait()
	if p.err != nil {
		p.t.Errorf("it did not end well: %v\n%s", p.err, p.stderr.String())
	}
}

func (p *process) wait() {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		p.t.Fatal("it does not end")
	}
}

// fails runs a command that must not succeed and gives what it says.
func fails(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stderr, stdout bytes.Buffer
	cmd.Stderr, cmd.Stdout = &stderr, &stdout
	done := make(chan error, 1)
	check(t, cmd.Start())
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err == nil {
			t.Errorf("%v succeeded: %s", cmd.Args, stdout.String())
		}
	case <-time.After(time.Minute):
		cmd.Process.Kill()
		t.Fatalf("%v goes on: %s", cmd.Args, stdout.String())
	}
	if n := strings.Count(stderr.String(), "\n"); n != 1 {
		t.Errorf("%d lines instead of a sentence:\n%s", n, stderr.String())
	}
	return stderr.String()
}

// says expects all the words in a text.
func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q does not say %q", text, w)
		}
	}
}

const bootPassword = "a long enough password"

var bootAdmin = []string{"REGIOSCOPE_ADMIN_USER=ada", "REGIOSCOPE_ADMIN_PASSWORD=" + bootPassword}

func standaloneOn(t *testing.T, data string, environ []string, more ...string) *exec.Cmd {
	return command(t, environ, "regioscope", append([]string{"standalone", "--no-demo", "--listen", "127.0.0.1:0", "--data", data}, more...)...)
}

// user is somebody who is signed in over HTTP.
type user struct {
	t          *testing.T
	url, token string
}

func signIn(t *testing.T, url, name, password string) *user {
	t.Helper()
	u := &user{t: t, url: url}
	var in struct{ AccessToken string }
	u.call("POST", "/api/v1/auth/login", map[string]any{"username": name, "password": password}, 200, &in)
	u.token = in.AccessToken
	return u
}

// call sends JSON, or an io.Reader with its content type as method "TYPE method".
func (u *user) call(method, path string, body any, status int, to any) {
	u.t.Helper()
	var r io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		check(u.t, err)
		r = bytes.NewReader(raw)
	}
	u.send(method, path, r, "application/json", status, to)
}

func (u *user) send(method, path string, body io.Reader, kind string, status int, to any) {
	u.t.Helper()
	req, err := http.NewRequestWithContext(u.t.Context(), method, u.url+path, body)
	check(u.t, err)
	req.Header.Set("Content-Type", kind)
	if u.token != "" {
		req.Header.Set("Authorization", "Bearer "+u.token)
	}
	res, err := http.DefaultClient.Do(req)
	check(u.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	check(u.t, err)
	if res.StatusCode != status {
		u.t.Fatalf("%s %s: %d, want %d: %s", method, path, res.StatusCode, status, b)
	}
	if to != nil {
		check(u.t, json.Unmarshal(b, to))
	}
}
