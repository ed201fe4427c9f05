package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
)

func (s *server) uploadRoutes() {
	// The part meta is a string in the multipart body; its schema is listed all the same.
	s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[core.DatasetMeta](), true, "")
	s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[AssemblyMeta](), true, "")
	s.tusRoutes()
	s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[UploadedMeta](), true, "UploadedMeta")
	form := s.multipartBody("DatasetMeta", map[string]string{"file": "BED, BEDPE, bigWig, .mcool or .cool",
		"uploadId": "in place of file: an upload that is complete", "sha256": "that the file should have; comes before it"})
	form.Content["application/json"] = &huma.MediaType{Schema: &huma.Schema{Ref: "#/components/schemas/UploadedMeta"}}
	route(s, spec{id: "createDataset", method: http.MethodPost, path: "/datasets", summary: "Upload a region set, a signal or a contact map",
		tag: "datasets", status: http.StatusAccepted, form: form},
		func(ctx context.Context, in *formIn) (*body[core.Dataset], error) {
			d, err := s.upload(ctx, in)
			if err != nil {
				return nil, err
			}
			return &body[core.Dataset]{*d}, nil
		})
}

// upload makes a dataset of a file that comes along, which is streamed to the data volume, or of an upload that is
// complete. Whatever goes wrong with the former, nothing stays; the latter stays, to be tried again with other words.
func (s *server) upload(ctx context.Context, in *formIn) (*core.Dataset, error) {
	if strings.HasPrefix(in.c.GetHeader("Content-Type"), "application/json") {
		var m UploadedMeta
		if err := decodeMeta(in.c.Request.Body, &m); err != nil {
			return nil, err
		}
		if m.UploadID == "" {
			return nil, core.Errorf(core.CodeInvalid, "Send a file as multipart/form-data, or name an upload that is complete with uploadId.")
		}
		return s.fromUpload(ctx, m.UploadID, m.SHA256, &m.DatasetMeta)
	}
	var (
		meta          *core.DatasetMeta
		file          core.BlobWriter
		sum           hash.Hash
		fileName      string
		uploadID, sha string
	)
	defer func() {
		if file != nil {
			_ = file.Abort() // does nothing after Commit
		}
	}()
	err := in.parts(ctx, func(name, upName string, r io.Reader) (err error) {
		switch name {
		case "meta":
			meta = &core.DatasetMeta{}
			if err := decodeMeta(r, meta); err != nil {
				return err
			}
			// When meta comes first, mistakes are found before the file is read.
			_, err = s.Datasets.Check(ctx, caller(ctx), meta)
		case "uploadId":
			uploadID, err = readText(r)
		case "sha256":
			if file != nil {
				return core.Errorf(core.CodeInvalid, "The part sha256 must come before the part file.")
			}
			sha, err = readText(r)
			sum = sha256.New()
		case "file":
			if file != nil {
				return core.Errorf(core.CodeInvalid, "Send one file at a time.")
			}
			if err := s.Uploads.RoomFor(ctx, caller(ctx), max(0, in.c.Request.ContentLength-formOverhead)); err != nil {
				return err
			}
			fileName = cleanFileName(upName)
			if file, err = s.Blobs.Create(ctx); err == nil {
				var to io.Writer = file
				if sum != nil {
					to = io.MultiWriter(file, sum)
				}
				err = copyLimited(to, r, s.MaxUpload)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if meta != nil && uploadID != "" && file == nil {
		return s.fromUpload(ctx, uploadID, sha, meta)
	}
	if meta == nil || file == nil {
		return nil, core.Errorf(core.CodeInvalid, "The upload needs the parts meta and file.")
	}
	if err := s.Uploads.RoomFor(ctx, caller(ctx), file.Size()); err != nil { // its size was perhaps not known before
		return nil, err
	}
	if sum != nil {
		if err := core.CheckSum(fileName, "SHA-256", sha, hex.EncodeToString(sum.Sum(nil)), nil); err != nil {
			return nil, err
		}
	}
	return s.create(ctx, meta, fileName, file, file.Commit, nil)
}

// formOverhead is more than the parts around a file take.
const formOverhead = 64 << 10

// UploadedMeta is the JSON body that makes a dataset of a complete upload.
type UploadedMeta struct {
	core.DatasetMeta
	UploadID string `json:"uploadId" doc:"of an upload that is complete"`
	SHA256   string `json:"sha256,omitempty" doc:"that the whole file should have"`
}

// fromUpload may be called again after it succeeded: the answer is the same dataset.
func (s *server) fromUpload(ctx context.Context, id, sha string, meta *core.DatasetMeta) (*core.Dataset, error) {
	if _, err := s.Datasets.Check(ctx, caller(ctx), meta); err != nil {
		return nil, err
	}
	u, p, err := s.Uploads.Complete(ctx, caller(ctx), id)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return s.Datasets.Get(ctx, caller(ctx), u.DatasetID)
	}
	defer p.Close()
	if err := core.CheckSum(u.FileName, "SHA-256", sha, p.SHA256(), nil); err != nil {
		return nil, err
	}
	d, err := s.create(ctx, meta, u.FileName, p, p.Commit, func(tx core.Stores, d *core.Dataset) error {
		return s.Uploads.Finish(ctx, tx, u, d.ID)
	})
	if err != nil {
		return nil, err
	}
	if err := p.Remove(); err != nil {
		slog.WarnContext(ctx, "bytes of a finished upload not removed; the cleaning will", "upload", u.ID, "cause", err)
	}
	return d, nil
}

// arrived is a whole file that is not a blob yet.
type arrived interface {
	io.ReaderAt
	Size() int64
}

// create inspects a file, makes it a blob and records it; also takes part in the same transaction.
func (s *server) create(ctx context.Context, meta *core.DatasetMeta, fileName string, file arrived, commit func(context.Context) (core.BlobRef, error),
	also func(core.Stores, *core.Dataset) error) (*core.Dataset, error) {
	assembly, err := s.Datasets.Check(ctx, caller(ctx), meta)
	if err != nil {
		return nil, err
	}
	dimension, facts, err := inspect.File(ctx, file, file.Size(), fileName, meta.Kind, assembly)
	if err != nil {
		return nil, err
	}
	ref, err := commit(ctx)
	if err != nil {
		return nil, fmt.Errorf("store upload: %w", err)
	}
	return s.Datasets.Create(ctx, caller(ctx), *meta, fileName, dimension, ref, facts, also)
}

func readText(r io.Reader) (string, error) {
	b, err := readSmall(r, 1024)
	return strings.TrimSpace(string(b)), err
}

func copyLimited(to io.Writer, from io.Reader, limit int64) error {
	n, err := io.Copy(to, io.LimitReader(from, limit+1))
	if err != nil {
		return err
	}
	if n > limit {
		return core.Errorf(core.CodeTooLarge, "The file is larger than %s, which is the limit of this server.", humanBytes(limit))
	}
	return nil
}

// cleanFileName keeps what is shown to people: no folders, no control characters, at most 255 bytes.
func cleanFileName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if len(name) > 255 {
		name = strings.ToValidUTF8(name[:255], "") // no half of a character at the end
	}
	if strings.TrimSpace(name) == "" {
		return "upload"
	}
	return name
}

func humanBytes(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.3g GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.3g MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.3g KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
