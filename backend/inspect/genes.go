package inspect

import (
	"errors"
	"fmt"
	"io"

	"regioscope/backend/core"
	"regioscope/worker/format/genes"
	"regioscope/worker/genome"
)

// shownCounts is how many biotypes and unknown chromosomes are told.
const shownCounts = 20

// Annotation is a file of genes.
type Annotation struct {
	r        io.Reader
	name     string
	assembly *core.Assembly
	list     []genes.Gene
	report   *genes.Report
}

// Genes prepares to read the genes of a file called name that lie on the assembly.
func Genes(r io.Reader, name string, a *core.Assembly) *Annotation {
	return &Annotation{r: r, name: name, assembly: a}
}

// Load reads the file. One that is refused comes as a bad_file error, with its lines.
func (a *Annotation) Load() (err error) {
	a.list, a.report, err = genes.Read(a.r, genome.NewNames(a.assembly.Chroms, a.assembly.Aliases))
	if err != nil {
		return a.refusal(err)
	}
	return nil
}

// Each implements core.GeneSource. Load must have succeeded.
func (a *Annotation) Each(fn func(core.Gene) error) error {
	for i := range a.list {
		g := &a.list[i]
		if err := fn(core.Gene{Name: g.Name, GeneID: g.ID, Biotype: g.Biotype, Chrom: g.Chrom, Start: g.Start, End: g.End, Strand: string(g.Strand), Exons: g.Exons}); err != nil {
			return err
		}
	}
	return nil
}

func (a *Annotation) refusal(err error) error {
	var lines []core.Field
	all := []error{err}
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		all = j.Unwrap()
	}
	for _, e := range all {
		var l *genome.LineError
		if errors.As(e, &l) {
			lines = append(lines, core.Field{Field: "file", Line: l.Line, Message: l.Msg})
		}
	}
	var none *genes.NoneMatchedError
	switch {
	case len(lines) == 1:
		return core.Errorf(core.CodeBadFile, "%s has an error on line %d: %s.", a.name, lines[0].Line, lines[0].Message).WithFields(lines...)
	case len(lines) > 1:
		return core.Errorf(core.CodeBadFile, "%s has errors on %d lines; the first is line %d: %s.", a.name, len(lines), lines[0].Line, lines[0].Message).WithFields(lines...)
	case errors.As(err, &none):
		return a.bad("No gene of %s lies on a chromosome of %s; the first is on %q. Choose the assembly that it was made for.", a.name, a.assembly.Name, none.Chrom)
	case errors.Is(err, genes.ErrEmpty), errors.Is(err, genes.ErrFormat), errors.Is(err, genes.ErrTooMany), errors.Is(err, genes.ErrDamaged):
		return a.bad("%s cannot be used: %s.", a.name, err).WithCause(err)
	}
	return fmt.Errorf("read genes: %w", err)
}

func (a *Annotation) bad(format string, args ...any) *core.Error {
	e := core.Errorf(core.CodeBadFile, format, args...)
	return e.WithFields(core.Field{Field: "file", Message: e.Message})
}

// Format implements core.GeneSource.
func (a *Annotation) Format() string { return string(a.report.Format) }

// Facts implements core.GeneSource.
func (a *Annotation) Facts() core.AnnotationFacts {
	f := core.AnnotationFacts{Exons: a.report.Exons, Lines: a.report.Lines, Biotypes: counts(a.report.Biotypes), Unknown: counts(a.report.Unknown)}
	if n := a.report.Orphans; n > 0 {
		f.Warnings = append(f.Warnings, fmt.Sprintf("%d exons name a parent that is not in the file; they were left out.", n))
	}
	if a.report.Exons == 0 {
		f.Warnings = append(f.Warnings, "The file has no exons: genes are drawn without them.")
	}
	return f
}

func counts(list []genes.Count) []core.ChromCount {
	var out []core.ChromCount
	for _, c := range list[:min(len(list), shownCounts)] {
		out = append(out, core.ChromCount{Name: c.Name, Count: c.Count, FirstLine: c.Line})
	}
	return out
}
