package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"regioscope/backend/core"
	"regioscope/worker/format/bed"
)

// RegionRow is one region as the file has it. The second anchor is there for BEDPE only.
type RegionRow struct {
	Index   int      `json:"index" doc:"row in the file, from 0; the key of the region everywhere"`
	Chrom   string   `json:"chrom"`
	Start   int64    `json:"start"`
	End     int64    `json:"end"`
	Name    string   `json:"name,omitempty"`
	Score   *float64 `json:"score,omitempty"`
	Strand  string   `json:"strand,omitempty" enum:"+,-"`
	Chrom2  string   `json:"chrom2,omitempty"`
	Start2  *int64   `json:"start2,omitempty"`
	End2    *int64   `json:"end2,omitempty"`
	Strand2 string   `json:"strand2,omitempty" enum:"+,-"`
}

// RegionPage is one page of a region set; the cursor is a row index.
type RegionPage struct {
	Items      []RegionRow `json:"items"`
	NextCursor int         `json:"nextCursor,omitempty" doc:"absent on the last page"`
	Total      int         `json:"total"`
}

type regionsIn struct {
	IDPath
	Cursor int `query:"cursor" minimum:"0" doc:"first row"`
	Limit  int `query:"limit" minimum:"1" maximum:"100000" default:"200"`
}

func (s *server) regionRoutes() {
	route(s, spec{id: "listRegions", method: http.MethodGet, path: "/datasets/{id}/regions", summary: "The regions of a set, in file order", tag: "datasets"},
		func(ctx context.Context, in *regionsIn) (*body[RegionPage], error) {
			d, blob, err := s.Datasets.OpenRegions(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			defer blob.Close()
			if d.Kind != core.KindRegions || d.State != core.DatasetReady {
				return nil, core.Errorf(core.CodeState, "%q has no regions to show: it is %s, %s.", d.Name, d.Kind, d.State)
			}
			table, err := s.tables.get(ctx, d.SHA256, io.NewSectionReader(blob, 0, blob.Size()), formatOf(d))
			if err != nil {
				return nil, err
			}
			return &body[RegionPage]{regionPage(table, in.Cursor, in.Limit)}, nil
		})
}

func formatOf(d *core.Dataset) bed.Format {
	if d.Dimension == 2 {
		return bed.BEDPE
	}
	return bed.BED
}

func regionPage(t *bed.Table, cursor, limit int) RegionPage {
	page := RegionPage{Items: []RegionRow{}, Total: len(t.Regions)}
	name, score := t.Column("name"), t.Column("score")
	end := min(cursor+limit, len(t.Regions))
	for i := cursor; i < end; i++ {
		r := t.Regions[i]
		row := RegionRow{Index: r.Index, Chrom: r.A.Chrom, Start: r.A.Start, End: r.A.End, Strand: strandText(r.A.Strand)}
		if name != nil {
			row.Name = name.Text(i)
		}
		if score != nil {
			if v, err := strconv.ParseFloat(score.Text(i), 64); err == nil && v-v == 0 { // finite: JSON has no others
				row.Score = &v
			}
		}
		if t.Format == bed.BEDPE {
			row.Chrom2, row.Start2, row.End2, row.Strand2 = r.B.Chrom, &r.B.Start, &r.B.End, strandText(r.B.Strand)
		}
		page.Items = append(page.Items, row)
	}
	if end < len(t.Regions) && end > cursor {
		page.NextCursor = end
	}
	return page
}

func strandText(b byte) string {
	if b == '+' || b == '-' {
		return string(b)
	}
	return ""
}

// tables keeps the last few parsed files, because paging through a set asks for the same file again and again.
type tables struct {
	slots chan map[string]*bed.Table
	order []string
}

const keptTables = 4

func newTables() *tables {
	t := &tables{slots: make(chan map[string]*bed.Table, 1)}
	t.slots <- map[string]*bed.Table{}
	return t
}

// get parses one file at a time: that bounds the memory, and a second request for the same file finds it parsed.
func (t *tables) get(ctx context.Context, sha string, r io.Reader, format bed.Format) (*bed.Table, error) {
	var kept map[string]*bed.Table
	select {
	case kept = <-t.slots:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { t.slots <- kept }()
	key := fmt.Sprint(sha, format)
	if table := kept[key]; table != nil {
		return table, nil
	}
	table, err := bed.Parse(r, bed.Options{Format: format})
	if err != nil {
		return nil, fmt.Errorf("read regions: %w", err)
	}
	kept[key] = table
	t.order = append(t.order, key)
	if len(t.order) > keptTables {
		delete(kept, t.order[0])
		t.order = t.order[1:]
	}
	return table, nil
}
