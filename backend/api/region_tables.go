package api

import (
	"context"
	"fmt"
	"io"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/bed/view"
	"regioscope/worker/format/sheet"
)

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

// How many files of joined values, and tables that wait to be joined, are kept.
const (
	keptValues = 8
	keptSheets = 2
)

// withMetadata adds the columns that were joined to a region set.
func (s *server) withMetadata(ctx context.Context, d *core.Dataset, t *bed.Table) (*view.Table, error) {
	tables, err := s.Metadata.Tables(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	return inspect.JoinedView(t, tables, func(m *core.MetaTable) (*sheet.Values, error) {
		return s.values.get(ctx, m.ValuesSHA256, func() (*sheet.Values, error) { return inspect.ReadValues(ctx, s.Metadata.Columns, m) })
	})
}
