package core

import "time"

// MemberKind is what a collection is made of.
type MemberKind string

const (
	MembersRegions MemberKind = "regions" // region sets, for association
	MembersSignals MemberKind = "signals" // 1D features, for the 1D embedding
)

// Collection is a named list of datasets of one kind and one assembly. It is stored as a dataset of kind collection, so
// that runs, results, rights and deletion treat it as any other thing a region set is looked at through.
type Collection struct {
	ID         int64         `json:"id"`
	Name       string        `json:"name"`
	Kind       MemberKind    `json:"kind" enum:"regions,signals" doc:"regions: for association; signals: for the 1D embedding"`
	AssemblyID int64         `json:"assemblyId"`
	OwnerID    int64         `json:"ownerId"`
	OwnerName  string        `json:"ownerName"`
	Public     bool          `json:"public" doc:"everyone with an account who may read all members may use it"`
	DatasetIDs []int64       `json:"datasetIds" doc:"in their order; the order of rows in tables and pictures"`
	Query      *DatasetQuery `json:"query,omitempty" doc:"of a smart collection: its members are what this finds, and follow it"`
	Hidden     int           `json:"hidden,omitempty" doc:"members that the caller may not read; the collection cannot be used then"`
	CreatedAt  time.Time     `json:"createdAt"`
	Mine       bool          `json:"mine" doc:"the caller may share and delete it"`
	Access     Level         `json:"access" enum:"shown,read,edit,own"`
}

// CollectionFacts is what the dataset row of a collection knows beyond its name.
type CollectionFacts struct {
	Kind  MemberKind    `json:"kind" enum:"regions,signals"`
	Query *DatasetQuery `json:"query,omitempty" doc:"of a smart collection: what finds its members"`
}

// datasetKind is what members of a collection must be.
func (k MemberKind) datasetKind() Kind {
	if k == MembersRegions {
		return KindRegions
	}
	return KindSignal
}

// pipeline is what looks at a region set through such a collection.
func (k MemberKind) pipeline() Pipeline {
	if k == MembersRegions {
		return PipelineEnrichment
	}
	return PipelineEmbedding1D
}
