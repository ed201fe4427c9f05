package core

import (
	"context"
	"fmt"
	"strings"

	"regioscope/worker/genome"
)

// Search finds genes by the beginning of their name or id, in capital or small letters, over all annotations of the
// assembly that the caller may read.
func (s *Genes) Search(ctx context.Context, caller Caller, assemblyID int64, q string, limit int) ([]Gene, error) {
	list, err := s.List(ctx, caller, assemblyID)
	if err != nil {
		return nil, err
	}
	q = strings.ToLower(strings.TrimSpace(q))
	if q == "" || len(list) == 0 {
		return []Gene{}, nil
	}
	out, err := s.stores.Genes().ByPrefix(ctx, annotationIDs(list), q, bounded(limit))
	return named(out, list), err
}

// In gives the genes that overlap a stretch, of all annotations that the caller may read, by annotation and start.
func (s *Genes) In(ctx context.Context, caller Caller, assemblyID int64, where genome.Interval, limit int) ([]Gene, error) {
	a, err := s.assemblies.Get(ctx, caller, assemblyID)
	if err != nil {
		return nil, err
	}
	where, _, err = a.stretch(where)
	if err != nil {
		return nil, err
	}
	list, err := s.List(ctx, caller, assemblyID)
	if err != nil {
		return nil, err
	}
	out := []Gene{}
	for i := range list {
		genes, err := s.stores.Genes().Overlapping(ctx, &list[i], where, bounded(limit)-len(out))
		if err != nil {
			return nil, fmt.Errorf("genes of annotation %d: %w", list[i].ID, err)
		}
		if out = append(out, genes...); len(out) >= bounded(limit) {
			break
		}
	}
	return named(out, list), nil
}

func bounded(limit int) int {
	if limit <= 0 || limit > maxGenesShown {
		return maxGenesShown
	}
	return limit
}

func annotationIDs(list []Annotation) []int64 {
	out := make([]int64, len(list))
	for i := range list {
		out[i] = list[i].ID
	}
	return out
}

func named(genes []Gene, list []Annotation) []Gene {
	names := map[int64]string{}
	for i := range list {
		names[list[i].ID] = list[i].Name
	}
	for i := range genes {
		genes[i].Annotation = names[genes[i].AnnotationID]
	}
	if genes == nil {
		genes = []Gene{}
	}
	return genes
}
