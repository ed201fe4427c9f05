package api

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/sheet"
)

// tableLimit bounds the file of a table as it is sent; the text in it is bounded by package sheet.
const tableLimit = sheet.MaxBytes

type createMetadataIn struct {
	IDPath
	formIn
}

type metaPlanIn struct {
	IDPath
	Body core.MetaPlan
}

func (s *server) metadataRoutes() {
	route(s, spec{id: "listMetadata", method: http.MethodGet, path: "/datasets/{id}/metadata", summary: "The tables of values that were joined to a region set", tag: "metadata"},
		func(ctx context.Context, in *IDPath) (*body[list[core.MetaTable]], error) {
			items, err := s.Metadata.List(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[list[core.MetaTable]]{list[core.MetaTable]{Items: full(items)}}, nil
		})
	route(s, spec{id: "createMetadata", method: http.MethodPost, path: "/datasets/{id}/metadata", summary: "Upload a table of values for a region set; it waits until it is joined",
		tag: "metadata", status: http.StatusCreated, form: s.fileBody("CSV, TSV or other text in columns, may be gzipped")},
		func(ctx context.Context, in *createMetadataIn) (*body[core.MetaTable], error) {
			t, err := s.uploadMetadata(ctx, in)
			if err != nil {
				return nil, err
			}
			return &body[core.MetaTable]{*t}, nil
		})
	route(s, spec{id: "previewMetadata", method: http.MethodPost, path: "/metadata/{id}/preview", summary: "What would come of joining a waiting table; nothing is changed", tag: "metadata"},
		func(ctx context.Context, in *metaPlanIn) (*body[core.MetaPreview], error) {
			_, _, j, err := s.joint(ctx, in.ID, in.Body)
			if err != nil {
				return nil, err
			}
			return &body[core.MetaPreview]{*j.Preview()}, nil
		})
	route(s, spec{id: "joinMetadata", method: http.MethodPost, path: "/metadata/{id}/join", summary: "Join a waiting table to its region set", tag: "metadata"},
		func(ctx context.Context, in *metaPlanIn) (*body[core.MetaTable], error) {
			t, err := s.joinMetadata(ctx, in)
			if err != nil {
				return nil, err
			}
			return &body[core.MetaTable]{*t}, nil
		})
	route(s, spec{id: "patchMetadata", method: http.MethodPatch, path: "/metadata/{id}", summary: "Rename a table of values", tag: "metadata"},
		func(ctx context.Context, in *struct {
			IDPath
			Body struct {
				Name string `json:"name" maxLength:"255"`
			}
		}) (*body[core.MetaTable], error) {
			t, err := s.Metadata.Rename(ctx, caller(ctx), in.ID, in.Body.Name)
			if err != nil {
				return nil, err
			}
			return &body[core.MetaTable]{*t}, nil
		})
	route(s, spec{id: "deleteMetadata", method: http.MethodDelete, path: "/metadata/{id}", summary: "Delete a table of values with its columns", tag: "metadata", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Metadata.Delete(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "patchMetadataColumn", method: http.MethodPatch, path: "/metadata/columns/{id}", summary: "Rename a column or take its values in another way", tag: "metadata"},
		func(ctx context.Context, in *struct {
			IDPath
			Body core.MetaColumnPatch
		}) (*body[core.MetaColumn], error) {
			c, err := s.Metadata.PatchColumn(ctx, caller(ctx), in.ID, in.Body)
			if err != nil {
				return nil, err
			}
			return &body[core.MetaColumn]{*c}, nil
		})
	route(s, spec{id: "deleteMetadataColumn", method: http.MethodDelete, path: "/metadata/columns/{id}", summary: "Delete a column; with its last column a table goes, too", tag: "metadata", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Metadata.DeleteColumn(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "getMetadataFile", method: http.MethodGet, path: "/metadata/{id}/file", summary: "A table of values as it was uploaded", tag: "metadata", adjust: binaryAnswer("application/octet-stream")},
		func(ctx context.Context, in *IDPath) (*huma.StreamResponse, error) {
			t, blob, err := s.Metadata.File(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return fileAnswer(blob, t.FileName, t.SHA256, ""), nil
		})
}

// uploadMetadata streams a table to the data volume and reads it there. One that is refused leaves nothing.
func (s *server) uploadMetadata(ctx context.Context, in *createMetadataIn) (*core.MetaTable, error) {
	d, err := s.Metadata.Begin(ctx, caller(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	var file core.BlobWriter
	var fileName string
	defer func() {
		if file != nil {
			_ = file.Abort() // does nothing after Commit
		}
	}()
	err = in.parts(ctx, func(name, upName string, r io.Reader) (err error) {
		if name != "file" {
			return nil
		}
		if file != nil {
			return core.Errorf(core.CodeInvalid, "Send one file at a time.")
		}
		fileName = cleanFileName(upName)
		if file, err = s.Blobs.Create(ctx); err == nil {
			err = copyLimited(file, r, min(s.MaxUpload, tableLimit))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if file == nil || file.Size() == 0 {
		return nil, core.Errorf(core.CodeInvalid, "Choose a table of values.").WithFields(core.Field{Field: "file", Message: "Choose a file that is not empty."})
	}
	if err := s.Metadata.RoomFor(ctx, caller(ctx), d, file.Size()); err != nil {
		return nil, err
	}
	// One that cannot be read never becomes a blob.
	if _, err := inspect.Sheet(io.NewSectionReader(file, 0, file.Size()), fileName, core.MetaPlan{}); err != nil {
		return nil, err
	}
	ref, err := file.Commit(ctx)
	if err != nil {
		return nil, fmt.Errorf("store table: %w", err)
	}
	return s.Metadata.Draft(ctx, caller(ctx), d, fileName, ref)
}

// joint reads a waiting table, and its region set, as plan says.
func (s *server) joint(ctx context.Context, id int64, plan core.MetaPlan) (*core.MetaTable, *core.Dataset, *inspect.Joint, error) {
	t, d, assembly, err := s.Metadata.Waiting(ctx, caller(ctx), id)
	if err != nil {
		return nil, nil, nil, err
	}
	regions, err := s.regionsOf(ctx, d)
	if err != nil {
		return nil, nil, nil, err
	}
	header := "?"
	if plan.Header != nil {
		header = fmt.Sprint(*plan.Header)
	}
	table, err := s.sheets.get(ctx, t.SHA256+plan.Separator+header, func() (*sheet.Table, error) {
		_, blob, err := s.Metadata.File(ctx, caller(ctx), id)
		if err != nil {
			return nil, err
		}
		defer blob.Close()
		return inspect.Sheet(io.NewSectionReader(blob, 0, blob.Size()), t.FileName, plan)
	})
	if err != nil {
		return nil, nil, nil, err
	}
	free, err := s.Metadata.FreeName(ctx, d)
	if err != nil {
		return nil, nil, nil, err
	}
	j, err := inspect.Join(table, regions, assembly, t.Name, plan, free)
	return t, d, j, err
}

// regionsOf gives the parsed file of a region set that the caller was let into.
func (s *server) regionsOf(ctx context.Context, d *core.Dataset) (*bed.Table, error) {
	_, blob, err := s.Datasets.OpenRegions(ctx, caller(ctx), d.ID)
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	return s.tables.get(ctx, d.SHA256, io.NewSectionReader(blob, 0, blob.Size()), formatOf(d))
}

func (s *server) joinMetadata(ctx context.Context, in *metaPlanIn) (*core.MetaTable, error) {
	t, d, j, err := s.joint(ctx, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	if f := j.Problems(); len(f) > 0 {
		return nil, core.Errorf(core.CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	columns := j.Columns()
	if err := s.Metadata.CheckColumns(ctx, d, columns); err != nil {
		return nil, err
	}
	file, err := s.Blobs.Create(ctx)
	if err != nil {
		return nil, fmt.Errorf("store values: %w", err)
	}
	defer file.Abort() // does nothing after Commit
	if err := j.Write(file); err != nil {
		return nil, err
	}
	if err := s.Metadata.RoomFor(ctx, caller(ctx), d, file.Size()); err != nil {
		return nil, err
	}
	ref, err := file.Commit(ctx)
	if err != nil {
		return nil, fmt.Errorf("store values: %w", err)
	}
	return s.Metadata.Commit(ctx, t, d, j.Plan.Name, columns, j.Facts(), ref)
}
