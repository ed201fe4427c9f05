package inspect

import (
	"context"
	"fmt"
	"io"

	"regioscope/backend/core"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/bed/view"
	"regioscope/worker/format/sheet"
)

// RegionView is a region set as a table with every column that it has: coordinates, those of the file t, and those of the
// metadata that were joined to it. The values of a column are those of view.Column by name; row i is region i of the file.
// Rights are the caller's business: who may see the regions may see all of this.
func RegionView(ctx context.Context, columns *core.Columns, d *core.Dataset, t *bed.Table) (*view.Table, error) {
	tables, err := columns.Tables(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	return JoinedView(t, tables, func(m *core.MetaTable) (*sheet.Values, error) { return ReadValues(ctx, columns, m) })
}

// JoinedView is RegionView with tables and their values from elsewhere, such as a cache.
func JoinedView(t *bed.Table, tables []core.MetaTable, values func(*core.MetaTable) (*sheet.Values, error)) (*view.Table, error) {
	var extra []view.Column
	for i := range tables {
		m := &tables[i]
		v, err := values(m)
		if err != nil {
			return nil, err
		}
		if v.Rows != len(t.Regions) {
			return nil, fmt.Errorf("metadata table %d has %d rows for %d regions", m.ID, v.Rows, len(t.Regions))
		}
		for _, c := range m.Columns {
			if c.Position >= len(v.Names) {
				return nil, fmt.Errorf("metadata table %d has no column %d", m.ID, c.Position)
			}
			extra = append(extra, view.Column{Name: c.Name, Numeric: c.Type == core.MetaNumeric, Distinct: c.Distinct, Joined: true, Version: fmt.Sprintf("%d%.1s", c.ID, c.Type),
				Text:  func(row int) string { return v.Text(c.Position, row) },
				Float: func(row int) float64 { return v.Float(c.Position, row) }})
		}
	}
	return view.New(t, extra...), nil
}

// ReadValues reads the joined values of a table.
func ReadValues(ctx context.Context, columns *core.Columns, m *core.MetaTable) (*sheet.Values, error) {
	blob, err := columns.Open(ctx, m)
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	v, err := sheet.ReadValues(io.NewSectionReader(blob, 0, blob.Size()))
	if err != nil {
		return nil, fmt.Errorf("metadata table %d: %w", m.ID, err)
	}
	return v, nil
}
