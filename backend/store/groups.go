package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

type groups struct{ *Store }

type groupRow struct {
	ID          int64     `bun:"id"`
	Name        string    `bun:"name"`
	Description string    `bun:"description"`
	OwnerID     int64     `bun:"owner_id"`
	OwnerName   string    `bun:"owner_name"`
	CreatedAt   time.Time `bun:"created_at"`
}

type memberRow struct {
	GroupID  int64  `bun:"group_id"`
	UserID   int64  `bun:"user_id"`
	Username string `bun:"username"`
}

const selectGroups = `SELECT g.id, g.name, g.description, g.owner_id, u.username AS owner_name, g.created_at
	FROM user_groups g JOIN users u ON u.id = g.owner_id `

func (s groups) Create(ctx context.Context, g *core.Group) error {
	g.CreatedAt = s.time()
	return s.InTx(ctx, func(tx core.Stores) error {
		t := groups{tx.(*Store)}
		id, err := t.insert(ctx, `INSERT INTO user_groups (name, name_key, description, owner_id, created_at) VALUES (?, ?, ?, ?, ?)`,
			g.Name, usernameKey(g.Name), g.Description, g.OwnerID, g.CreatedAt)
		if t.kind.isDuplicate(err) {
			return core.ErrConflict.WithCause(err)
		}
		if err != nil {
			return err
		}
		g.ID = id
		return t.setMembers(ctx, g)
	})
}

func (s groups) setMembers(ctx context.Context, g *core.Group) error {
	if _, err := s.exec(ctx, `DELETE FROM group_members WHERE group_id = ?`, g.ID); err != nil {
		return err
	}
	at := s.time()
	for _, m := range g.Members {
		if _, err := s.run(ctx, `INSERT INTO group_members (group_id, user_id, added_at) VALUES (?, ?, ?)`, g.ID, m.ID, at); err != nil {
			return err
		}
	}
	return nil
}

func (s groups) ByID(ctx context.Context, id int64) (*core.Group, error) {
	list, err := s.list(ctx, `WHERE g.id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, core.ErrNotFound
	}
	return &list[0], nil
}

func (s groups) List(ctx context.Context, userID int64) ([]core.Group, error) {
	if userID == 0 {
		return s.list(ctx, `ORDER BY g.name_key`)
	}
	return s.list(ctx, `WHERE g.owner_id = ? OR g.id IN (SELECT m.group_id FROM group_members m WHERE m.user_id = ?) ORDER BY g.name_key`,
		userID, userID)
}

func (s groups) list(ctx context.Context, tail string, args ...any) ([]core.Group, error) {
	rows, err := all[groupRow](ctx, s.Store, selectGroups+tail, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.Group, len(rows))
	for i, r := range rows {
		out[i] = core.Group{ID: r.ID, Name: r.Name, Description: r.Description, OwnerID: r.OwnerID, OwnerName: r.OwnerName,
			Members: []core.Person{}, CreatedAt: stamp(r.CreatedAt)}
		members, err := all[memberRow](ctx, s.Store, `SELECT m.group_id, m.user_id, u.username FROM group_members m
			JOIN users u ON u.id = m.user_id WHERE m.group_id = ? ORDER BY u.username_key`, r.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			out[i].Members = append(out[i].Members, core.Person{ID: m.UserID, Username: m.Username})
		}
	}
	return out, nil
}

func (s groups) Update(ctx context.Context, g *core.Group) error {
	return s.InTx(ctx, func(tx core.Stores) error {
		t := groups{tx.(*Store)}
		err := mustMatch(t.exec(ctx, `UPDATE user_groups SET name = ?, name_key = ?, description = ? WHERE id = ?`,
			g.Name, usernameKey(g.Name), g.Description, g.ID))
		if t.kind.isDuplicate(err) {
			return core.ErrConflict.WithCause(err)
		}
		if err != nil {
			return err
		}
		return t.setMembers(ctx, g)
	})
}

func (s groups) Delete(ctx context.Context, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM user_groups WHERE id = ?`, id))
}
