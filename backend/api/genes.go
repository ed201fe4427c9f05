package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
	"regioscope/worker/genome"
)

// annotationLimit bounds a file of genes; the largest of today have 2 GB unpacked, 100 MB packed.
const annotationLimit = 4 << 30

type annotationIn struct {
	IDPath
	formIn
}

type patchAnnotationIn struct {
	IDPath
	Body core.AnnotationPatch
}

type findGenesIn struct {
	IDPath
	Q     string `query:"q" doc:"beginning of a name or id; or give chrom, start and end"`
	Chrom string `query:"chrom"`
	Start int64  `query:"start" minimum:"0" doc:"0-based"`
	End   int64  `query:"end" doc:"not included"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"20"`
}

func (s *server) geneRoutes() {
	s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[core.AnnotationMeta](), true, "")
	route(s, spec{id: "listAnnotations", method: http.MethodGet, path: "/assemblies/{id}/annotations", summary: "Gene annotations of an assembly that the caller may search", tag: "genes"},
		func(ctx context.Context, in *IDPath) (*body[list[core.Annotation]], error) {
			items, err := s.Genes.List(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[list[core.Annotation]]{list[core.Annotation]{Items: full(items)}}, nil
		})
	route(s, spec{id: "createAnnotation", method: http.MethodPost, path: "/assemblies/{id}/annotations", summary: "Add a gene annotation from a GTF, GFF3 or BED12 file",
		tag: "genes", status: http.StatusCreated, form: s.multipartBody("AnnotationMeta", map[string]string{"file": "GTF, GFF3 or BED12, may be gzipped"}, "file")},
		func(ctx context.Context, in *annotationIn) (*body[core.Annotation], error) {
			a, err := s.uploadAnnotation(ctx, in)
			if err != nil {
				return nil, err
			}
			return &body[core.Annotation]{*a}, nil
		})
	route(s, spec{id: "findGenes", method: http.MethodGet, path: "/assemblies/{id}/genes", summary: "Genes by the beginning of their name or id, or those in a stretch", tag: "genes"},
		func(ctx context.Context, in *findGenesIn) (*body[list[core.Gene]], error) {
			var items []core.Gene
			var err error
			if in.Chrom != "" {
				items, err = s.Genes.In(ctx, caller(ctx), in.ID, genome.Interval{Chrom: in.Chrom, Start: in.Start, End: in.End}, in.Limit)
			} else {
				items, err = s.Genes.Search(ctx, caller(ctx), in.ID, in.Q, in.Limit)
			}
			if err != nil {
				return nil, err
			}
			return &body[list[core.Gene]]{list[core.Gene]{Items: full(items)}}, nil
		})
	route(s, spec{id: "patchAnnotation", method: http.MethodPatch, path: "/annotations/{id}", summary: "Rename a gene annotation or let everyone search it", tag: "genes"},
		func(ctx context.Context, in *patchAnnotationIn) (*body[core.Annotation], error) {
			a, err := s.Genes.Patch(ctx, caller(ctx), in.ID, in.Body)
			if err != nil {
				return nil, err
			}
			return &body[core.Annotation]{*a}, nil
		})
	route(s, spec{id: "deleteAnnotation", method: http.MethodDelete, path: "/annotations/{id}", summary: "Delete a gene annotation", tag: "genes", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Genes.Delete(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "getAnnotationFile", method: http.MethodGet, path: "/annotations/{id}/file", summary: "The file of a gene annotation as it was uploaded",
		tag: "genes", adjust: binaryAnswer("application/octet-stream")},
		func(ctx context.Context, in *IDPath) (*huma.StreamResponse, error) {
			a, blob, err := s.Genes.OpenFile(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return fileAnswer(blob, a.FileName, a.SHA256, ""), nil
		})
}

// uploadAnnotation streams the file to the data volume and reads it from there. Whatever goes wrong, nothing stays.
func (s *server) uploadAnnotation(ctx context.Context, in *annotationIn) (*core.Annotation, error) {
	var meta *core.AnnotationMeta
	var assembly *core.Assembly
	var file core.BlobWriter
	var fileName string
	defer func() {
		if file != nil {
			_ = file.Abort() // does nothing after Commit
		}
	}()
	// Rights and mistakes first: nobody shall send gigabytes in vain.
	probe := core.AnnotationMeta{Name: "unnamed"}
	if _, err := s.Genes.Check(ctx, caller(ctx), in.ID, &probe); err != nil {
		return nil, err
	}
	err := in.parts(ctx, func(name, upName string, r io.Reader) (err error) {
		switch name {
		case "meta":
			meta = &core.AnnotationMeta{}
			if err := decodeMeta(r, meta); err != nil {
				return err
			}
			assembly, err = s.Genes.Check(ctx, caller(ctx), in.ID, meta)
		case "file":
			if file != nil {
				return core.Errorf(core.CodeInvalid, "Send one file at a time.")
			}
			fileName = cleanFileName(upName)
			if file, err = s.Blobs.Create(ctx); err == nil {
				err = copyLimited(file, r, min(s.MaxUpload, annotationLimit))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if meta == nil || file == nil || file.Size() == 0 {
		return nil, core.Errorf(core.CodeInvalid, "Choose a file of genes.").WithFields(core.Field{Field: "file", Message: "Choose a GTF, GFF3 or BED12 file."})
	}
	genes := inspect.Genes(io.NewSectionReader(file, 0, file.Size()), fileName, assembly)
	// A file that is refused never becomes a blob.
	if err := genes.Load(); err != nil {
		return nil, err
	}
	ref, err := file.Commit(ctx)
	if err != nil {
		return nil, fmt.Errorf("store annotation: %w", err)
	}
	return s.Genes.Create(ctx, caller(ctx), in.ID, *meta, fileName, ref, genes)
}
