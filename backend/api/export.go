package api

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"regioscope/backend/core"
)

// export streams what the caller owns, so that it may be of any size. A file that cannot be read breaks the connection:
// half an archive must not look like a whole one.
func (s *server) export(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	who := caller(ctx)
	what, err := s.Departures.Leaving(ctx, who)
	if err != nil {
		return nil, err
	}
	me, err := s.Accounts.Me(ctx, who)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		c := humagin.Unwrap(hc)
		c.Header("Content-Type", "application/zip")
		c.Header("Content-Disposition", `attachment; filename="regioscope-export.zip"`)
		if err := s.writeExport(ctx, zip.NewWriter(c.Writer), who, me, what); err != nil {
			panic(fmt.Errorf("export of account %d: %w", me.ID, err))
		}
	}}, nil
}

func (s *server) writeExport(ctx context.Context, z *zip.Writer, who core.Caller, me *core.User, what *core.Leaving) error {
	tables := []core.MetaTable{}
	for i := range what.Datasets {
		list, err := s.Metadata.Tables(ctx, what.Datasets[i].ID)
		if err != nil {
			return err
		}
		tables = append(tables, list...)
	}
	for _, f := range []struct {
		name  string
		value any
	}{{"account.json", me}, {"datasets.json", full(what.Datasets)}, {"collections.json", full(what.Collections)},
		{"sessions.json", full(what.Sessions)}, {"assemblies.json", full(append(what.Assemblies, what.Kept...))}, {"groups.json", full(what.Groups)},
		{"metadata.json", tables}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: time.Now()})
		if err != nil {
			return err
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		if err := e.Encode(f.value); err != nil {
			return err
		}
	}
	for i := range what.Datasets {
		if d := &what.Datasets[i]; d.SHA256 != "" {
			if err := s.writeFile(ctx, z, who, d); err != nil {
				return err
			}
		}
	}
	for i := range tables {
		if err := s.writeTable(ctx, z, who, &tables[i]); err != nil {
			return err
		}
	}
	return z.Close()
}

// writeTable stores a table of metadata as it was uploaded, and its columns in the order of the regions.
func (s *server) writeTable(ctx context.Context, z *zip.Writer, who core.Caller, t *core.MetaTable) error {
	_, file, err := s.Metadata.File(ctx, who, t.ID)
	if err != nil {
		return err
	}
	defer file.Close()
	values, err := s.Metadata.Open(ctx, t)
	if err != nil {
		return err
	}
	defer values.Close()
	base := fmt.Sprintf("files/%d-metadata-%d-", t.DatasetID, t.ID)
	for name, blob := range map[string]core.Blob{cleanFileName(t.FileName): file, "joined.tsv": values} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: base + name, Method: zip.Deflate, Modified: t.CreatedAt})
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, io.NewSectionReader(blob, 0, blob.Size())); err != nil {
			return err
		}
	}
	return nil
}

// writeFile stores a file as it is: most formats are compressed already.
func (s *server) writeFile(ctx context.Context, z *zip.Writer, who core.Caller, d *core.Dataset) error {
	_, blob, err := s.Datasets.OpenFile(ctx, who, d.ID)
	if err != nil {
		return err
	}
	defer blob.Close()
	w, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("files/%d-%s", d.ID, cleanFileName(d.FileName)), Method: zip.Store, Modified: d.CreatedAt})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, io.NewSectionReader(blob, 0, blob.Size()))
	return err
}
