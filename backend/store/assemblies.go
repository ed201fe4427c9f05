package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regioscope/backend/core"
)

type assemblies struct{ *Store }

type assemblyRow struct {
	ID        int64     `bun:"id"`
	Name      string    `bun:"name"`
	Organism  string    `bun:"organism"`
	Chroms    string    `bun:"chroms"`
	Arms      string    `bun:"arms"`
	Aliases   string    `bun:"aliases"`
	OwnerID   int64     `bun:"owner_id"`
	Public    bool      `bun:"public"`
	CreatedAt time.Time `bun:"created_at"`
}

const assemblyColumns = `id, name, organism, chroms, arms, aliases, owner_id, public, created_at`

func (r *assemblyRow) assembly() (*core.Assembly, error) {
	a := &core.Assembly{ID: r.ID, Name: r.Name, Organism: r.Organism, OwnerID: r.OwnerID, Public: r.Public, CreatedAt: stamp(r.CreatedAt)}
	if err := decode("assembly", r.ID, r.Chroms, &a.Chroms, r.Arms, &a.Arms, r.Aliases, &a.Aliases); err != nil {
		return nil, err
	}
	return a, nil
}

// decode unmarshals pairs of (JSON text, target).
func decode(what string, id int64, pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := json.Unmarshal([]byte(pairs[i].(string)), pairs[i+1]); err != nil {
			return fmt.Errorf("store: %s %d is damaged: %w", what, id, err)
		}
	}
	return nil
}

// encode marshals values of our own types, which cannot fail but for NaN.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("store: encode: %w", err)
	}
	return string(b), nil
}

func (s assemblies) Create(ctx context.Context, a *core.Assembly) error {
	if a.CreatedAt.IsZero() {
		a.CreatedAt = s.time()
	}
	chroms, err := encode(a.Chroms)
	if err != nil {
		return err
	}
	arms, err := encode(a.Arms)
	if err != nil {
		return err
	}
	aliases, err := encode(a.Aliases)
	if err != nil {
		return err
	}
	id, err := s.insert(ctx, `INSERT INTO assemblies (name, organism, chroms, arms, aliases, owner_id, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, a.Name, a.Organism, chroms, arms, aliases, a.OwnerID, stamp(a.CreatedAt))
	if s.kind.isDuplicate(err) {
		return core.Errorf(core.CodeConflict, "there is an assembly called %q already", a.Name).WithCause(err)
	}
	a.ID = id
	return err
}

func (s assemblies) ByID(ctx context.Context, id int64) (*core.Assembly, error) {
	row, err := one[assemblyRow](ctx, s.Store, `SELECT `+assemblyColumns+` FROM assemblies WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	return row.assembly()
}

func (s assemblies) List(ctx context.Context, caller core.Caller) ([]core.Assembly, error) {
	seen, args := visible("a", "assembly_id", caller)
	rows, err := all[assemblyRow](ctx, s.Store, `SELECT `+assemblyColumns+` FROM assemblies a
		WHERE owner_id = 0 OR `+seen+` ORDER BY name, id`, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.Assembly, 0, len(rows))
	for i := range rows {
		a, err := rows[i].assembly()
		if err != nil {
			return nil, err
		}
		out = append(out, *a)
	}
	return out, nil
}

func (s assemblies) Delete(ctx context.Context, id int64) error {
	err := mustMatch(s.exec(ctx, `DELETE FROM assemblies WHERE id = ?`, id))
	if s.kind.isReferenced(err) {
		return core.Errorf(core.CodeConflict, "datasets use this assembly").WithCause(err)
	}
	return err
}

func (s assemblies) CountDatasets(ctx context.Context, id int64) (int, error) {
	return s.count(ctx, `SELECT COUNT(*) AS n FROM datasets WHERE assembly_id = ?`, id)
}

func (s assemblies) Update(ctx context.Context, a *core.Assembly) error {
	aliases, err := encode(a.Aliases)
	if err != nil {
		return err
	}
	err = mustMatch(s.exec(ctx, `UPDATE assemblies SET name = ?, organism = ?, aliases = ? WHERE id = ?`, a.Name, a.Organism, aliases, a.ID))
	if s.kind.isDuplicate(err) {
		return core.Errorf(core.CodeConflict, "there is an assembly called %q already", a.Name).WithCause(err)
	}
	return err
}

func (s assemblies) Datasets(ctx context.Context, id int64) ([]core.Dataset, error) {
	return datasets{s.Store}.query(ctx, `WHERE d.assembly_id = ? ORDER BY d.id`, id)
}

// Inherit keeps names unique per owner: what the heir has a namesake of gets its number to its name.
func (s assemblies) Inherit(ctx context.Context, from, to int64) error {
	rows, err := all[assemblyRow](ctx, s.Store, `SELECT `+assemblyColumns+` FROM assemblies WHERE owner_id = ?`, from)
	if err != nil {
		return err
	}
	for _, r := range rows {
		_, err := s.exec(ctx, `UPDATE assemblies SET owner_id = ? WHERE id = ?`, to, r.ID)
		if s.kind.isDuplicate(err) {
			tail := fmt.Sprintf(" (%d)", r.ID)
			name := []rune(r.Name)
			_, err = s.exec(ctx, `UPDATE assemblies SET owner_id = ?, name = ? WHERE id = ?`, to, string(name[:min(len(name), 128-len(tail))])+tail, r.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
