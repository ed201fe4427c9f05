package core

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"
)

// FilterPreview is what another filter would make of a smart collection.
type FilterPreview struct {
	Found   int `json:"found" doc:"members that the collection would have"`
	Added   int `json:"added" doc:"of them, those that are no members now"`
	Removed int `json:"removed" doc:"members of now that the filter does not find"`
	Results int `json:"results" doc:"computed results of the present members that would be deleted"`
}

// PreviewFilter tells what a filter would find, and changes nothing. It is for who may change the filter.
func (s *Collections) PreviewFilter(ctx context.Context, caller Caller, id int64, q DatasetQuery) (*FilterPreview, error) {
	d, err := s.row(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	members, _, err := s.refilter(ctx, caller, d, q)
	if err != nil {
		return nil, err
	}
	now, err := s.stores.Datasets().Members(ctx, d.ID)
	if err != nil {
		return nil, fmt.Errorf("members of collection %d: %w", d.ID, err)
	}
	out := &FilterPreview{Found: len(members)}
	before, after := ids(now), ids(members)
	for _, id := range after {
		out.Added += b2i(!slices.Contains(before, id))
	}
	for _, id := range before {
		out.Removed += b2i(!slices.Contains(after, id))
	}
	if membersHash(members) != d.SHA256 {
		results, err := s.datasets.resultsOf(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		out.Results = len(results)
	}
	return out, nil
}

// refilter checks another filter of a smart collection and gives what it finds, with the filter as it is kept. A filter
// finds what its owner may read: whoever else could change it would learn of things that are not theirs, so that the right
// to edit is not enough.
func (s *Collections) refilter(ctx context.Context, caller Caller, d *Dataset, q DatasetQuery) ([]Dataset, *DatasetQuery, error) {
	if d.OwnerID != caller.UserID && !caller.IsAdmin() {
		return nil, nil, Errorf(CodeForbidden, "Only the owner of this collection may change its filter, because it finds what the owner may read.")
	}
	bad := func(field, format string, args ...any) error {
		e := Errorf(CodeInvalid, format, args...)
		return e.WithFields(Field{Field: field, Message: e.Message})
	}
	facts := d.Facts.Collection
	if facts.Query == nil {
		return nil, nil, bad("query", "This collection is a list and has no filter.")
	}
	if f := q.wrong(); len(f) > 0 {
		return nil, nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	pinned := facts.Kind.pinned(q, d.AssemblyID)
	n, err := s.stores.Datasets().Briefs(ctx, DatasetFilter{Visible: Caller{UserID: d.OwnerID}, Query: *pinned})
	if err != nil {
		return nil, nil, fmt.Errorf("smart collection: %w", err)
	}
	if len(n) > maxMembers {
		return nil, nil, bad("query", "The filter finds %d %s; a collection holds at most %d.", len(n), facts.Kind.plural(), maxMembers)
	}
	members, err := s.foundBy(ctx, d.OwnerID, pinned)
	return members, pinned, err
}

const (
	maxQueryText   = 255
	maxQueryValues = 100
)

// wrong gives the complaints about a query that is to be kept.
func (q *DatasetQuery) wrong() (f []Field) {
	if utf8.RuneCountInString(q.Q) > maxQueryText {
		f = append(f, Field{Field: "query.q", Message: fmt.Sprintf("A search has at most %d characters.", maxQueryText)})
	}
	for _, l := range []struct {
		name   string
		values []string
	}{{"tags", q.Tags}, {"cellTypes", q.CellTypes}, {"perturbations", q.Perturbations}} {
		switch {
		case len(l.values) > maxQueryValues:
			f = append(f, Field{Field: "query." + l.name, Message: fmt.Sprintf("At most %d values can be chosen.", maxQueryValues)})
		case slices.ContainsFunc(l.values, func(v string) bool { return utf8.RuneCountInString(v) > maxQueryText }):
			f = append(f, Field{Field: "query." + l.name, Message: fmt.Sprintf("A value has at most %d characters.", maxQueryText)})
		}
	}
	if len(q.OwnerIDs) > maxQueryValues {
		f = append(f, Field{Field: "query.ownerIds", Message: fmt.Sprintf("At most %d owners can be chosen.", maxQueryValues)})
	}
	return f
}
