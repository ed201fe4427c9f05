package core

import (
	"encoding/json"
	"time"
)

// Pipeline is one kind of preprocessing.
type Pipeline string

const (
	PipelineBed         Pipeline = "bed"
	PipelinePileup      Pipeline = "pileup"
	PipelineStackup     Pipeline = "stackup"
	PipelineEnrichment  Pipeline = "enrichment"   // region set × collection of region sets
	PipelineEmbedding1D Pipeline = "embedding_1d" // region set × collection of signals
	PipelineEmbedding2D Pipeline = "embedding_2d" // region set × contact map
)

// Queue names.
const (
	QueueShort  = "short"
	QueueMedium = "medium"
	QueueLong   = "long"
)

// RunState is where an execution stands; Transitions lists what may follow what.
type RunState string

const (
	RunQueued     RunState = "queued"
	RunRunning    RunState = "running"
	RunCancelling RunState = "cancelling"
	RunCancelled  RunState = "cancelled"
	RunFinished   RunState = "finished"
	RunFailed     RunState = "failed"
)

// Transitions is the whole state machine of a run.
var Transitions = map[RunState][]RunState{
	RunQueued:     {RunRunning, RunCancelled, RunFailed},
	RunRunning:    {RunFinished, RunFailed, RunCancelling, RunQueued},
	RunCancelling: {RunCancelled},
	RunFailed:     {RunQueued}, // retry by a person: attempt counts on
	RunCancelled:  {RunQueued},
}

// Ended tells whether nothing more will happen without a person.
func (s RunState) Ended() bool { return s == RunFinished || s == RunFailed || s == RunCancelled }

// OfCollection tells whether the pipeline looks at region sets through a collection rather than a feature.
func (p Pipeline) OfCollection() bool { return p == PipelineEnrichment || p == PipelineEmbedding1D }

// Run is one execution of a pipeline for (region set × feature or collection). For the pipelines bed and import FeatureID is
// 0 and RegionSetID is the dataset that is checked or fetched; for derive it is 0, too, and RegionSetID is the first input.
type Run struct {
	ID            int64           `json:"id"`
	Pipeline      Pipeline        `json:"pipeline"`
	RegionSetID   int64           `json:"regionSetId"`
	RegionSetName string          `json:"regionSetName"`
	FeatureID     int64           `json:"featureId,omitempty" doc:"the feature, or the collection, that the region set is looked at through"`
	FeatureName   string          `json:"featureName,omitempty"`
	UserID        int64           `json:"userId"`
	Queue         string          `json:"queue"`
	State         RunState        `json:"state" enum:"queued,running,cancelling,cancelled,finished,failed"`
	Attempt       int             `json:"attempt"`
	MaxAttempts   int             `json:"maxAttempts"`
	Progress      float64         `json:"progress" doc:"0..1"`
	Message       string          `json:"message" doc:"what is being done"`
	Error         *RunError       `json:"error,omitempty"`
	Position      int             `json:"position,omitempty" doc:"1 = next in its queue; only while queued"`
	Params        json.RawMessage `json:"params"`
	Worker        string          `json:"worker,omitempty"`
	Interactive   bool            `json:"interactive,omitempty" doc:"somebody waits for it in front of the page"`
	UserName      string          `json:"userName,omitempty" doc:"of lists for administrators only"`
	RequestID     string          `json:"requestId,omitempty" doc:"of the request that asked for it, as in the logs of the server and of the worker; for administrators only"`
	Trace         string          `json:"-"`
	LeaseUntil    *time.Time      `json:"-"`
	CreatedAt     time.Time       `json:"createdAt"`
	StartedAt     *time.Time      `json:"startedAt,omitempty"`
	FinishedAt    *time.Time      `json:"finishedAt,omitempty"`
	Made          *RunProducts    `json:"made,omitempty" doc:"what a finished run of the pipeline derive has made"`
}

// RunError is why a run failed, in the user's words.
type RunError struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// GridParams are the parameters of the pileup and stackup pipelines: which (window, bin) pairs one run makes.
// Window 0 means `variable`: the bin is then percent of the interval.
type GridParams struct {
	Pairs []WindowBin `json:"pairs"`
	// Universe is what enrichment compares with: genome (""), queries, or regions:ID of a region set.
	Universe string `json:"universe,omitempty"`

	// The rest is of pileups and stackups, see ResultParams; empty means the default.
	Values  []string `json:"values,omitempty"` // of pileups; nil means iccf and oe
	Weight  string   `json:"weight,omitempty"`
	Edge    string   `json:"edge,omitempty"`
	Orient  string   `json:"orient,omitempty"`
	Summary string   `json:"summary,omitempty"`
	Missing string   `json:"missing,omitempty"`
}

// Keys lists the results that the pipeline makes for every pair, for region sets of 1 or 2 anchors.
func (g GridParams) Keys(p Pipeline, dimension int) []ResultKey {
	if p == PipelinePileup && g.Values != nil {
		var keys []ResultKey
		for _, v := range g.Values {
			keys = append(keys, ResultKey{Value: v})
		}
		return keys
	}
	keys := ResultKeys(p, dimension)
	for i := range keys {
		switch {
		case p == PipelineEnrichment && g.Universe != "":
			keys[i].Value = g.Universe
		case p == PipelineStackup && g.Summary != "":
			keys[i].Value = g.Summary
		}
	}
	return keys
}

// WindowBin is one cell of the grid.
type WindowBin struct {
	Window int64 `json:"window"`
	Bin    int64 `json:"bin"`
}

// PipelineSettings is what an admin may tune; read from the database at every use.
type PipelineSettings struct {
	Pipeline    Pipeline      `json:"pipeline"`
	Queue       string        `json:"queue"`
	Timeout     time.Duration `json:"-"`
	TimeoutS    int64         `json:"timeoutSeconds"`
	MaxAttempts int           `json:"maxAttempts"`
	Enabled     bool          `json:"enabled"`
	Priority    int           `json:"priority" doc:"0 (last) to 9 (first) within its queue"`
	Memory      int64         `json:"memory" doc:"bytes that a run may plan with; 0 = what the worker was started with"`
	Version     int64         `json:"version"`
	// Of lists for administrators only:
	Grid    []WindowBin `json:"grid,omitempty"`
	HasGrid bool        `json:"hasGrid,omitempty"`
}

// FinalError marks a failure that another attempt cannot mend (bad data). Every other error is retried.
type FinalError struct{ Err *Error }

func (f *FinalError) Error() string { return f.Err.Error() }
func (f *FinalError) Unwrap() error { return f.Err }

// Final wraps an Error so that the run fails at once.
func Final(e *Error) error { return &FinalError{Err: e} }
