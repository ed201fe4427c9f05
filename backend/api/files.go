package api

import (
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"regioscope/backend/core"
)

// binaryAnswer documents an answer that is not JSON.
func binaryAnswer(contentType string) func(*huma.Operation) {
	return func(op *huma.Operation) {
		op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
			contentType: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}
	}
}

// fileAnswer sends a stored file as it was uploaded, under the name it had, and closes it. Ranges are served; the tag is
// the SHA-256. cache is the Cache-Control of the answer, "" for none.
func fileAnswer(blob core.Blob, name, sha256, cache string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer blob.Close()
		c := humagin.Unwrap(hc)
		h := c.Writer.Header()
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": cleanFileName(name)}))
		h.Set("ETag", `"`+sha256+`"`)
		if cache != "" {
			h.Set("Cache-Control", cache)
		}
		http.ServeContent(c.Writer, c.Request, "", time.Time{}, io.NewSectionReader(blob, 0, blob.Size()))
	}}
}
