package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"regioscope/backend/config"
	"regioscope/backend/store"
)

// errSick makes the exit status 1; what is wrong was said already.
var errSick = errors.New("not everything is well")

// doctor looks at everything that an installation stands on and says in plain words what is wrong and what to do. It
// changes nothing. Exit status 0: nothing is broken; 1: something is.
func doctor(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	cfg, rest, err := config.Load(config.Doctor, args, environ, stderr)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errUsage
	}
	d := &diagnosis{cfg: cfg, out: stdout}
	fmt.Fprintln(stdout, "Settings in force")
	for _, s := range config.Describe(cfg, config.Doctor) {
		fmt.Fprintf(stdout, "       %-16s %s\n", s.Name, s.Value)
	}
	fmt.Fprintln(stdout, "Checks")
	url, err := databaseOf(cfg)
	if err != nil {
		d.fail("database", "%v", err)
	} else {
		d.database(ctx, url)
	}
	standalone := cfg.Database == ""
	if standalone {
		d.ok("redis", "standalone has its own, in its process")
		d.ok("keys", "standalone keeps its own signing key in its folder")
	} else {
		d.redis(ctx)
		d.keys()
	}
	d.volume()
	if cfg.PublicURL != "" {
		d.nginx(ctx, strings.TrimSuffix(cfg.PublicURL, "/"))
	} else if !standalone {
		d.warn("nginx", "not looked at: say where people find the pages with --public-url")
	}
	fmt.Fprintf(stdout, "%d failed, %d warnings\n", d.failed, d.warned)
	if d.failed > 0 {
		return errSick
	}
	return nil
}

// diagnosis collects what was found.
type diagnosis struct {
	cfg            *config.Config
	out            io.Writer
	failed, warned int
}

func (d *diagnosis) say(mark, what, format string, args ...any) {
	fmt.Fprintf(d.out, "%-6s %-16s %s\n", mark, what, fmt.Sprintf(format, args...))
}

func (d *diagnosis) ok(what, format string, args ...any) { d.say("ok", what, format, args...) }

func (d *diagnosis) warn(what, format string, args ...any) {
	d.warned++
	d.say("warn", what, format, args...)
}

func (d *diagnosis) fail(what, format string, args ...any) {
	d.failed++
	d.say("FAIL", what, format, args...)
}

// checkTime is how long each thing is waited for.
const checkTime = 5 * time.Second

// clockTolerance is how far clocks may be apart before somebody is told. Leases go by the clock of the database, but
// tokens, logs and links do not.
const clockTolerance = 2 * time.Second

func (d *diagnosis) clock(what string, theirs time.Time) {
	off := time.Until(theirs).Round(100 * time.Millisecond)
	if off.Abs() > clockTolerance {
		d.warn(what, "its clock is %s %s ours: synchronise the clocks of all machines (NTP)", off.Abs(), map[bool]string{true: "ahead of", false: "behind"}[off > 0])
		return
	}
	d.ok(what, "within %s of ours", clockTolerance)
}

func (d *diagnosis) database(ctx context.Context, url string) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	db, err := store.Open(ctx, url)
	if err != nil {
		d.fail("database", "%v. Is it running, and are name, password and address in REGIOSCOPE_DATABASE right?", err)
		return
	}
	defer db.Close()
	version, now, err := db.Server(ctx)
	if err != nil {
		d.fail("database", "it answers no question: %v", err)
		return
	}
	d.ok("database", "%s answers", version)
	d.clock("database clock", now)
	if err := db.CheckSchema(ctx); err != nil {
		d.fail("schema", "%v", strings.TrimPrefix(err.Error(), "store: "))
		return
	}
	list, err := db.MigrationStatus(ctx)
	if err != nil || len(list) == 0 {
		d.fail("schema", "%v", err)
		return
	}
	d.ok("schema", "version %d, as this program wants it", list[len(list)-1].Version)
	d.people(ctx, db)
	d.workers(ctx, db)
}
