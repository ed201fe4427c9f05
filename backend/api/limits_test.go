package api_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
)

// Each complaint about the space that people have, or about their access keys, names the field that it is about.
func TestComplaintsAboutSpaceAndKeysNameTheirField(t *testing.T) {
	a := newApp(t)
	ctx := t.Context()
	fields := func(err error) (out []string) {
		t.Helper()
		var e *core.Error
		if !errors.As(err, &e) || e.Code != core.CodeInvalid {
			t.Fatalf("%v", err)
		}
		for _, f := range e.Fields {
			out = append(out, f.Field)
		}
		return out
	}
	same := func(got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	_, err := a.deps.Uploads.SetLimits(ctx, a.root.Caller, core.UploadLimits{QuotaBytes: -1, KeepHours: 0, ReserveBytes: -1})
	same(fields(err), "quotaBytes", "keepHours", "reserveBytes")
	_, err = a.deps.Uploads.SetLimits(ctx, a.root.Caller, core.UploadLimits{KeepHours: 365*24 + 1})
	same(fields(err), "keepHours")
	same(fields(a.deps.Uploads.SetQuota(ctx, a.root.Caller, a.bob.UserID, new(int64(-1)))), "bytes")
	key := func(id, secret string) []string {
		return fields(a.deps.Imports.SetKey(ctx, a.bob.Caller, 1, core.Credential{KeyID: id, Secret: secret}))
	}
	same(key(" ", ""), "keyId", "secret")
	same(key("me", ""), "secret")
	same(key(strings.Repeat("k", 256), "s"), "keyId")
	same(key("me", strings.Repeat("s", 1001)), "secret")
}
