package core

import (
	"encoding/json"
	"slices"
)

// LinkScope is what a link shows: one session, the datasets in it that its maker may share, and of their results those
// that the session could draw. A nil scope shows nothing.
type LinkScope struct {
	Link    Link
	Session Session
	// Datasets are the shown datasets, collections and their members; assemblies those that they belong to.
	Datasets   []int64
	Assemblies []int64
	// Hidden counts datasets that the session names and the link does not show.
	Hidden int
	pairs  map[ShownPair]bool
}

// ShownPair is a region set and a feature or collection that one panel of a session looks at it through.
type ShownPair struct{ RegionSetID, SourceID int64 }

func (s *LinkScope) shows(t Thing) bool {
	if s == nil {
		return false
	}
	switch t.Kind {
	case ThingDataset:
		return slices.Contains(s.Datasets, t.ID)
	case ThingAssembly:
		return slices.Contains(s.Assemblies, t.ID)
	}
	return t.ID == s.Session.ID
}

func (s *LinkScope) showsPair(regionSet, source int64) bool {
	return s != nil && s.pairs[ShownPair{regionSet, source}]
}

// ShownPairs reads the members of a workspace document that the server knows. The rest belongs to the pages; a document
// of another form names no datasets. A panel without data is a pair with source 0. A widget may look through its features at
// further region sets, too.
func ShownPairs(document json.RawMessage) []ShownPair {
	var doc struct {
		Panels []struct {
			RegionSetID int64 `json:"regionSetId"`
			Widgets     []struct {
				FeatureIDs   []int64 `json:"featureIds"`
				CollectionID int64   `json:"collectionId"`
				RegionSetIDs []int64 `json:"regionSetIds"`
			} `json:"widgets"`
		} `json:"panels"`
	}
	if json.Unmarshal(document, &doc) != nil {
		return nil
	}
	var out []ShownPair
	for _, p := range doc.Panels {
		out = append(out, ShownPair{p.RegionSetID, 0})
		for _, w := range p.Widgets {
			for _, id := range append(slices.Clone(w.FeatureIDs), w.CollectionID) {
				for _, set := range append([]int64{p.RegionSetID}, w.RegionSetIDs...) {
					out = append(out, ShownPair{set, id})
				}
			}
		}
	}
	return out
}

// ShownDatasets lists the datasets and collections that a document names.
func ShownDatasets(document json.RawMessage) []int64 {
	var ids []int64
	for _, p := range ShownPairs(document) {
		ids = append(ids, p.RegionSetID, p.SourceID)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id int64) bool { return id <= 0 })
}
