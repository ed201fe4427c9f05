package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Origin is how a dataset was made from others.
type Origin struct {
	Operation string          `json:"operation" doc:"what was done: filter, subset, intersect …"`
	Params    json.RawMessage `json:"params" doc:"with what settings"`
	Parents   []Parent        `json:"parents" doc:"of what, in the order of the operation"`
}

// Parent is one dataset that another was made from.
type Parent struct {
	ID   int64  `json:"id"`
	Name string `json:"name" doc:"of now; of then, when it was deleted; none when the caller may not read it"`
	Gone bool   `json:"gone,omitempty" doc:"deleted since, or not for the caller to see"`
}

// Relative is a dataset, collection or session that has to do with another dataset, as far as the caller may know.
type Relative struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Kind Kind   `json:"kind" enum:"regions,signal,contacts,collection"`
}

// Lineage is where a dataset comes from and where it is used.
type Lineage struct {
	Origin      *Origin    `json:"origin,omitempty" doc:"absent for uploads"`
	Children    []Relative `json:"children" doc:"made from it"`
	Collections []Relative `json:"collections" doc:"that hold it"`
	Hidden      int        `json:"hidden,omitempty" doc:"children and collections of other people"`
}

// Lineage gives where a dataset comes from and what was made of it. ErrNotFound also when caller may not read it.
func (s *Datasets) Lineage(ctx context.Context, caller Caller, id int64) (*Lineage, error) {
	d, err := s.Get(ctx, caller, id)
	if err == nil {
		err = allow(d.Access, LevelRead, "dataset", "This link shows what was made of the dataset, not where it comes from.")
	}
	if err != nil {
		return nil, err
	}
	out := &Lineage{Children: []Relative{}, Collections: []Relative{}}
	if out.Origin, err = s.stores.Datasets().Origin(ctx, id); err != nil {
		return nil, fmt.Errorf("origin of dataset %d: %w", id, err)
	}
	if out.Origin != nil {
		for i := range out.Origin.Parents {
			p := &out.Origin.Parents[i]
			d, err := s.Get(ctx, caller, p.ID)
			switch {
			case err == nil:
				p.Name = d.Name
			case errors.Is(err, &Error{Code: CodeInTrash}):
				p.Gone = true
			case errors.Is(err, ErrNotFound):
				// Who may not read a parent learns no more than that there is one.
				if _, err := s.stores.Datasets().ByID(ctx, p.ID); err == nil {
					p.Name, p.ID = "", 0
				}
				p.Gone = true
			default:
				return nil, err
			}
		}
	}
	children, err := s.stores.Datasets().Children(ctx, id)
	if err == nil {
		out.Children, err = s.relatives(ctx, caller, children, &out.Hidden)
	}
	if err != nil {
		return nil, fmt.Errorf("derived from dataset %d: %w", id, err)
	}
	holders, err := s.stores.Datasets().CollectionsOf(ctx, id)
	if err == nil {
		out.Collections, err = s.relatives(ctx, caller, holders, &out.Hidden)
	}
	if err != nil {
		return nil, fmt.Errorf("collections of dataset %d: %w", id, err)
	}
	return out, nil
}

func (s *Datasets) relatives(ctx context.Context, caller Caller, list []Dataset, hidden *int) ([]Relative, error) {
	levels, err := datasetLevels(ctx, s.stores, caller, list)
	if err != nil {
		return nil, err
	}
	out := []Relative{}
	for i := range list {
		if levels[i].Covers(LevelRead) {
			out = append(out, Relative{ID: list[i].ID, Name: list[i].Name, Kind: list[i].Kind})
		} else {
			*hidden++
		}
	}
	return out, nil
}
