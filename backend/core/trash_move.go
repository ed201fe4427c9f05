package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// Restore brings a dataset or collection back, with its results, and into the collections that it had left; their results
// are deleted, because they ask about one more member now. A region set whose check was broken off is checked again,
// and an import that was is begun again.
func (s *Trash) Restore(ctx context.Context, caller Caller, id int64) (*TrashItem, error) {
	item, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	var check *Run
	var changed []Result
	err = s.stores.InTx(ctx, func(tx Stores) error {
		check, changed = nil, nil
		memberships, err := tx.Trash().Memberships(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.Trash().Restore(ctx, id); err != nil {
			return nounNotFound(err, "dataset in the trash")
		}
		d, err := tx.Datasets().ByID(ctx, id)
		if err != nil {
			return err
		}
		for _, m := range memberships {
			gone, err := rejoin(ctx, tx, d, m)
			if err != nil {
				return err
			}
			changed = append(changed, gone...)
		}
		if d.State != DatasetChecking && d.State != DatasetUploading {
			return nil
		}
		if active, err := tx.Runs().Active(ctx, id); err != nil || active > 0 {
			return err
		}
		if d.State == DatasetUploading {
			check, err = insertOwnRun(ctx, tx, PipelineImport, d)
			return err
		}
		check, err = s.datasets.runs.InsertBed(ctx, tx, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.datasets.dropArrays(ctx, changed)
	if check != nil {
		s.datasets.runs.BedInserted(ctx, *check)
	} else if d, err := s.stores.Datasets().ByID(ctx, id); err == nil {
		tidyDataset(d, LevelOwn)
		s.datasets.events.Publish(ctx, Event{UserID: d.OwnerID, Topic: "dataset", Data: *d})
	}
	return item, nil
}

// rejoin puts d back into a collection, at its old place as far as that is still there, and gives the results that go.
func rejoin(ctx context.Context, tx Stores, d *Dataset, m Membership) ([]Result, error) {
	members, err := tx.Datasets().Members(ctx, m.CollectionID)
	if err != nil {
		return nil, err
	}
	at := min(m.Position, len(members))
	members = append(members[:at:at], append([]Dataset{*d}, members[at:]...)...)
	results, err := tx.Results().List(ctx, ResultFilter{FeatureID: m.CollectionID})
	if err != nil {
		return nil, err
	}
	if err := tx.Datasets().SetMembers(ctx, m.CollectionID, ids(members), membersHash(members)); err != nil {
		return nil, err
	}
	return results, tx.Results().DeleteOf(ctx, m.CollectionID)
}

// toTrash moves a dataset or collection there. Collections lose it as a member, and with that the results that asked about
// it; the runs on it, and on these collections, stop.
func (s *Datasets) toTrash(ctx context.Context, caller Caller, d *Dataset) error {
	var holders []Dataset
	var changed []Result
	err := s.stores.InTx(ctx, func(tx Stores) (err error) {
		changed = nil
		if holders, err = tx.Datasets().CollectionsOf(ctx, d.ID); err != nil {
			return err
		}
		if err := tx.Trash().Put(ctx, d.ID, caller.UserID, s.now().UTC()); err != nil {
			return nounNotFound(err, string(d.Kind))
		}
		if err := tx.Trash().Leave(ctx, d.ID); err != nil {
			return err
		}
		for i := range holders {
			results, err := tx.Results().List(ctx, ResultFilter{FeatureID: holders[i].ID})
			if err != nil {
				return err
			}
			members, err := tx.Datasets().Members(ctx, holders[i].ID)
			if err != nil {
				return err
			}
			if err := tx.Datasets().SetMembers(ctx, holders[i].ID, ids(members), membersHash(members)); err != nil {
				return err
			}
			if err := tx.Results().DeleteOf(ctx, holders[i].ID); err != nil {
				return err
			}
			changed = append(changed, results...)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete dataset %d: %w", d.ID, err)
	}
	// From here on it is deleted; what fails now the sweeper and Garbage make up for.
	ctx = context.WithoutCancel(ctx)
	why := fmt.Sprintf("“%s” was moved to the trash by %s", d.Name, caller.Name)
	err = s.runs.StopFor(ctx, d.ID, why)
	for i := range holders {
		err = errors.Join(err, s.runs.StopFor(ctx, holders[i].ID, fmt.Sprintf("%s; it was a member of “%s”", why, holders[i].Name)))
	}
	if err != nil {
		slog.WarnContext(ctx, "runs on deleted data not stopped, the sweeper will", "dataset", d.ID, "cause", err)
	}
	s.dropArrays(ctx, changed)
	s.events.Publish(ctx, Event{UserID: d.OwnerID, Topic: "dataset", Data: DatasetGone{ID: d.ID, Deleted: true}})
	if caller.UserID != d.OwnerID {
		s.events.Publish(ctx, Event{UserID: caller.UserID, Topic: "dataset", Data: DatasetGone{ID: d.ID, Deleted: true}})
	}
	return nil
}

// inTrash tells an owner where their dataset is; everybody else learns that there is none.
func (s *Datasets) inTrash(ctx context.Context, caller Caller, id int64, noun string) error {
	t, err := s.stores.Trash().ByID(ctx, id)
	if err == nil {
		if ok, err := may(ctx, s.stores, caller, t.Thing(), LevelOwn); err != nil {
			return err
		} else if ok {
			return Errorf(CodeInTrash, "Your %s “%s” is in the trash until %s. Restore it there to use it again.", noun, t.Name,
				t.DeletedAt.AddDate(0, 0, TrashDays).Format("2 January 2006"))
		}
		err = ErrNotFound
	}
	return nounNotFound(err, noun)
}
