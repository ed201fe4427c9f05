package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// room is a part of the tree with rules. The longest prefix of a package's path counts. Paths are below the module.
type room struct {
	path string
	// local lists the rooms (prefixes) that it may import; itself is always allowed. "*" = all.
	local []string
	// modules lists the external modules that it may import. A new one is a visible edit here.
	modules []string
	// never lists packages of the standard library that it may not import, not even indirectly through other rooms of ours.
	never []string
}

var (
	noNetNoSQL = []string{"net/http", "database/sql"}
	telemetry  = []string{"go.opentelemetry.io/otel", "go.opentelemetry.io/otel/trace"}
	rooms      = []room{
		// the science half: genome ← format ← compute ← tasks
		// x/sys/cpu tells formats and compute which instructions the processor has.
		{path: "worker/genome", never: noNetNoSQL},
		{path: "worker/format", local: []string{"worker/genome", "worker/format"}, never: noNetNoSQL,
			modules: []string{"github.com/klauspost/compress", "golang.org/x/sync", "golang.org/x/sys"}},
		{path: "worker/compute", local: []string{"worker/genome", "worker/format", "worker/compute"}, never: append([]string{"os"}, noNetNoSQL...),
			modules: []string{"gonum.org/v1/gonum", "golang.org/x/sync", "golang.org/x/sys"}},
		{path: "worker/contactcache", local: []string{"worker/genome", "worker/format", "worker/compute"}, never: noNetNoSQL,
			modules: []string{"golang.org/x/sys"}},
		{path: "worker/demo", local: []string{"worker/genome", "worker/format", "worker/compute"}, never: noNetNoSQL,
			modules: []string{"gonum.org/v1/gonum", "golang.org/x/sync"}},
		{path: "worker/cli", local: []string{"worker/genome", "worker/format", "worker/compute", "worker/contactcache"}, never: noNetNoSQL,
			modules: []string{"golang.org/x/sync", "golang.org/x/sys"}},
		{path: "worker/tasks", local: []string{"worker/", "backend/core", "backend/inspect", "backend/store", "backend/blob", "backend/queue", "backend/events"},
			modules: append([]string{"golang.org/x/sync", "github.com/redis/go-redis/v9"}, telemetry...)},
		{path: "worker", local: []string{"*"}, modules: []string{"github.com/redis/go-redis/v9", "golang.org/x/sync"}}, // worker/main.go

		// the service half: core ← store, blob, queue, auth, events, api
		{path: "backend/core", local: []string{"worker/genome"}, never: noNetNoSQL},
		{path: "backend/config", local: []string{"backend/core", "backend/auth"}},
		{path: "backend/auth", local: []string{"backend/core"}, never: []string{"database/sql"},
			modules: []string{"github.com/golang-jwt/jwt/v5", "github.com/google/uuid", "golang.org/x/crypto", "golang.org/x/sync", "github.com/redis/go-redis/v9"}},
		{path: "backend/blob", local: []string{"backend/core"}, never: noNetNoSQL},
		// What speaks to storages; the others know core.Blobs only.
		{path: "backend/blob/bucket", local: []string{"backend/core", "backend/blob"}, never: []string{"database/sql"}, modules: []string{"github.com/minio/minio-go/v7"}},
		{path: "backend/volume", local: []string{"backend/core", "backend/config", "backend/blob"}, never: []string{"database/sql"}},
		{path: "backend/events", local: []string{"backend/core"}, modules: []string{"github.com/redis/go-redis/v9"}},
		{path: "backend/queue", local: []string{"backend/core"}, modules: append([]string{"github.com/hibiken/asynq", "github.com/redis/go-redis/v9"}, telemetry...)},
		{path: "backend/store", local: []string{"backend/core", "worker/genome", "migrations"}, never: []string{"net/http"},
			modules: []string{"github.com/uptrace/bun", "github.com/uptrace/bun/dialect/mysqldialect", "github.com/uptrace/bun/dialect/sqlitedialect",
				"github.com/go-sql-driver/mysql", "modernc.org/sqlite", "github.com/pressly/goose/v3"}},
		{path: "backend/api", local: []string{"backend/core", "backend/auth", "backend/events", "backend/inspect", "worker/genome", "worker/format"}, never: []string{"database/sql"},
			modules: append([]string{"github.com/gin-gonic/gin", "github.com/danielgtaylor/huma/v2", "github.com/google/uuid", "github.com/klauspost/compress"}, telemetry...)},
		// What a file is: api asks when one is uploaded, tasks when one was fetched.
		{path: "backend/inspect", local: []string{"backend/core", "worker/genome", "worker/format"}, never: noNetNoSQL,
			modules: []string{"github.com/klauspost/compress"}},
		// The one room that speaks to other people's servers; core says what it needs, tasks and api know core only.
		{path: "backend/fetch", local: []string{"backend/core"}, never: []string{"database/sql"}},
		{path: "backend/mail", local: []string{"backend/core"}, never: []string{"database/sql"}},
		// What sends traces; the others know OpenTelemetry's API only, which does nothing without it.
		{path: "backend/trace", never: []string{"database/sql"}, modules: append([]string{"go.opentelemetry.io/otel/sdk",
			"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"}, telemetry...)},
		{path: "backend/web"},
		{path: "backend/standalone", local: []string{"*"}, modules: []string{"github.com/alicebob/miniredis/v2", "github.com/redis/go-redis/v9"}},
		{path: "backend/testkit/fakes3", modules: []string{"github.com/johannesboyne/gofakes3"}},
		{path: "backend/testkit", modules: []string{"github.com/alicebob/miniredis/v2", "github.com/redis/go-redis/v9", "github.com/go-sql-driver/mysql"}},
		{path: "backend", local: []string{"*"}, modules: []string{"github.com/redis/go-redis/v9"}}, // backend/main.go
		{path: "migrations"},
	}
)

// indirect are the rooms where a rule holds only for what their own packages import directly, since a library that they
// need uses the package itself: huma and goose have database/sql or net/http in them.
var indirectAllowed = map[string]bool{"backend/store": true, "backend/auth": true, "backend/api": true}

type goPackage struct {
	ImportPath string
	Standard   bool
	Module     *struct{ Path string }
	Imports    []string
}

const module = "regioscope"

func TestImportRules(t *testing.T) {
	packages := goList(t)
	for path, p := range packages {
		local, ours := localPath(path)
		if !ours {
			continue
		}
		r := roomOf(local)
		if r == nil {
			t.Errorf("%s belongs to no room: add it to the table, with its rules", path)
			continue
		}
		for _, imported := range p.Imports {
			q := packages[imported]
			target, isLocal := localPath(imported)
			switch {
			case isLocal:
				if !within(target, r.path) && !slices.Contains(r.local, "*") && !slices.ContainsFunc(r.local, func(a string) bool { return within(target, a) }) {
					t.Errorf("%s may not import %s", local, target)
				}
			case q != nil && !q.Standard && q.Module != nil && !slices.Contains(r.modules, q.Module.Path):
				t.Errorf("%s may not use the module %s (%s): if it must, say so in the table", local, q.Module.Path, imported)
			}
		}
		for _, never := range r.never {
			if chain := reaches(packages, path, never, !indirectAllowed[r.path]); chain != nil {
				t.Errorf("%s may not import %s: %s", local, never, strings.Join(chain, " → "))
			}
		}
	}
}

// tasks may use packages that speak to Redis, and so reach net/http; it may not speak HTTP itself.
func TestTasksSpeakNoHTTP(t *testing.T) {
	for path, p := range goList(t) {
		if local, ours := localPath(path); ours && within(local, "worker/tasks") && slices.Contains(p.Imports, "net/http") {
			t.Errorf("%s imports net/http", path)
		}
	}
}

// reaches finds how a package comes to import target: directly, or (through) through other packages of ours.
func reaches(packages map[string]*goPackage, from, target string, through bool) []string {
	seen := map[string]bool{}
	var walk func(path string, chain []string) []string
	walk = func(path string, chain []string) []string {
		if seen[path] {
			return nil
		}
		seen[path] = true
		for _, i := range packages[path].Imports {
			if i == target {
				return append(chain, i)
			}
			if _, ours := localPath(i); ours && through {
				if found := walk(i, append(slices.Clone(chain), i)); found != nil {
					return found
				}
			}
		}
		return nil
	}
	return walk(from, []string{from})
}

func roomOf(local string) *room {
	var best *room
	for i := range rooms {
		if within(local, rooms[i].path) && (best == nil || len(rooms[i].path) > len(best.path)) {
			best = &rooms[i]
		}
	}
	// The rooms backend and worker are only their main packages: a new folder needs rules of its own.
	if best != nil && (best.path == "backend" || best.path == "worker") && local != best.path {
		return nil
	}
	return best
}

func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/")
}

func localPath(path string) (string, bool) {
	local, ok := strings.CutPrefix(path, module+"/")
	return local, ok
}

func goList(t *testing.T) map[string]*goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Module,Imports", module+"/...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	packages := map[string]*goPackage{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages[p.ImportPath] = &p
	}
	if packages[module+"/backend/core"] == nil {
		t.Fatal("go list does not see the module")
	}
	return packages
}
