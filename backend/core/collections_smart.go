package core

import (
	"context"
	"fmt"
)

// A smart collection keeps a query instead of a list: its members are what the query finds for its owner among ready
// datasets of its kind and assembly, by name. They are looked up again whenever somebody asks for the collection or
// computes with it; when they have become others, the results of the former ones are deleted, as for any collection.

// pinned is the query of a smart collection: of one kind, one assembly, and of what can be used.
func (k MemberKind) pinned(q DatasetQuery, assemblyID int64) *DatasetQuery {
	q.Kinds, q.AssemblyIDs, q.States = []Kind{k.datasetKind()}, []int64{assemblyID}, []DatasetState{DatasetReady}
	return &q
}

// startSmart finds the first members and the assembly of a new smart collection.
func (s *Collections) startSmart(ctx context.Context, caller Caller, m *CollectionMeta) ([]Dataset, *DatasetQuery, error) {
	bad := func(format string, args ...any) error {
		e := Errorf(CodeInvalid, format, args...)
		return e.WithFields(Field{Field: "query", Message: e.Message})
	}
	if len(m.DatasetIDs) > 0 {
		return nil, nil, bad("Give either the members of a collection or a filter that finds them.")
	}
	q := *m.Query
	if f := q.wrong(); len(f) > 0 {
		return nil, nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	q.Kinds, q.States = []Kind{m.Kind.datasetKind()}, []DatasetState{DatasetReady}
	found, err := s.stores.Datasets().Briefs(ctx, DatasetFilter{Visible: Caller{UserID: caller.UserID}, Query: q})
	if err != nil {
		return nil, nil, fmt.Errorf("smart collection: %w", err)
	}
	assemblyID := int64(0)
	if len(q.AssemblyIDs) == 1 {
		assemblyID = q.AssemblyIDs[0]
	}
	for _, d := range found {
		if assemblyID != 0 && d.AssemblyID != assemblyID {
			return nil, nil, bad("The filter finds %s of several assemblies. Choose one assembly in it.", m.Kind.plural())
		}
		assemblyID = d.AssemblyID
	}
	switch {
	case assemblyID == 0:
		return nil, nil, bad("The filter finds no %s that are ready. Choose an assembly in it if some are to come.", m.Kind.plural())
	case len(found) > maxMembers:
		return nil, nil, bad("The filter finds %d %s; a collection holds at most %d.", len(found), m.Kind.plural(), maxMembers)
	}
	pinned := m.Kind.pinned(q, assemblyID)
	members, err := s.foundBy(ctx, caller.UserID, pinned)
	return members, pinned, err
}

// foundBy gives what a pinned query finds for the owner, by name, without pairs, which no collection holds.
func (s *Collections) foundBy(ctx context.Context, ownerID int64, q *DatasetQuery) ([]Dataset, error) {
	list, err := s.stores.Datasets().List(ctx, DatasetFilter{Visible: Caller{UserID: ownerID}, Query: *q, Sort: SortName})
	if err != nil {
		return nil, fmt.Errorf("smart collection: %w", err)
	}
	out := []Dataset{}
	for _, d := range list {
		if !isPairs(&d) && len(out) < maxMembers {
			out = append(out, d)
		}
	}
	return out, nil
}

// Follow brings the members of a smart collection up to date; nothing happens to others.
func (s *Collections) Follow(ctx context.Context, d *Dataset) error {
	if d.Facts.Collection == nil || d.Facts.Collection.Query == nil {
		return nil
	}
	members, err := s.foundBy(ctx, d.OwnerID, d.Facts.Collection.Query)
	if err != nil {
		return err
	}
	hash := membersHash(members)
	if hash == d.SHA256 {
		return nil
	}
	if err := s.datasets.setMembers(ctx, d.ID, ids(members), hash); err != nil {
		return fmt.Errorf("members of collection %d: %w", d.ID, err)
	}
	d.SHA256 = hash
	return nil
}

func isPairs(d *Dataset) bool { return d.Kind == KindRegions && d.Dimension == 2 }

func (k MemberKind) plural() string {
	if k == MembersRegions {
		return "region sets"
	}
	return "signal tracks"
}
