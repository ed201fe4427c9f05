package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

type imports struct{ *Store }

type repositoryRow struct {
	ID        int64  `bun:"id"`
	Name      string `bun:"name"`
	Connector string `bun:"connector"`
	BaseURL   string `bun:"base_url"`
	BrowseURL string `bun:"browse_url"`
	Pattern   string `bun:"accession_pattern"`
	Enabled   bool   `bun:"enabled"`
}

func (s imports) repositories(ctx context.Context, tail string, args ...any) ([]core.Repository, error) {
	rows, err := all[repositoryRow](ctx, s.Store, `SELECT id, name, connector, base_url, browse_url, accession_pattern, enabled
		FROM repositories `+tail, args...)
	out := make([]core.Repository, len(rows))
	for i, r := range rows {
		out[i] = core.Repository{ID: r.ID, Name: r.Name, Connector: r.Connector, BaseURL: r.BaseURL, BrowseURL: r.BrowseURL,
			Pattern: r.Pattern, Enabled: r.Enabled}
	}
	return out, err
}

func (s imports) Repositories(ctx context.Context) ([]core.Repository, error) {
	return s.repositories(ctx, `ORDER BY name, id`)
}

func (s imports) Repository(ctx context.Context, id int64) (*core.Repository, error) {
	list, err := s.repositories(ctx, `WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, core.ErrNotFound
	}
	return &list[0], nil
}

func (s imports) SaveRepository(ctx context.Context, r *core.Repository) (err error) {
	if r.ID == 0 {
		r.ID, err = s.insert(ctx, `INSERT INTO repositories (name, connector, base_url, browse_url, accession_pattern, enabled)
			VALUES (?, ?, ?, ?, ?, ?)`, r.Name, r.Connector, r.BaseURL, r.BrowseURL, r.Pattern, r.Enabled)
	} else {
		err = mustMatch(s.exec(ctx, `UPDATE repositories SET name = ?, connector = ?, base_url = ?, browse_url = ?,
			accession_pattern = ?, enabled = ? WHERE id = ?`, r.Name, r.Connector, r.BaseURL, r.BrowseURL, r.Pattern, r.Enabled, r.ID))
	}
	if s.kind.isDuplicate(err) {
		return core.Errorf(core.CodeConflict, "There is a repository of this name already.")
	}
	return err
}

func (s imports) DeleteRepository(ctx context.Context, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM repositories WHERE id = ?`, id))
}

type repositoryKeyRow struct {
	RepositoryID int64     `bun:"repository_id"`
	KeyID        string    `bun:"key_id"`
	Secret       string    `bun:"secret"`
	UpdatedAt    time.Time `bun:"updated_at"`
}

func (s imports) Keys(ctx context.Context, userID int64) (map[int64]core.RepositoryKey, error) {
	rows, err := all[repositoryKeyRow](ctx, s.Store, `SELECT repository_id, key_id, secret, updated_at FROM repository_keys
		WHERE user_id = ? ORDER BY repository_id`, userID)
	out := map[int64]core.RepositoryKey{}
	for _, r := range rows {
		out[r.RepositoryID] = core.RepositoryKey{RepositoryID: r.RepositoryID, KeyID: r.KeyID, Sealed: r.Secret, UpdatedAt: stamp(r.UpdatedAt)}
	}
	return out, err
}

func (s imports) AllKeys(ctx context.Context) (map[int64][]core.RepositoryKey, error) {
	type row struct {
		UserID int64 `bun:"user_id"`
		repositoryKeyRow
	}
	rows, err := all[row](ctx, s.Store, `SELECT user_id, repository_id, key_id, secret, updated_at FROM repository_keys ORDER BY user_id, repository_id`)
	out := map[int64][]core.RepositoryKey{}
	for _, r := range rows {
		out[r.UserID] = append(out[r.UserID], core.RepositoryKey{RepositoryID: r.RepositoryID, KeyID: r.KeyID, Sealed: r.Secret, UpdatedAt: stamp(r.UpdatedAt)})
	}
	return out, err
}

func (s imports) SetKey(ctx context.Context, userID int64, k core.RepositoryKey) error {
	_, err := s.exec(ctx, `REPLACE INTO repository_keys (user_id, repository_id, key_id, secret, updated_at) VALUES (?, ?, ?, ?, ?)`,
		userID, k.RepositoryID, k.KeyID, k.Sealed, s.time())
	return err
}

func (s imports) DeleteKey(ctx context.Context, userID, repositoryID int64) error {
	_, err := s.exec(ctx, `DELETE FROM repository_keys WHERE user_id = ? AND repository_id = ?`, userID, repositoryID)
	return err
}

type importRow struct {
	DatasetID    int64  `bun:"dataset_id"`
	URL          string `bun:"url"`
	RepositoryID int64  `bun:"repository_id"`
	Accession    string `bun:"accession"`
	MD5          string `bun:"md5"`
	SHA256       string `bun:"sha256"`
	Size         int64  `bun:"size"`
}

func (s imports) Create(ctx context.Context, i *core.Import) error {
	_, err := s.run(ctx, `INSERT INTO imports (dataset_id, url, repository_id, accession, md5, sha256, size) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		i.DatasetID, i.URL, i.RepositoryID, i.Accession, i.MD5, i.SHA256, i.Size)
	return err
}

func (s imports) ByDataset(ctx context.Context, datasetID int64) (*core.Import, error) {
	r, err := one[importRow](ctx, s.Store, `SELECT dataset_id, url, repository_id, accession, md5, sha256, size FROM imports
		WHERE dataset_id = ?`, datasetID)
	if err != nil {
		return nil, err
	}
	return &core.Import{DatasetID: r.DatasetID, URL: r.URL, RepositoryID: r.RepositoryID, Accession: r.Accession, MD5: r.MD5,
		SHA256: r.SHA256, Size: r.Size}, nil
}

// FillDataset leaves the state alone: the compare-and-set of DatasetStore.SetState follows in the same transaction.
func (s imports) FillDataset(ctx context.Context, d *core.Dataset) error {
	return mustMatch(s.exec(ctx, `UPDATE datasets SET file_name = ?, size = ? WHERE id = ?`, d.FileName, d.Size, d.ID))
}
