package core

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Page gives a page of the datasets that caller may read, and the cursor of the next one, nil on the last.
func (s *Datasets) Page(ctx context.Context, caller Caller, f DatasetFilter) ([]Dataset, *DatasetCursor, error) {
	limit := f.Limit
	f.Limit = limit + 1
	list, err := s.List(ctx, caller, f)
	if err != nil || len(list) <= limit {
		return list, nil, err
	}
	list = list[:limit]
	next := &DatasetCursor{ID: list[limit-1].ID}
	if next.Key, err = s.stores.Datasets().SortKey(ctx, next.ID, f.Sort); err != nil {
		return nil, nil, fmt.Errorf("list datasets: %w", err)
	}
	return list, next, nil
}

// IDs gives the ids of everything that a query finds, in the order of the table.
func (s *Datasets) IDs(ctx context.Context, caller Caller, f DatasetFilter) ([]int64, error) {
	if caller.Nobody() {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	f.Visible = caller
	ids, err := s.stores.Datasets().IDs(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list datasets: %w", err)
	}
	return ids, nil
}

// Facets counts what a query finds. base is what the table is about (its kinds), and not part of the facets.
func (s *Datasets) Facets(ctx context.Context, caller Caller, base []Kind, q DatasetQuery) (*DatasetFacets, error) {
	if caller.Nobody() {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	rows, err := s.stores.Datasets().Briefs(ctx, DatasetFilter{Visible: caller, Query: DatasetQuery{Q: q.Q, MatchCase: q.MatchCase, Kinds: base}})
	if err != nil {
		return nil, fmt.Errorf("count datasets: %w", err)
	}
	out := countFacets(rows, &q)
	out.All = len(rows)
	if q.Q != "" {
		all, err := s.stores.Datasets().IDs(ctx, DatasetFilter{Visible: caller, Query: DatasetQuery{Kinds: base}})
		if err != nil {
			return nil, fmt.Errorf("count datasets: %w", err)
		}
		out.All = len(all)
	}
	return out, nil
}

// maxBulk bounds how many datasets one request changes.
const maxBulk = 10_000

// BulkPatch changes many datasets alike: what is not nil is written to all of them.
type BulkPatch struct {
	IDs          []int64  `json:"ids" minItems:"1" maxItems:"10000"`
	Description  *string  `json:"description,omitempty"`
	CellType     *string  `json:"cellType,omitempty"`
	Perturbation *string  `json:"perturbation,omitempty"`
	SampleID     *string  `json:"sampleId,omitempty"`
	Public       *bool    `json:"public,omitempty"`
	AddTags      []string `json:"addTags,omitempty"`
	RemoveTags   []string `json:"removeTags,omitempty"`
}

// BulkOutcome says what became of a change of many things.
type BulkOutcome struct {
	Done    []int64 `json:"done"`
	Skipped []int64 `json:"skipped" doc:"not there, or not the caller's to change; they stayed as they were"`
}

// BulkPatch edits all datasets of the list that caller may edit (own, where it says who may read them), in one
// transaction: all of these or none. When there is not a single one, that is an error.
func (s *Datasets) BulkPatch(ctx context.Context, caller Caller, p BulkPatch) (*BulkOutcome, error) {
	need := LevelEdit
	if p.Public != nil {
		need = LevelOwn
	}
	list, out, err := s.allowed(ctx, caller, p.IDs, need)
	if err != nil {
		return nil, err
	}
	add, remove := cleanTags(p.AddTags), map[string]bool{}
	for _, t := range cleanTags(p.RemoveTags) {
		remove[t] = true
	}
	for i := range list {
		d := &list[i]
		for to, from := range map[*string]*string{&d.Description: p.Description, &d.CellType: p.CellType, &d.Perturbation: p.Perturbation, &d.SampleID: p.SampleID} {
			if from != nil {
				*to = strings.TrimSpace(*from)
			}
		}
		if p.Public != nil {
			d.Public = *p.Public
		}
		var tags []string
		for _, t := range d.Tags {
			if !remove[t] {
				tags = append(tags, t)
			}
		}
		d.Tags = cleanTags(append(tags, add...))
		if f := append(textFields(d.Name, d.CellType, d.Perturbation, d.SampleID, d.Description), tagFields(d.Tags, "addTags")...); len(f) > 0 {
			return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
		}
	}
	err = s.stores.InTx(ctx, func(tx Stores) error {
		for i := range list {
			if err := tx.Datasets().Update(ctx, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("edit datasets: %w", err)
	}
	for i := range list {
		s.events.Publish(ctx, Event{UserID: list[i].OwnerID, Topic: "dataset", Data: list[i]})
	}
	return out, nil
}

// allowed parts ids into the datasets on which caller has the level, and the rest.
func (s *Datasets) allowed(ctx context.Context, caller Caller, ids []int64, need Level) ([]Dataset, *BulkOutcome, error) {
	if caller.UserID == 0 {
		return nil, nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	if len(ids) == 0 || len(ids) > maxBulk {
		return nil, nil, Errorf(CodeInvalid, "Choose 1 to %d datasets.", maxBulk).WithFields(Field{Field: "ids", Message: "too few or too many"})
	}
	var list []Dataset
	out := &BulkOutcome{Done: []int64{}, Skipped: []int64{}}
	known := map[int64]bool{}
	for len(ids) > 0 {
		part := ids[:min(500, len(ids))]
		ids = ids[len(part):]
		found, err := s.List(ctx, caller, DatasetFilter{IDs: part})
		if err != nil {
			return nil, nil, err
		}
		for i := range found {
			if d := &found[i]; d.Access.Covers(need) && !known[d.ID] {
				known[d.ID] = true
				list, out.Done = append(list, *d), append(out.Done, d.ID)
			}
		}
		for _, id := range part {
			if !known[id] {
				known[id] = true
				out.Skipped = append(out.Skipped, id)
			}
		}
	}
	if len(list) == 0 {
		return nil, nil, Errorf(CodeForbidden, "You may not change any of these datasets.")
	}
	return list, out, nil
}

// maxTags and maxTag bound what the table of tags holds.
const (
	maxTags = 50
	maxTag  = 100
)

func tagFields(tags []string, field string) (f []Field) {
	if len(tags) > maxTags {
		f = append(f, Field{Field: field, Message: fmt.Sprintf("A dataset has at most %d tags.", maxTags)})
	}
	for _, t := range tags {
		if len([]rune(t)) > maxTag {
			f = append(f, Field{Field: field, Value: t, Message: fmt.Sprintf("A tag has at most %d characters.", maxTag)})
		}
	}
	return f
}
