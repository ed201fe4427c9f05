package store

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

// conditions is a WHERE clause that grows.
type conditions struct {
	text []string
	args []any
}

func (c *conditions) add(text string, args ...any) {
	c.text = append(c.text, text)
	c.args = append(c.args, args...)
}

func (c *conditions) where() string { return `WHERE ` + strings.Join(c.text, ` AND `) }

// visible is what caller may read: the one condition of this kind in lists of datasets.
func (c *conditions) visible(caller core.Caller) {
	text, args := visible("d", "dataset_id", caller)
	c.add(text, args...)
}

// filtered gives the conditions of f; none is false when nothing can match.
func filtered(f core.DatasetFilter) (c *conditions, none bool) {
	c = &conditions{}
	c.visible(f.Visible)
	c.add(`d.deleted_at IS NULL`)
	if f.Kind != "" {
		c.add(`d.kind = ?`, string(f.Kind))
	} else {
		c.add(`d.kind <> ?`, string(core.KindCollection))
	}
	if f.AssemblyID != 0 {
		c.add(`d.assembly_id = ?`, f.AssemblyID)
	}
	if f.IDs != nil {
		if len(f.IDs) == 0 {
			return c, true
		}
		c.add(`d.id IN (?)`, bun.List(f.IDs))
	}
	c.words(f.Query.Q, f.Query.MatchCase)
	in(c, `d.kind`, f.Query.Kinds)
	in(c, `d.assembly_id`, f.Query.AssemblyIDs)
	in(c, `d.owner_id`, f.Query.OwnerIDs)
	in(c, `d.cell_type`, notGiven(f.Query.CellTypes))
	in(c, `d.perturbation`, notGiven(f.Query.Perturbations))
	in(c, `d.state`, f.Query.States)
	for _, tag := range f.Query.Tags {
		if tag == core.NotGiven {
			c.add(`NOT EXISTS (SELECT 1 FROM dataset_tags t WHERE t.dataset_id = d.id)`)
		} else {
			c.add(`EXISTS (SELECT 1 FROM dataset_tags t WHERE t.dataset_id = d.id AND t.tag = ?)`, tag)
		}
	}
	return c, false
}

func in[T any](c *conditions, column string, values []T) {
	if len(values) > 0 {
		c.add(column+` IN (?)`, bun.List(values))
	}
}

func notGiven(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		if out[i] = v; v == core.NotGiven {
			out[i] = ""
		}
	}
	return out
}

// words wants every word somewhere in what people say about a dataset. INSTR knows no wildcards and no escapes.
func (c *conditions) words(q string, matchCase bool) {
	for _, word := range core.SearchWords(q) {
		if !matchCase {
			c.add(`INSTR(d.search_text, ?) > 0`, strings.ToLower(word))
			continue
		}
		var any []string
		for _, column := range []string{"name", "description", "tags", "cell_type", "perturbation", "sample_id", "file_name"} {
			any = append(any, `INSTR(d.`+column+`, ?) > 0`)
			c.args = append(c.args, word)
		}
		c.text = append(c.text, `(`+strings.Join(any, ` OR `)+`)`)
	}
}

// sortKeys are the expressions that lists are sorted by. datasets_name_key, datasets_amount, datasets_size and the
// primary key are read in order; the others are sorted after filtering.
var sortKeys = map[core.DatasetSort]string{
	core.SortName:         `d.name_key`,
	core.SortKind:         `d.kind`,
	core.SortAssembly:     `(SELECT LOWER(a.name) FROM assemblies a WHERE a.id = d.assembly_id)`,
	core.SortRegions:      `d.amount`,
	core.SortSize:         `d.size`,
	core.SortState:        `d.state`,
	core.SortOwner:        `(SELECT o.username_key FROM users o WHERE o.id = d.owner_id)`,
	core.SortCellType:     `LOWER(d.cell_type)`,
	core.SortPerturbation: `LOWER(d.perturbation)`,
	core.SortSampleID:     `LOWER(d.sample_id)`,
	core.SortSizeType:     `d.size_type`,
	core.SortPublic:       `d.public`,
}

// order adds the condition of the cursor and gives ORDER BY and LIMIT.
func (c *conditions) order(f core.DatasetFilter) string {
	desc, than := ``, `>`
	if f.Desc || f.Sort == "" {
		desc, than = ` DESC`, `<`
	}
	key, keyed := sortKeys[f.Sort]
	if f.After != nil {
		if keyed {
			c.add(`(`+key+` `+than+` ? OR `+key+` = ? AND d.id `+than+` ?)`, f.After.Key, f.After.Key, f.After.ID)
		} else {
			c.add(`d.id `+than+` ?`, f.After.ID)
		}
	}
	tail := ` ORDER BY d.id` + desc
	if keyed {
		tail = ` ORDER BY ` + key + desc + `, d.id` + desc
	}
	if f.Limit > 0 {
		tail += ` LIMIT ?`
	}
	return tail
}

func (c *conditions) limit(f core.DatasetFilter) []any {
	if f.Limit > 0 {
		return append(c.args, f.Limit)
	}
	return c.args
}

func (s datasets) List(ctx context.Context, f core.DatasetFilter) ([]core.Dataset, error) {
	c, none := filtered(f)
	if none {
		return []core.Dataset{}, nil
	}
	tail := c.order(f)
	return s.query(ctx, c.where()+tail, c.limit(f)...)
}

func (s datasets) IDs(ctx context.Context, f core.DatasetFilter) ([]int64, error) {
	c, none := filtered(f)
	if none {
		return []int64{}, nil
	}
	tail := c.order(f)
	rows, err := all[struct {
		ID int64 `bun:"id"`
	}](ctx, s.Store, `SELECT d.id FROM datasets d `+c.where()+tail, c.limit(f)...)
	out := make([]int64, len(rows))
	for i := range rows {
		out[i] = rows[i].ID
	}
	return out, err
}

func (s datasets) SortKey(ctx context.Context, id int64, by core.DatasetSort) (any, error) {
	key, ok := sortKeys[by]
	if !ok {
		return nil, nil
	}
	row, err := one[struct {
		Key any `bun:"sort_key"`
	}](ctx, s.Store, `SELECT `+key+` AS sort_key FROM datasets d WHERE d.id = ?`, id)
	if err != nil {
		return nil, err
	}
	if raw, ok := row.Key.([]byte); ok { // as MySQL's driver gives texts
		return string(raw), nil
	}
	return row.Key, nil
}

func (s datasets) Briefs(ctx context.Context, f core.DatasetFilter) ([]core.DatasetBrief, error) {
	c, none := filtered(f)
	if none {
		return []core.DatasetBrief{}, nil
	}
	type row struct {
		ID           int64  `bun:"id"`
		Kind         string `bun:"kind"`
		AssemblyID   int64  `bun:"assembly_id"`
		OwnerID      int64  `bun:"owner_id"`
		OwnerName    string `bun:"owner_name"`
		State        string `bun:"state"`
		CellType     string `bun:"cell_type"`
		Perturbation string `bun:"perturbation"`
		Tags         string `bun:"tags"`
	}
	rows, err := all[row](ctx, s.Store, `SELECT d.id, d.kind, d.assembly_id, d.owner_id, u.username AS owner_name, d.state, d.cell_type,
		d.perturbation, d.tags FROM datasets d JOIN users u ON u.id = d.owner_id `+c.where()+` ORDER BY d.id`, c.args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.DatasetBrief, len(rows))
	for i, r := range rows {
		out[i] = core.DatasetBrief{ID: r.ID, Kind: core.Kind(r.Kind), AssemblyID: r.AssemblyID, OwnerID: r.OwnerID, OwnerName: r.OwnerName,
			State: core.DatasetState(r.State), CellType: r.CellType, Perturbation: r.Perturbation}
		if r.Tags == "[]" {
			continue
		}
		if err := decode("dataset", r.ID, r.Tags, &out[i].Tags); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// writeTags keeps the table that datasets are found by tag in. Call it inside a transaction.
func (s *Store) writeTags(ctx context.Context, id int64, tags []string) error {
	if _, err := s.exec(ctx, `DELETE FROM dataset_tags WHERE dataset_id = ?`, id); err != nil {
		return err
	}
	for _, t := range tags {
		if _, err := s.run(ctx, `INSERT INTO dataset_tags (dataset_id, tag) VALUES (?, ?)`, id, t); err != nil {
			return err
		}
	}
	return nil
}

// fillKeys gives rows that an older program wrote what the tables are searched and sorted by.
func (s *Store) fillKeys(ctx context.Context) error {
	for {
		list, err := datasets{s}.query(ctx, `WHERE d.name_key = '' AND d.name <> '' ORDER BY d.id LIMIT 500`)
		if err != nil || len(list) == 0 {
			return err
		}
		err = s.InTx(ctx, func(tx core.Stores) error {
			t := tx.(*Store)
			for i := range list {
				d := &list[i]
				if _, err := t.exec(ctx, `UPDATE datasets SET name_key = ?, search_text = ?, amount = ? WHERE id = ?`,
					core.NaturalKey(d.Name), core.SearchText(d), core.Amount(d), d.ID); err != nil {
					return err
				}
				if err := t.writeTags(ctx, d.ID, distinct(d.Tags)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// distinct drops what the table of tags cannot hold: doubles, also such as MySQL takes for them because only blanks at
// their ends differ, and tags longer than any that can be entered.
func distinct(tags []string) (out []string) {
	seen := map[string]bool{}
	for _, t := range tags {
		if t = strings.TrimSpace(t); !seen[t] && len([]rune(t)) <= 255 {
			out, seen[t] = append(out, t), true
		}
	}
	return out
}
