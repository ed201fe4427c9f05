package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"regioscope/backend/testkit"
)

// secretNames are the variables of docker-compose.yml that must not have a default.
var secretNames = []string{"MYSQL_OWNER_PASSWORD", "MYSQL_PASSWORD", "REDIS_PASSWORD", "REGIOSCOPE_SIGNING_KEY", "REGIOSCOPE_ADMIN_PASSWORD"}

// compose is docker compose as a plugin of docker or, as older distributions have it, as a program of its own.
func compose(t *testing.T) []string {
	for _, command := range [][]string{{"docker", "compose"}, {"docker-compose"}} {
		if exec.Command(command[0], append(command[1:], "version")...).Run() == nil {
			return command
		}
	}
	t.Skip("docker compose is not installed: the compose file was not checked by it")
	return nil
}

func TestDockerComposeIsValid(t *testing.T) {
	command := compose(t)
	empty := filepath.Join(t.TempDir(), "empty.env")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	config := func(missing string) error {
		args := append(slices.Clone(command[1:]), "--env-file", empty, "-f", "docker-compose.yml", "config", "-q")
		cmd := exec.Command(command[0], args...)
		cmd.Dir = ".."
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "REGIOSCOPE_ADMIN_USER=admin"}
		for _, name := range secretNames {
			if name != missing {
				cmd.Env = append(cmd.Env, name+"=0123456789abcdef")
			}
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	}
	if err := config(""); err != nil {
		t.Fatal(err)
	}
	for _, name := range secretNames {
		if err := config(name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// The rules of operations.md that docker compose does not know.
func TestDockerComposeKeepsTheRules(t *testing.T) {
	text, err := os.ReadFile("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]map[string]any `yaml:"services"`
		Volumes  map[string]any            `yaml:"volumes"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"mysql", "redis", "migrate", "backend", "worker-short", "worker-medium", "worker-long", "nginx"} {
		s := file.Services[name]
		if s == nil {
			t.Errorf("no service %s", name)
			continue
		}
		if s["restart"] == nil {
			t.Errorf("%s has no restart policy", name)
		}
		if (s["ports"] != nil) != (name == "nginx") {
			t.Errorf("%s: ports %v", name, s["ports"])
		}
		if s["container_name"] != nil {
			t.Errorf("%s has a fixed name and cannot be scaled", name)
		}
	}
	for _, name := range []string{"mysql", "redis", "backend", "worker-short", "worker-medium", "worker-long", "nginx"} {
		if file.Services[name]["healthcheck"] == nil {
			t.Errorf("%s has no health check", name)
		}
	}
	for _, name := range secretNames {
		for _, use := range strings.Split(string(text), "${"+name)[1:] {
			if !strings.HasPrefix(use, ":?") {
				t.Errorf("%s is used with a default or may be empty", name)
			}
		}
	}
	for _, name := range []string{"migrate", "backend", "worker-short", "worker-medium", "worker-long"} {
		s := file.Services[name]
		if s["image"] != "regioscope" || s["read_only"] != true || fmt.Sprint(s["cap_drop"]) != "[ALL]" || s["privileged"] != nil || s["user"] != nil {
			t.Errorf("%s is not the image as it is, without rights: %v", name, s)
		}
	}
	for name, want := range map[string]string{"mysql": "mysql:/var/lib/mysql", "backend": "data:/data", "worker-short": "data:/data", "worker-medium": "data:/data", "worker-long": "data:/data"} {
		volume, _, _ := strings.Cut(want, ":")
		if _, ok := file.Volumes[volume]; !ok || !strings.Contains(fmt.Sprint(file.Services[name]["volumes"]), want) {
			t.Errorf("%s: volumes %v, want the named one %s", name, file.Services[name]["volumes"], want)
		}
	}
	// Scaled servers are found while nginx runs: open-source nginx resolves names of an upstream anew since 1.27.3.
	environment, _ := file.Services["nginx"]["environment"].(map[string]any)
	upstreams := fmt.Sprint(environment["REGIOSCOPE_UPSTREAMS"])
	for _, word := range []string{"zone ", "resolver 127.0.0.11 ", " resolve;"} {
		if !strings.Contains(upstreams, word) {
			t.Errorf("nginx does not look for new servers: %q", upstreams)
		}
	}
	var major, minor int
	if _, err := fmt.Sscanf(fmt.Sprint(file.Services["nginx"]["image"]), "nginx:%d.%d", &major, &minor); err != nil || major == 1 && minor < 28 {
		t.Errorf("nginx %v does not know resolve in an upstream", file.Services["nginx"]["image"])
	}
	example, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range secretNames {
		if !strings.Contains(string(example), "\n"+name+"=\n") {
			t.Errorf(".env.example does not list %s, empty", name)
		}
	}
}

func TestNginxPassesRequestsOn(t *testing.T) {
	backend := func(name string) *httptest.Server {
		return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n, _ := io.Copy(io.Discard, r.Body)
			fmt.Fprintf(w, "%s %s %s %d", name, r.Header.Get("X-Forwarded-For"), r.Header.Get("X-Forwarded-Host"), n)
		}))
	}
	one, two := backend("one"), backend("two")
	defer one.Close()
	defer two.Close()
	strip := func(s *httptest.Server) string { return strings.TrimPrefix(s.URL, "http://") }
	nginx := testkit.Nginx(t, func(dir, addr string) (string, error) {
		return testkit.NginxConfig("..", dir, addr, "", strip(one), strip(two))
	})
	seen := map[string]bool{}
	get := func() string {
		req, _ := http.NewRequest(http.MethodPost, "http://"+nginx.Addr+"/api/v1/datasets", strings.NewReader(strings.Repeat("x", 3<<20)))
		req.Header.Set("X-Forwarded-For", "6.6.6.6") // what a client claims does not count
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode != 200 && res.StatusCode != 503 {
			t.Fatalf("%s: %s", res.Status, b)
		}
		return string(b)
	}
	for range 8 {
		name, rest, _ := strings.Cut(get(), " ")
		seen[name] = true
		if want := "127.0.0.1 " + nginx.Addr + " 3145728"; rest != want {
			t.Fatalf("backend saw %q, want %q", rest, want)
		}
	}
	if !seen["one"] || !seen["two"] {
		t.Errorf("only %v were asked", seen)
	}
	one.Close()
	two.Close()
	if body := get(); !strings.Contains(body, "does not answer") {
		t.Errorf("without a backend: %s", body)
	}
}
