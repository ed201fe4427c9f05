package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"unicode"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
)

func (s *server) uploadRoutes() {
	// The part meta is a string in the multipart body; its schema is listed all the same.
	s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[core.DatasetMeta](), true, "")
	s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[AssemblyMeta](), true, "")
	route(s, spec{id: "createDataset", method: http.MethodPost, path: "/datasets", summary: "Upload a region set, a signal or a contact map",
		tag: "datasets", status: http.StatusAccepted,
		form: s.multipartBody("DatasetMeta", map[string]string{"file": "BED, BEDPE, bigWig, .mcool or .cool"}, "file")},
		func(ctx context.Context, in *formIn) (*body[core.Dataset], error) {
			d, err := s.upload(ctx, in)
			if err != nil {
				return nil, err
			}
			return &body[core.Dataset]{*d}, nil
		})
}

// upload streams the file to the data volume, looks at its content, and records it. Whatever goes wrong, nothing stays.
func (s *server) upload(ctx context.Context, in *formIn) (*core.Dataset, error) {
	var (
		meta     *core.DatasetMeta
		file     core.BlobWriter
		fileName string
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
		case "file":
			if file != nil {
				return core.Errorf(core.CodeInvalid, "Send one file at a time.")
			}
			fileName = cleanFileName(upName)
			if file, err = s.Blobs.Create(ctx); err == nil {
				err = copyLimited(file, r, s.MaxUpload)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if meta == nil || file == nil {
		return nil, core.Errorf(core.CodeInvalid, "The upload needs the parts meta and file.")
	}
	assembly, err := s.Datasets.Check(ctx, caller(ctx), meta)
	if err != nil {
		return nil, err
	}
	dimension, facts, err := inspect.File(ctx, file, file.Size(), fileName, meta.Kind, assembly)
	if err != nil {
		return nil, err
	}
	ref, err := file.Commit(ctx)
	if err != nil {
		return nil, fmt.Errorf("store upload: %w", err)
	}
	return s.Datasets.Create(ctx, caller(ctx), *meta, fileName, dimension, ref, facts)
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
