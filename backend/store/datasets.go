package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

type datasets struct{ *Store }

type datasetRow struct {
	ID           int64     `bun:"id"`
	Name         string    `bun:"name"`
	Kind         string    `bun:"kind"`
	AssemblyID   int64     `bun:"assembly_id"`
	OwnerID      int64     `bun:"owner_id"`
	OwnerName    string    `bun:"owner_name"`
	State        string    `bun:"state"`
	Error        *string   `bun:"error"`
	RunID        int64     `bun:"run_id"`
	Public       bool      `bun:"public"`
	SizeType     string    `bun:"size_type"`
	Dimension    int       `bun:"dimension"`
	Description  string    `bun:"description"`
	Tags         string    `bun:"tags"`
	CellType     string    `bun:"cell_type"`
	Perturbation string    `bun:"perturbation"`
	SampleID     string    `bun:"sample_id"`
	FileName     string    `bun:"file_name"`
	SHA256       string    `bun:"sha256"`
	Size         int64     `bun:"size"`
	Facts        string    `bun:"facts"`
	CreatedAt    time.Time `bun:"created_at"`
}

// selectDatasets sees nothing of the trash: whatever looks for datasets does so through it, or says deleted_at itself.
const selectDatasets = `SELECT d.id, d.name, d.kind, d.assembly_id, d.owner_id, u.username AS owner_name, d.state, d.error,
	d.run_id, d.public, d.size_type, d.dimension, d.description, d.tags, d.cell_type, d.perturbation, d.sample_id,
	d.file_name, d.sha256, d.size, d.facts, d.created_at
	FROM datasets d JOIN users u ON u.id = d.owner_id AND d.deleted_at IS NULL `

func (r *datasetRow) dataset() (*core.Dataset, error) {
	d := &core.Dataset{ID: r.ID, Name: r.Name, Kind: core.Kind(r.Kind), AssemblyID: r.AssemblyID, OwnerID: r.OwnerID,
		OwnerName: r.OwnerName, State: core.DatasetState(r.State), RunID: r.RunID, Public: r.Public,
		SizeType: core.SizeType(r.SizeType), Dimension: r.Dimension, Description: r.Description, CellType: r.CellType,
		Perturbation: r.Perturbation, SampleID: r.SampleID, FileName: r.FileName, SHA256: r.SHA256, Size: r.Size,
		CreatedAt: stamp(r.CreatedAt)}
	if err := decode("dataset", r.ID, r.Tags, &d.Tags, r.Facts, &d.Facts); err != nil {
		return nil, err
	}
	if r.Error != nil {
		if err := decode("dataset", r.ID, *r.Error, &d.Error); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func encodeTags(tags []string) (string, error) {
	if tags == nil {
		tags = []string{}
	}
	return encode(tags)
}

func (s datasets) Create(ctx context.Context, d *core.Dataset) error {
	if d.CreatedAt.IsZero() {
		d.CreatedAt = s.time()
	}
	tags, err := encodeTags(d.Tags)
	if err != nil {
		return err
	}
	facts, err := encode(d.Facts)
	if err != nil {
		return err
	}
	return s.InTx(ctx, func(tx core.Stores) error {
		t := tx.(*Store)
		d.ID, err = t.insert(ctx, `INSERT INTO datasets (name, kind, assembly_id, owner_id, state, run_id, public, size_type,
			dimension, description, tags, cell_type, perturbation, sample_id, file_name, sha256, size, facts, created_at,
			name_key, search_text, amount)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			d.Name, string(d.Kind), d.AssemblyID, d.OwnerID, string(d.State), d.RunID, d.Public, string(d.SizeType),
			d.Dimension, d.Description, tags, d.CellType, d.Perturbation, d.SampleID, d.FileName, d.SHA256, d.Size, facts,
			stamp(d.CreatedAt), core.NaturalKey(d.Name), core.SearchText(d), core.Amount(d))
		if err != nil {
			return err
		}
		return t.writeTags(ctx, d.ID, distinct(d.Tags))
	})
}

func (s datasets) ByID(ctx context.Context, id int64) (*core.Dataset, error) {
	row, err := one[datasetRow](ctx, s.Store, selectDatasets+`WHERE d.id = ?`, id)
	if err != nil {
		return nil, err
	}
	return row.dataset()
}

func (s datasets) Update(ctx context.Context, d *core.Dataset) error {
	tags, err := encodeTags(d.Tags)
	if err != nil {
		return err
	}
	return s.InTx(ctx, func(tx core.Stores) error {
		t := tx.(*Store)
		if err := mustMatch(t.exec(ctx, `UPDATE datasets SET name = ?, description = ?, tags = ?, cell_type = ?, perturbation = ?,
			sample_id = ?, public = ?, name_key = ?, search_text = ? WHERE id = ?`,
			d.Name, d.Description, tags, d.CellType, d.Perturbation, d.SampleID, d.Public, core.NaturalKey(d.Name), core.SearchText(d), d.ID)); err != nil {
			return err
		}
		return t.writeTags(ctx, d.ID, distinct(d.Tags))
	})
}

func (s datasets) SetState(ctx context.Context, d *core.Dataset, from core.DatasetState) (bool, error) {
	facts, err := encode(d.Facts)
	if err != nil {
		return false, err
	}
	var failure *string
	if d.Error != nil {
		text, err := encode(d.Error)
		if err != nil {
			return false, err
		}
		failure = &text
	}
	n, err := s.exec(ctx, `UPDATE datasets SET state = ?, facts = ?, size_type = ?, dimension = ?, error = ?, run_id = ?, sha256 = ?, amount = ?
		WHERE id = ? AND state = ?`,
		string(d.State), facts, string(d.SizeType), d.Dimension, failure, d.RunID, d.SHA256, core.Amount(d), d.ID, string(from))
	return n == 1, err
}

func (s datasets) Delete(ctx context.Context, id int64) error {
	return s.InTx(ctx, func(tx core.Stores) error {
		t := tx.(*Store)
		// Runs and results go by their foreign keys.
		if err := mustMatch(t.exec(ctx, `DELETE FROM datasets WHERE id = ?`, id)); err != nil {
			return err
		}
		_, err := t.exec(ctx, `DELETE FROM session_datasets WHERE dataset_id = ?`, id)
		return err
	})
}

func (s datasets) BlobInUse(ctx context.Context, sha256 string) (bool, error) {
	used, err := garbage{s.Store}.Referenced(ctx, []string{sha256})
	return used[sha256], err
}
