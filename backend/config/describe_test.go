package config

import (
	"io"
	"strings"
	"testing"
)

func TestSecretsAreHidden(t *testing.T) {
	for given, want := range map[string]string{
		"":                              "",
		"sqlite:///var/lib/x.db":        "sqlite:///var/lib/x.db",
		"redis://127.0.0.1:6379/0":      "redis://127.0.0.1:6379/0",
		"redis://:pass@h:6379/0":        "redis://:(hidden)@h:6379/0",
		"redis://u:p@ss:w@h:6379/0":     "redis://u:(hidden)@h:6379/0",
		"mysql://me:p/w@tcp(h:3306)/db": "mysql://me:(hidden)@tcp(h:3306)/db",
		"me:pw@tcp(h:3306)/db":          "(hidden)", // as go-sql-driver writes it
		"0123456789abcdef":              "(hidden)",
	} {
		if got := hide(given); got != want {
			t.Errorf("%q is shown as %q, want %q", given, got, want)
		}
	}
}

func TestDescribeHasEverySettingAndNoSecret(t *testing.T) {
	c, _, err := Load(Serve, nil, []string{"REGIOSCOPE_SIGNING_KEY=0123456789abcdefghijklmnopqrstuv", "REGIOSCOPE_REDIS=redis://:hush-redis@h:1/0",
		"REGIOSCOPE_DATABASE=mysql://me:hush-db@tcp(h:1)/x", "REGIOSCOPE_ADMIN_USER=ada", "REGIOSCOPE_ADMIN_PASSWORD=hush-admin"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, s := range Describe(c, Serve) {
		text += s.Name + "=" + s.Value + "\n"
	}
	for _, secret := range []string{"hush", "0123456789abcdef"} {
		if strings.Contains(text, secret) {
			t.Errorf("a secret is shown:\n%s", text)
		}
	}
	for _, want := range []string{"listen=127.0.0.1:8080\n", "signing-key=(hidden)\n", "database=mysql://me:(hidden)@tcp(h:1)/x\n", "max-upload="} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
