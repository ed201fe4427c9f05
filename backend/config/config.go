// Package config reads the settings of every program: flags, then REGIOSCOPE_* in the environment, then the defaults,
// which suit development. A setting whose name is "some-name" is the flag --some-name and the variable
// REGIOSCOPE_SOME_NAME; a secret may instead lie in a file that REGIOSCOPE_SOME_NAME_FILE names. An unknown REGIOSCOPE_*
// variable is an error, so that a typing mistake is not a silent default.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"regioscope/backend/auth"
	"regioscope/backend/core"
)

// Programs that read settings.
const (
	Serve      = "serve"
	Standalone = "standalone"
	Worker     = "worker"
	Migrate    = "migrate"
	Admin      = "admin"
	Storage    = "storage"
	Doctor     = "doctor"
)

// Config is every setting. The tags document it: name, default (and that of standalone where it differs), help, the
// programs that use it, and whether it is secret.
type Config struct {
	Listen         string    `name:"listen" default:"127.0.0.1:8080" for:"serve,standalone" help:"address to listen on; port 0 takes a free one"`
	Data           string    `name:"data" default:"./data" for:"serve,standalone,worker,storage,admin,doctor" help:"folder of the data volume; of a standalone installation, its folder"`
	Database       string    `name:"database" default:"mysql://regioscope@tcp(127.0.0.1:3306)/regioscope" storage:"" admin:"" doctor:"" for:"serve,worker,migrate,admin,storage,doctor" secret:"true" help:"mysql://USER:PASSWORD@tcp(HOST:PORT)/NAME or sqlite:///FILE"`
	Blobs          string    `name:"blobs" for:"serve,standalone,worker,admin,storage,doctor" help:"keeps files in a bucket of an S3-compatible storage instead of the data volume: s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION; the data folder then has what is on its way, and caches"`
	BlobsKey       string    `name:"blobs-key" for:"serve,standalone,worker,admin,storage,doctor" help:"id of the access key of the bucket; without one AWS_ACCESS_KEY_ID, ~/.aws/credentials and the role of the machine are asked"`
	BlobsSecret    string    `name:"blobs-secret" for:"serve,standalone,worker,admin,storage,doctor" secret:"true" help:"the secret that belongs to blobs-key"`
	BlockCache     Bytes     `name:"block-cache" default:"10GiB" for:"serve,standalone,worker" help:"how much of the data folder may hold what was read of a bucket; what was used longest ago is deleted; 0 keeps a little in memory only"`
	Redis          string    `name:"redis" default:"redis://127.0.0.1:6379/0" for:"serve,worker,doctor" secret:"true" help:"redis://:PASSWORD@HOST:PORT/DB"`
	SigningKey     string    `name:"signing-key" for:"serve,worker,doctor" secret:"true" help:"key of the access tokens and of stored secrets, at least 32 bytes, the same for all instances; several, comma separated: the first signs, the others are still taken, so that a key can be replaced; workers open users' access keys for repositories with it"`
	AdminUser      string    `name:"admin-user" for:"serve,standalone" help:"makes the first account, when there is none"`
	AdminPassword  string    `name:"admin-password" for:"serve,standalone" secret:"true" help:"password of the first account"`
	MaxUpload      Bytes     `name:"max-upload" default:"64GiB" for:"serve,standalone,worker" help:"largest file that may be uploaded or imported"`
	SignUps        int       `name:"sign-ups" default:"100" for:"serve,standalone" help:"how many accounts may be asked for from one address in a quarter of an hour; more when a whole course sits behind one router"`
	TrustedProxies []string  `name:"trusted-proxies" for:"serve,standalone" help:"addresses or networks, comma separated, whose X-Forwarded-* headers are believed"`
	SecureCookies  bool      `name:"secure-cookies" for:"serve,standalone" help:"cookies over TLS only, also when no proxy says that the request came by TLS"`
	SMTP           string    `name:"smtp" for:"serve,standalone" secret:"true" help:"mail server, smtp://USER:PASSWORD@HOST:PORT or smtps://…; without one the administrator confirms accounts and makes reset links"`
	MailFrom       string    `name:"mail-from" for:"serve,standalone" help:"the sender of mails, such as Regioscope <regioscope@example.org>"`
	PublicURL      string    `name:"public-url" for:"serve,standalone,doctor" help:"where people find the pages, such as https://regioscope.example.org; mails need it, and doctor looks there for nginx"`
	Showcase       bool      `name:"showcase" for:"serve,standalone" help:"visitors without an account may look at what everyone may read, and change nothing"`
	NoDemo         bool      `name:"no-demo" for:"standalone" help:"do not add demo data to a new data folder"`
	Queues         QueueSpec `name:"queues" default:"short=2,medium=1,long=1" for:"worker,standalone" help:"queues to consume and how many runs of each at once"`
	ContactCache   Bytes     `name:"contact-cache" default:"20GiB" for:"serve,standalone,worker" help:"how much of the data volume may hold what was read of contact maps; what was used longest ago is deleted"`
	Threads        int       `name:"threads" default:"0" for:"worker,standalone" help:"threads of one computation, 0 = all cores"`
	Memory         Bytes     `name:"memory" default:"1GiB" for:"worker,standalone" help:"working memory that one computation may plan with"`
	Lease          Duration  `name:"lease" default:"30s" for:"worker,standalone" help:"how long a run may be without a sign of life of its worker before another takes it"`
	OTLP           string    `name:"otlp" for:"serve,standalone,worker,doctor" help:"OpenTelemetry collector that traces are sent to, such as http://collector:4318; without one there are no traces"`
	StopDelay      Duration  `name:"stop-delay" default:"3s" standalone:"0s" for:"serve,standalone" help:"how long a server that is told to stop still answers while /readyz says that it is stopping, so that whoever shares out requests sends it no more"`
	LogLevel       string    `name:"log-level" default:"info" standalone:"warn" help:"debug, info, warn or error"`
	LogFormat      string    `name:"log-format" default:"json" standalone:"text" help:"json or text"`
}

// testHooks are variables that only tests and development tools read.
var testHooks = []string{"REGIOSCOPE_TEST", "REGIOSCOPE_E2E", "REGIOSCOPE_BACKEND"}

// validate checks what can be checked without touching anything.
func (c *Config) validate(program string) error {
	var errs []error
	add := func(name, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
	}
	if program == Serve || program == Standalone {
		if _, _, err := net.SplitHostPort(c.Listen); err != nil {
			add("listen", "%q is not HOST:PORT", c.Listen)
		}
		if c.MaxUpload < 1 {
			add("max-upload", "must be at least one byte")
		}
		if c.SignUps < 1 {
			add("sign-ups", "must be at least one")
		}
		if (c.AdminUser == "") != (c.AdminPassword == "") {
			add("admin-user", "give both admin-user and admin-password, or neither")
		}
	}
	if c.SMTP != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			add("public-url", "mails name pages: give their address, such as https://regioscope.example.org")
		}
		if _, err := mail.ParseAddress(c.MailFrom); err != nil {
			add("mail-from", "%q is not an address such as Regioscope <regioscope@example.org>", c.MailFrom)
		}
	}
	if program == Serve {
		if err := CheckSigningKey(c.SigningKey); err != nil {
			add("signing-key", "%v", err)
		}
	}
	if u, err := url.Parse(c.OTLP); c.OTLP != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		add("otlp", "%q is not an address such as http://collector:4318", c.OTLP)
	}
	if c.Blobs != "" && !strings.HasPrefix(c.Blobs, "s3://") {
		add("blobs", "%q is not s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION", c.Blobs)
	}
	if (c.BlobsKey == "") != (c.BlobsSecret == "") {
		add("blobs-key", "give both blobs-key and blobs-secret, or neither")
	}
	if c.StopDelay < 0 || c.StopDelay > Duration(time.Minute) {
		add("stop-delay", "must be 0s to 1m")
	}
	for _, p := range c.TrustedProxies {
		_, err1 := netip.ParsePrefix(p)
		_, err2 := netip.ParseAddr(p)
		if err1 != nil && err2 != nil {
			add("trusted-proxies", "%q is neither an address nor a network", p)
		}
	}
	if c.Threads < 0 {
		add("threads", "must not be negative")
	}
	if len(c.Queues) == 0 && (program == Worker || program == Standalone) {
		add("queues", "names no queue")
	}
	for q := range c.Queues {
		if q != core.QueueShort && q != core.QueueMedium && q != core.QueueLong {
			add("queues", "%q is none of short, medium, long", q)
		}
	}
	if c.Lease < Duration(time.Second) {
		add("lease", "must be at least 1s")
	}
	if _, err := c.level(); err != nil {
		add("log-level", "%q is none of debug, info, warn, error", c.LogLevel)
	}
	if c.LogFormat != "json" && c.LogFormat != "text" {
		add("log-format", "%q is neither json nor text", c.LogFormat)
	}
	return errors.Join(errs...)
}

func (c *Config) level() (l slog.Level, err error) {
	err = l.UnmarshalText([]byte(c.LogLevel))
	return l, err
}

// CheckSigningKey refuses keys that somebody could guess.
func CheckSigningKey(keys string) error {
	for i, key := range auth.ParseKeyring(keys) {
		if err := checkKey(string(key)); err != nil && i > 0 {
			return fmt.Errorf("number %d %w", i+1, err)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func checkKey(key string) error {
	switch {
	case len(key) < auth.MinKey:
		return fmt.Errorf("has %d bytes, needs at least %d; make one with: openssl rand -hex 32", len(key), auth.MinKey)
	case weak(key):
		return errors.New("is too simple; make one with: openssl rand -hex 32")
	}
	return nil
}

// weak finds keys that somebody typed instead of making: few different characters, or a sample's words.
func weak(key string) bool {
	seen := map[rune]bool{}
	for _, r := range key {
		seen[r] = true
	}
	lower := strings.ToLower(key)
	return len(seen) < 8 || strings.Contains(lower, "changeme") || strings.Contains(lower, "change-me") || strings.Contains(lower, "secret")
}
