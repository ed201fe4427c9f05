package core

import (
	"context"

	"regioscope/worker/genome"
)

// Place checks a stretch that somebody wants to look at: its chromosome, under whatever name, is one of the assembly's, and
// it does not end beyond it. The answer has the assembly's own name of the chromosome. ErrNotFound as for Get.
func (s *Assemblies) Place(ctx context.Context, caller Caller, id int64, where genome.Interval) (*Assembly, genome.Interval, error) {
	a, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, where, err
	}
	where, length, err := a.stretch(where)
	if err != nil {
		return nil, where, err
	}
	if where.End > length {
		e := Errorf(CodeInvalid, "%s of %s ends at %d; the stretch ends at %d.", where.Chrom, a.Name, length, where.End)
		return nil, where, e.WithFields(Field{Field: "end", Message: e.Message})
	}
	return a, where, nil
}

// stretch checks a stretch but for its end, and gives the length of its chromosome.
func (a *Assembly) stretch(where genome.Interval) (genome.Interval, int64, error) {
	i, _ := genome.NewNames(a.Chroms, a.Aliases).Resolve(where.Chrom)
	if i < 0 {
		e := Errorf(CodeInvalid, "%q is not a chromosome of %s.", where.Chrom, a.Name)
		return where, 0, e.WithFields(Field{Field: "chrom", Value: where.Chrom, Message: e.Message})
	}
	if where.Start < 0 || where.End <= where.Start {
		e := Errorf(CodeInvalid, "A stretch needs a start below its end.")
		return where, 0, e.WithFields(Field{Field: "end", Message: e.Message})
	}
	where.Chrom = a.Chroms[i].Name
	return where, a.Chroms[i].Length, nil
}
