package core

import "time"

// Kind of a dataset.
type Kind string

const (
	KindRegions  Kind = "regions"  // BED or BEDPE: a region set
	KindSignal   Kind = "signal"   // bigWig: a 1D feature
	KindContacts Kind = "contacts" // .mcool: a 2D feature

	// KindCollection marks the rows of collections, which the lists of datasets leave out.
	KindCollection Kind = "collection"
)

// SizeType of a region set.
type SizeType string

const (
	SizePoint    SizeType = "point"
	SizeInterval SizeType = "interval"
)

// DatasetState is where an upload stands. checking → ready | failed; signal and contacts are checked during the upload
// and begin as ready.
type DatasetState string

const (
	DatasetUploading DatasetState = "uploading"
	DatasetChecking  DatasetState = "checking"
	DatasetReady     DatasetState = "ready"
	DatasetFailed    DatasetState = "failed"
)

// Dataset is a region set or a feature.
type Dataset struct {
	ID           int64         `json:"id"`
	Name         string        `json:"name"`
	Kind         Kind          `json:"kind" enum:"regions,signal,contacts"`
	AssemblyID   int64         `json:"assemblyId"`
	OwnerID      int64         `json:"ownerId"`
	OwnerName    string        `json:"ownerName"`
	State        DatasetState  `json:"state" enum:"uploading,checking,ready,failed"`
	Error        *DatasetError `json:"error,omitempty"`
	RunID        int64         `json:"runId,omitempty" doc:"the run that checks, fetches or made this dataset"`
	Public       bool          `json:"public" doc:"everyone with an account may read it"`
	SizeType     SizeType      `json:"sizeType,omitempty" enum:"point,interval" doc:"region sets only"`
	Dimension    int           `json:"dimension" doc:"1 = BED or bigWig, 2 = BEDPE or contact map"`
	Description  string        `json:"description"`
	Tags         []string      `json:"tags"`
	CellType     string        `json:"cellType"`
	Perturbation string        `json:"perturbation"`
	SampleID     string        `json:"sampleId"`
	FileName     string        `json:"fileName" doc:"as uploaded; never used as a path"`
	SHA256       string        `json:"sha256"`
	Size         int64         `json:"size"`
	Facts        Facts         `json:"facts"`
	CreatedAt    time.Time     `json:"createdAt"`
	Mine         bool          `json:"mine" doc:"the caller may share and delete it; access tells who may edit it"`
	Access       Level         `json:"access" enum:"shown,read,edit,own" doc:"what the caller may do: edit covers the description, own also sharing and deleting; shown is through a link"`
}

// DatasetError says why a file was refused: one sentence, and the lines it is about (first 100 of Count).
type DatasetError struct {
	Code    Code    `json:"code"`
	Message string  `json:"message"`
	Lines   []Field `json:"lines,omitempty"`
	Count   int     `json:"count,omitempty"`
}

// Facts is what was read from the file itself; exactly one member is set, by kind.
type Facts struct {
	Regions  *RegionFacts  `json:"regions,omitempty"`
	Signal   *SignalFacts  `json:"signal,omitempty"`
	Contacts *ContactFacts `json:"contacts,omitempty"`
	Warnings []string      `json:"warnings,omitempty"`

	Collection *CollectionFacts `json:"collection,omitempty" doc:"of collections"`
	// Source comes beside the member of the kind.
	Source *SourceFacts `json:"source,omitempty" doc:"of datasets that were fetched from elsewhere"`
}

// SourceFacts is where a dataset was fetched from.
type SourceFacts struct {
	Repository string `json:"repository,omitempty"`
	Accession  string `json:"accession,omitempty"`
	URL        string `json:"url" doc:"without its query, which may hold a signature"`
}

// RegionFacts describes a region set.
type RegionFacts struct {
	Format      string         `json:"format" enum:"bed,bedpe"`
	Count       int            `json:"count"`
	Columns     []string       `json:"columns"`
	Plus        int            `json:"plus"`
	Minus       int            `json:"minus"`
	BothStrands bool           `json:"bothStrands,omitempty" doc:"there are regions on both strands, of either anchor: averages are then oriented by default"`
	MedianWidth int64          `json:"medianWidth"`
	PerChrom    []ChromCount   `json:"perChrom"`
	Unknown     []ChromCount   `json:"unknown,omitempty" doc:"chromosomes the assembly does not have; their regions are kept but never matched"`
	AliasRules  map[string]int `json:"aliasRules,omitempty"`
}

// ChromCount counts regions of one chromosome name; FirstLine is where it first appears in the file.
type ChromCount struct {
	Name      string `json:"name"`
	Count     int    `json:"count"`
	FirstLine int    `json:"firstLine,omitempty"`
}

// SignalFacts describes a bigWig.
type SignalFacts struct {
	Chroms       int     `json:"chroms"`
	ChromsShared int     `json:"chromsShared" doc:"of these, on the assembly"`
	ZoomLevels   []int64 `json:"zoomLevels" doc:"bp per zoom record"`
	BasesCovered int64   `json:"basesCovered"`
	Min          float64 `json:"min"`
	Max          float64 `json:"max"`
	Mean         float64 `json:"mean"`
}

// ContactFacts describes an .mcool or .cool.
type ContactFacts struct {
	Chroms       int              `json:"chroms"`
	ChromsShared int              `json:"chromsShared"`
	Resolutions  []ResolutionFact `json:"resolutions"`
}

// ResolutionFact is one level of a contact map.
type ResolutionFact struct {
	BinSize int64        `json:"binSize"`
	Bins    int64        `json:"bins"`
	Pixels  int64        `json:"pixels"`
	Weights []WeightFact `json:"weights"`
}

// WeightFact is one balancing column.
type WeightFact struct {
	Name     string `json:"name"`
	Divisive bool   `json:"divisive"`
	Source   string `json:"source,omitempty" doc:"how it is known whether the column divides or multiplies the counts"`
	Masked   int64  `json:"masked" doc:"bins without a finite weight"`

	// How evenly the column balances the map: standard deviation ÷ mean of the sums of its bins, 0 is perfect. Absent
	// where the level is too large to be measured at the upload.
	Flatness *float64 `json:"flatness,omitempty" doc:"variation of the balanced sums of bins: taken as divisive says"`
	Other    *float64 `json:"other,omitempty" doc:"the same, if the column were taken the other way"`
	Doubt    bool     `json:"doubt,omitempty" doc:"the map is much flatter if the column is taken the other way"`
}
