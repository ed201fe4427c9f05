// Package inspect decides by content what a file is that somebody uploads or a repository sends, and reads its facts.
package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"regioscope/backend/core"
	"regioscope/worker/format"
	"regioscope/worker/format/bbi"
	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// File decides by content what a file is, and reads the facts of contact maps and signals. Region sets are
// only looked at from outside: a worker reads them line by line. Every refusal is a bad_file error that names the file.
func File(ctx context.Context, r io.ReaderAt, size int64, name string, kind core.Kind, a *core.Assembly) (dimension int, facts core.Facts, err error) {
	head := make([]byte, min(size, format.HeadSize))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return 0, facts, fmt.Errorf("read upload: %w", err)
	}
	found := format.Sniff(head)
	if found == format.Empty {
		return 0, facts, bad("%s is empty.", name)
	}
	not := func(what string) error {
		return bad("%s", strings.TrimSpace(fmt.Sprintf("%s is %s, not %s. %s", name, found, what, found.Advice())))
	}
	switch kind {
	case core.KindRegions:
		pairs := strings.HasSuffix(strings.TrimSuffix(strings.ToLower(name), ".gz"), ".bedpe")
		switch {
		case found == format.BEDPE, found == format.Text && pairs:
			return 2, facts, nil
		case found == format.BED && pairs:
			return 0, facts, bad("%s is named BEDPE, but its first row has no second region: chromosome, start and end in columns 4 to 6.", name)
		case found == format.BED, found == format.Text:
			return 1, facts, nil
		}
		return 0, facts, not("a region set (BED or BEDPE)")
	case core.KindSignal:
		if found != format.BigWig {
			return 0, facts, not("a signal track (bigWig)")
		}
		err = inspectSignal(r, size, name, a, &facts)
		return 1, facts, err
	case core.KindContacts:
		if found != format.HDF5 {
			return 0, facts, not("a contact map (.mcool or .cool)")
		}
		err = inspectContacts(ctx, r, size, name, a, &facts)
		return 2, facts, err
	}
	return 0, facts, core.Errorf(core.CodeInvalid, "The kind must be regions, signal or contacts.")
}

func inspectSignal(r io.ReaderAt, size int64, name string, a *core.Assembly, facts *core.Facts) error {
	f, err := bbi.Open(r, size)
	if err != nil {
		return broken(name, "bigWig file", err)
	}
	shared, err := matchChroms(name, f.Chroms(), a, facts)
	if err != nil {
		return err
	}
	sum := f.Summary()
	out := &core.SignalFacts{Chroms: len(f.Chroms()), ChromsShared: shared, ZoomLevels: []int64{}, BasesCovered: int64(sum.BasesCovered),
		Min: finite(sum.Min), Max: finite(sum.Max)}
	if sum.BasesCovered > 0 {
		out.Mean = finite(sum.Sum / float64(sum.BasesCovered))
	}
	for _, z := range f.Zooms() {
		out.ZoomLevels = append(out.ZoomLevels, z.Reduction)
	}
	if !sum.Stored {
		facts.Warnings = append(facts.Warnings, "The file has no summary of its values: coverage, minimum and maximum are not known.")
	} else if sum.BasesCovered == 0 {
		facts.Warnings = append(facts.Warnings, "The file covers no base: every profile of it will be empty.")
	}
	facts.Signal = out
	return nil
}

func inspectContacts(ctx context.Context, r io.ReaderAt, size int64, name string, a *core.Assembly, facts *core.Facts) error {
	f, err := cool.Open(r, size)
	if err != nil {
		return broken(name, "contact map", err)
	}
	shared, err := matchChroms(name, f.Chroms(), a, facts)
	if err != nil {
		return err
	}
	if err := f.Validate(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return broken(name, "contact map", err)
	}
	out := &core.ContactFacts{Chroms: len(f.Chroms()), ChromsShared: shared, Resolutions: []core.ResolutionFact{}}
	var unbalanced []string
	for _, size := range f.Resolutions() {
		l, err := f.Level(size)
		if err != nil {
			return broken(name, "contact map", err)
		}
		fact := core.ResolutionFact{BinSize: size, Bins: l.NumBins(), Pixels: l.NumPixels()}
		if fact.Weights, err = weights(ctx, f, l); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return broken(name, "contact map", err)
		}
		if len(fact.Weights) == 0 {
			unbalanced = append(unbalanced, bpText(size))
		}
		out.Resolutions = append(out.Resolutions, fact)
	}
	if len(unbalanced) > 0 {
		facts.Warnings = append(facts.Warnings, fmt.Sprintf("No balancing weights at %s: averages there (ICCF, O/E) are not available until the map is "+
			"balanced (for example with cooler balance); only raw counts are.", strings.Join(unbalanced, ", ")))
	}
	facts.Contacts = out
	return nil
}

// matchChroms compares the chromosomes of a file with the assembly it was said to belong to. No chromosome in common, or
// most of them of another length, is the wrong assembly; less than that is a warning.
func matchChroms(name string, chroms []genome.Chrom, a *core.Assembly, facts *core.Facts) (shared int, err error) {
	names := genome.NewNames(a.Chroms, a.Aliases)
	var unknown, differing []string
	for _, c := range chroms {
		i, _ := names.Resolve(c.Name)
		if i < 0 {
			unknown = append(unknown, c.Name)
			continue
		}
		shared++
		if want := a.Chroms[i].Length; c.Length != want {
			differing = append(differing, fmt.Sprintf("%s has %s bp in the file and %s bp in %s", c.Name, thousands(c.Length), thousands(want), a.Name))
		}
	}
	switch {
	case len(chroms) == 0:
		return 0, bad("%s names no chromosome.", name)
	case shared == 0:
		return 0, bad("None of the %d chromosomes of %s (first: %s) is in %s. It seems to belong to another assembly.", len(chroms), name, unknown[0], a.Name)
	case len(differing)*2 > shared:
		return 0, bad("%s does not fit %s: %s. It seems to belong to another assembly.", name, a.Name, differing[0])
	}
	if len(differing) > 0 {
		facts.Warnings = append(facts.Warnings, fmt.Sprintf("The length of %d of %d chromosomes differs; first: %s.", len(differing), shared, differing[0]))
	}
	if len(unknown) > 0 {
		facts.Warnings = append(facts.Warnings, fmt.Sprintf("%d of %d chromosomes are not in %s and will not be used; first: %s.", len(unknown), len(chroms), a.Name, unknown[0]))
	}
	return shared, nil
}

// broken says in one sentence what is wrong with a file, with the place in it when the reader knows that.
func broken(name, what string, err error) error {
	var cf *cool.FormatError
	var bf *bbi.FormatError
	offset, msg := int64(-1), ""
	switch {
	case errors.As(err, &cf):
		offset, msg = cf.Offset, cf.Msg
	case errors.As(err, &bf):
		offset, msg = bf.Offset, bf.Msg
	case errors.Is(err, cool.ErrNotCooler), errors.Is(err, cool.ErrUnsupported), errors.Is(err, bbi.ErrNotBigWig):
		return bad("%s cannot be used: %s.", name, err)
	default:
		return fmt.Errorf("inspect %s: %w", what, err) // the disk, not the file
	}
	at := ""
	if offset >= 0 {
		at = " (at byte " + thousands(offset) + ")"
	}
	return core.Errorf(core.CodeBadFile, "%s is a broken %s: %s%s. It may have been cut short on its way; compare its size or checksum with the source.",
		name, what, msg, at).WithFields(core.Field{Field: "file", Value: name, Message: msg + at}).WithCause(err)
}

func bad(text string, args ...any) error {
	e := core.Errorf(core.CodeBadFile, text, args...)
	return e.WithFields(core.Field{Field: "file", Message: e.Message})
}

// finite replaces what JSON cannot hold.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func bpText(n int64) string {
	switch {
	case n >= 1_000_000 && n%100_000 == 0:
		return strconv.FormatFloat(float64(n)/1e6, 'f', -1, 64) + " Mb"
	case n >= 1000 && n%100 == 0:
		return strconv.FormatFloat(float64(n)/1e3, 'f', -1, 64) + " kb"
	}
	return strconv.FormatInt(n, 10) + " bp"
}
