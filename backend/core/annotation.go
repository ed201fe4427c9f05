package core

import (
	"context"
	"time"

	"regioscope/worker/genome"
)

// Gene is one gene of an annotation: coordinates 0-based, half-open; exons are the union of those of its transcripts,
// sorted and apart from each other.
type Gene struct {
	Name         string     `json:"name"`
	GeneID       string     `json:"geneId" doc:"as the file has it, such as an Ensembl id"`
	Biotype      string     `json:"biotype,omitempty"`
	Chrom        string     `json:"chrom"`
	Start        int64      `json:"start"`
	End          int64      `json:"end"`
	Strand       string     `json:"strand" enum:"+,-,."`
	Exons        [][2]int64 `json:"exons" doc:"start and end of each; none when the file has none"`
	AnnotationID int64      `json:"annotationId"`
	Annotation   string     `json:"annotation" doc:"name of the annotation it is from"`
}

// Annotation is a set of genes on an assembly.
type Annotation struct {
	ID         int64           `json:"id"`
	AssemblyID int64           `json:"assemblyId"`
	OwnerID    int64           `json:"ownerId"`
	OwnerName  string          `json:"ownerName"`
	Name       string          `json:"name"`
	Public     bool            `json:"public" doc:"everyone with an account searches it"`
	State      string          `json:"-"`
	Format     string          `json:"format" enum:"gtf,gff3,bed12"`
	FileName   string          `json:"fileName"`
	SHA256     string          `json:"sha256"`
	Size       int64           `json:"size"`
	Genes      int             `json:"genes"`
	Longest    int64           `json:"-"` // length of the longest gene, which bounds the search for overlaps
	Facts      AnnotationFacts `json:"facts"`
	CreatedAt  time.Time       `json:"createdAt"`
	Mine       bool            `json:"mine"`
}

// States of an annotation.
const (
	AnnotationLoading = "loading"
	AnnotationReady   = "ready"
)

// AnnotationFacts is what was found in the file.
type AnnotationFacts struct {
	Exons    int           `json:"exons"`
	Biotypes []ChromCount  `json:"biotypes,omitempty" doc:"the commonest"`
	Unknown  []ChromCount  `json:"unknown,omitempty" doc:"chromosomes that the assembly does not have; their genes are left out"`
	Warnings []string      `json:"warnings,omitempty"`
	Lines    int           `json:"lines"`
	Took     time.Duration `json:"-"`
}

// AnnotationMeta is what a person says about an annotation.
type AnnotationMeta struct {
	Name   string `json:"name"`
	Public bool   `json:"public,omitempty"`
}

// AnnotationPatch changes what is not nil.
type AnnotationPatch struct {
	Name   *string `json:"name,omitempty"`
	Public *bool   `json:"public,omitempty"`
}

// GeneStore keeps annotations and their genes.
type GeneStore interface {
	CreateAnnotation(ctx context.Context, a *Annotation) error
	// AddGenes appends; number is that of the first.
	AddGenes(ctx context.Context, annotationID int64, number int, genes []Gene) error
	// Finish makes an annotation that was loading ready, with genes, longest and facts.
	Finish(ctx context.Context, a *Annotation) error
	Annotation(ctx context.Context, id int64) (*Annotation, error)
	// Annotations lists the ready ones of an assembly by name: public ones, the caller's, all for an admin.
	Annotations(ctx context.Context, assemblyID int64, caller Caller) ([]Annotation, error)
	UpdateAnnotation(ctx context.Context, a *Annotation) error // name, public
	DeleteAnnotation(ctx context.Context, id int64) error      // with its genes
	// DeleteUnfinished clears away what began to load before.
	DeleteUnfinished(ctx context.Context, before time.Time) (int, error)
	// ByPrefix finds genes whose name, or else id, begins with prefix, which is in lower case; shortest names first.
	ByPrefix(ctx context.Context, annotationIDs []int64, prefix string, limit int) ([]Gene, error)
	// Overlapping finds the genes of one annotation that overlap a stretch, by start.
	Overlapping(ctx context.Context, a *Annotation, where genome.Interval, limit int) ([]Gene, error)
}

// GeneSource gives the genes of a file one after the other.
type GeneSource interface {
	// Each calls fn for every gene on a chromosome of the assembly. Genes are whole: with all their exons.
	Each(fn func(Gene) error) error
	// Format and Facts count once Each has returned nil.
	Format() string
	Facts() AnnotationFacts
}

// level is what caller may do with an annotation; there are no grants on annotations.
func (a *Annotation) level(caller Caller) Level {
	caller.Link = nil
	return unasked(caller, Thing{Kind: ThingAnnotation, ID: a.ID, OwnerID: a.OwnerID, Public: a.Public})
}

// ThingAnnotation is never in a link or a grant.
const ThingAnnotation ThingKind = "annotation"
