package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

type garbage struct{ *Store }

// blobColumns are all columns that name blobs: table and column. A blob that none of them names is deleted, so a table
// that is missing here loses its files; TestEveryBlobColumnIsKnown looks for it.
var blobColumns = [][2]string{{"datasets", "sha256"}, {"result_arrays", "sha256"}, {"annotations", "sha256"},
	{"region_tables", "sha256"}, {"region_tables", "values_sha256"}}

type shaRow struct {
	SHA256 string `bun:"sha256"`
}

func (s garbage) Referenced(ctx context.Context, shas []string) (map[string]bool, error) {
	used := map[string]bool{}
	for chunk := range slices.Chunk(shas, 500) {
		for _, c := range blobColumns {
			rows, err := all[shaRow](ctx, s.Store, `SELECT DISTINCT `+c[1]+` AS sha256 FROM `+c[0]+` WHERE `+c[1]+` IN (?)`, bun.List(chunk))
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				used[r.SHA256] = true
			}
		}
	}
	return used, nil
}

type usageRow struct {
	ID       int64  `bun:"id"`
	Username string `bun:"username"`
	Datasets int    `bun:"datasets"`
	Bytes    int64  `bun:"bytes"`
	Results  int64  `bun:"results"`
	Trash    int64  `bun:"trash"`
}

func (s garbage) Usage(ctx context.Context) ([]core.UserUsage, error) {
	rows, err := all[usageRow](ctx, s.Store, `SELECT u.id, u.username,
		(SELECT COUNT(*) FROM datasets d WHERE d.owner_id = u.id AND d.deleted_at IS NULL) AS datasets,
		(SELECT COALESCE(SUM(d.size), 0) FROM datasets d WHERE d.owner_id = u.id AND d.deleted_at IS NULL) +
		(SELECT COALESCE(SUM(t.size + t.values_size), 0) FROM region_tables t JOIN datasets d ON d.id = t.dataset_id
			WHERE d.owner_id = u.id AND d.deleted_at IS NULL) AS bytes,
		(SELECT COALESCE(SUM(a.size), 0) FROM result_arrays a JOIN results r ON r.id = a.result_id
			JOIN datasets d ON d.id = r.region_set_id WHERE d.owner_id = u.id) AS results,
		(SELECT COALESCE(SUM(d.size), 0) FROM datasets d WHERE d.owner_id = u.id AND d.deleted_at IS NOT NULL) +
		(SELECT COALESCE(SUM(t.size + t.values_size), 0) FROM region_tables t JOIN datasets d ON d.id = t.dataset_id
			WHERE d.owner_id = u.id AND d.deleted_at IS NOT NULL) AS trash
		FROM users u ORDER BY u.username`)
	out := make([]core.UserUsage, len(rows))
	for i, r := range rows {
		out[i] = core.UserUsage{UserID: r.ID, Username: r.Username, Datasets: r.Datasets, Bytes: r.Bytes, Results: r.Results, Trash: r.Trash}
	}
	return out, err
}

type longestRow struct {
	Seconds int64 `bun:"seconds"`
	Running int64 `bun:"running"`
}

func (s garbage) LongestTimeout(ctx context.Context) (time.Duration, bool, error) {
	row, err := one[longestRow](ctx, s.Store, `SELECT (SELECT COALESCE(MAX(timeout_s), 0) FROM pipelines) AS seconds,
		(SELECT COUNT(*) FROM runs WHERE state IN (?)) AS running`, states(core.RunRunning, core.RunCancelling))
	if err != nil {
		return 0, false, err
	}
	return time.Duration(row.Seconds) * time.Second, row.Running > 0, nil
}

type leases struct{ *Store }

func (s leases) Take(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	n, err := s.exec(ctx, `UPDATE leases SET holder = ?, until_at = ? WHERE name = ? AND (holder = ? OR until_at < ?)`,
		holder, stamp(until), name, holder, stamp(now))
	if err != nil || n == 1 {
		return n == 1, err
	}
	_, err = s.run(ctx, `INSERT INTO leases (name, holder, until_at) VALUES (?, ?, ?)`, name, holder, stamp(until))
	if s.kind.isDuplicate(err) {
		return false, nil
	}
	return err == nil, err
}

func (s leases) Release(ctx context.Context, name, holder string) error {
	_, err := s.exec(ctx, `DELETE FROM leases WHERE name = ? AND holder = ?`, name, holder)
	return err
}
