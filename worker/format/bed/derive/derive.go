// Package derive makes region sets of region sets: it puts the tables of files through the operations of genome/algebra and
// writes what comes out as files, with the columns of the regions that they come from.
//
// Chromosomes are matched by the names and aliases of the assembly; a name that it does not have matches itself only.
// Where regions are kept, in whole or in part, their rows are written as they were, in file order, with further columns
// behind. New regions (merge, and union of merged regions) are sorted, on the names of the assembly, and have the columns
// count, how many regions they are made of, and of a union sets, how many sets these come from.
//
// Columns that are not of the file but were joined to it (Input.Extra) become columns of the file.
//
// Columns that speak of coordinates inside a region (thickStart, thickEnd, blocks, the summit of narrowPeak) are left out
// where the coordinates change; bedtools keeps them, and so makes files that do not hold together.
package derive

import (
	"context"
	"fmt"
	"slices"

	"regioscope/worker/format/bed"
	"regioscope/worker/format/bed/view"
	"regioscope/worker/genome"
	"regioscope/worker/genome/algebra"
)

// Input is one region set. Extra are columns beside those of the file, such as metadata; conditions and split find them by
// name, and kept regions keep them.
type Input struct {
	Name  string
	Table *bed.Table
	Extra []view.Column
	// Score gives the columns of conditions on results; nil when there are none.
	Score func(c algebra.Condition) (*view.Column, error)
}

// Set is one new region set. It refers to the tables of the inputs.
type Set struct {
	Value string // of the column that was split by
	rows  []row
	extra []column
	from  []Input // of the rows
	to    output
}

// Rows is how many regions it has.
func (s *Set) Rows() int { return len(s.rows) }

// Outcome is what an operation made. Notes are sentences that its user should know.
type Outcome struct {
	Sets  []Set
	Notes []string
}

// Error refuses an operation: what of it makes no sense for these sets, or that it would make an empty set.
type Error struct{ Field, Msg string }

func (e *Error) Error() string { return e.Msg }

func refuse(field, format string, args ...any) error {
	return &Error{field, fmt.Sprintf(format, args...)}
}

// row is one region to write: where it is, and the row of which table its columns are of (from -1: of none).
type row struct {
	table, from int32
	place       algebra.Span
	moved       bool // place is not what the table says
}

// work is one operation at work.
type work struct {
	ctx      context.Context
	spec     algebra.Spec
	inputs   []Input
	assembly *genome.Assembly
	names    *genome.Names
	known    map[string]int32 // numbers of chromosome names
	unknown  []string         // names of chromosomes that the assembly does not have; their numbers follow the others
	spans    [][]algebra.Span
	notes    []string
}

// Run does what spec says, which must be complete, to inputs of the right number. *Error for what cannot be done.
// It looks at ctx between steps, each of which takes about a second for a million regions.
func Run(ctx context.Context, spec algebra.Spec, inputs []Input, assembly *genome.Assembly) (*Outcome, error) {
	w := &work{ctx: ctx, spec: spec, inputs: inputs, assembly: assembly, known: map[string]int32{},
		names: genome.NewNames(assembly.Chroms, assembly.Aliases)}
	for _, in := range inputs {
		if in.Table.Format == bed.BEDPE && !spec.Pairs() {
			return nil, refuse("operation", "“%s” holds pairs of anchors (BEDPE), which are no single stretches of the genome. Pairs can be filtered, sampled, split by a column, and joined as they are (union, all rows).", in.Name)
		}
		if in.Table.Format != inputs[0].Table.Format {
			return nil, refuse("datasetIds", "“%s” and “%s” do not go together: one holds regions, the other pairs of anchors.", inputs[0].Name, in.Name)
		}
	}
	sets, err := w.run()
	if err != nil {
		return nil, err
	}
	for _, s := range sets {
		if len(s.rows) == 0 {
			return nil, w.empty()
		}
	}
	return &Outcome{sets, w.notes}, nil
}

func (w *work) run() ([]Set, error) {
	first := w.inputs[0].Table
	switch w.spec.Operation {
	case algebra.Filter:
		return w.filter()
	case algebra.Split:
		return w.split()
	case algebra.Draw:
		if w.spec.N > len(first.Regions) {
			return nil, refuse("n", "There are %d regions in “%s”; %d cannot be drawn of them.", len(first.Regions), w.inputs[0].Name, w.spec.N)
		}
		return w.kept(algebra.Sample(len(first.Regions), w.spec.N, *w.spec.Seed)), nil
	case algebra.Pick:
		rows, err := w.spec.Picked()
		if n := len(first.Regions); err != nil || rows[len(rows)-1] >= n {
			return nil, refuse("rows", "“%s” has %d regions; some that were chosen are not among them.", w.inputs[0].Name, n)
		}
		return w.kept(rows), nil
	case algebra.Union:
		if w.spec.Keep == algebra.KeepAll {
			return w.all(), nil
		}
	}
	if err := w.place(); err != nil {
		return nil, err
	}
	a := w.spans[0]
	switch w.spec.Operation {
	case algebra.Intersect:
		return w.intersect()
	case algebra.Subtract:
		if w.spec.Rule() != (algebra.Rule{}) {
			return w.unmatched(), w.ctx.Err()
		}
		cover := algebra.Cover(slices.Concat(w.spans[1:]...))
		if w.spec.Keep == algebra.KeepPieces {
			return w.pieces(algebra.Without(a, cover)), w.ctx.Err()
		}
		return w.chosen(algebra.Overlaps(a, cover), false), w.ctx.Err()
	case algebra.Union:
		return w.merged(slices.Concat(w.spans...), 0), w.ctx.Err()
	case algebra.Join:
		return w.merged(a, *w.spec.Distance), w.ctx.Err()
	case algebra.Close:
		return w.nearest()
	case algebra.Size:
		return w.resize(), w.ctx.Err()
	case algebra.Scatter:
		return w.shuffle(), w.ctx.Err()
	}
	return nil, refuse("operation", "There is no operation %q.", w.spec.Operation)
}

// place gives the regions of all inputs their spans.
func (w *work) place() error {
	for _, in := range w.inputs {
		spans := make([]algebra.Span, len(in.Table.Regions))
		last, number := "", int32(-1)
		for i, r := range in.Table.Regions {
			if r.A.Chrom != last || number < 0 {
				last, number = r.A.Chrom, w.chrom(r.A.Chrom)
			}
			spans[i] = algebra.Span{Chrom: number, Start: r.A.Start, End: r.A.End}
		}
		w.spans = append(w.spans, spans)
		if err := w.ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) chrom(name string) int32 {
	n, ok := w.known[name]
	if ok {
		return n
	}
	i, _ := w.names.Resolve(name)
	if n = int32(i); i < 0 {
		n = int32(len(w.assembly.Chroms) + len(w.unknown))
		w.unknown = append(w.unknown, name)
	}
	w.known[name] = n
	return n
}

func (w *work) chromName(n int32) string {
	if chroms := w.assembly.Chroms; int(n) < len(chroms) {
		return chroms[n].Name
	} else {
		return w.unknown[int(n)-len(chroms)]
	}
}

// length of a chromosome in bp; -1 when the assembly does not have it.
func (w *work) length(n int32) int64 {
	if int(n) < len(w.assembly.Chroms) {
		return w.assembly.Chroms[n].Length
	}
	return -1
}

// counts says what overlaps must be to count, with a blank before.
func (w *work) counts() (text string) {
	if w.spec.Fraction > 0 {
		text = fmt.Sprintf(" by at least %g %% of its width", 100*w.spec.Fraction)
	}
	if w.spec.Strand != algebra.AnyStrand {
		text += fmt.Sprintf(" on the %s strand", w.spec.Strand)
	}
	return text
}

// empty says in words that nothing is left.
func (w *work) empty() error {
	name := w.inputs[0].Name
	rest := fmt.Sprintf("any of the %d other sets", len(w.inputs)-1)
	if len(w.inputs) == 2 {
		rest = "“" + w.inputs[1].Name + "”"
	}
	why := ""
	switch w.spec.Operation {
	case algebra.Intersect:
		if len(w.inputs) > 2 {
			rest = fmt.Sprintf("all of the %d other sets at once", len(w.inputs)-1)
		}
		why = fmt.Sprintf("no region of “%s” overlaps %s%s", name, rest, w.counts())
	case algebra.Subtract:
		why = fmt.Sprintf("nothing of “%s” is left without %s", name, rest)
	case algebra.Close:
		if why = fmt.Sprintf("no region of “%s” has one of %s within %d bp", name, rest, *w.spec.Distance); w.spec.Beyond {
			why = fmt.Sprintf("every region of “%s” has one of %s within %d bp", name, rest, *w.spec.Distance)
		}
	case algebra.Filter:
		why = fmt.Sprintf("no region of “%s” meets the conditions", name)
	case algebra.Size:
		why = fmt.Sprintf("nothing is left of any region of “%s”", name)
	case algebra.Scatter:
		why = fmt.Sprintf("no region of “%s” lies on an arm of the assembly that has room for it", name)
	default:
		why = fmt.Sprintf("“%s” has no regions for it", name)
	}
	return refuse("", "The new set would be empty: %s.", why)
}
