package core

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
)

// ManyShares gives the same people and groups the same right to many datasets.
type ManyShares struct {
	IDs    []int64     `json:"ids" minItems:"1" maxItems:"1000"`
	Grants []ManyGrant `json:"grants" minItems:"1" maxItems:"200"`
}

// ManyGrant is the right of one person or group.
type ManyGrant struct {
	UserID  int64 `json:"userId,omitempty"`
	GroupID int64 `json:"groupId,omitempty"`
	Level   Level `json:"level" enum:"none,read,edit,own" doc:"none takes the right away that was given by name"`
}

// ShareMany gives rights to the datasets of the list that caller owns, in one transaction: all of these or none. Rights of
// others stay as they are, and so does whether everyone may read. When caller owns not a single one, that is an error.
func (s *Sharing) ShareMany(ctx context.Context, caller Caller, m ManyShares) (*BulkOutcome, error) {
	datasets := Datasets{stores: s.stores}
	list, out, err := datasets.allowed(ctx, caller, m.IDs, LevelOwn)
	if err != nil {
		return nil, err
	}
	grants := make([]Grant, len(m.Grants))
	for i, g := range m.Grants {
		grants[i] = Grant{UserID: g.UserID, GroupID: g.GroupID, Level: g.Level}
		if g.Level == LevelNone {
			grants[i].Level = LevelRead // as far as check is concerned
		}
	}
	if err := s.check(ctx, caller, &shared{Thing: Thing{Kind: ThingDataset}}, grants); err != nil {
		return nil, err
	}
	var fresh map[int64][]Dataset
	err = s.stores.InTx(ctx, func(tx Stores) error {
		fresh = map[int64][]Dataset{} // InTx may repeat
		for i := range list {
			d := &list[i]
			have, err := tx.Access().Grants(ctx, ThingDataset, d.ID)
			if err != nil {
				return err
			}
			for _, g := range m.Grants {
				if g.UserID != 0 && g.UserID == d.OwnerID {
					continue // the owner of this one; it may be another's dataset that caller co-owns
				}
				at := slices.IndexFunc(have, func(h Grant) bool { return h.UserID == g.UserID && h.GroupID == g.GroupID })
				switch {
				case g.Level == LevelNone && at >= 0:
					have = slices.Delete(have, at, at+1)
				case g.Level == LevelNone:
				case at >= 0:
					have[at].Level = g.Level
				default:
					have = append(have, Grant{UserID: g.UserID, GroupID: g.GroupID, Level: g.Level})
					if g.UserID != 0 && g.UserID != caller.UserID {
						fresh[g.UserID] = append(fresh[g.UserID], *d)
					}
				}
			}
			if len(have) > maxGrants {
				return Errorf(CodeInvalid, "“%s” would be shared with more than %d people and groups by name. Make a group of them.", d.Name, maxGrants).
					WithFields(Field{Field: "grants", Message: "too many"})
			}
			if err := tx.Access().SetGrants(ctx, ThingDataset, d.ID, d.Public, have); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("share %d datasets: %w", len(list), err)
	}
	s.tellMany(ctx, caller, fresh, m.Grants)
	return out, nil
}

// tellMany tells each person once of all that they were given. It is an aid: a failure is only logged.
func (s *Sharing) tellMany(ctx context.Context, caller Caller, fresh map[int64][]Dataset, grants []ManyGrant) {
	if s.notices == nil {
		return
	}
	for _, g := range grants {
		given := fresh[g.UserID]
		if g.UserID == 0 || len(given) == 0 {
			continue
		}
		n := Notification{UserID: g.UserID, Kind: NoticeShared, Link: ShareDataset.page(given[0].ID), Text: sharedMeans[g.Level],
			Title: fmt.Sprintf("%s shares the dataset “%s” with you", caller.Name, given[0].Name)}
		if len(given) > 1 {
			n.Title, n.Link, n.Text = fmt.Sprintf("%s shares %d datasets with you", caller.Name, len(given)), fmt.Sprintf("/datasets/regions?owner=%d", given[0].OwnerID), fmt.Sprintf("“%s”, and %d more.", given[0].Name, len(given)-1)
			if !slices.ContainsFunc(given, func(d Dataset) bool { return d.Kind == KindRegions }) {
				n.Link = fmt.Sprintf("/datasets/features?owner=%d", given[0].OwnerID)
			}
		}
		if err := s.notices.Tell(ctx, n); err != nil {
			slog.WarnContext(ctx, "person not told of what is shared with them", "user", g.UserID, "cause", err)
		}
	}
}
