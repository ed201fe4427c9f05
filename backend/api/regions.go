package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"regioscope/backend/core"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/bed/view"
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
	Values  []string `json:"values,omitempty" doc:"of the columns of the page, as in the file and the metadata"`
}

// RegionColumn is one column of a region set that can be sorted, filtered and looked at.
type RegionColumn struct {
	Name     string `json:"name"`
	Numeric  bool   `json:"numeric"`
	Distinct int    `json:"distinct,omitempty" doc:"different values, counted up to 1000"`
	Joined   bool   `json:"joined,omitempty" doc:"not of the file: metadata"`
	Version  string `json:"version,omitempty" doc:"of metadata: changes with the values"`
}

// RegionPage is one page of a region set; the cursor is the number of rows before it.
type RegionPage struct {
	Items      []RegionRow    `json:"items"`
	NextCursor int            `json:"nextCursor,omitempty" doc:"absent on the last page"`
	Total      int            `json:"total" doc:"regions that pass the conditions"`
	All        int            `json:"all" doc:"regions of the set"`
	Columns    []RegionColumn `json:"columns" doc:"of the file, in its order, then those of the metadata; values of rows are in this order"`
}

// RegionQuery is what part of a region set is wanted, and in which order.
type RegionQuery struct {
	Where []string `query:"where,explode" maxItems:"20" doc:"COLUMN:OP:VALUE with OP eq, ne, ge, le or has; all of them; chrom, start, end, width, chrom2, start2, end2, distance are columns, too"`
	Find  string   `query:"find" doc:"a place (chr1:1,000-2,000) or a part of any text"`
	Sort  string   `query:"sort" doc:"column; file order without it; missing values come last"`
	Desc  bool     `query:"desc"`
}

type regionsIn struct {
	IDPath
	RegionQuery
	Cursor int `query:"cursor" minimum:"0" doc:"first row"`
	Limit  int `query:"limit" minimum:"1" maximum:"100000" default:"200"`
}

// HistogramOut is how the values of a column are distributed.
type HistogramOut struct {
	Column  string       `json:"column"`
	Numeric bool         `json:"numeric"`
	N       int          `json:"n" doc:"regions with a value"`
	Missing int          `json:"missing"`
	Edges   []float64    `json:"edges,omitempty" doc:"of numeric columns: bin k is edges[k] to edges[k+1]"`
	Counts  []int        `json:"counts,omitempty"`
	Log     bool         `json:"log,omitempty" doc:"the edges are even in the logarithm"`
	Min     *float64     `json:"min,omitempty"`
	Median  *float64     `json:"median,omitempty"`
	Mean    *float64     `json:"mean,omitempty"`
	Max     *float64     `json:"max,omitempty"`
	Values  []ValueCount `json:"values,omitempty" doc:"of other columns: the most frequent ones"`
	Others  int          `json:"others,omitempty" doc:"regions with other values"`
}

// ValueCount is one value and how many regions have it.
type ValueCount struct {
	Value string `json:"value"`
	N     int    `json:"n"`
}

func (s *server) regionRoutes() {
	route(s, spec{id: "listRegions", method: http.MethodGet, path: "/datasets/{id}/regions", summary: "The regions of a set: filtered, sorted, page by page; all in file order without parameters", tag: "datasets"},
		func(ctx context.Context, in *regionsIn) (*body[RegionPage], error) {
			_, v, rows, err := s.regionView(ctx, in.ID, in.RegionQuery)
			if err != nil {
				return nil, err
			}
			return &body[RegionPage]{regionPage(v, rows, in.Cursor, in.Limit)}, nil
		})
	route(s, spec{id: "getRegionHistogram", method: http.MethodGet, path: "/datasets/{id}/regions/histogram", summary: "How the values of a column are distributed over the regions that pass the conditions", tag: "datasets"},
		func(ctx context.Context, in *struct {
			IDPath
			RegionQuery
			Column string `query:"column" required:"true"`
			Bins   int    `query:"bins" minimum:"1" maximum:"200" default:"40"`
		}) (*body[HistogramOut], error) {
			_, v, rows, err := s.regionView(ctx, in.ID, in.RegionQuery)
			if err != nil {
				return nil, err
			}
			h, err := v.Histogram(in.Column, rows, in.Bins)
			if err != nil {
				return nil, viewError(err)
			}
			return &body[HistogramOut]{histogramOut(in.Column, v.Column(in.Column).Numeric, h)}, nil
		})
	route(s, spec{id: "downloadRegions", method: http.MethodGet, path: "/datasets/{id}/regions/file", summary: "The regions that pass the conditions, in order, as a file", tag: "datasets", adjust: binaryAnswer("text/plain")},
		func(ctx context.Context, in *struct {
			IDPath
			RegionQuery
			Format string `query:"format" enum:"bed,bedpe,tsv" doc:"bed of a BED file or bedpe of a BEDPE file: as the file; tsv: with column names and computed columns"`
		}) (*huma.StreamResponse, error) {
			// A link shows regions; files are for those who may read the set.
			if _, blob, err := s.Datasets.OpenFile(ctx, caller(ctx), in.ID); err != nil {
				return nil, err
			} else if err := blob.Close(); err != nil {
				return nil, err
			}
			d, v, rows, err := s.regionView(ctx, in.ID, in.RegionQuery)
			if err != nil {
				return nil, err
			}
			native := strings.ToLower(v.Bed.Format.String())
			format := in.Format
			if format == "" {
				format = native
			}
			if format != native && format != "tsv" {
				return nil, core.Errorf(core.CodeInvalid, "%q is a %s file; it can be written as %s or tsv.", d.Name, strings.ToUpper(native), native).
					WithFields(core.Field{Field: "format", Value: in.Format, Message: "not the format of this set"})
			}
			return &huma.StreamResponse{Body: func(hc huma.Context) {
				c := humagin.Unwrap(hc)
				h := c.Writer.Header()
				h.Set("Content-Type", "text/plain; charset=utf-8")
				h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": viewName(d, len(rows), len(v.Bed.Regions), format)}))
				h.Set("Cache-Control", "private, no-cache")
				write := func(w io.Writer) error { return bed.Write(w, v.Bed, rows) }
				if format == "tsv" {
					write = func(w io.Writer) error { return v.WriteTSV(w, rows) }
				}
				if err := write(c.Writer); err != nil {
					s.Log.WarnContext(ctx, "download of regions broke off", "dataset", d.ID, "cause", err)
				}
			}}, nil
		})
}

// viewName is the name of a downloaded file: that of the original, and how many of its regions there are.
func viewName(d *core.Dataset, n, all int, format string) string {
	base := strings.TrimSuffix(d.FileName, ".gz")
	if dot := strings.LastIndexByte(base, '.'); dot > 0 {
		base = base[:dot]
	}
	if n != all {
		base += fmt.Sprintf("_%d_of_%d", n, all)
	}
	return base + "." + format
}

// regionView opens a region set and finds the rows that are wanted of it.
func (s *server) regionView(ctx context.Context, id int64, q RegionQuery) (*core.Dataset, *view.Table, []int, error) {
	d, blob, err := s.Datasets.OpenRegions(ctx, caller(ctx), id)
	if err != nil {
		return nil, nil, nil, err
	}
	defer blob.Close()
	if d.Kind != core.KindRegions || d.State != core.DatasetReady {
		return nil, nil, nil, core.Errorf(core.CodeState, "%q has no regions to show: it is %s, %s.", d.Name, d.Kind, d.State)
	}
	table, err := s.tables.get(ctx, d.SHA256, io.NewSectionReader(blob, 0, blob.Size()), formatOf(d))
	if err != nil {
		return nil, nil, nil, err
	}
	v, err := s.withMetadata(ctx, d, table)
	if err != nil {
		return nil, nil, nil, err
	}
	query := view.Query{Find: q.Find, Sort: q.Sort, Desc: q.Desc}
	for _, text := range q.Where {
		c, ok := parseCond(text)
		if !ok {
			return nil, nil, nil, core.Errorf(core.CodeInvalid, "A condition is COLUMN:OP:VALUE, with OP eq, ne, ge, le or has.").
				WithFields(core.Field{Field: "where", Value: text, Message: "not a condition"})
		}
		query.Where = append(query.Where, c)
	}
	rows, err := v.Rows(query)
	return d, v, rows, viewError(err)
}

// parseCond parts COLUMN:OP:VALUE; column and value may hold colons, but no operator between them.
func parseCond(text string) (view.Cond, bool) {
	for _, op := range []view.Op{view.Ge, view.Le, view.Eq, view.Ne, view.Has} {
		if column, value, ok := strings.Cut(text, ":"+string(op)+":"); ok && column != "" {
			return view.Cond{Column: column, Op: op, Value: value}, true
		}
	}
	return view.Cond{}, false
}

func viewError(err error) error {
	var bad *view.Error
	if errors.As(err, &bad) {
		return core.Errorf(core.CodeInvalid, "%s", bad.Msg).WithFields(core.Field{Field: bad.Field, Message: bad.Msg})
	}
	return err
}

func formatOf(d *core.Dataset) bed.Format {
	if d.Dimension == 2 {
		return bed.BEDPE
	}
	return bed.BED
}

func regionPage(v *view.Table, rows []int, cursor, limit int) RegionPage {
	t := v.Bed
	page := RegionPage{Items: []RegionRow{}, Total: len(rows), All: len(t.Regions), Columns: []RegionColumn{}}
	own := v.Own()
	for _, c := range own {
		page.Columns = append(page.Columns, RegionColumn{Name: c.Name, Numeric: c.Numeric, Distinct: c.Distinct, Joined: c.Joined, Version: c.Version})
	}
	name, score := t.Column("name"), t.Column("score")
	first := min(cursor, len(rows))
	end := min(first+limit, len(rows))
	for _, i := range rows[first:end] {
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
		for _, c := range own {
			row.Values = append(row.Values, c.Text(i))
		}
		page.Items = append(page.Items, row)
	}
	if end < len(rows) && end > cursor {
		page.NextCursor = end
	}
	return page
}

func histogramOut(column string, numeric bool, h *view.Histogram) HistogramOut {
	out := HistogramOut{Column: column, Numeric: numeric, N: h.N, Missing: h.Missing, Edges: h.Edges, Counts: h.Counts, Log: h.Log, Others: h.Others}
	if numeric && h.N > 0 {
		out.Min, out.Median, out.Mean, out.Max = &h.Min, &h.Median, &h.Mean, &h.Max
		if math.IsInf(h.Mean, 0) { // the sum of very large values; JSON has no infinity
			out.Mean = nil
		}
	}
	for _, v := range h.Values {
		out.Values = append(out.Values, ValueCount{v.Value, v.N})
	}
	return out
}

func strandText(b byte) string {
	if b == '+' || b == '-' {
		return string(b)
	}
	return ""
}
