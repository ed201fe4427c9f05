package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Leaving is what goes with an account, and what of it can be taken along.
type Leaving struct {
	Datasets    []Dataset  `json:"-"`
	Collections []Dataset  `json:"-"`
	Sessions    []Session  `json:"-"`
	Assemblies  []Assembly `json:"-"`
	Groups      []Group    `json:"-"`
	// Kept are assemblies that datasets of others lie on: an administrator takes them over.
	Kept []Assembly `json:"-"`
}

// LeavingCount is Leaving in numbers.
type LeavingCount struct {
	Datasets    int   `json:"datasets"`
	Bytes       int64 `json:"bytes"`
	Collections int   `json:"collections"`
	Sessions    int   `json:"sessions"`
	Assemblies  int   `json:"assemblies"`
	Kept        int   `json:"keptAssemblies" doc:"datasets of others lie on them: an administrator takes them over"`
	Groups      int   `json:"groups"`
}

// Count gives the numbers.
func (l *Leaving) Count() *LeavingCount {
	c := &LeavingCount{Datasets: len(l.Datasets), Collections: len(l.Collections), Sessions: len(l.Sessions), Assemblies: len(l.Assemblies),
		Kept: len(l.Kept), Groups: len(l.Groups)}
	for i := range l.Datasets {
		c.Bytes += l.Datasets[i].Size
	}
	return c
}

// Departures ends accounts. It stands beside Accounts because datasets go with them.
type Departures struct {
	accounts *Accounts
	datasets *Datasets
	trash    *Trash
}

// NewDepartures builds the service.
func NewDepartures(accounts *Accounts, datasets *Datasets) *Departures {
	return &Departures{accounts, datasets, NewTrash(datasets, nil)}
}

// Leaving lists what the caller owns, with the documents of sessions.
func (s *Departures) Leaving(ctx context.Context, caller Caller) (*Leaving, error) {
	if err := caller.inPerson(); err != nil {
		return nil, err
	}
	stores, me := s.accounts.stores, Caller{UserID: caller.UserID, Role: RoleUser}
	out := &Leaving{}
	for kind, to := range map[Kind]*[]Dataset{"": &out.Datasets, KindCollection: &out.Collections} {
		list, err := stores.Datasets().List(ctx, DatasetFilter{Visible: me, Kind: kind})
		if err != nil {
			return nil, fmt.Errorf("own datasets: %w", err)
		}
		for i := range list {
			if list[i].OwnerID == me.UserID {
				tidyDataset(&list[i], LevelOwn)
				*to = append(*to, list[i])
			}
		}
	}
	sessions, err := stores.Sessions().List(ctx, me)
	if err != nil {
		return nil, fmt.Errorf("own sessions: %w", err)
	}
	for _, x := range sessions {
		if x.OwnerID != me.UserID {
			continue
		}
		full, err := stores.Sessions().ByID(ctx, x.ID)
		if err != nil {
			return nil, fmt.Errorf("session %d: %w", x.ID, err)
		}
		full.Mine, full.Access = true, LevelOwn
		out.Sessions = append(out.Sessions, *full)
	}
	groups, err := stores.Groups().List(ctx, me.UserID)
	if err != nil {
		return nil, fmt.Errorf("own groups: %w", err)
	}
	for _, g := range groups {
		if g.OwnerID == me.UserID {
			out.Groups = append(out.Groups, g)
		}
	}
	return out, s.assemblies(ctx, me, out)
}

func (s *Departures) assemblies(ctx context.Context, me Caller, out *Leaving) error {
	stores := s.accounts.stores
	list, err := stores.Assemblies().List(ctx, me)
	if err != nil {
		return fmt.Errorf("own assemblies: %w", err)
	}
	own := map[int64]int{}
	for _, d := range append(append([]Dataset{}, out.Datasets...), out.Collections...) {
		own[d.AssemblyID]++
	}
	for _, a := range list {
		if a.OwnerID != me.UserID {
			continue
		}
		n, err := stores.Assemblies().CountDatasets(ctx, a.ID)
		if err != nil {
			return fmt.Errorf("assembly %d: %w", a.ID, err)
		}
		if a.Access = LevelOwn; n > own[a.ID] {
			out.Kept = append(out.Kept, a)
		} else {
			out.Assemblies = append(out.Assemblies, a)
		}
	}
	return nil
}

// Leave deletes the caller's account with everything it owns. confirm must be the user name, typed.
func (s *Departures) Leave(ctx context.Context, from Client, caller Caller, confirm, password string) error {
	if err := caller.inPerson(); err != nil {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(confirm), caller.Name) {
		const say = "Type your user name to confirm."
		return Errorf(CodeInvalid, say).WithFields(Field{Field: "confirm", Message: say})
	}
	if _, err := s.accounts.again(ctx, from, caller, password); err != nil {
		return err
	}
	heir, err := s.heir(ctx, caller)
	if err != nil {
		return err
	}
	what, err := s.Leaving(ctx, caller)
	if err != nil {
		return err
	}
	// Every step leaves an account that can go on: the account itself goes last.
	for _, d := range append(what.Collections, what.Datasets...) {
		if err := s.datasets.toTrash(ctx, caller, &d); err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("delete account: dataset %d: %w", d.ID, err)
		}
	}
	stores := s.accounts.stores
	trashed, err := stores.Trash().List(ctx, caller.UserID)
	if err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	for _, t := range trashed {
		if t.OwnerID != caller.UserID {
			continue
		}
		if err := s.trash.purge(ctx, t.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("delete account: dataset %d: %w", t.ID, err)
		}
	}
	for _, a := range what.Assemblies {
		if err := stores.Assemblies().Delete(ctx, a.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("delete account: assembly %d: %w", a.ID, err)
		}
	}
	if err := stores.Assemblies().Inherit(ctx, caller.UserID, heir); err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	if err := stores.Users().Delete(ctx, caller.UserID); err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	slog.InfoContext(ctx, "account deleted by its owner", "user", caller.UserID, "datasets", len(what.Datasets), "sessions", len(what.Sessions))
	return nil
}

// heir is the administrator who takes over what others still need. The last one cannot leave: nobody could let anybody in.
func (s *Departures) heir(ctx context.Context, caller Caller) (int64, error) {
	list, err := s.accounts.stores.Users().List(ctx, UserFilter{})
	if err != nil {
		return 0, fmt.Errorf("administrators: %w", err)
	}
	for _, u := range list {
		if u.Role == RoleAdmin && !u.Disabled && u.ID != caller.UserID {
			return u.ID, nil
		}
	}
	return 0, Errorf(CodeState, "You are the only administrator. Make somebody else one first.")
}
