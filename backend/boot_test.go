package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"regioscope/backend/core"
)

func TestStandaloneKeepsItsData(t *testing.T) {
	data := filepath.Join(t.TempDir(), "new", "folder")
	p := spawn(t, standaloneOn(t, data, bootAdmin))
	url := p.line(`Regioscope is at (http://\S+) \(data in .*folder`)[1]
	ada := signIn(t, url, "ada", bootPassword)
	var builds struct{ Items []core.Assembly }
	ada.call("GET", "/api/v1/assemblies", nil, 200, &builds)
	if len(builds.Items) == 0 {
		t.Error("no built-in assemblies")
	}
	var s core.Session
	ada.call("POST", "/api/v1/sessions", map[string]any{"name": "kept", "document": map[string]any{"version": 1}}, 201, &s)
	ada.send("GET", "/healthz", nil, "", 200, nil)
	ada.send("GET", "/readyz", nil, "", 200, nil)
	ada.send("GET", "/", nil, "", 200, nil)
	p.stop()
	if out := p.rest(); strings.Contains(out, "account") {
		t.Errorf("an account was announced that the settings name: %s", out)
	}

	p = spawn(t, standaloneOn(t, data, nil)) // now without the account in the settings
	ada.url = p.line(`Regioscope is at (http://\S+)`)[1]
	var again core.Session
	ada.call("GET", fmt.Sprintf("/api/v1/sessions/%d", s.ID), nil, 200, &again) // the token of before is still good
	if again.Name != "kept" {
		t.Errorf("%+v", again)
	}
	signIn(t, ada.url, "ada", bootPassword)
	check(t, p.Process.Signal(syscall.SIGTERM))
	if out := p.rest(); strings.Contains(out, "account") {
		t.Errorf("another account was made: %s", out)
	}
	p.wait()
}

func TestStandaloneMakesTheFirstAccountOnce(t *testing.T) {
	data := t.TempDir()
	// The port is taken: nothing may be made whose password nobody ever sees.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	says(t, fails(t, standaloneOn(t, data, nil, "--listen", l.Addr().String())), "another program listens on "+l.Addr().String(), "--listen")

	p := spawn(t, standaloneOn(t, data, nil))
	url := p.line(`Regioscope is at (http://\S+)`)[1]
	account := p.line(`First account: user (\S+), password (\S+) `)
	signIn(t, url, account[1], account[2])
	p.stop()

	p = spawn(t, standaloneOn(t, data, nil))
	url = p.line(`Regioscope is at (http://\S+)`)[1]
	signIn(t, url, account[1], account[2])
	check(t, p.Process.Signal(syscall.SIGTERM))
	if out := p.rest(); strings.Contains(out, "account") || strings.Contains(out, "password") {
		t.Errorf("the second start says %s", out)
	}
	p.wait()
}

// SIGTERM lets an upload finish, and ends event streams, which would never.
func TestStandaloneEndsGracefully(t *testing.T) {
	p := spawn(t, standaloneOn(t, t.TempDir(), bootAdmin))
	ada := signIn(t, p.line(`Regioscope is at (http://\S+)`)[1], "ada", bootPassword)
	req, err := http.NewRequestWithContext(t.Context(), "GET", ada.url+"/api/v1/events", nil)
	check(t, err)
	req.Header.Set("Authorization", "Bearer "+ada.token)
	events, err := http.DefaultClient.Do(req)
	check(t, err)
	defer events.Body.Close()

	const sizes = "--b\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{\"name\":\"late\"}\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"sizes\"; filename=\"x\"\r\n\r\nchr1\t1000\n"
	body, more := io.Pipe()
	answered := make(chan core.Assembly, 1)
	go func() {
		var made core.Assembly
		defer func() { answered <- made }()
		ada.send("POST", "/api/v1/assemblies", body, "multipart/form-data; boundary=b", 201, &made)
	}()
	_, err = io.WriteString(more, sizes)
	check(t, err)
	// The server has the request once it has asked for more than the first lines; then it is told to stop.
	_, err = io.WriteString(more, strings.Repeat("# a comment of the file of sizes\n", 1<<15))
	check(t, err)
	check(t, p.Process.Signal(syscall.SIGTERM))
	if _, err := io.ReadAll(events.Body); err != nil {
		t.Errorf("the event stream broke: %v", err)
	}
	// The streams end and the port is given up at the same time, in no certain order.
	for tries := 0; ; tries++ {
		c, err := net.Dial("tcp", strings.TrimPrefix(ada.url, "http://"))
		if err != nil {
			break
		}
		c.Close()
		if tries == 200 {
			t.Fatal("new connections are taken")
		}
		time.Sleep(50 * time.Millisecond)
	}
	_, err = io.WriteString(more, "\r\n--b--\r\n")
	check(t, err)
	more.Close()
	if made := <-answered; made.Name != "late" {
		t.Errorf("the upload was answered with %+v", made)
	}
	go p.rest()
	p.wait()
	if p.err != nil {
		t.Errorf("%v\n%s", p.err, p.stderr.String())
	}
}

func TestStartsThatFail(t *testing.T) {
	t.Run("folder in use", func(t *testing.T) {
		data := t.TempDir()
		p := spawn(t, standaloneOn(t, data, bootAdmin))
		p.line("Regioscope is at")
		says(t, fails(t, standaloneOn(t, data, nil)), "another Regioscope is using the data folder "+data, "--data")
		p.stop()
	})
	t.Run("folder is a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		check(t, os.WriteFile(file, nil, 0o600))
		says(t, fails(t, standaloneOn(t, file, nil)), "data folder", file, "not a directory", "--data")
	})
	for name, mode := range map[string]os.FileMode{"folder not writable": 0o555, "folder cannot be made": 0o555} {
		t.Run(name, func(t *testing.T) {
			parent, err := os.MkdirTemp("", "regioscope-boot-") // others may go through it, unlike the test's own
			check(t, err)
			t.Cleanup(func() { os.RemoveAll(parent) })
			check(t, os.Chmod(parent, mode))
			data := parent
			words := []string{"data folder " + data + " cannot be written", "permission denied", "--data"}
			if name == "folder cannot be made" {
				data = filepath.Join(data, "below")
				words = []string{"data folder cannot be made", data, "permission denied", "--data"}
			}
			cmd := standaloneOn(t, data, nil)
			if os.Geteuid() == 0 { // root may write everywhere
				check(t, os.Chmod(built.dir, 0o755))
				cmd.Dir, cmd.SysProcAttr = "/", &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			}
			says(t, fails(t, cmd), words...)
		})
	}
	t.Run("misspelt setting", func(t *testing.T) {
		says(t, fails(t, standaloneOn(t, t.TempDir(), []string{"REGIOSCOPE_LISTENN=x"})), "REGIOSCOPE_LISTENN")
	})
	t.Run("short password", func(t *testing.T) {
		says(t, fails(t, standaloneOn(t, t.TempDir(), []string{"REGIOSCOPE_ADMIN_USER=ada", "REGIOSCOPE_ADMIN_PASSWORD=short"})), "first account", "at least 8 characters")
	})
}

// Accounts can be made and mended on the command line, also when nobody can sign in any more.
func TestAdminOnTheCommandLine(t *testing.T) {
	data := t.TempDir()
	p := spawn(t, standaloneOn(t, data, bootAdmin))
	url := p.line(`Regioscope is at (http://\S+)`)[1]
	admin := func(stdin string, args ...string) *exec.Cmd {
		cmd := command(t, []string{"REGIOSCOPE_DATABASE=sqlite://" + filepath.Join(data, "regioscope.db")}, "regioscope", append([]string{"admin", "user"}, args...)...)
		cmd.Stdin = strings.NewReader(stdin)
		return cmd
	}
	for _, cmd := range []*exec.Cmd{admin("first password\n", "add", "eve"), admin("root password\r\n", "add", "boss", "--admin"), admin("second password", "passwd", "eve")} {
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
		}
	}
	signIn(t, url, "eve", "second password")
	var me core.User
	signIn(t, url, "boss", "root password").call("GET", "/api/v1/auth/me", nil, 200, &me)
	if me.Role != core.RoleAdmin {
		t.Errorf("%+v", me)
	}
	for name, c := range map[string]struct {
		cmd   *exec.Cmd
		words string
	}{
		"taken":       {admin("a good password\n", "add", "EVE"), "taken"},
		"unknown":     {admin("a good password\n", "passwd", "nobody"), "no such user"},
		"short":       {admin("short\n", "passwd", "eve"), "at least 8 characters"},
		"no password": {admin("", "passwd", "eve"), "no password was given"},
	} {
		t.Run(name, func(t *testing.T) { says(t, fails(t, c.cmd), c.words) })
	}
	if out, err := command(t, nil, "regioscope", "health", url+"/readyz").CombinedOutput(); err != nil {
		t.Errorf("health: %v %s", err, out)
	}
	p.stop()
	says(t, fails(t, command(t, nil, "regioscope", "health", url+"/readyz")), "connection refused")
}
