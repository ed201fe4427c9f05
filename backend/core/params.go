package core

import (
	"slices"
	"strings"
)

// ResultParams says how a 2D average or a stackup is computed, beyond what it is of. Empty members mean the default. In
// a stored result the defaults are filled in, as far as they concern its pipeline.
type ResultParams struct {
	Value   string `json:"value,omitempty" enum:"iccf,oe,raw" doc:"2D averages: balanced (ICCF), observed / expected, or raw counts; default: ICCF and O/E in one run"`
	Weight  string `json:"weight,omitempty" maxLength:"200" doc:"2D averages: the balancing column of the map; default: weight, where the map has it. Raw counts have none"`
	Edge    string `json:"edge,omitempty" enum:"drop,pad" doc:"2D averages: windows that leave their arm are dropped (the default), or only their cells outside are missing"`
	Orient  string `json:"orient,omitempty" enum:"none,strand" doc:"strand: regions on the - strand are turned round; default: strand for sets with both strands, else none"`
	Summary string `json:"summary,omitempty" enum:"mean,sum,min,max,coverage" doc:"stackups: what a bin holds; default: mean"`
	Missing string `json:"missing,omitempty" enum:"nan,zero" doc:"stackups: bins without data are missing (nan, the default) or 0"`
}

// Values of ResultParams.
const (
	ValueICCF    = "iccf"
	ValueOE      = "oe"
	ValueRaw     = "raw"
	EdgeDrop     = "drop"
	EdgePad      = "pad"
	OrientNone   = "none"
	OrientStrand = "strand"
	SummaryMean  = "mean"
	MissingNaN   = "nan"
	MissingZero  = "zero"

	DefaultWeightColumn = "weight"
	NoWeightColumn      = "none" // of raw counts
)

var allowedParams = []struct {
	field   string
	of      func(ResultParams) string
	allowed []string
}{
	{"value", func(p ResultParams) string { return p.Value }, []string{ValueICCF, ValueOE, ValueRaw}},
	{"edge", func(p ResultParams) string { return p.Edge }, []string{EdgeDrop, EdgePad}},
	{"orient", func(p ResultParams) string { return p.Orient }, []string{OrientNone, OrientStrand}},
	{"summary", func(p ResultParams) string { return p.Summary }, []string{SummaryMean, "sum", "min", "max", "coverage"}},
	{"missing", func(p ResultParams) string { return p.Missing }, []string{MissingNaN, MissingZero}},
}

// check refuses words that mean nothing, in whatever pipeline.
func (p ResultParams) check() error {
	for _, a := range allowedParams {
		if v := a.of(p); v != "" && !slices.Contains(a.allowed, v) {
			return badParam(a.field, v, "There is no %s %q; there is %s.", a.field, v, strings.Join(a.allowed, ", "))
		}
	}
	if p.Weight == NoWeightColumn && p.Value != ValueRaw {
		return badParam("weight", p.Weight, "Without weights there are only raw counts: ask for the value raw.")
	}
	return nil
}

// of keeps what the pipeline knows.
func (p ResultParams) of(pipeline Pipeline) ResultParams {
	switch pipeline {
	case PipelinePileup:
		return ResultParams{Value: p.Value, Weight: p.Weight, Edge: p.Edge, Orient: p.Orient}
	case PipelineStackup:
		return ResultParams{Orient: p.Orient, Summary: p.Summary, Missing: p.Missing}
	}
	return ResultParams{}
}

// strange names a member that is set and that the pipeline does not know; "" when there is none.
func (p ResultParams) strange(pipeline Pipeline) string {
	known := p.of(pipeline)
	for _, a := range allowedParams {
		if a.of(p) != a.of(known) {
			return a.field
		}
	}
	if p.Weight != known.Weight {
		return "weight"
	}
	return ""
}

func badParam(field, value, format string, args ...any) error {
	e := Errorf(CodeInvalid, format, args...)
	return e.WithFields(Field{Field: "params." + field, Value: value, Message: e.Message})
}

// DefaultOrient is how regions of a set lie when nobody says how. It is not known before the set was checked.
func (d *Dataset) DefaultOrient() (orient string, known bool) {
	f := d.Facts.Regions
	switch {
	case f == nil:
		return "", false
	case f.BothStrands, f.Plus > 0 && f.Minus > 0:
		return OrientStrand, true
	}
	return OrientNone, true
}

// WeightColumns lists the balancing columns that a map has at any resolution, by name.
func (d *Dataset) WeightColumns() []string {
	var names []string
	if d.Facts.Contacts != nil {
		for _, r := range d.Facts.Contacts.Resolutions {
			for _, w := range r.Weights {
				names = append(names, w.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// preferredWeights are the columns that common tools write, the most careful balancing first.
var preferredWeights = []string{DefaultWeightColumn, "KR", "SCALE", "VC_SQRT", "VC"}

// DefaultWeight is the balancing column of a map that is used when nobody names one: that of cooler where the map has
// it, else the first of those that other tools write, else the first by name.
func (d *Dataset) DefaultWeight() string {
	have := d.WeightColumns()
	for _, name := range preferredWeights {
		if slices.Contains(have, name) {
			return name
		}
	}
	if len(have) > 0 {
		return have[0]
	}
	return DefaultWeightColumn
}

// checkWeight refuses a column that the map does not have, as far as its facts are known.
func checkWeight(source *Dataset, weight string) error {
	if weight == "" || weight == NoWeightColumn || source.Facts.Contacts == nil {
		return nil
	}
	have := source.WeightColumns()
	switch {
	case len(have) == 0:
		return badParam("weight", weight, "%s", onlyRaw(source))
	case !slices.Contains(have, weight):
		return badParam("weight", weight, "%q has no weight column %q; it has %s.", source.Name, weight, strings.Join(have, ", "))
	}
	return nil
}

func onlyRaw(source *Dataset) string {
	return "The map \"" + source.Name + "\" has no balancing weights: only raw counts can be shown. " +
		"For ICCF and O/E balance it with cooler balance and upload it again."
}

// gridParams are the parameters of the run that makes results with p, in their canonical form: equal work has equal
// parameters, and what is the default is left out.
func gridParams(pipeline Pipeline, set, source *Dataset, pairs []WindowBin, p ResultParams, values []string) GridParams {
	p = p.of(pipeline)
	g := GridParams{Pairs: pairs}
	if pipeline == PipelinePileup {
		g.Values = canonicalValues(append(slices.Clone(values), p.Value))
		if p.Weight != source.DefaultWeight() && !slices.Equal(g.Values, []string{ValueRaw}) {
			g.Weight = p.Weight
		}
		if p.Edge == EdgePad {
			g.Edge = p.Edge
		}
	}
	if orient, known := set.DefaultOrient(); !known || orient != p.Orient {
		g.Orient = p.Orient
	}
	if p.Summary != SummaryMean {
		g.Summary = p.Summary
	}
	if p.Missing == MissingZero {
		g.Missing = p.Missing
	}
	return g
}

// canonicalValues gives the values that a run makes: ICCF and O/E (nil) always go together, as they cost one sweep.
func canonicalValues(values []string) []string {
	raw := slices.Contains(values, ValueRaw)
	switch balanced := slices.Contains(values, ValueICCF) || slices.Contains(values, ValueOE); {
	case raw && balanced:
		return []string{ValueICCF, ValueOE, ValueRaw}
	case raw:
		return []string{ValueRaw}
	}
	return nil
}

// Makes tells whether a result is one of those that a run of the pipeline with these parameters makes, of whatever
// window and bin.
func (g GridParams) Makes(pipeline Pipeline, set, source *Dataset, r *Result) bool {
	if r.Pipeline != pipeline || !slices.Contains(g.Keys(pipeline, set.Dimension), ResultKey{r.Value, r.Side}) {
		return false
	}
	if pipeline != PipelinePileup && pipeline != PipelineStackup {
		return true
	}
	or := func(a, b string) string {
		if a == "" {
			return b
		}
		return a
	}
	if orient, known := set.DefaultOrient(); (known || g.Orient != "") && or(r.Params.Orient, orient) != or(g.Orient, orient) {
		return false
	}
	weight := source.DefaultWeight()
	return or(r.Params.Edge, EdgeDrop) == or(g.Edge, EdgeDrop) &&
		(r.Value == ValueRaw || or(r.Params.Weight, weight) == or(g.Weight, weight)) &&
		or(r.Params.Missing, MissingNaN) == or(g.Missing, MissingNaN)
}

// alike tells whether a run with these parameters makes what one with other parameters would, of the pairs they share.
func (g GridParams) alike(p Pipeline, other GridParams) bool {
	values := func(g GridParams) []string {
		if g.Values == nil {
			return []string{ValueICCF, ValueOE}
		}
		return g.Values
	}
	if p == PipelinePileup && slices.ContainsFunc(values(other), func(v string) bool { return !slices.Contains(values(g), v) }) {
		return false
	}
	return g.Universe == other.Universe && g.Weight == other.Weight && g.Edge == other.Edge && g.Orient == other.Orient &&
		g.Summary == other.Summary && g.Missing == other.Missing
}
