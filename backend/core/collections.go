package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Collections is the service of collections.
type Collections struct {
	stores   Stores
	datasets *Datasets
}

// NewCollections builds the service beside that of datasets, with which it shares deletion and events.
func NewCollections(datasets *Datasets) *Collections {
	return &Collections{stores: datasets.stores, datasets: datasets}
}

// CollectionMeta is what a person says about a new collection.
type CollectionMeta struct {
	Name       string        `json:"name" maxLength:"255"`
	Kind       MemberKind    `json:"kind" enum:"regions,signals"`
	DatasetIDs []int64       `json:"datasetIds,omitempty"`
	Query      *DatasetQuery `json:"query,omitempty" doc:"instead of datasetIds: a smart collection, whose members are what this finds"`
	Public     bool          `json:"public,omitempty"`
}

// Create makes a collection of datasets that caller may read. All members must be of the kind and of one assembly.
func (s *Collections) Create(ctx context.Context, caller Caller, m CollectionMeta) (*Collection, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	if m.Kind != MembersRegions && m.Kind != MembersSignals {
		return nil, Errorf(CodeInvalid, "A collection is made of regions or of signals.").WithFields(Field{Field: "kind", Message: "Choose regions or signals."})
	}
	m.Name = strings.TrimSpace(m.Name)
	if f := textFields(m.Name, "", "", "", ""); len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	facts := &CollectionFacts{Kind: m.Kind}
	var members []Dataset
	var assemblyID int64
	var err error
	if m.Query != nil {
		if members, facts.Query, err = s.startSmart(ctx, caller, &m); err == nil {
			assemblyID = facts.Query.AssemblyIDs[0]
		}
	} else if members, err = s.members(ctx, caller, m.Kind, 0, m.DatasetIDs); err == nil {
		assemblyID = members[0].AssemblyID
	}
	if err != nil {
		return nil, err
	}
	d := &Dataset{Name: m.Name, Kind: KindCollection, AssemblyID: assemblyID, OwnerID: caller.UserID,
		State: DatasetReady, Public: m.Public, Dimension: 1, SHA256: membersHash(members),
		Facts: Facts{Collection: facts}, CreatedAt: s.datasets.now().UTC()}
	err = s.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Datasets().Create(ctx, d); err != nil {
			return err
		}
		return tx.Datasets().SetMembers(ctx, d.ID, ids(members), d.SHA256)
	})
	if err != nil {
		return nil, fmt.Errorf("create collection: %w", err)
	}
	return s.Get(ctx, caller, d.ID)
}

// List gives the collections that caller may read, newest first; assemblyID 0 and kind "" do not filter.
func (s *Collections) List(ctx context.Context, caller Caller, assemblyID int64, kind MemberKind) ([]Collection, error) {
	if caller.Nobody() {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	rows, err := s.stores.Datasets().List(ctx, DatasetFilter{Visible: caller, Kind: KindCollection, AssemblyID: assemblyID})
	if err != nil {
		return nil, fmt.Errorf("list collections: %w", err)
	}
	levels, err := datasetLevels(ctx, s.stores, caller, rows)
	if err != nil {
		return nil, err
	}
	out := []Collection{}
	for i := range rows {
		if kind != "" && rows[i].Facts.Collection.Kind != kind {
			continue
		}
		tidyDataset(&rows[i], levels[i])
		c, err := s.collection(ctx, caller, &rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, *c)
	}
	return out, nil
}

// Get gives one collection. ErrNotFound also when caller may not read it.
func (s *Collections) Get(ctx context.Context, caller Caller, id int64) (*Collection, error) {
	d, err := s.row(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	return s.collection(ctx, caller, d)
}

// CollectionPatch changes what is not nil.
type CollectionPatch struct {
	Name       *string       `json:"name,omitempty" maxLength:"255"`
	DatasetIDs *[]int64      `json:"datasetIds,omitempty" doc:"the new members in their order; results of the old ones are deleted"`
	Public     *bool         `json:"public,omitempty"`
	Query      *DatasetQuery `json:"query,omitempty" doc:"another filter of a smart collection; for its owner"`
	Fix        bool          `json:"fix,omitempty" doc:"turn a smart collection into a list of the members that it has now, or of datasetIds"`
}

// Patch edits a collection, for who may edit it. Other members are another question, so that the answers to the old one
// are deleted.
func (s *Collections) Patch(ctx context.Context, caller Caller, id int64, p CollectionPatch) (*Collection, error) {
	d, err := s.editable(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if p.Name != nil {
		d.Name = strings.TrimSpace(*p.Name)
	}
	if p.Public != nil && *p.Public != d.Public && !d.Mine {
		return nil, Errorf(CodeForbidden, "Only an owner of this collection may say who reads it.")
	}
	if p.Public != nil {
		d.Public = *p.Public
	}
	if f := textFields(d.Name, "", "", "", ""); len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	var members []Dataset
	if p.DatasetIDs != nil && d.Facts.Collection.Query != nil && !p.Fix {
		return nil, Errorf(CodeInvalid, "The members of this collection follow a filter. Turn it into a list first.").
			WithFields(Field{Field: "datasetIds", Message: "The members follow a filter."})
	}
	if p.DatasetIDs != nil {
		if members, err = s.members(ctx, caller, d.Facts.Collection.Kind, d.AssemblyID, *p.DatasetIDs); err != nil {
			return nil, err
		}
	}
	if p.Query != nil && p.Fix {
		return nil, Errorf(CodeInvalid, "A collection is either a list or follows a filter.").WithFields(Field{Field: "query", Message: "A list has no filter."})
	}
	changed := p.Query != nil || p.Fix && d.Facts.Collection.Query != nil
	if p.Query != nil {
		if _, d.Facts.Collection.Query, err = s.refilter(ctx, caller, d, *p.Query); err != nil {
			return nil, err
		}
	} else if p.Fix {
		d.Facts.Collection.Query = nil
	}
	if err := s.stores.Datasets().Update(ctx, d); err != nil {
		return nil, fmt.Errorf("edit collection: %w", err)
	}
	if changed {
		if _, err := s.stores.Datasets().SetState(ctx, d, d.State); err != nil {
			return nil, fmt.Errorf("edit collection: %w", err)
		}
	}
	if hash := membersHash(members); members != nil && hash != d.SHA256 {
		if err := s.datasets.setMembers(ctx, d.ID, ids(members), hash); err != nil {
			return nil, fmt.Errorf("members of collection %d: %w", d.ID, err)
		}
	}
	return s.Get(ctx, caller, id)
}

// Dependants lists what deleting the collection would take along.
func (s *Collections) Dependants(ctx context.Context, caller Caller, id int64) (*Dependants, error) {
	if _, err := s.owned(ctx, caller, id); err != nil {
		return nil, err
	}
	return s.datasets.dependants(ctx, caller, id)
}

// Delete moves a collection to the trash; see Trash. Its members stay.
func (s *Collections) Delete(ctx context.Context, caller Caller, id int64) error {
	d, err := s.owned(ctx, caller, id)
	if err != nil {
		return err
	}
	return s.datasets.toTrash(ctx, caller, d)
}

func (s *Collections) row(ctx context.Context, caller Caller, id int64) (*Dataset, error) {
	d, err := s.stores.Datasets().ByID(ctx, id)
	if err == nil && d.Kind != KindCollection {
		return nil, nounNotFound(ErrNotFound, "collection")
	}
	if errors.Is(err, ErrNotFound) {
		return nil, s.datasets.inTrash(ctx, caller, id, "collection")
	}
	if err != nil {
		return nil, err
	}
	level, err := Access(ctx, s.stores, caller, d.Thing())
	if err != nil {
		return nil, err
	}
	tidyDataset(d, level)
	return d, allow(level, LevelShown, "collection", "")
}

func (s *Collections) editable(ctx context.Context, caller Caller, id int64) (*Dataset, error) {
	d, err := s.row(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	return d, allow(d.Access, LevelEdit, "collection", "You may look at this collection, not change it. Ask its owner for the right to edit.")
}

func (s *Collections) owned(ctx context.Context, caller Caller, id int64) (*Dataset, error) {
	d, err := s.row(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	return d, allow(d.Access, LevelOwn, "collection", "Only an owner of this collection may delete it.")
}

func (s *Collections) collection(ctx context.Context, caller Caller, d *Dataset) (*Collection, error) {
	if err := s.Follow(ctx, d); err != nil {
		return nil, err
	}
	all, err := s.stores.Datasets().Members(ctx, d.ID)
	if err != nil {
		return nil, fmt.Errorf("members of collection %d: %w", d.ID, err)
	}
	c := &Collection{ID: d.ID, Name: d.Name, Kind: d.Facts.Collection.Kind, AssemblyID: d.AssemblyID, OwnerID: d.OwnerID,
		OwnerName: d.OwnerName, Public: d.Public, DatasetIDs: []int64{}, Query: d.Facts.Collection.Query, CreatedAt: d.CreatedAt, Mine: d.Mine, Access: d.Access}
	levels, err := datasetLevels(ctx, s.stores, caller, all)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if levels[i].Covers(LevelShown) {
			c.DatasetIDs = append(c.DatasetIDs, all[i].ID)
		} else {
			c.Hidden++
		}
	}
	return c, nil
}
