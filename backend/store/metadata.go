package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

type metadata struct{ *Store }

type metaTableRow struct {
	ID            int64     `bun:"id"`
	DatasetID     int64     `bun:"dataset_id"`
	CreatedBy     int64     `bun:"created_by"`
	CreatedByName string    `bun:"created_by_name"`
	Name          string    `bun:"name"`
	FileName      string    `bun:"file_name"`
	State         string    `bun:"state"`
	SHA256        string    `bun:"sha256"`
	Size          int64     `bun:"size"`
	ValuesSHA256  string    `bun:"values_sha256"`
	ValuesSize    int64     `bun:"values_size"`
	Facts         string    `bun:"facts"`
	CreatedAt     time.Time `bun:"created_at"`
}

// Whatever lies in the trash is not seen here; Files is for what goes for good.
const selectMetaTables = `SELECT t.id, t.dataset_id, t.created_by, COALESCE(u.username, '') AS created_by_name, t.name, t.file_name, t.state,
	t.sha256, t.size, t.values_sha256, t.values_size, t.facts, t.created_at FROM region_tables t
	JOIN datasets d ON d.id = t.dataset_id AND d.deleted_at IS NULL LEFT JOIN users u ON u.id = t.created_by `

type metaColumnRow struct {
	ID       int64  `bun:"id"`
	TableID  int64  `bun:"table_id"`
	Position int    `bun:"position"`
	Name     string `bun:"name"`
	Source   string `bun:"source"`
	Type     string `bun:"type"`
	Present  int    `bun:"present"`
	Numbers  int    `bun:"numbers"`
	Distinct int    `bun:"distinct_values"`
}

const selectMetaColumns = `SELECT id, table_id, position, name, source, type, present, numbers, distinct_values FROM region_columns `

func (r metaColumnRow) column() core.MetaColumn {
	return core.MetaColumn{ID: r.ID, Position: r.Position, Name: r.Name, Source: r.Source, Type: core.MetaColumnType(r.Type),
		Present: r.Present, Numbers: r.Numbers, Distinct: r.Distinct}
}

func (s metadata) list(ctx context.Context, tail string, args ...any) ([]core.MetaTable, error) {
	rows, err := all[metaTableRow](ctx, s.Store, selectMetaTables+tail, args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, ids, at := make([]core.MetaTable, len(rows)), make([]int64, len(rows)), map[int64]int{}
	for i, r := range rows {
		out[i] = core.MetaTable{ID: r.ID, DatasetID: r.DatasetID, CreatedByID: r.CreatedBy, CreatedBy: r.CreatedByName, Name: r.Name,
			FileName: r.FileName, State: r.State, SHA256: r.SHA256, Size: r.Size, ValuesSHA256: r.ValuesSHA256, ValuesSize: r.ValuesSize,
			Columns: []core.MetaColumn{}, CreatedAt: stamp(r.CreatedAt)}
		if err := decode("region table", r.ID, r.Facts, &out[i].Facts); err != nil {
			return nil, err
		}
		ids[i], at[r.ID] = r.ID, i
	}
	columns, err := all[metaColumnRow](ctx, s.Store, selectMetaColumns+`WHERE table_id IN (?) ORDER BY table_id, position`, bun.List(ids))
	for _, c := range columns {
		t := &out[at[c.TableID]]
		t.Columns = append(t.Columns, c.column())
	}
	return out, err
}

func (s metadata) Create(ctx context.Context, t *core.MetaTable) error {
	if t.CreatedAt.IsZero() {
		t.CreatedAt = s.time()
	}
	facts, err := encode(t.Facts)
	if err != nil {
		return err
	}
	t.State = core.MetaDraft
	t.ID, err = s.insert(ctx, `INSERT INTO region_tables (dataset_id, created_by, name, file_name, state, sha256, size, facts, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, t.DatasetID, t.CreatedByID, t.Name, t.FileName, t.State, t.SHA256, t.Size, facts, stamp(t.CreatedAt))
	if s.kind.isReferenced(err) {
		return core.ErrNotFound // deleted meanwhile
	}
	return err
}

func (s metadata) ByID(ctx context.Context, id int64) (*core.MetaTable, error) {
	list, err := s.list(ctx, `WHERE t.id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, core.ErrNotFound
	}
	return &list[0], nil
}

func (s metadata) List(ctx context.Context, datasetID int64) ([]core.MetaTable, error) {
	return s.list(ctx, `WHERE t.dataset_id = ? AND t.state = ? ORDER BY t.id`, datasetID, core.MetaReady)
}

func (s metadata) Files(ctx context.Context, datasetID int64) ([]string, error) {
	rows, err := all[shaRow](ctx, s.Store, `SELECT sha256 FROM region_tables WHERE dataset_id = ? UNION
		SELECT values_sha256 AS sha256 FROM region_tables WHERE dataset_id = ? AND values_sha256 <> ''`, datasetID, datasetID)
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.SHA256
	}
	return out, err
}

func (s metadata) Commit(ctx context.Context, t *core.MetaTable) error {
	facts, err := encode(t.Facts)
	if err != nil {
		return err
	}
	return s.InTx(ctx, func(tx core.Stores) error {
		s := metadata{tx.(*Store)}
		n, err := s.exec(ctx, `UPDATE region_tables SET name = ?, state = ?, values_sha256 = ?, values_size = ?, facts = ?, created_at = ?
			WHERE id = ? AND state = ?`, t.Name, core.MetaReady, t.ValuesSHA256, t.ValuesSize, facts, stamp(t.CreatedAt), t.ID, core.MetaDraft)
		if err != nil {
			return err
		}
		if n == 0 {
			return core.ErrState
		}
		for i := range t.Columns {
			c := &t.Columns[i]
			c.ID, err = s.insert(ctx, `INSERT INTO region_columns (table_id, dataset_id, position, name, source, type, present, numbers, distinct_values)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, t.ID, t.DatasetID, c.Position, c.Name, c.Source, c.Type, c.Present, c.Numbers, c.Distinct)
			if s.kind.isDuplicate(err) {
				return core.ErrConflict.WithCause(err)
			}
			if err != nil {
				return err
			}
		}
		t.State = core.MetaReady
		return nil
	})
}

func (s metadata) Rename(ctx context.Context, id int64, name string) error {
	return mustMatch(s.exec(ctx, `UPDATE region_tables SET name = ? WHERE id = ?`, name, id))
}

func (s metadata) Delete(ctx context.Context, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM region_tables WHERE id = ?`, id)) // columns go by their foreign key
}

func (s metadata) Column(ctx context.Context, id int64) (*core.MetaColumn, *core.MetaTable, error) {
	row, err := one[metaColumnRow](ctx, s.Store, selectMetaColumns+`WHERE id = ?`, id)
	if err != nil {
		return nil, nil, err
	}
	t, err := s.ByID(ctx, row.TableID)
	if err != nil {
		return nil, nil, err
	}
	c := row.column()
	return &c, t, nil
}

func (s metadata) UpdateColumn(ctx context.Context, c *core.MetaColumn) error {
	err := mustMatch(s.exec(ctx, `UPDATE region_columns SET name = ?, type = ? WHERE id = ?`, c.Name, c.Type, c.ID))
	if s.kind.isDuplicate(err) {
		return core.ErrConflict.WithCause(err)
	}
	return err
}

func (s metadata) DeleteColumn(ctx context.Context, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM region_columns WHERE id = ?`, id))
}

func (s metadata) DeleteDrafts(ctx context.Context, before time.Time) (int, error) {
	n, err := s.exec(ctx, `DELETE FROM region_tables WHERE state = ? AND created_at < ?`, core.MetaDraft, stamp(before))
	return int(n), err
}
