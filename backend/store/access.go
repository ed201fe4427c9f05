package store

import (
	"context"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

type access struct{ *Store }

// visible is the condition of every list: rows of table t that caller may read, by name, as one of everyone, as admin, by
// a grant or as member of a group with one, or that their link shows. column is that of access_grants.
func visible(t, column string, c core.Caller) (string, []any) {
	cond := `(` + t + `.owner_id = ? OR (` + t + `.public AND ?) OR ?
		OR EXISTS (SELECT 1 FROM access_grants g WHERE g.` + column + ` = ` + t + `.id AND (g.user_id = ?
			OR g.group_id IN (SELECT m.group_id FROM group_members m WHERE m.user_id = ?)))`
	owner := c.UserID
	if owner == 0 {
		owner = -1 // 0 is the owner of what is built in
	}
	args := []any{owner, c.UserID != 0, c.IsAdmin(), c.UserID, c.UserID}
	if shown := shownBy(c, column); len(shown) > 0 {
		cond += ` OR ` + t + `.id IN (?)`
		args = append(args, bun.List(shown))
	}
	return cond + `)`, args
}

func shownBy(c core.Caller, column string) []int64 {
	switch {
	case c.Link == nil:
		return nil
	case column == "dataset_id":
		return c.Link.Datasets
	case column == "assembly_id":
		return c.Link.Assemblies
	}
	return []int64{c.Link.Session.ID}
}

// grantColumn names the column of a kind of thing; the kinds are a closed set, so that nothing else gets into a query.
func grantColumn(kind core.ThingKind) string {
	switch kind {
	case core.ThingDataset:
		return "dataset_id"
	case core.ThingAssembly:
		return "assembly_id"
	}
	return "session_id"
}

func thingTable(kind core.ThingKind) string {
	switch kind {
	case core.ThingDataset:
		return "datasets"
	case core.ThingAssembly:
		return "assemblies"
	}
	return "sessions"
}

type grantedRow struct {
	ID    int64  `bun:"id"`
	Level string `bun:"level"`
}

func (s access) Granted(ctx context.Context, kind core.ThingKind, ids []int64, userID int64) (map[int64]core.Level, error) {
	out := map[int64]core.Level{}
	if len(ids) == 0 {
		return out, nil
	}
	column := grantColumn(kind)
	rows, err := all[grantedRow](ctx, s.Store, `SELECT g.`+column+` AS id, g.level FROM access_grants g
		WHERE g.`+column+` IN (?) AND (g.user_id = ?
			OR g.group_id IN (SELECT m.group_id FROM group_members m WHERE m.user_id = ?))`, bun.List(ids), userID, userID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if l := core.Level(r.Level); !out[r.ID].Covers(l) {
			out[r.ID] = l
		}
	}
	return out, nil
}

type grantRow struct {
	UserID  int64  `bun:"user_id"`
	GroupID int64  `bun:"group_id"`
	Name    string `bun:"name"`
	Members int    `bun:"members"`
	Level   string `bun:"level"`
}

func (s access) Grants(ctx context.Context, kind core.ThingKind, id int64) ([]core.Grant, error) {
	rows, err := all[grantRow](ctx, s.Store, `SELECT COALESCE(g.user_id, 0) AS user_id, COALESCE(g.group_id, 0) AS group_id,
		COALESCE(u.username, t.name) AS name, g.level,
		(SELECT COUNT(*) FROM group_members m WHERE m.group_id = g.group_id) AS members
		FROM access_grants g LEFT JOIN users u ON u.id = g.user_id LEFT JOIN user_groups t ON t.id = g.group_id
		WHERE g.`+grantColumn(kind)+` = ? ORDER BY g.group_id IS NULL, name`, id)
	if err != nil {
		return nil, err
	}
	out := make([]core.Grant, len(rows))
	for i, r := range rows {
		out[i] = core.Grant{UserID: r.UserID, GroupID: r.GroupID, Name: r.Name, Members: r.Members, Level: core.Level(r.Level)}
	}
	return out, nil
}

func (s access) SetGrants(ctx context.Context, kind core.ThingKind, id int64, public bool, grants []core.Grant) error {
	column := grantColumn(kind)
	if _, err := s.exec(ctx, `DELETE FROM access_grants WHERE `+column+` = ?`, id); err != nil {
		return err
	}
	at := s.time()
	for _, g := range grants {
		if _, err := s.run(ctx, `INSERT INTO access_grants (`+column+`, user_id, group_id, level, created_at) VALUES (?, ?, ?, ?, ?)`,
			id, nullID(g.UserID), nullID(g.GroupID), string(g.Level), at); err != nil {
			return err
		}
	}
	return mustMatch(s.exec(ctx, `UPDATE `+thingTable(kind)+` SET public = ? WHERE id = ?`, public, id))
}

func nullID(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
