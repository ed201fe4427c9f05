package core

import (
	"context"
	"fmt"
)

// maxGrants bounds who one thing is shared with by name; more people are a group, or everyone.
const maxGrants = 200

// Sharing is the service of grants: who may do what with datasets, collections, assemblies and sessions.
type Sharing struct {
	stores  Stores
	notices *Notifications
}

// NewSharing builds the service. notices tells people what is shared with them; nil tells nobody.
func NewSharing(stores Stores, notices *Notifications) *Sharing { return &Sharing{stores, notices} }

// ShareKind is what a page calls the things that can be shared.
type ShareKind string

const (
	ShareDataset    ShareKind = "dataset"
	ShareCollection ShareKind = "collection"
	ShareAssembly   ShareKind = "assembly"
	ShareSession    ShareKind = "session"
)

// Shares is who may do what with one thing.
type Shares struct {
	Name      string  `json:"name"`
	OwnerName string  `json:"ownerName"`
	Everyone  bool    `json:"everyone" doc:"everyone with an account may read it"`
	Grants    []Grant `json:"grants"`
	// Of sessions and collections: people see in them only what they may read of the data.
	Data       int `json:"data" doc:"datasets that it shows"`
	DataShared int `json:"dataShared" doc:"of these, those that the caller may share, too"`
}

// shared is one thing as sharing needs to know it.
type shared struct {
	Thing
	name, ownerName string
	data            []int64
}

// Shares tells who may do what; owners only.
func (s *Sharing) Shares(ctx context.Context, caller Caller, kind ShareKind, id int64) (*Shares, error) {
	t, err := s.owned(ctx, caller, kind, id)
	if err != nil {
		return nil, err
	}
	return s.describe(ctx, caller, kind, t)
}

func (s *Sharing) describe(ctx context.Context, caller Caller, kind ShareKind, t *shared) (*Shares, error) {
	grants, err := s.stores.Access().Grants(ctx, t.Kind, t.ID)
	if err != nil {
		return nil, fmt.Errorf("grants of %s %d: %w", kind, t.ID, err)
	}
	mine, err := s.sharable(ctx, caller, t.data)
	if err != nil {
		return nil, err
	}
	return &Shares{Name: t.name, OwnerName: t.ownerName, Everyone: t.Public, Grants: grants, Data: len(t.data), DataShared: len(mine)}, nil
}

// Share replaces who may do what; owners only. withData gives the same people the right to read those datasets which the
// session or collection shows and caller may share; it takes no right away.
func (s *Sharing) Share(ctx context.Context, caller Caller, kind ShareKind, id int64, everyone bool, grants []Grant, withData bool) (*Shares, error) {
	t, err := s.owned(ctx, caller, kind, id)
	if err != nil {
		return nil, err
	}
	if err := s.check(ctx, caller, t, grants); err != nil {
		return nil, err
	}
	var data []Dataset
	if withData {
		if data, err = s.sharable(ctx, caller, t.data); err != nil {
			return nil, err
		}
	}
	var before []Grant
	err = s.stores.InTx(ctx, func(tx Stores) (err error) {
		if before, err = tx.Access().Grants(ctx, t.Kind, t.ID); err != nil {
			return err
		}
		if err := tx.Access().SetGrants(ctx, t.Kind, t.ID, everyone, grants); err != nil {
			return err
		}
		for i := range data {
			if err := addReaders(ctx, tx, &data[i], everyone, grants); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("share %s %d: %w", kind, id, err)
	}
	t.Public = everyone
	s.tell(ctx, caller, kind, t, before, grants)
	return s.describe(ctx, caller, kind, t) // also to a co-owner who has just taken leave
}

// addReaders lets everybody in grants read d, who may not do so by name already.
func addReaders(ctx context.Context, tx Stores, d *Dataset, everyone bool, grants []Grant) error {
	have, err := tx.Access().Grants(ctx, ThingDataset, d.ID)
	if err != nil {
		return err
	}
	type who struct{ user, group int64 }
	known := map[who]bool{{user: d.OwnerID}: true}
	for _, g := range have {
		known[who{g.UserID, g.GroupID}] = true
	}
	for _, g := range grants {
		if !known[who{g.UserID, g.GroupID}] {
			have = append(have, Grant{UserID: g.UserID, GroupID: g.GroupID, Level: LevelRead})
		}
	}
	return tx.Access().SetGrants(ctx, ThingDataset, d.ID, d.Public || everyone, have)
}

func (s *Sharing) owned(ctx context.Context, caller Caller, kind ShareKind, id int64) (*shared, error) {
	t, err := s.load(ctx, kind, id)
	if err != nil {
		return nil, nounNotFound(err, string(kind))
	}
	level, err := Access(ctx, s.stores, caller, t.Thing)
	if err != nil {
		return nil, err
	}
	if err := allow(level, LevelOwn, string(kind), "Only an owner of this "+string(kind)+" may say who may do what with it."); err != nil {
		return nil, err
	}
	if t.Kind == ThingAssembly && t.OwnerID == 0 {
		return nil, Errorf(CodeForbidden, "%s is built in: everyone with an account uses it.", t.name)
	}
	return t, nil
}

func (s *Sharing) load(ctx context.Context, kind ShareKind, id int64) (*shared, error) {
	switch kind {
	case ShareDataset, ShareCollection:
		d, err := s.stores.Datasets().ByID(ctx, id)
		if err == nil && (d.Kind == KindCollection) != (kind == ShareCollection) {
			err = ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		members, err := s.stores.Datasets().Members(ctx, id)
		return &shared{d.Thing(), d.Name, d.OwnerName, ids(members)}, err
	case ShareSession:
		x, err := s.stores.Sessions().ByID(ctx, id)
		if err != nil {
			return nil, err
		}
		data, err := shownRows(ctx, s.stores, x)
		return &shared{x.Thing(), x.Name, x.OwnerName, ids(data)}, err
	}
	a, err := s.stores.Assemblies().ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	t := &shared{Thing: a.Thing(), name: a.Name}
	t.Public = a.Public
	if u, err := s.stores.Users().ByID(ctx, a.OwnerID); err == nil {
		t.ownerName = u.Username
	}
	return t, nil
}

// sharable keeps the datasets that caller owns.
func (s *Sharing) sharable(ctx context.Context, caller Caller, list []int64) ([]Dataset, error) {
	var out []Dataset
	for _, id := range list {
		d, err := s.stores.Datasets().ByID(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("dataset %d: %w", id, err)
		}
		out = append(out, *d)
	}
	levels, err := datasetLevels(ctx, s.stores, caller, out)
	if err != nil {
		return nil, err
	}
	n := 0
	for i := range out {
		if levels[i] == LevelOwn {
			out[n] = out[i]
			n++
		}
	}
	return out[:n], nil
}

// shownRows loads the datasets and collections that a session names, with the members of the collections; what has been
// deleted is left out.
func shownRows(ctx context.Context, stores Stores, x *Session) ([]Dataset, error) {
	var out []Dataset
	seen := map[int64]bool{}
	add := func(d Dataset) {
		if !seen[d.ID] {
			seen[d.ID] = true
			out = append(out, d)
		}
	}
	for _, id := range ShownDatasets(x.Document) {
		d, err := stores.Datasets().ByID(ctx, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("dataset %d: %w", id, err)
		}
		add(*d)
		if d.Kind != KindCollection {
			continue
		}
		members, err := stores.Datasets().Members(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("members of collection %d: %w", id, err)
		}
		for _, m := range members {
			add(m)
		}
	}
	return out, nil
}
