package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// QuotaUse is what one user stores, and may store.
type QuotaUse struct {
	UserID int64  `json:"userId"`
	Name   string `json:"name"`
	Used   int64  `json:"used" doc:"bytes of datasets and of unfinished uploads"`
	Quota  *int64 `json:"quota" doc:"own limit in bytes, 0 = without; null = what the setting says"`
}

// Room is what the caller may still store.
type Room struct {
	Used    int64 `json:"used"`
	Quota   int64 `json:"quota" doc:"0 = without limit"`
	Free    int64 `json:"free" doc:"bytes free on the data volume for new files"`
	MaxFile int64 `json:"maxFile" doc:"largest file that is accepted"`
}

// Limits gives what an administrator allows.
func (s *Uploads) Limits(ctx context.Context) (UploadLimits, error) {
	l := DefaultUploadLimits()
	raw, err := s.stores.Settings().Get(ctx, uploadLimitsKey)
	if errors.Is(err, ErrNotFound) {
		return l, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &l)
	}
	if err != nil {
		return l, fmt.Errorf("upload limits: %w", err)
	}
	return l, nil
}

// ReadLimits is Limits for administrators.
func (s *Uploads) ReadLimits(ctx context.Context, caller Caller) (UploadLimits, error) {
	if err := adminOnly(caller); err != nil {
		return UploadLimits{}, err
	}
	return s.Limits(ctx)
}

// SetLimits is for administrators.
func (s *Uploads) SetLimits(ctx context.Context, caller Caller, l UploadLimits) (UploadLimits, error) {
	if err := adminOnly(caller); err != nil {
		return l, err
	}
	if f := l.wrong(); len(f) > 0 {
		return l, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	before, err := s.Limits(ctx)
	if err != nil {
		return l, err
	}
	raw, err := json.Marshal(l)
	if err != nil {
		return l, err
	}
	return l, s.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Settings().Set(ctx, uploadLimitsKey, raw); err != nil {
			return err
		}
		return note(ctx, tx, caller, ChangeLimits, uploadLimitsKey, before, l)
	})
}

// maxKeepHours bounds how long unfinished uploads are kept: a year.
const maxKeepHours = 365 * 24

// wrong gives the complaints about limits that cannot be.
func (l UploadLimits) wrong() (f []Field) {
	if l.QuotaBytes < 0 {
		f = append(f, Field{Field: "quotaBytes", Message: "A limit must not be negative; 0 is without limit."})
	}
	switch {
	case l.KeepHours < 1:
		f = append(f, Field{Field: "keepHours", Message: "Uploads are kept for an hour at least."})
	case l.KeepHours > maxKeepHours:
		f = append(f, Field{Field: "keepHours", Message: "Uploads are kept for a year at most."})
	}
	if l.ReserveBytes < 0 {
		f = append(f, Field{Field: "reserveBytes", Message: "What stays free must not be negative."})
	}
	return f
}

// Usage lists what every user stores; for administrators.
func (s *Uploads) Usage(ctx context.Context, caller Caller) ([]QuotaUse, error) {
	if err := adminOnly(caller); err != nil {
		return nil, err
	}
	return s.stores.Uploads().Usage(ctx)
}

// SetQuota gives one user a limit of their own, or takes it back (nil).
func (s *Uploads) SetQuota(ctx context.Context, caller Caller, userID int64, bytes *int64) error {
	if err := adminOnly(caller); err != nil {
		return err
	}
	if bytes != nil && *bytes < 0 {
		const say = "A limit must not be negative; 0 is without limit."
		return Errorf(CodeInvalid, say).WithFields(Field{Field: "bytes", Message: say})
	}
	u, err := s.stores.Users().ByID(ctx, userID)
	if err != nil {
		return nounNotFound(err, "user")
	}
	usage, err := s.stores.Uploads().Usage(ctx)
	if err != nil {
		return err
	}
	var before *int64
	for _, v := range usage {
		if v.UserID == userID {
			before = v.Quota
		}
	}
	return s.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Uploads().SetQuota(ctx, userID, bytes); err != nil {
			return err
		}
		return note(ctx, tx, caller, ChangeQuota, u.Username, map[string]any{"bytes": before}, map[string]any{"bytes": bytes})
	})
}

// Room tells what the caller may still store.
func (s *Uploads) Room(ctx context.Context, caller Caller) (Room, error) {
	r := Room{MaxFile: s.maxSize}
	if caller.UserID == 0 {
		return r, Errorf(CodeUnauthorized, "Please sign in.")
	}
	limits, err := s.Limits(ctx)
	if err != nil {
		return r, err
	}
	if r.Quota, err = s.quota(ctx, caller.UserID, limits); err != nil {
		return r, err
	}
	if r.Used, err = s.stores.Uploads().UsedBy(ctx, caller.UserID); err != nil {
		return r, fmt.Errorf("used space: %w", err)
	}
	free, err := s.partials.FreeSpace()
	if err != nil {
		return r, err
	}
	promised, err := s.promised(ctx)
	r.Free = max(0, free-limits.ReserveBytes-promised)
	return r, err
}

// RoomFor refuses a file of size bytes (0 = not known) that is too large, does not fit the caller's quota, or does not fit
// on the data volume beside what is on its way.
func (s *Uploads) RoomFor(ctx context.Context, caller Caller, size int64) error {
	if size > s.maxSize {
		return Errorf(CodeTooLarge, "The file is larger than %s, which is the limit of this server.", ByteText(s.maxSize))
	}
	r, err := s.Room(ctx, caller)
	if err != nil {
		return err
	}
	if r.Quota > 0 && r.Used+size > r.Quota {
		return Errorf(CodeQuota, "You may store %s and have stored %s: there is no room for %s. Delete what you do not need and empty the trash, or ask the administrator for more.",
			ByteText(r.Quota), ByteText(r.Used), ByteText(size))
	}
	if size > r.Free {
		return Errorf(CodeStorageFull, "The server has room for %s only; this file has %s. Ask the administrator for space.", ByteText(r.Free), ByteText(size))
	}
	return nil
}

// quota is the caller's limit in bytes, 0 = none.
func (s *Uploads) quota(ctx context.Context, userID int64, l UploadLimits) (int64, error) {
	own, err := s.stores.Uploads().Quota(ctx, userID)
	if errors.Is(err, ErrNotFound) {
		return l.QuotaBytes, nil
	}
	if err != nil {
		return 0, fmt.Errorf("quota: %w", err)
	}
	return own, nil
}

// promised is what unfinished uploads have still to send.
func (s *Uploads) promised(ctx context.Context) (sum int64, err error) {
	list, err := s.stores.Uploads().List(ctx, 0)
	if err != nil {
		return 0, fmt.Errorf("list uploads: %w", err)
	}
	for _, u := range list {
		if s.addOffset(ctx, &u) == nil {
			sum += u.Size - u.Offset
		}
	}
	return sum, nil
}

// space refuses to write on when the data volume is nearly full.
func (s *Uploads) space(more int64, l UploadLimits) error {
	free, err := s.partials.FreeSpace()
	if err != nil {
		return err
	}
	if free-more < l.ReserveBytes {
		return Errorf(CodeStorageFull, "The server's disk is nearly full. What was sent is kept; go on when the administrator has made room.")
	}
	return nil
}

func adminOnly(caller Caller) error {
	switch {
	case caller.UserID == 0:
		return Errorf(CodeUnauthorized, "Please sign in.")
	case !caller.IsAdmin():
		return Errorf(CodeForbidden, "Only administrators may do this.")
	}
	return nil
}

// ByteText writes a size as people do: 12 bytes, 3.5 MiB.
func ByteText(n int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	v, u := float64(n), 0
	for ; v >= 1024 && u < len(units)-1; u++ {
		v /= 1024
	}
	if u == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.3g %s", v, units[u])
}

func equalHex(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), b) }
