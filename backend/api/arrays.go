package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"

	"regioscope/backend/core"
	"regioscope/worker/format/npy"
)

type arrayIn struct {
	IDPath
	Name     string `path:"name" maxLength:"32"`
	Rows     string `query:"rows" example:"0:100" doc:"half-open range of rows, after sorting"`
	Cols     string `query:"cols" example:"0:100" doc:"half-open range of columns"`
	RowBlock int64  `query:"rowBlock" minimum:"1" maximum:"1000000" default:"1" doc:"average this many consecutive rows, leaving out NaN; a cell without any value is NaN"`
	RowOrder
	V string `query:"v" doc:"the manifest hash: with it, the answer may be kept for ever"`
	Conditions
}

type orderIn struct {
	IDPath
	Name string `query:"array" default:"stack"`
	RowOrder
	V string `query:"v" doc:"the manifest hash: with it, the answer may be kept for ever"`
	Conditions
}

// Conditions are the headers that decide how, and whether, the bytes travel.
type Conditions struct {
	c *gin.Context
}

// Resolve implements huma.Resolver.
func (x *Conditions) Resolve(ctx huma.Context) []error {
	x.c = humagin.Unwrap(ctx)
	return nil
}

func (s *server) arrayRoutes() {
	route(s, spec{id: "getResultArray", method: http.MethodGet, path: "/results/{id}/arrays/{name}",
		summary: "An array as .npy: float32 (sum and sumsq float64, n int64), C order, little endian", tag: "results",
		adjust: binaryAnswer("application/x-npy")},
		func(ctx context.Context, in *arrayIn) (*huma.StreamResponse, error) {
			array, blob, err := s.Results.OpenArray(ctx, caller(ctx), in.ID, in.Name)
			if err != nil {
				return nil, err
			}
			r, err := npy.Open(blob, blob.Size())
			if err != nil {
				blob.Close()
				return nil, fmt.Errorf("array %s of result %d: %w", in.Name, in.ID, err)
			}
			sel, err := selectRows(r, in)
			var tag string
			stable := false
			if err == nil {
				sel.order, tag, stable, err = s.rowOrder(ctx, in.ID, array.SHA256, r, in.RowOrder)
			}
			if err == nil && in.Facet != "" {
				sel.whole = false
				sel.rowLo, sel.rowHi, err = sliceRange("rows", in.Rows, int64(len(sel.order)))
			}
			if err != nil {
				blob.Close()
				return nil, err
			}
			key := fmt.Sprintf("%s rows %q cols %q %d %s %v %v%s", array.SHA256, in.Rows, in.Cols, in.RowBlock, in.Sort, in.Desc, sel.wide, tag)
			if !stable { // columns of metadata may change
				in.V = ""
			}
			return s.sendArray(&in.Conditions, key, in.V, blob, func(w io.Writer) error { return sel.write(ctx, w) }), nil
		})
	route(s, spec{id: "getResultOrder", method: http.MethodGet, path: "/results/{id}/order",
		summary: "The row index (= region index) at every place of a sorted stack, as .npy int32", tag: "results",
		adjust: binaryAnswer("application/x-npy")},
		func(ctx context.Context, in *orderIn) (*huma.StreamResponse, error) {
			array, blob, err := s.Results.OpenArray(ctx, caller(ctx), in.ID, in.Name)
			if err != nil {
				return nil, err
			}
			var order []int32
			var tag string
			stable := false
			r, err := npy.Open(blob, blob.Size())
			if err == nil {
				order, tag, stable, err = s.rowOrder(ctx, in.ID, array.SHA256, r, in.RowOrder)
			}
			if err == nil && order == nil { // file order
				order, err = s.orders.get(ctx, array.SHA256, sortKey{by: "index"}, false, r)
			}
			if err != nil {
				blob.Close()
				return nil, err
			}
			key := fmt.Sprintf("%s order %s %v%s", array.SHA256, in.Sort, in.Desc, tag)
			if !stable {
				in.V = ""
			}
			return s.sendArray(&in.Conditions, key, in.V, blob, func(w io.Writer) error { return npy.Write(w, order, len(order)) }), nil
		})
}

// sendArray answers with bytes that never change: the tag is made from the stored hash and what was asked of it. Without
// v a client asks again and gets 304, because ids start anew in a new data folder.
func (s *server) sendArray(in *Conditions, key, v string, blob core.Blob, write func(io.Writer) error) *huma.StreamResponse {
	sum := sha256.Sum256([]byte(key))
	zip := strings.Contains(in.c.GetHeader("Accept-Encoding"), "gzip")
	tag := hex.EncodeToString(sum[:16])
	if zip {
		tag += "-gz"
	}
	return &huma.StreamResponse{Body: func(huma.Context) {
		defer blob.Close()
		c := in.c
		h := c.Writer.Header()
		h.Set("ETag", `"`+tag+`"`)
		h.Set("Vary", "Accept-Encoding")
		if v != "" {
			h.Set("Cache-Control", "private, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "private, max-age=0, must-revalidate, immutable")
		}
		if strings.Contains(c.GetHeader("If-None-Match"), `"`+tag+`"`) {
			c.Status(http.StatusNotModified)
			c.Writer.WriteHeaderNow()
			return
		}
		h.Set("Content-Type", "application/x-npy")
		var w io.Writer = c.Writer
		if zip {
			h.Set("Content-Encoding", "gzip")
			z, _ := gzip.NewWriterLevel(c.Writer, gzip.BestSpeed)
			defer z.Close()
			w = z
		}
		c.Status(http.StatusOK)
		if err := write(w); err != nil {
			s.Log.WarnContext(c.Request.Context(), "array broken off", "cause", err)
			panic(http.ErrAbortHandler) // half an array must not look like a whole one
		}
	}}
}
