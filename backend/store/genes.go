package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
	"regioscope/worker/genome"
)

type genes struct{ *Store }

type annotationRow struct {
	ID         int64     `bun:"id"`
	AssemblyID int64     `bun:"assembly_id"`
	OwnerID    int64     `bun:"owner_id"`
	OwnerName  string    `bun:"owner_name"`
	Name       string    `bun:"name"`
	Public     bool      `bun:"public"`
	State      string    `bun:"state"`
	Format     string    `bun:"format"`
	FileName   string    `bun:"file_name"`
	SHA256     string    `bun:"sha256"`
	Size       int64     `bun:"size"`
	Genes      int       `bun:"genes"`
	Longest    int64     `bun:"longest"`
	Facts      string    `bun:"facts"`
	CreatedAt  time.Time `bun:"created_at"`
}

const selectAnnotations = `SELECT a.id, a.assembly_id, a.owner_id, u.username AS owner_name, a.name, a.public, a.state, a.format,
	a.file_name, a.sha256, a.size, a.genes, a.longest, a.facts, a.created_at FROM annotations a JOIN users u ON u.id = a.owner_id `

func (s genes) annotations(ctx context.Context, tail string, args ...any) ([]core.Annotation, error) {
	rows, err := all[annotationRow](ctx, s.Store, selectAnnotations+tail, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.Annotation, len(rows))
	for i, r := range rows {
		out[i] = core.Annotation{ID: r.ID, AssemblyID: r.AssemblyID, OwnerID: r.OwnerID, OwnerName: r.OwnerName, Name: r.Name,
			Public: r.Public, State: r.State, Format: r.Format, FileName: r.FileName, SHA256: r.SHA256, Size: r.Size, Genes: r.Genes,
			Longest: r.Longest, CreatedAt: stamp(r.CreatedAt)}
		if err := decode("annotation", r.ID, r.Facts, &out[i].Facts); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s genes) CreateAnnotation(ctx context.Context, a *core.Annotation) error {
	if a.CreatedAt.IsZero() {
		a.CreatedAt = s.time()
	}
	facts, err := encode(a.Facts)
	if err != nil {
		return err
	}
	a.ID, err = s.insert(ctx, `INSERT INTO annotations (assembly_id, owner_id, name, public, state, format, file_name, sha256, size, facts, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.AssemblyID, a.OwnerID, a.Name, a.Public, a.State, a.Format, a.FileName, a.SHA256, a.Size,
		facts, stamp(a.CreatedAt))
	if s.kind.isReferenced(err) {
		return core.ErrNotFound
	}
	return err
}

func (s genes) AddGenes(ctx context.Context, annotationID int64, number int, list []core.Gene) error {
	if len(list) == 0 {
		return nil
	}
	// One statement with many rows: a statement a row takes ten times as long on either database.
	var query strings.Builder
	query.WriteString(`INSERT INTO genes (annotation_id, number, name, name_key, gene_id, gene_id_key, biotype, chrom, start_bp, end_bp, strand, exons) VALUES `)
	args := make([]any, 0, 12*len(list))
	for i := range list {
		g := &list[i]
		if i > 0 {
			query.WriteString(", ")
		}
		query.WriteString("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
		args = append(args, annotationID, number+i, g.Name, strings.ToLower(g.Name), g.GeneID, strings.ToLower(g.GeneID), g.Biotype,
			g.Chrom, g.Start, g.End, g.Strand, string(g.ExonsJSON()))
	}
	_, err := s.run(ctx, query.String(), args...)
	if s.kind.isReferenced(err) {
		return core.ErrNotFound // deleted meanwhile
	}
	return err
}

func (s genes) Finish(ctx context.Context, a *core.Annotation) error {
	facts, err := encode(a.Facts)
	if err != nil {
		return err
	}
	return mustMatch(s.exec(ctx, `UPDATE annotations SET state = ?, format = ?, genes = ?, longest = ?, facts = ? WHERE id = ? AND state = ?`,
		a.State, a.Format, a.Genes, a.Longest, facts, a.ID, core.AnnotationLoading))
}

func (s genes) Annotation(ctx context.Context, id int64) (*core.Annotation, error) {
	list, err := s.annotations(ctx, `WHERE a.id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, core.ErrNotFound
	}
	return &list[0], nil
}

func (s genes) Annotations(ctx context.Context, assemblyID int64, caller core.Caller) ([]core.Annotation, error) {
	return s.annotations(ctx, `WHERE a.assembly_id = ? AND a.state = ? AND (a.public OR a.owner_id = ? OR ?) ORDER BY a.name, a.id`,
		assemblyID, core.AnnotationReady, caller.UserID, caller.IsAdmin())
}

func (s genes) UpdateAnnotation(ctx context.Context, a *core.Annotation) error {
	return mustMatch(s.exec(ctx, `UPDATE annotations SET name = ?, public = ? WHERE id = ?`, a.Name, a.Public, a.ID))
}

func (s genes) DeleteAnnotation(ctx context.Context, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM annotations WHERE id = ?`, id)) // genes go by their foreign key
}

func (s genes) DeleteUnfinished(ctx context.Context, before time.Time) (int, error) {
	n, err := s.exec(ctx, `DELETE FROM annotations WHERE state = ? AND created_at < ?`, core.AnnotationLoading, stamp(before))
	return int(n), err
}

type geneRow struct {
	AnnotationID int64  `bun:"annotation_id"`
	Name         string `bun:"name"`
	GeneID       string `bun:"gene_id"`
	Biotype      string `bun:"biotype"`
	Chrom        string `bun:"chrom"`
	Start        int64  `bun:"start_bp"`
	End          int64  `bun:"end_bp"`
	Strand       string `bun:"strand"`
	Exons        string `bun:"exons"`
}

const selectGenes = `SELECT annotation_id, name, gene_id, biotype, chrom, start_bp, end_bp, strand, exons FROM genes `

func (s genes) query(ctx context.Context, tail string, args ...any) ([]core.Gene, error) {
	rows, err := all[geneRow](ctx, s.Store, selectGenes+tail, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.Gene, len(rows))
	for i, r := range rows {
		out[i] = core.Gene{AnnotationID: r.AnnotationID, Name: r.Name, GeneID: r.GeneID, Biotype: r.Biotype, Chrom: r.Chrom, Start: r.Start,
			End: r.End, Strand: r.Strand}
		if err := decode("gene of annotation", r.AnnotationID, r.Exons, &out[i].Exons); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// beyond is after every text that begins with a prefix, in the order of both databases, which is that of code points.
const beyond = "\U0010FFFF"

func (s genes) ByPrefix(ctx context.Context, annotationIDs []int64, prefix string, limit int) ([]core.Gene, error) {
	out, err := s.query(ctx, `WHERE annotation_id IN (?) AND name_key >= ? AND name_key < ? ORDER BY LENGTH(name_key), name_key, annotation_id, number LIMIT ?`,
		bun.List(annotationIDs), prefix, prefix+beyond, limit)
	if err != nil || len(out) >= limit {
		return out, err
	}
	byID, err := s.query(ctx, `WHERE annotation_id IN (?) AND gene_id_key >= ? AND gene_id_key < ? AND NOT (name_key >= ? AND name_key < ?)
		ORDER BY LENGTH(gene_id_key), gene_id_key, annotation_id, number LIMIT ?`,
		bun.List(annotationIDs), prefix, prefix+beyond, prefix, prefix+beyond, limit-len(out))
	return append(out, byID...), err
}

func (s genes) Overlapping(ctx context.Context, a *core.Annotation, where genome.Interval, limit int) ([]core.Gene, error) {
	return s.query(ctx, `WHERE annotation_id = ? AND chrom = ? AND start_bp > ? AND start_bp < ? AND end_bp > ? ORDER BY start_bp, number LIMIT ?`,
		a.ID, where.Chrom, where.Start-a.Longest-1, where.End, where.Start, limit)
}
