package core

import (
	"encoding/json"
	"time"
)

// Array is one stored array of a result: an .npy blob.
type Array struct {
	Name   string  `json:"name" doc:"of averages: mean, n, sem, sum, sumsq; stackup: median, stack; pileup, per region: scores (centre, corners, ratio), quality (missing, coverage), vectors (10 × 10); worker/FORMATS.md has all"`
	Shape  []int64 `json:"shape"`
	DType  string  `json:"dtype" enum:"float32,float64,int32,int64"`
	SHA256 string  `json:"sha256"`
	Size   int64   `json:"size"`
}

// Result is one immutable outcome of a pipeline for one (region set, feature, window, bin, value, side).
// Results with equal manifests have equal bytes; ManifestHash is unique per (region set, feature).
type Result struct {
	ID           int64           `json:"resultId"`
	RunID        int64           `json:"runId"`
	Pipeline     Pipeline        `json:"pipeline" doc:"pileup: 2D average; stackup: rows, with the 1D average in its mean, median, n and sem arrays"`
	RegionSetID  int64           `json:"regionSetId"`
	FeatureID    int64           `json:"featureId" doc:"the feature, or the collection for enrichment and embedding_1d"`
	Window       int64           `json:"window" doc:"half-width in bp; 0 = variable (interval sets)"`
	Bin          int64           `json:"bin" doc:"bp, or percent when window is 0"`
	Value        string          `json:"value" doc:"pileup: iccf, oe or raw; embedding_2d: iccf or oe; stackup: the summary (mean); enrichment: the universe; embedding_1d: features"`
	Params       ResultParams    `json:"params" doc:"how it was computed, the defaults filled in: of pileups and stackups"`
	Side         string          `json:"side,omitempty" doc:"left or right for 1D results of BEDPE sets"`
	Shape        []int64         `json:"shape" doc:"of the picture: rows × columns, or regions × bins"`
	N            int64           `json:"n" doc:"regions used"`
	Total        int64           `json:"total" doc:"regions given"`
	Arrays       []Array         `json:"arrays"`
	ManifestHash string          `json:"manifestHash"`
	Manifest     json.RawMessage `json:"manifest"`
	Ledger       json.RawMessage `json:"ledger"`
	Scores       *AverageScores  `json:"scores,omitempty" doc:"of the average of a pileup"`
	CreatedAt    time.Time       `json:"createdAt"`
	// Unavailable is set instead of arrays when the data lack what is asked: "no 1 kb level in this map".
	Unavailable string `json:"unavailable,omitempty"`
}

// AverageScores is how much brighter the centre of a 2D average is than its corners. Null is what has no value.
type AverageScores struct {
	Centre     *float64   `json:"centre"`
	CentreCI   []*float64 `json:"centreCI" doc:"lower and upper bound of the 95 % bootstrap interval over regions"`
	Corners    *float64   `json:"corners"`
	Ratio      *float64   `json:"ratio" doc:"centre ÷ corners"`
	RatioCI    []*float64 `json:"ratioCI"`
	Replicates int        `json:"replicates"`
	Definition string     `json:"definition"`
}
