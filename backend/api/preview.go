package api

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"

	"regioscope/backend/core"
	"regioscope/worker/format/bbi"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/preview"
)

// PreviewOut is a small picture of what is in a file; Unavailable says why there is none.
type PreviewOut struct {
	Contacts    *ContactsPreview `json:"contacts,omitempty"`
	Signal      *SignalPreview   `json:"signal,omitempty"`
	Unavailable string           `json:"unavailable,omitempty"`
}

// ContactsPreview is a contact map from afar.
type ContactsPreview struct {
	BinSize int64          `json:"binSize" doc:"of the resolution it was made from"`
	Merge   int64          `json:"merge" doc:"bins of that resolution per cell and side"`
	N       int            `json:"n" doc:"cells per side"`
	Values  []*float64     `json:"values" doc:"n×n, row by row: mean raw count of a pair of bins; null where a row or column has none"`
	Chroms  []PreviewChrom `json:"chroms"`
	Whole   bool           `json:"whole" doc:"all chromosomes are shown, not only the beginning of the map"`
}

// PreviewChrom is where a chromosome begins in a picture.
type PreviewChrom struct {
	Name string  `json:"name"`
	At   float64 `json:"at" doc:"cells, or bins, before it"`
}

// SignalPreview is a bigWig from afar.
type SignalPreview struct {
	BinSize int64          `json:"binSize"`
	Zoom    int64          `json:"zoom" doc:"bp per record of the zoom level it was made from"`
	Mean    []*float64     `json:"mean" doc:"of all chromosomes, one after the other; null where there is no value"`
	Max     []*float64     `json:"max"`
	Chroms  []PreviewChrom `json:"chroms"`
}

// The size of the pictures in cells and in bins.
const (
	previewCells = 128
	previewBins  = 600
)

func (s *server) previewRoutes() {
	route(s, spec{id: "getDatasetPreview", method: http.MethodGet, path: "/datasets/{id}/preview", summary: "A small picture of a contact map or a signal track, as numbers", tag: "datasets"},
		func(ctx context.Context, in *IDPath) (*body[PreviewOut], error) {
			d, blob, err := s.Datasets.OpenFile(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			defer blob.Close()
			if d.Kind == core.KindRegions || d.State != core.DatasetReady {
				return nil, core.Errorf(core.CodeState, "%q has no such picture: it is %s, %s.", d.Name, d.Kind, d.State)
			}
			out, err := s.previews.get(ctx, d.SHA256, func() (*PreviewOut, error) { return makePreview(ctx, d.Kind, blob, blob.Size()) })
			if err != nil {
				return nil, err
			}
			return &body[PreviewOut]{*out}, nil
		})
	route(s, spec{id: "listDatasetResults", method: http.MethodGet, path: "/datasets/{id}/results", summary: "Everything that was computed with a dataset, in either role", tag: "results"},
		func(ctx context.Context, in *IDPath) (*body[core.ResultMatrix], error) {
			m, err := s.Datasets.Results(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[core.ResultMatrix]{*m}, nil
		})
}

func makePreview(ctx context.Context, kind core.Kind, r io.ReaderAt, size int64) (*PreviewOut, error) {
	if kind == core.KindSignal {
		f, err := bbi.Open(r, size)
		if err != nil {
			return nil, fmt.Errorf("preview: %w", err)
		}
		p, err := preview.SignalOverview(ctx, f, previewBins)
		if preview.IsUnavailable(err) {
			return &PreviewOut{Unavailable: "The file has no zoom level that is coarse enough for an overview."}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("preview: %w", err)
		}
		out := &SignalPreview{BinSize: p.BinSize, Zoom: p.Zoom}
		for _, c := range p.Chroms {
			out.Chroms = append(out.Chroms, PreviewChrom{c.Name, float64(len(out.Mean))})
			for _, b := range c.Bins {
				out.Mean, out.Max = append(out.Mean, short(b.Mean)), append(out.Max, short(b.Max))
			}
		}
		return &PreviewOut{Signal: out}, nil
	}
	f, err := cool.Open(r, size)
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	p, err := preview.ContactOverview(ctx, f, previewCells)
	if preview.IsUnavailable(err) {
		return &PreviewOut{Unavailable: "The map is too large for an overview."}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	out := &ContactsPreview{BinSize: p.BinSize, Merge: p.Merge, N: p.N, Whole: p.Whole}
	for _, v := range p.Values {
		out.Values = append(out.Values, short(v))
	}
	for _, c := range p.Chroms {
		out.Chroms = append(out.Chroms, PreviewChrom{c.Name, c.At})
	}
	return &PreviewOut{Contacts: out}, nil
}

// short is a number of four digits, which is more than a picture shows; nil for NaN.
func short(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	if err != nil {
		return nil
	}
	return &r
}

// kept holds the last few things that were worked out, one at a time: that bounds memory, and who asks for the same finds it.
type kept[T any] struct {
	slot chan map[string]T
	keys []string
	most int
}

func newKept[T any](most int) *kept[T] {
	k := &kept[T]{slot: make(chan map[string]T, 1), most: most}
	k.slot <- map[string]T{}
	return k
}

func (k *kept[T]) get(ctx context.Context, key string, make func() (T, error)) (out T, err error) {
	var have map[string]T
	select {
	case have = <-k.slot:
	case <-ctx.Done():
		return out, ctx.Err()
	}
	defer func() { k.slot <- have }()
	if old, ok := have[key]; ok {
		return old, nil
	}
	if out, err = make(); err != nil {
		return out, err
	}
	have[key] = out
	if k.keys = append(k.keys, key); len(k.keys) > k.most {
		delete(have, k.keys[0])
		k.keys = k.keys[1:]
	}
	return out, nil
}
