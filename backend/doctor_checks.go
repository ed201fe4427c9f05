package main

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/auth"
	"regioscope/backend/config"
	"regioscope/backend/core"
	"regioscope/backend/store"
	"regioscope/backend/volume"
)

// people: somebody must be able to tune things.
func (d *diagnosis) people(ctx context.Context, db *store.Store) {
	list, err := core.NewAccounts(db, auth.NewPasswords(), nil, nil).Users(ctx, core.CommandLine, core.UserFilter{Limit: 1000})
	if err != nil {
		d.fail("accounts", "%v", err)
		return
	}
	admins := 0
	for _, u := range list {
		if u.Role == core.RoleAdmin && !u.Disabled && !u.Unconfirmed {
			admins++
		}
	}
	if admins == 0 {
		d.warn("accounts", "no administrator can sign in; make one with: regioscope admin user add NAME --admin")
		return
	}
	d.ok("accounts", "%d, of them %d active administrators", len(list), admins)
}

// workers: somebody must work on every queue in which something waits.
func (d *diagnosis) workers(ctx context.Context, db *store.Store) {
	admin := core.NewAdmin(db, core.NewRuns(db, nobody{}, nobody{}, nil), nil, nil, nobody{}, nil)
	o, err := admin.Overview(ctx, core.CommandLine, 60)
	if err != nil {
		d.fail("queues", "%v", err)
		return
	}
	for _, q := range o.Queues {
		name := "queue " + q.Name
		switch {
		case q.Workers == 0 && q.Depth > 0:
			d.fail(name, "%d runs wait and no worker consumes it: start regioscope-worker --queues %s=1", q.Depth, q.Name)
		case q.Workers == 0:
			d.warn(name, "no worker consumes it")
		case q.Mode != core.QueueOpen:
			d.warn(name, "is %s since %s; %d runs wait", q.Mode, q.Since.UTC().Format("2006-01-02 15:04 MST"), q.Depth)
		default:
			d.ok(name, "%d workers, %d at work, %d wait", q.Workers, q.Running, q.Depth)
		}
	}
}

func (d *diagnosis) redis(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	options, err := redis.ParseURL(d.cfg.Redis)
	if err != nil {
		d.fail("redis", "the address is not redis://:PASSWORD@HOST:PORT/DB")
		return
	}
	options.MaxRetries = -1
	rdb := redis.NewClient(options)
	defer rdb.Close()
	if err := rdb.Ping(ctx).Err(); err != nil {
		d.fail("redis", "it does not answer: %v. Is it running, and is REGIOSCOPE_REDIS right?", err)
		return
	}
	d.ok("redis", "answers at %s", options.Addr)
	if now, err := rdb.Time(ctx).Result(); err == nil {
		d.clock("redis clock", now)
	}
	if policy, err := rdb.ConfigGet(ctx, "maxmemory-policy").Result(); err == nil && policy["maxmemory-policy"] != "" && policy["maxmemory-policy"] != "noeviction" {
		d.warn("redis", "its maxmemory-policy is %s: with anything but noeviction it drops events and wake-ups", policy["maxmemory-policy"])
	}
	if options.Password == "" {
		d.warn("redis", "has no password: whoever reaches it reads all events")
	}
}

func (d *diagnosis) keys() {
	if d.cfg.SigningKey == "" {
		d.warn("keys", "no signing key is given here; servers do not start without REGIOSCOPE_SIGNING_KEY")
		return
	}
	if err := config.CheckSigningKey(d.cfg.SigningKey); err != nil {
		d.fail("keys", "the signing key %v", err)
		return
	}
	ring := auth.ParseKeyring(d.cfg.SigningKey)
	d.ok("keys", "the signing key has %d bytes", len(ring[0]))
	if len(ring) > 1 {
		d.warn("keys", "%d older signing keys are still taken; leave them out once all servers run with the new one and access tokens of before have run out (%s)", len(ring)-1, auth.AccessLife)
	}
}

// volume: files must be made, synced and renamed there, and there must be room.
func (d *diagnosis) volume() {
	dir := d.cfg.Data
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		d.fail("data volume", "there is no folder %s; name it with --data, or mount it", dir)
		return
	} else if err != nil || !info.IsDir() {
		d.fail("data volume", "%s is no folder that can be used: %v", dir, err)
		return
	}
	if err := tryWrite(dir); err != nil {
		d.fail("data volume", "nothing can be written in %s: %v", dir, err)
		return
	}
	v, err := volume.OpenOnce(d.cfg)
	if err != nil {
		d.fail("data volume", "%v", err)
		return
	}
	if remote, ok := v.(volume.Remote); ok {
		d.storage(remote)
	}
	free, err := v.FreeSpace()
	reserve := core.DefaultUploadLimits().ReserveBytes
	switch {
	case err != nil:
		d.fail("data volume", "the free space is not known: %v", err)
	case free < reserve:
		d.fail("data volume", "only %s are free in %s, less than the reserve of %s: uploads are refused. Empty the trash, run: regioscope admin storage gc, or enlarge it", size(free), dir, size(reserve))
	case free < 4*reserve:
		d.warn("data volume", "only %s are free in %s", size(free), dir)
	default:
		d.ok("data volume", "%s free in %s", size(free), dir)
	}
}

// storage: everything that the service does with a bucket must work.
func (d *diagnosis) storage(remote volume.Remote) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*checkTime)
	defer cancel()
	if err := remote.Try(ctx); err != nil {
		d.fail("storage", "the bucket %s: %v. Is it there, is the storage running, and are REGIOSCOPE_BLOBS, REGIOSCOPE_BLOBS_KEY and REGIOSCOPE_BLOBS_SECRET right?", remote.Where(), err)
		return
	}
	d.ok("storage", "objects can be stored, listed, read, copied and deleted in the bucket %s", remote.Where())
}

func tryWrite(dir string) error {
	f, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.WriteString("regioscope"); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	to := filepath.Join(dir, filepath.Base(f.Name())+"-moved")
	if err := os.Rename(f.Name(), to); err != nil {
		return err
	}
	return os.Remove(to)
}

// largeBody is more than what nginx takes unless it is told otherwise.
const largeBody = 3 << 20

// nginx is looked at as a browser sees it: is a server reachable, do large requests arrive, are answers of the API its own.
func (d *diagnosis) nginx(ctx context.Context, base string) {
	if u, err := url.Parse(base); err != nil || u.Host == "" {
		d.fail("nginx", "%q is no address such as https://regioscope.example.org", base)
		return
	}
	client := &http.Client{Timeout: 2 * checkTime}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
	if err != nil {
		d.fail("nginx", "%v", err)
		return
	}
	res, err := client.Do(req)
	if err != nil {
		d.fail("nginx", "%s does not answer: %v", base, err)
		return
	}
	missing := unready(res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		d.fail("nginx", "%s/readyz answers %s%s: no server behind it is ready", base, res.Status, missing)
		return
	}
	d.ok("nginx", "%s reaches a server that is ready", base)
	if now, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		d.clock("nginx clock", now.Add(500*time.Millisecond))
	}
	// Nobody may upload without signing in: that the server says so tells that the request came through as a whole.
	req, err = http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/v1/datasets", strings.NewReader(strings.Repeat("x", largeBody)))
	if err != nil {
		d.fail("nginx limits", "%v", err)
		return
	}
	req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	res, err = client.Do(req)
	if err != nil {
		d.fail("nginx limits", "a request of %s did not arrive: %v", size(largeBody), err)
		return
	}
	res.Body.Close()
	switch {
	case res.StatusCode == http.StatusRequestEntityTooLarge:
		d.fail("nginx limits", "requests of %s are refused: set client_max_body_size 0, as nginx/regioscope.conf.template does", size(largeBody))
	case res.StatusCode != http.StatusUnauthorized:
		d.fail("nginx limits", "a large request was answered %s instead of 401", res.Status)
	case res.Header.Get("X-Request-Id") == "":
		d.warn("nginx limits", "%s does not pass the answers of the API on as they are", base)
	default:
		d.ok("nginx limits", "large requests arrive")
	}
}
