package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"regioscope/backend/testkit"
)

// Stack is what the caller is told.
type Stack struct {
	URL      string         `json:"url"`
	Mode     string         `json:"mode"`     // service or standalone
	Backends []string       `json:"backends"` // the servers behind the URL
	Bin      string         `json:"bin"`
	Dir      string         `json:"dir"`  // data volume
	PIDs     map[string]int `json:"pids"` // by the name of the process
	Admin    Admin          `json:"admin"`
	Standin  string         `json:"standin"` // the stand-in of data repositories, see package standin
}

// Admin is the first account.
type Admin struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

type stack struct {
	Stack
	module, bin string
	started     []part
}

type part struct {
	name string
	*testkit.Service
}

func (s *stack) add(name string, service *testkit.Service) {
	if s.PIDs == nil {
		s.PIDs = map[string]int{}
	}
	s.PIDs[name] = service.PID
	s.started = append(s.started, part{name, service})
}

// stop ends what was started, the last one first, and keeps the logs.
func (s *stack) stop(logs string) error {
	var errs []error
	for _, p := range slices.Backward(s.started) {
		if logs != "" {
			errs = append(errs, keepLog(p, logs))
		}
		p.Stop()
	}
	s.Stack, s.started = Stack{Standin: s.Standin}, nil
	return errors.Join(errs...)
}

func keepLog(p part, to string) error {
	text, err := os.ReadFile(filepath.Join(p.Dir, "log"))
	if err == nil {
		err = os.MkdirAll(to, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(to, p.name+".log"), text, 0o644)
	}
	return err
}

// service is nginx → two servers → MariaDB, Redis ← worker. testkit.ErrMissing when a program is not installed.
func (s *stack) service(ctx context.Context) error {
	if _, err := testkit.Find("nginx"); err != nil {
		return err
	}
	redis, err := testkit.StartRedis()
	if err != nil {
		return err
	}
	s.add("redis", redis)
	maria, err := testkit.StartMariaDB()
	if err != nil {
		return errors.Join(err, s.stop(""))
	}
	s.add("mariadb", maria)
	dsn, _, err := maria.NewDatabase("regioscope")
	if err != nil {
		return err
	}
	dir, addr, err := testkit.Place("volume") // the worker's, so that it goes with the worker
	if err != nil {
		return err
	}
	s.Mode, s.Dir = "service", filepath.Join(dir, "data")
	environ := []string{"REGIOSCOPE_DATABASE=mysql://" + dsn, "REGIOSCOPE_REDIS=redis://" + redis.Addr + "/0", "REGIOSCOPE_DATA=" + s.Dir,
		"REGIOSCOPE_SIGNING_KEY=" + secret(32)}
	if err := s.migrate(ctx, environ); err != nil {
		os.RemoveAll(dir)
		return err
	}
	worker, err := testkit.Start(dir, addr, environ, func() error { return nil }, filepath.Join(s.bin, "regioscope-worker"))
	if err != nil {
		return err
	}
	s.add("worker", worker)
	password := secret(8)
	s.Admin = Admin{"admin", password}
	environ = append(environ, "REGIOSCOPE_ADMIN_USER=admin", "REGIOSCOPE_ADMIN_PASSWORD="+password,
		"REGIOSCOPE_TRUSTED_PROXIES=127.0.0.1", "REGIOSCOPE_SIGN_UPS=10000")
	for _, name := range []string{"serve-1", "serve-2"} {
		if err := s.server(ctx, name, environ, "serve"); err != nil {
			return err
		}
	}
	nginx, err := testkit.StartNginx(func(dir, addr string) (string, error) {
		return testkit.NginxConfig(s.module, dir, addr, "", s.Backends...)
	})
	if err != nil {
		return err
	}
	s.add("nginx", nginx)
	s.URL, s.Bin = "http://"+nginx.Addr, s.bin
	return nil
}

// standalone is everything in one process.
func (s *stack) standalone(ctx context.Context) error {
	s.Mode, s.Admin = "standalone", Admin{"admin", secret(8)}
	environ := []string{"REGIOSCOPE_ADMIN_USER=admin", "REGIOSCOPE_ADMIN_PASSWORD=" + s.Admin.Password, "REGIOSCOPE_NO_DEMO=true",
		"REGIOSCOPE_SIGN_UPS=10000"}
	if err := s.server(ctx, "standalone", environ, "standalone"); err != nil {
		return err
	}
	s.URL, s.Bin = "http://"+s.Backends[0], s.bin
	return nil
}

func (s *stack) server(ctx context.Context, name string, environ []string, command string) error {
	dir, addr, err := testkit.Place(name)
	if err != nil {
		return err
	}
	if command == "standalone" {
		s.Dir = filepath.Join(dir, "data")
		environ = append(environ, "REGIOSCOPE_DATA="+s.Dir)
	}
	program := filepath.Join(s.bin, "regioscope")
	ready := func() error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		return exec.CommandContext(ctx, program, "health", "http://"+addr+"/readyz").Run()
	}
	server, err := testkit.Start(dir, addr, environ, ready, program, command, "--listen", addr)
	if err != nil {
		return err
	}
	s.add(name, server)
	s.Backends = append(s.Backends, addr)
	return nil
}

func (s *stack) migrate(ctx context.Context, environ []string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "regioscope"), "migrate", "up")
	cmd.Env = append(os.Environ(), environ...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("regioscope migrate up: %w\n%s", err, out)
	}
	return nil
}

func secret(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
