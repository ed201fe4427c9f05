package config

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const goodKey = "REGIOSCOPE_SIGNING_KEY=3f9a0c1be57d2846a1b2c3d4e5f60718293a4b5c6d7e8f90"

func TestFlagsWinOverEnvironmentOverDefaults(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		env  []string
		want string
	}{
		{"default", nil, nil, "127.0.0.1:8080"},
		{"environment", nil, []string{"REGIOSCOPE_LISTEN=:1"}, ":1"},
		{"empty variable is not set", nil, []string{"REGIOSCOPE_LISTEN="}, "127.0.0.1:8080"},
		{"flag", []string{"--listen", ":2"}, []string{"REGIOSCOPE_LISTEN=:1"}, ":2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, _, err := Load(Standalone, tc.args, tc.env, io.Discard)
			if err != nil || c.Listen != tc.want {
				t.Fatalf("listen = %q, %v; want %q", c.Listen, err, tc.want)
			}
		})
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name, program, says string
		args, env           []string
	}{
		{"unknown variable", Standalone, "REGIOSCOPE_LISTN", nil, []string{"REGIOSCOPE_LISTN=:1"}},
		{"no key", Serve, "at least 32", nil, nil},
		{"short key", Serve, "at least 32", nil, []string{"REGIOSCOPE_SIGNING_KEY=abc"}},
		{"typed key", Serve, "too simple", nil, []string{"REGIOSCOPE_SIGNING_KEY=" + strings.Repeat("ab", 20)}},
		{"sample key", Serve, "too simple", nil, []string{"REGIOSCOPE_SIGNING_KEY=changeme-0123456789-abcdefghijklmnop"}},
		{"secret twice", Serve, "both set", nil, []string{goodKey, "REGIOSCOPE_SIGNING_KEY_FILE=/dev/null"}},
		{"file only for secrets", Standalone, "REGIOSCOPE_LISTEN_FILE", nil, []string{"REGIOSCOPE_LISTEN_FILE=/dev/null"}},
		{"listen", Standalone, "HOST:PORT", []string{"--listen", "8080"}, nil},
		{"size", Standalone, "not a size", nil, []string{"REGIOSCOPE_MAX_UPLOAD=many"}},
		{"bucket", Worker, "s3://BUCKET", []string{"--blobs", "https://bucket.example.org"}, nil},
		{"key of a bucket without its secret", Worker, "blobs-secret", []string{"--blobs", "s3://b", "--blobs-key", "x"}, nil},
		{"proxy", Standalone, "trusted-proxies", []string{"--trusted-proxies", "nginx"}, nil},
		{"queue", Worker, "none of short", []string{"--queues", "shrt=1"}, nil},
		{"number", Worker, "1 to 1000", nil, []string{"REGIOSCOPE_QUEUES=short=0"}},
		{"user without password", Standalone, "admin-password", []string{"--admin-user", "a"}, nil},
		{"flag of another program", Worker, "not defined", []string{"--listen", ":1"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := Load(tc.program, tc.args, tc.env, io.Discard)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Fatalf("error %v, want one that says %q", err, tc.says)
			}
		})
	}
}

func TestSecretFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	key := strings.TrimPrefix(goodKey, "REGIOSCOPE_SIGNING_KEY=")
	if err := os.WriteFile(path, []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, _, err := Load(Serve, nil, []string{"REGIOSCOPE_SIGNING_KEY_FILE=" + path}, io.Discard)
	if err != nil || c.SigningKey != key {
		t.Fatalf("key %q, %v", c.SigningKey, err)
	}
}

func TestTestHooksAreLetThrough(t *testing.T) {
	if _, _, err := Load(Standalone, nil, []string{"REGIOSCOPE_TESTDATA=/x", "REGIOSCOPE_E2E_PORT=1"}, io.Discard); err != nil {
		t.Fatal(err)
	}
}

func TestHelpNamesTheProgramsOwnSettings(t *testing.T) {
	var b strings.Builder
	_, _, err := Load(Worker, []string{"--help"}, nil, &b)
	if !errors.Is(err, flag.ErrHelp) || !strings.Contains(b.String(), "REGIOSCOPE_QUEUES") || strings.Contains(b.String(), "no-demo") {
		t.Fatalf("%v\n%s", err, b.String())
	}
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]Bytes{"0": 0, "12": 12, "1kB": 1000, "1KiB": 1024, "1.5 GiB": 3 << 29, "64GiB": 64 << 30} {
		var b Bytes
		if err := b.UnmarshalText([]byte(text)); err != nil || b != want {
			t.Errorf("%q = %d, %v; want %d", text, b, err, want)
		}
	}
	for _, text := range []string{"", "GiB", "-1", "1e300", "NaN", "1 2"} {
		var b Bytes
		if err := b.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken for %d", text, b)
		}
	}
}
