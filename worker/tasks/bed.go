package tasks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regioscope/backend/core"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

// bed checks an uploaded region set against its assembly and notes its facts, or refuses it with every malformed line.
func (e *Executor) bed(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
	set, err := e.Stores.Datasets().ByID(ctx, run.RegionSetID)
	if err != nil {
		return nil, fmt.Errorf("region set: %w", err)
	}
	assembly, err := e.Stores.Assemblies().ByID(ctx, set.AssemblyID)
	if err != nil {
		return nil, fmt.Errorf("assembly: %w", err)
	}
	blob, err := e.open(ctx, set)
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	names := genome.NewNames(assembly.Chroms, assembly.Aliases)
	source := &countingReader{ctx: ctx, r: io.NewSectionReader(blob, 0, blob.Size()),
		report: p.span(0, 1, "checking every line"), size: blob.Size()}
	table, err := bed.Parse(source, bed.Options{Check: names})
	out := core.BedOutcome{}
	switch refused := refusal(err); {
	case refused != nil:
		out.Refused = refused
	case err != nil:
		return nil, fmt.Errorf("read %q: %w", set.Name, err)
	default:
		if sentence, none := table.Report.NoneMatched(assembly.Name); none {
			out.Refused = &core.DatasetError{Code: core.CodeBadFile, Message: asSentence(sentence)}
			break
		}
		facts, warnings := regionFacts(table, names, assembly.Name)
		out.Facts = core.Facts{Regions: facts, Warnings: warnings}
		out.SizeType, out.Dimension = core.SizeType(table.SuggestSize()), 1
		if table.Format == bed.BEDPE {
			out.Dimension = 2
		}
	}
	return func(ctx context.Context) error {
		if err := e.Runs.FinishBed(ctx, run, out); err != nil || out.Refused == nil {
			return err
		}
		// The row no longer names the file. Whether anything else does decides its fate; a failure here leaves an orphan.
		if used, err := e.Stores.Datasets().BlobInUse(ctx, set.SHA256); err != nil || used {
			return nil
		}
		if err := e.Blobs.Condemn(ctx, set.SHA256); err != nil {
			e.Log.WarnContext(ctx, "refused file not removed", "dataset", set.ID, "err", err)
		}
		return nil
	}, nil
}

// refusal turns what is wrong with a file into words; nil when err is about something else.
func refusal(err error) *core.DatasetError {
	var lines *bed.ParseError
	if errors.As(err, &lines) {
		out := &core.DatasetError{Code: core.CodeBadFile, Count: lines.Count}
		for _, l := range lines.Errors {
			out.Lines = append(out.Lines, core.Field{Line: l.Line, Column: l.Column, Value: l.Value, Message: l.Msg})
		}
		out.Message = fmt.Sprintf("%d lines of the file are malformed; the first is line %d: %s.", lines.Count, lines.Errors[0].Line, lines.Errors[0].Msg)
		if lines.Count == 1 {
			out.Message = fmt.Sprintf("Line %d of the file is malformed: %s.", lines.Errors[0].Line, lines.Errors[0].Msg)
		}
		return out
	}
	for _, whole := range []error{bed.ErrEmpty, bed.ErrNotText, bed.ErrKind, bed.ErrDamaged, bed.ErrTooLarge} {
		if errors.Is(err, whole) {
			return &core.DatasetError{Code: core.CodeBadFile, Message: asSentence(err.Error())}
		}
	}
	return nil
}

// asSentence makes the text of an error one that people read: it begins and ends as a sentence does.
func asSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if !strings.HasSuffix(text, "?") && !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

func regionFacts(t *bed.Table, names *genome.Names, assembly string) (*core.RegionFacts, []string) {
	f := &core.RegionFacts{Format: strings.ToLower(t.Format.String()), Count: len(t.Regions), Plus: t.Report.Plus, Minus: t.Report.Minus, BothStrands: pileup.BothStrands(t.Regions),
		Columns: []string{}, PerChrom: []core.ChromCount{}, AliasRules: map[string]int{}}
	for _, c := range t.Columns {
		f.Columns = append(f.Columns, c.Name)
	}
	widths := make([]int64, len(t.Regions))
	counts := make([]int, len(names.Chroms()))
	resolved := map[string]int{} // few names, many rows
	for i, r := range t.Regions {
		widths[i] = r.A.End - r.A.Start
		chrom, known := resolved[r.A.Chrom]
		if !known {
			chrom, _ = names.Resolve(r.A.Chrom)
			resolved[r.A.Chrom] = chrom
		}
		if chrom >= 0 {
			counts[chrom]++
		}
	}
	slices.Sort(widths)
	f.MedianWidth = (widths[(len(widths)-1)/2] + widths[len(widths)/2]) / 2
	for i, c := range names.Chroms() {
		if counts[i] > 0 {
			f.PerChrom = append(f.PerChrom, core.ChromCount{Name: c.Name, Count: counts[i]})
		}
	}
	for rule, n := range t.Report.Aliases {
		f.AliasRules[string(rule)] = n
	}
	for _, u := range t.Report.UnknownNames {
		f.Unknown = append(f.Unknown, core.ChromCount{Name: u.Name, Count: u.Rows, FirstLine: u.FirstLine})
	}
	var warnings []string
	if n := t.Report.Unknown; n > 0 {
		first := slices.MinFunc(t.Report.UnknownNames, func(a, b bed.UnknownName) int { return cmp.Compare(a.FirstLine, b.FirstLine) })
		warnings = append(warnings, fmt.Sprintf("%d of %d regions are on chromosomes that %s does not have (first: %s, line %d); they are kept but never matched",
			n, len(t.Regions), assembly, first.Name, first.FirstLine))
	}
	if n := t.Report.Short; n > 0 {
		warnings = append(warnings, fmt.Sprintf("%d lines have fewer columns than the first (first: line %d); the rest counts as empty", n, t.Report.FirstShort))
	}
	return f, warnings
}

// countingReader tells how far a file is read, and stops reading when the context ends.
type countingReader struct {
	ctx        context.Context
	r          io.Reader
	report     func(done, total int64)
	done, size int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.done += int64(n)
	c.report(c.done, c.size)
	return n, err
}
