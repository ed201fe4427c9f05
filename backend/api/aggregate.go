package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
	"regioscope/worker/format/npy"
	"regioscope/worker/genome"
)

// Subset names regions of a set, in one of two ways.
type Subset struct {
	Indices []int  `json:"indices,omitempty" doc:"row indices, in any order"`
	Bitmap  string `json:"bitmap,omitempty" doc:"base64 of a bit per region, lowest bit of the first byte first"`
}

type aggregateIn struct {
	IDPath
	Body struct {
		Subset Subset `json:"subset"`
	}
}

type aggregateOut struct {
	ContentType string `header:"Content-Type"`
	Names       string `header:"X-Arrays" doc:"what the first axis holds, separated by commas: mean,n,sem or mean,n,sem,median"`
	Used        string `header:"X-Regions-Used"`
	Cache       string `header:"Cache-Control"`
	Body        []byte
}

func (s *server) aggregateRoutes() {
	route(s, spec{id: "aggregateResult", method: http.MethodPost, path: "/results/{id}/aggregate",
		summary: "The average of some regions of a result, as .npy float64: one slab each for mean, n, sem and, of stackups, median", tag: "results",
		adjust: func(op *huma.Operation) { op.MaxBodyBytes = 16 << 20; binaryAnswer("application/x-npy")(op) }},
		func(ctx context.Context, in *aggregateIn) (*aggregateOut, error) {
			rows, err := in.Body.Subset.rows()
			if err != nil {
				return nil, err
			}
			a, err := s.Results.Aggregate(ctx, caller(ctx), in.ID, rows)
			if err != nil {
				return nil, err
			}
			var all []float64
			for _, v := range a.Values {
				all = append(all, v...)
			}
			shape := []int{len(a.Names)}
			for _, n := range a.Shape {
				shape = append(shape, int(n))
			}
			var out bytes.Buffer
			if err := npy.Write(&out, all, shape...); err != nil {
				return nil, err
			}
			return &aggregateOut{ContentType: "application/x-npy", Names: strings.Join(a.Names, ","), Used: strconv.Itoa(a.Used),
				Cache: "no-store", Body: out.Bytes()}, nil
		})
}

// rows gives the row indices of a subset.
func (s Subset) rows() ([]int, error) {
	bad := func(text string) error {
		return core.Errorf(core.CodeInvalid, "%s", text).WithFields(core.Field{Field: "subset", Message: text})
	}
	if s.Bitmap == "" {
		return s.Indices, nil
	}
	if len(s.Indices) > 0 {
		return nil, bad("Give the subset as indices or as a bitmap, not as both.")
	}
	rows, err := genome.Rows(s.Bitmap)
	if err != nil {
		return nil, bad("The bitmap is not base64.")
	}
	return rows, nil
}
