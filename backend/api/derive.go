package api

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
	"regioscope/worker/format/bed/derive"
	"regioscope/worker/format/bed/view"
	"regioscope/worker/genome/algebra"
)

// maxPreviewRegions is how many regions are worked on while somebody waits for the answer; about a second per million.
const maxPreviewRegions = 1_000_000

// DerivePreview is what a derivation would make.
type DerivePreview struct {
	Counted bool           `json:"counted" doc:"false: there are too many regions to count while one waits; the run does"`
	Sets    []DerivedCount `json:"sets" doc:"one, but for split"`
	Regions int            `json:"regions" doc:"of the first set, as it is"`
	Notes   []string       `json:"notes" doc:"what to know of the result"`
}

// DerivedCount is one new set.
type DerivedCount struct {
	Value string `json:"value,omitempty" doc:"of the column that is split by"`
	Count int    `json:"count"`
}

func (s *server) deriveRoutes() {
	route(s, spec{id: "deriveRegionSets", method: http.MethodPost, path: "/region-sets/derive", status: http.StatusAccepted, tag: "datasets",
		summary: "New region sets by intersect, subtract, union, merge, nearest, resize, filter, sample, shuffle, split or pick; the run tells what it made"},
		func(ctx context.Context, in *struct{ Body core.Derivation }) (*body[core.Run], error) {
			run, err := s.Derivations.Start(ctx, caller(ctx), in.Body)
			return &body[core.Run]{run}, err
		})
	route(s, spec{id: "previewDerivation", method: http.MethodPost, path: "/region-sets/derive/preview", tag: "datasets",
		summary: "How many regions a new set would have, without making it", adjust: func(op *huma.Operation) { op.DefaultStatus = http.StatusOK }},
		func(ctx context.Context, in *struct{ Body core.Derivation }) (*body[DerivePreview], error) {
			out, err := s.previewDerivation(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return &body[DerivePreview]{*out}, nil
		})
}

// previewDerivation does everything but writing.
func (s *server) previewDerivation(ctx context.Context, d core.Derivation) (*DerivePreview, error) {
	job, err := s.Derivations.Check(ctx, caller(ctx), d)
	if err != nil {
		return nil, err
	}
	out := &DerivePreview{Sets: []DerivedCount{}, Notes: []string{}}
	all := 0
	for i, in := range job.Inputs {
		if in.Facts.Regions != nil {
			if all += in.Facts.Regions.Count; i == 0 {
				out.Regions = in.Facts.Regions.Count
			}
		}
	}
	if all > maxPreviewRegions {
		return out, nil
	}
	inputs := make([]derive.Input, len(job.Inputs))
	for i, in := range job.Inputs {
		if inputs[i], err = s.derivedFrom(ctx, in); err != nil {
			return nil, err
		}
	}
	inputs[0].Score = func(c algebra.Condition) (*view.Column, error) {
		b, err := s.Derivations.OpenScore(ctx, job, c)
		if err != nil {
			return nil, err
		}
		defer b.Close()
		return derive.Score(b, b.Size(), c.Column, len(inputs[0].Table.Regions))
	}
	made, err := derive.Run(ctx, job.Spec, inputs, job.Assembly.Genome())
	var refused *derive.Error
	if errors.As(err, &refused) {
		e := core.Errorf(core.CodeUnavailable, "%s", refused.Msg)
		if refused.Field != "" {
			e = core.Errorf(core.CodeInvalid, "%s", refused.Msg).WithFields(core.Field{Field: refused.Field, Message: refused.Msg})
		}
		return nil, e
	}
	if err != nil {
		return nil, err
	}
	out.Counted, out.Regions = true, len(inputs[0].Table.Regions)
	for i := range made.Sets {
		out.Sets = append(out.Sets, DerivedCount{made.Sets[i].Value, made.Sets[i].Rows()})
	}
	if len(made.Sets) > 0 {
		out.Notes = full(made.NotesOf(0))
	}
	return out, nil
}

func (s *server) derivedFrom(ctx context.Context, d *core.Dataset) (derive.Input, error) {
	b, err := s.Derivations.OpenInput(ctx, d)
	if err != nil {
		return derive.Input{}, err
	}
	defer b.Close()
	table, err := s.tables.get(ctx, d.SHA256, io.NewSectionReader(b, 0, b.Size()), formatOf(d))
	if err != nil {
		return derive.Input{}, err
	}
	v, err := s.withMetadata(ctx, d, table)
	if err != nil {
		return derive.Input{}, err
	}
	return derive.Input{Name: d.Name, Table: table, Extra: v.Joined()}, nil
}
