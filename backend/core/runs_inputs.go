package core

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Universes of enrichment; a region set as universe is written regions:ID.
const (
	UniverseGenome  = "genome"
	UniverseQueries = "queries"
)

// UniverseSet gives the region set that a universe names, 0 when it names none.
func UniverseSet(universe string) int64 {
	text, ok := strings.CutPrefix(universe, "regions:")
	if !ok {
		return 0
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != text {
		return 0
	}
	return id
}

// checkUniverse wants a universe that there is, and that caller may read.
func (s *Runs) checkUniverse(ctx context.Context, caller Caller, universe string) error {
	if universe == "" || universe == UniverseGenome || universe == UniverseQueries {
		return nil
	}
	id := UniverseSet(universe)
	if id == 0 {
		return Errorf(CodeInvalid, "The universe must be genome, queries or regions:ID of a region set.").
			WithFields(Field{Field: "universe", Value: universe, Message: "not a universe"})
	}
	_, err := s.inputs(ctx, caller, "universe", []int64{id}, KindRegions)
	return err
}

// inputs loads datasets that caller may read, are ready and of one of the kinds; duplicates are dropped.
func (s *Runs) inputs(ctx context.Context, caller Caller, field string, ids []int64, kinds ...Kind) ([]*Dataset, error) {
	if len(ids) == 0 {
		return nil, Errorf(CodeInvalid, "Choose at least one dataset.").WithFields(Field{Field: field, Message: "is empty"})
	}
	var out []*Dataset
	seen := map[int64]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		d, err := s.stores.Datasets().ByID(ctx, id)
		if err != nil {
			return nil, nounNotFound(err, "dataset")
		}
		if ok, err := MayRead(ctx, s.stores, caller, d); err != nil {
			return nil, err
		} else if !ok {
			return nil, nounNotFound(ErrNotFound, "dataset")
		}
		switch {
		case !slices.Contains(kinds, d.Kind):
			return nil, Errorf(CodeInvalid, "%q is not usable here: it is of kind %s.", d.Name, d.Kind).
				WithFields(Field{Field: field, Message: "wrong kind of dataset"})
		case d.State != DatasetReady:
			return nil, Errorf(CodeState, "%q is not ready: it is %s.", d.Name, d.State)
		}
		out = append(out, d)
	}
	return out, nil
}

// sources loads the features and collections of a request.
func (s *Runs) sources(ctx context.Context, caller Caller, q PreprocessRequest) ([]*Dataset, error) {
	var out []*Dataset
	if len(q.FeatureIDs) > 0 || len(q.CollectionIDs) == 0 {
		features, err := s.inputs(ctx, caller, "featureIds", q.FeatureIDs, KindSignal, KindContacts)
		if err != nil {
			return nil, err
		}
		out = features
	}
	if len(q.CollectionIDs) == 0 {
		return out, nil
	}
	collections, err := s.inputs(ctx, caller, "collectionIds", q.CollectionIDs, KindCollection)
	if err != nil {
		return nil, err
	}
	for _, c := range collections {
		if s.follow != nil {
			if err := s.follow(ctx, c); err != nil {
				return nil, err
			}
		}
		members, err := s.stores.Datasets().Members(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if len(members) == 0 {
			return nil, Errorf(CodeInvalid, "The collection %q is empty.", c.Name)
		}
		levels, err := datasetLevels(ctx, s.stores, caller, members)
		if err != nil {
			return nil, err
		}
		for i := range members {
			if !levels[i].Covers(LevelRead) {
				return nil, Errorf(CodeForbidden, "The collection %q holds datasets that you may not read.", c.Name)
			}
		}
	}
	return append(out, collections...), nil
}

// wanted lists the pipelines that look at a region set through source, as far as asked for.
func wanted(source *Dataset, asked []Pipeline) []Pipeline {
	var all []Pipeline
	switch source.Kind {
	case KindContacts:
		all = []Pipeline{PipelinePileup, PipelineEmbedding2D}
	case KindSignal:
		all = []Pipeline{PipelineStackup}
	case KindCollection:
		all = []Pipeline{source.Facts.Collection.Kind.pipeline()}
	}
	return slices.DeleteFunc(all, func(p Pipeline) bool {
		if asked == nil {
			return p == PipelineEmbedding2D
		}
		return !slices.Contains(asked, p)
	})
}
