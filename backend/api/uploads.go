package api

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"regioscope/backend/core"
)

// Uploads of many requests speak tus 1.0.0 (https://tus.io/protocols/resumable-upload) with the extensions creation,
// termination, checksum and expiration. Our own server of it, because the one there is keeps its locks in one process, and
// its files where our rights, quotas and rules for data do not reach.
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,termination,checksum,expiration"
	tusAlgorithms = "sha256,sha1"
	// statusChecksum is what tus answers to a damaged piece.
	statusChecksum = 460
	// patience is how long a piece may be without a byte before the connection is given up.
	patience = time.Minute
)

// tusIn reads what every request of tus has, and writes what every answer has.
type tusIn struct{ c *gin.Context }

// Resolve implements huma.Resolver.
func (t *tusIn) Resolve(ctx huma.Context) []error {
	t.c = humagin.Unwrap(ctx)
	t.c.Header("Tus-Resumable", tusVersion)
	return nil
}

// version refuses clients of another tus.
func (t *tusIn) version() error {
	if v := t.c.GetHeader("Tus-Resumable"); v != tusVersion {
		t.c.Header("Tus-Version", tusVersion)
		return newProblem(http.StatusPreconditionFailed, core.CodeInvalid, "The header Tus-Resumable must be "+tusVersion+".", nil)
	}
	return nil
}

type uploadPath struct {
	tusIn
	ID string `path:"id" maxLength:"32"`
}

type createUploadIn struct {
	tusIn
	Length   string `header:"Upload-Length" doc:"bytes of the file"`
	Metadata string `header:"Upload-Metadata" doc:"tus: names with base64 values; filename, fingerprint and sha256 are known"`
}

type createUploadOut struct {
	Location string `header:"Location"`
	Offset   int64  `header:"Upload-Offset"`
	Expires  string `header:"Upload-Expires"`
}

type uploadOut struct {
	Offset  int64  `header:"Upload-Offset"`
	Length  int64  `header:"Upload-Length"`
	Expires string `header:"Upload-Expires"`
	Cache   string `header:"Cache-Control"`
}

type appendIn struct {
	tusIn
	ID       string `path:"id" maxLength:"32"`
	Offset   string `header:"Upload-Offset"`
	Checksum string `header:"Upload-Checksum" doc:"tus: algorithm and base64 of the hash of this piece"`
}

type tusOut struct {
	Version    string `header:"Tus-Version"`
	Extensions string `header:"Tus-Extension"`
	Algorithms string `header:"Tus-Checksum-Algorithm"`
	MaxSize    int64  `header:"Tus-Max-Size"`
}

type describeUploadIn struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		Meta json.RawMessage `json:"meta" doc:"anything, up to 64 KiB; given back as it is"`
	}
}

func (s *server) tusRoutes() {
	route(s, spec{id: "uploadProtocol", method: http.MethodOptions, path: "/uploads", summary: "What this server knows of tus 1.0", tag: "uploads",
		status: http.StatusNoContent, public: true},
		func(context.Context, *tusIn) (*tusOut, error) {
			return &tusOut{tusVersion, tusExtensions, tusAlgorithms, s.MaxUpload}, nil
		})
	route(s, spec{id: "createUpload", method: http.MethodPost, path: "/uploads", summary: "Begin an upload of many requests (tus 1.0)", tag: "uploads",
		status: http.StatusCreated}, s.createUpload)
	route(s, spec{id: "listUploads", method: http.MethodGet, path: "/uploads", summary: "The caller's unfinished uploads, oldest first", tag: "uploads"},
		func(ctx context.Context, _ *struct{}) (*body[list[core.Upload]], error) {
			items, err := s.Uploads.List(ctx, caller(ctx))
			return &body[list[core.Upload]]{list[core.Upload]{Items: full(items)}}, err
		})
	route(s, spec{id: "headUpload", method: http.MethodHead, path: "/uploads/{id}", summary: "How far an upload is (tus); a request that sends is stopped",
		tag: "uploads", status: http.StatusOK},
		func(ctx context.Context, in *uploadPath) (*uploadOut, error) {
			if err := in.version(); err != nil {
				return nil, err
			}
			u, err := s.Uploads.Settle(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return answerUpload(u), nil
		})
	route(s, spec{id: "appendUpload", method: http.MethodPatch, path: "/uploads/{id}", summary: "Send a piece of an upload (tus)", tag: "uploads",
		status: http.StatusNoContent}, s.appendUpload)
	route(s, spec{id: "describeUpload", method: http.MethodPut, path: "/uploads/{id}", summary: "Keep what was filled in for an unfinished upload", tag: "uploads"},
		func(ctx context.Context, in *describeUploadIn) (*body[core.Upload], error) {
			u, err := s.Uploads.Describe(ctx, caller(ctx), in.ID, in.Body.Meta)
			if err != nil {
				return nil, err
			}
			return &body[core.Upload]{*u}, nil
		})
	route(s, spec{id: "deleteUpload", method: http.MethodDelete, path: "/uploads/{id}", summary: "End an upload and delete what was sent (tus)", tag: "uploads",
		status: http.StatusNoContent},
		func(ctx context.Context, in *uploadPath) (*struct{}, error) {
			if err := in.version(); err != nil {
				return nil, err
			}
			return nil, s.Uploads.Remove(ctx, caller(ctx), in.ID)
		})
}

func answerUpload(u *core.Upload) *uploadOut {
	return &uploadOut{Offset: u.Offset, Length: u.Size, Expires: httpTime(u.ExpiresAt), Cache: "no-store"}
}

func httpTime(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

func (s *server) createUpload(ctx context.Context, in *createUploadIn) (*createUploadOut, error) {
	if err := in.version(); err != nil {
		return nil, err
	}
	size, err := strconv.ParseInt(in.Length, 10, 64)
	if err != nil || size < 0 {
		return nil, core.Errorf(core.CodeInvalid, "The header Upload-Length must tell the bytes of the file.")
	}
	meta, err := tusMetadata(in.Metadata)
	if err != nil {
		return nil, err
	}
	u, err := s.Uploads.Create(ctx, caller(ctx), core.NewUpload{FileName: cleanFileName(meta["filename"]), Size: size,
		SHA256: strings.ToLower(meta["sha256"]), Fingerprint: meta["fingerprint"]})
	if err != nil {
		return nil, err
	}
	return &createUploadOut{Location: prefix + "/uploads/" + u.ID, Expires: httpTime(u.ExpiresAt)}, nil
}

func (s *server) appendUpload(ctx context.Context, in *appendIn) (*uploadOut, error) {
	if err := in.version(); err != nil {
		return nil, err
	}
	req := in.c.Request
	if kind := req.Header.Get("Content-Type"); kind != "application/offset+octet-stream" {
		return nil, newProblem(http.StatusUnsupportedMediaType, core.CodeInvalid, "A piece is sent as application/offset+octet-stream.", nil)
	}
	offset, err := strconv.ParseInt(in.Offset, 10, 64)
	if err != nil || offset < 0 {
		return nil, core.Errorf(core.CodeInvalid, "The header Upload-Offset must tell where the piece begins.")
	}
	chunk := core.Chunk{Offset: offset, Length: req.ContentLength}
	if chunk.Hash, chunk.Sum, err = tusChecksum(in.Checksum); err != nil {
		return nil, err
	}
	control := http.NewResponseController(in.c.Writer)
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	reader := &patientReader{r: req.Body, extend: func(d time.Duration) { _ = control.SetReadDeadline(time.Now().Add(d)) }}
	chunk.Body = reader
	chunk.Interrupt = func() { reader.stop.Store(true); _ = control.SetReadDeadline(time.Now()) }
	u, err := s.Uploads.Append(ctx, caller(ctx), in.ID, chunk)
	if u != nil {
		in.c.Header("Upload-Offset", strconv.FormatInt(u.Offset, 10))
	}
	if err != nil {
		// What is left of the body would be read before the next request; a connection that sends gigabytes is better closed.
		in.c.Header("Connection", "close")
		if errors.Is(err, core.ErrChecksum) {
			err = errors.Join(newProblem(statusChecksum, core.CodeChecksum, core.ErrChecksum.Message, nil), err)
		}
		return nil, err
	}
	return answerUpload(u), nil
}

// tusMetadata reads "name base64,name base64".
func tusMetadata(header string) (map[string]string, error) {
	out := map[string]string{}
	for _, pair := range strings.Split(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if name == "" {
			continue
		}
		text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
		if err != nil {
			return nil, core.Errorf(core.CodeInvalid, "The header Upload-Metadata must hold names and base64 values, separated by commas.")
		}
		out[name] = string(text)
	}
	return out, nil
}

// tusChecksum reads "sha256 base64".
func tusChecksum(header string) (hash.Hash, []byte, error) {
	if header == "" {
		return nil, nil, nil
	}
	algorithm, value, _ := strings.Cut(header, " ")
	h := map[string]func() hash.Hash{"sha256": sha256.New, "sha1": sha1.New}[algorithm]
	if h == nil {
		return nil, nil, newProblem(http.StatusBadRequest, core.CodeInvalid, fmt.Sprintf("The checksum must be one of %s.", tusAlgorithms), nil)
	}
	sum, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	if err != nil || len(sum) != h().Size() {
		return nil, nil, newProblem(http.StatusBadRequest, core.CodeInvalid, "The header Upload-Checksum must hold an algorithm and the base64 of its hash.", nil)
	}
	return h(), sum, nil
}

// patientReader gives every Read the time it needs, but not for ever.
type patientReader struct {
	r      io.Reader
	extend func(time.Duration)
	stop   atomic.Bool
}

func (p *patientReader) Read(b []byte) (int, error) {
	if !p.stop.Load() {
		p.extend(patience)
	}
	if p.stop.Load() { // told to stop in between: the deadline must not have been moved on
		p.extend(0)
	}
	return p.r.Read(b)
}
