package core

import (
	"slices"
	"strings"
)

// checked refuses what no run would ever make: it would be computed again and again, and never found. The value of
// pileups and the summary of stackups may be given in two places; the answer has them in both.
func (w Wish) checked(set, through *Dataset) (Wish, error) {
	bad := func(field, format string, args ...any) (Wish, error) {
		e := Errorf(CodeInvalid, format, args...)
		return w, e.WithFields(Field{Field: field, Message: e.Message})
	}
	if set.Kind != KindRegions {
		return bad("regionSetId", "%q is no region set: it is of kind %s.", set.Name, set.Kind)
	}
	if len(wanted(through, []Pipeline{w.Pipeline})) == 0 {
		return bad("pipeline", "The pipeline %s cannot use %q, which is of kind %s.", w.Pipeline, through.Name, through.Kind)
	}
	var same *string
	switch w.Pipeline {
	case PipelinePileup:
		same = &w.Params.Value
	case PipelineStackup:
		same = &w.Params.Summary
	}
	if same != nil {
		if w.Value != "" && *same != "" && w.Value != *same {
			return bad("value", "The wish has two values, %q and %q: give one.", w.Value, *same)
		}
		if w.Value == "" {
			w.Value = *same
		}
	}
	values, sides := offered(w.Pipeline, set.Dimension)
	if w.Value != "" && w.Pipeline != PipelineEnrichment && !slices.Contains(values, w.Value) {
		return bad("value", "There is no value %q here; there is %s.", w.Value, strings.Join(values, ", "))
	}
	if w.Side != "" && !slices.Contains(sides, w.Side) {
		return bad("side", "%q has no %s side: only 1D results of BEDPE sets have sides.", set.Name, w.Side)
	}
	if same != nil {
		*same = w.Value
	}
	if field := w.Params.strange(w.Pipeline); field != "" {
		return bad("params."+field, "The pipeline %s has no parameter %s.", w.Pipeline, field)
	}
	if err := w.Params.check(); err != nil {
		return w, err
	}
	if w.Pipeline == PipelinePileup {
		if err := checkWeight(through, w.Params.Weight); err != nil {
			return w, err
		}
		if through.Facts.Contacts != nil && len(through.WeightColumns()) == 0 && w.Value != ValueRaw {
			e := Errorf(CodeUnavailable, "%s", onlyRaw(through))
			return w, e.WithFields(Field{Field: "params.value", Value: w.Value, Message: e.Message})
		}
	}
	return w, nil
}

// offered lists what can be asked of a pipeline.
func offered(p Pipeline, dimension int) (values, sides []string) {
	for _, k := range ResultKeys(p, dimension) {
		values, sides = append(values, k.Value), append(sides, k.Side)
	}
	for _, a := range allowedParams {
		if p == PipelinePileup && a.field == "value" || p == PipelineStackup && a.field == "summary" {
			values = a.allowed
		}
	}
	return slices.Compact(values), sides
}

// checkParams refuses what none of the sources can give.
func (q PreprocessRequest) checkParams(sources []*Dataset) error {
	if err := q.Params.check(); err != nil {
		return err
	}
	for _, v := range q.Values {
		if err := (ResultParams{Value: v}).check(); err != nil {
			return err
		}
	}
	if q.Params.Weight == NoWeightColumn && slices.Contains(canonicalValues(q.Values), ValueICCF) {
		return ResultParams{Weight: NoWeightColumn}.check()
	}
	for _, p := range q.Pipelines {
		if p == PipelinePileup || p == PipelineStackup || q.Params == (ResultParams{}) {
			continue
		}
		return badParam(q.Params.strange(p), "", "The pipeline %s has no such parameters: ask for it without them.", p)
	}
	for _, source := range sources {
		if source.Kind != KindContacts {
			continue
		}
		if err := checkWeight(source, q.Params.Weight); err != nil {
			return err
		}
	}
	return nil
}
