package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"regioscope/backend/core"
)

// queuedRun is what decides on the place of a run that waits.
type queuedRun struct {
	id, user    int64
	queue       string
	interactive bool
	priority    int
	mine        int // 1, 2, … among the equal runs of the same user, oldest first
}

// Positions orders what waits as core's turn: urgent work first, then by priority, and users in turns. The database
// gives the rows and not the ranks: two rankings of ten thousand rows take it five times as long.
func (s runs) Positions(ctx context.Context, ids []int64) (map[int64]int, error) {
	out := map[int64]int{}
	if len(ids) == 0 {
		return out, nil
	}
	var waiting []queuedRun
	err := s.attempt(ctx, func() (err error) {
		waiting, err = s.waiting(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	type group struct {
		queue       string
		user        int64
		interactive bool
		priority    int
	}
	count := map[group]int{}
	for i, r := range waiting {
		g := group{r.queue, r.user, r.interactive, r.priority}
		count[g]++
		waiting[i].mine = count[g]
	}
	// Stable: among equals who was there first.
	slices.SortStableFunc(waiting, func(a, b queuedRun) int {
		if a.interactive != b.interactive {
			if a.interactive {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.mine, b.mine))
	})
	wanted := map[int64]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	at := map[string]int{}
	for _, r := range waiting {
		at[r.queue]++
		if wanted[r.id] {
			out[r.id] = at[r.queue]
		}
	}
	return out, nil
}

// waiting lists queued runs, oldest first.
func (s runs) waiting(ctx context.Context) (list []queuedRun, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT r.id, r.user_id, r.queue, r.interactive, COALESCE(p.priority, 5)
		FROM runs r LEFT JOIN pipelines p ON p.pipeline = r.pipeline WHERE r.state = ? ORDER BY r.queued_at, r.id`, string(core.RunQueued))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r queuedRun
		if err := rows.Scan(&r.id, &r.user, &r.queue, &r.interactive, &r.priority); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
