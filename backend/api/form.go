package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"regioscope/backend/core"
)

const (
	metaLimit = 1 << 20
	// drainLimit is how much of a refused upload is still read, so that a browser that is busy sending gets to see the
	// answer instead of a broken connection.
	drainLimit = 64 << 20
)

// formIn is a multipart body that is read as a stream, part by part, in whatever order they come.
type formIn struct{ c *gin.Context }

// Resolve implements huma.Resolver.
func (f *formIn) Resolve(ctx huma.Context) []error {
	f.c = humagin.Unwrap(ctx)
	return nil
}

// parts calls fn for every part. After an error of fn the rest of the body is read and dropped, within limits.
func (f *formIn) parts(ctx context.Context, fn func(name, fileName string, r io.Reader) error) error {
	body := f.c.Request.Body
	defer func() { _, _ = io.CopyN(io.Discard, body, drainLimit) }()
	mr, err := f.c.Request.MultipartReader()
	if err != nil {
		return core.Errorf(core.CodeInvalid, "Send this as multipart/form-data.").WithCause(err)
	}
	for {
		p, err := mr.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return brokenOff(err)
		}
		if err := fn(p.FormName(), p.FileName(), &partReader{p}); err != nil {
			return err
		}
	}
}

// partReader marks errors of the connection, so that they are not taken for errors of the disk.
type partReader struct{ p *multipart.Part }

func (r *partReader) Read(b []byte) (int, error) {
	n, err := r.p.Read(b)
	if err != nil && err != io.EOF {
		err = brokenOff(err)
	}
	return n, err
}

func brokenOff(err error) error {
	return newProblem(http.StatusBadRequest, core.CodeInvalid, "The upload broke off. Nothing was kept.", nil).because(err)
}

// decodeMeta reads the JSON part. Unknown names are refused: they are typing errors.
func decodeMeta(r io.Reader, to any) error {
	raw, err := readSmall(r, metaLimit)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return core.Errorf(core.CodeInvalid, "The part meta is not the JSON expected here: %s.", err).
			WithFields(core.Field{Field: "meta", Message: err.Error()})
	}
	return nil
}

func readSmall(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, core.Errorf(core.CodeTooLarge, "This part is larger than %s.", humanBytes(limit))
	}
	return b, nil
}

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// because logs the cause of a problem made outside core.
func (p *Problem) because(err error) error { return errors.Join(p, err) }

// multipartBody documents a body of a JSON part meta, of the named schema, and files.
func (s *server) multipartBody(schema string, files map[string]string, required ...string) *huma.RequestBody {
	props := map[string]*huma.Schema{"meta": {Type: "string", Description: "JSON of " + schema}}
	for name, doc := range files {
		props[name] = &huma.Schema{Type: "string", Format: "binary", Description: doc}
	}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: "object", Properties: props, Required: append([]string{"meta"}, required...)}}}}
}

// fileBody documents a body of one file and nothing else.
func (s *server) fileBody(doc string) *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: "object", Required: []string{"file"},
			Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary", Description: doc}}}}}}
}
