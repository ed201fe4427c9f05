package store

import (
	"context"
	"strings"

	"regioscope/backend/core"
)

type personRow struct {
	ID       int64  `bun:"id"`
	Username string `bun:"username"`
}

func (s users) People(ctx context.Context, prefix string, limit int) ([]core.Person, error) {
	rows, err := all[personRow](ctx, s.Store, `SELECT id, username FROM users WHERE NOT disabled AND username_key LIKE ? ESCAPE '!'
		ORDER BY username_key LIMIT ?`, prefixPattern(usernameKey(prefix)), limit)
	if err != nil {
		return nil, err
	}
	out := make([]core.Person, len(rows))
	for i, r := range rows {
		out[i] = core.Person{ID: r.ID, Username: r.Username}
	}
	return out, nil
}

// prefixPattern matches what begins with text, with nothing in it special.
func prefixPattern(text string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}
