package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

type views struct{ *Store }

type viewRow struct {
	ID        int64     `bun:"id"`
	OwnerID   int64     `bun:"owner_id"`
	Page      string    `bun:"page"`
	Name      string    `bun:"name"`
	Document  string    `bun:"document"`
	CreatedAt time.Time `bun:"created_at"`
}

const selectViews = `SELECT id, owner_id, page, name, document, created_at FROM saved_views `

func (r *viewRow) view() (*core.View, error) {
	v := &core.View{ID: r.ID, OwnerID: r.OwnerID, Page: core.ViewPage(r.Page), Name: r.Name, CreatedAt: stamp(r.CreatedAt)}
	return v, decode("view", r.ID, r.Document, &v.Document)
}

func (s views) Create(ctx context.Context, v *core.View) error {
	document, err := encode(v.Document)
	if err != nil {
		return err
	}
	v.ID, err = s.insert(ctx, `INSERT INTO saved_views (owner_id, page, name, document, created_at) VALUES (?, ?, ?, ?, ?)`,
		v.OwnerID, string(v.Page), v.Name, document, stamp(v.CreatedAt))
	return s.conflict(err)
}

func (s views) ByID(ctx context.Context, id int64) (*core.View, error) {
	row, err := one[viewRow](ctx, s.Store, selectViews+`WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	return row.view()
}

func (s views) List(ctx context.Context, ownerID int64) ([]core.View, error) {
	rows, err := all[viewRow](ctx, s.Store, selectViews+`WHERE owner_id = ? ORDER BY page, name`, ownerID)
	out := make([]core.View, 0, len(rows))
	for i := range rows {
		v, err := rows[i].view()
		if err != nil {
			return nil, err
		}
		out = append(out, *v)
	}
	return out, err
}

func (s views) Update(ctx context.Context, v *core.View) error {
	document, err := encode(v.Document)
	if err != nil {
		return err
	}
	n, err := s.exec(ctx, `UPDATE saved_views SET name = ?, document = ? WHERE id = ?`, v.Name, document, v.ID)
	return mustMatch(n, s.conflict(err))
}

func (s views) Delete(ctx context.Context, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM saved_views WHERE id = ?`, id))
}

// conflict says that the owner has a view of that name.
func (s views) conflict(err error) error {
	if s.kind.isDuplicate(err) {
		return core.ErrConflict.WithCause(err)
	}
	return err
}
