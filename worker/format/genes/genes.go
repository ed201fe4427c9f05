package genes

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"regioscope/worker/genome"
)

// Limits of one file.
const (
	MaxGenes = 500_000
	MaxExons = 10_000_000
	MaxLine  = 1 << 20
	// maxErrors is how many bad lines are told.
	maxErrors = 100
	// maxText bounds names in characters; longer ones are cut.
	maxText = 128
)

// Format of a file.
type Format string

const (
	GTF   Format = "gtf"
	GFF3  Format = "gff3"
	BED12 Format = "bed12"
)

// Gene is one gene. Chrom is the name that the assembly uses; exons are sorted, do not touch and lie within the gene; a
// gene of which the file has no exon has none. Strand is '+', '-' or '.'.
type Gene struct {
	Name, ID, Biotype string
	Chrom             string
	Start, End        int64
	Strand            byte
	Exons             [][2]int64
}

// Count is how often something was met, and in which line first.
type Count struct {
	Name  string
	Count int
	Line  int
}

// Report is what was found.
type Report struct {
	Format   Format
	Lines    int
	Genes    int
	Exons    int
	Biotypes []Count // commonest first
	Unknown  []Count // chromosomes that the assembly does not have, with the rows on them; commonest first
	Orphans  int     // exons whose parent is not in the file (GFF3)
}

// Errors about the whole file. Bad lines come as joined *genome.LineError, at most 100 of them.
var (
	ErrEmpty   = errors.New("the file has no gene")
	ErrFormat  = errors.New("the file is neither GTF nor GFF3 nor BED12")
	ErrTooMany = fmt.Errorf("the file has more than %d genes or more than %d exons", MaxGenes, MaxExons)
	ErrDamaged = errors.New("the compressed file is damaged or cut off")
)

// NoneMatchedError says that every row lies on chromosomes which the assembly does not have.
type NoneMatchedError struct{ Chrom string }

func (e *NoneMatchedError) Error() string {
	return fmt.Sprintf("no gene lies on a chromosome of the assembly; the first is on %q", e.Chrom)
}

// Read reads a whole file and gives its genes by chromosome (in the order of names), start, end and name.
func Read(r io.Reader, names *genome.Names) ([]Gene, *Report, error) {
	p := &parser{names: names, genes: map[key]*gene{}, unknown: map[string]*Count{}, texts: map[string]string{}}
	if err := p.lines(r); err != nil {
		return nil, nil, err
	}
	p.resolvePending()
	if len(p.errs) > 0 {
		return nil, nil, errors.Join(p.errs...)
	}
	return p.finish()
}

type key struct {
	id     string
	chrom  int32
	strand byte
}

// gene is one that is being put together.
type gene struct {
	Gene
	chrom  int32
	merged int // exons when they were merged last
}

type parser struct {
	names   *genome.Names
	format  Format
	line    int
	rows    int
	genes   map[key]*gene
	exons   int
	errs    []error
	unknown map[string]*Count
	first   string            // unknown chromosome that came first
	texts   map[string]string // biotypes are few and are kept once

	// GFF3
	byID    map[string]*gene  // of genes and of everything below them
	pending []pendingExon     // exons that came before their parents
	parents map[string]string // parent of what came before its own parent
	orphans int
}

func (p *parser) bad(format string, args ...any) {
	if len(p.errs) < maxErrors {
		p.errs = append(p.errs, &genome.LineError{Line: p.line, Msg: fmt.Sprintf(format, args...)})
	}
}

// place resolves the chromosome and checks the stretch; false when the row is to be skipped.
func (p *parser) place(name string, start, end int64) (int32, bool) {
	i, _ := p.names.Resolve(name)
	if i < 0 {
		c := p.unknown[name]
		if c == nil {
			if len(p.unknown) == 0 {
				p.first = name
			}
			if len(p.unknown) >= 100_000 {
				return 0, false
			}
			c = &Count{Name: clean(name, maxText), Line: p.line}
			p.unknown[strings.Clone(name)] = c
		}
		c.Count++
		return 0, false
	}
	switch c := p.names.Chroms()[i]; {
	case end <= start:
		p.bad("the end comes before the start")
	case start < 0:
		p.bad("the start lies before the beginning of %s", c.Name)
	case end > c.Length:
		p.bad("the end, %d, lies beyond the end of %s, which has %d bp", end, c.Name, c.Length)
	default:
		return int32(i), true
	}
	return 0, false
}

// get finds or begins the gene with this id there.
func (p *parser) get(id string, chrom int32, strand byte, start, end int64) (*gene, error) {
	k := key{id, chrom, strand}
	if g := p.genes[k]; g != nil {
		g.Start, g.End = min(g.Start, start), max(g.End, end)
		return g, nil
	}
	if len(p.genes) >= MaxGenes {
		return nil, ErrTooMany
	}
	k.id = strings.Clone(id)
	g := &gene{Gene: Gene{ID: clean(id, maxText), Start: start, End: end, Strand: strand}, chrom: chrom}
	p.genes[k] = g
	return g, nil
}

// exon adds one, and merges now and then, so that many transcripts do not fill memory.
func (p *parser) exon(g *gene, start, end int64) error {
	g.Start, g.End = min(g.Start, start), max(g.End, end)
	g.Exons = append(g.Exons, [2]int64{start, end})
	p.exons++
	if len(g.Exons) >= 2*g.merged+64 {
		p.merge(g)
	}
	if p.exons > MaxExons {
		return ErrTooMany
	}
	return nil
}

func (p *parser) merge(g *gene) {
	p.exons -= len(g.Exons)
	slices.SortFunc(g.Exons, func(a, b [2]int64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	out := g.Exons[:0]
	for _, e := range g.Exons {
		if n := len(out); n > 0 && e[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], e[1])
		} else {
			out = append(out, e)
		}
	}
	g.Exons = out
	g.merged = len(out)
	p.exons += len(out)
}

func (g *gene) describe(p *parser, name, biotype string) {
	if g.Name == "" {
		g.Name = clean(name, maxText)
	}
	if g.Biotype == "" && biotype != "" {
		t, ok := p.texts[biotype]
		if !ok && len(p.texts) < 10_000 {
			t = clean(biotype, 64)
			p.texts[strings.Clone(biotype)] = t
		}
		g.Biotype = t
	}
}

func (p *parser) finish() ([]Gene, *Report, error) {
	report := &Report{Format: p.format, Lines: p.line, Orphans: p.orphans}
	for _, c := range p.unknown {
		report.Unknown = append(report.Unknown, *c)
	}
	byCount(report.Unknown)
	if len(p.genes) == 0 {
		switch {
		case len(p.unknown) > 0:
			return nil, nil, &NoneMatchedError{clean(p.first, maxText)}
		case p.rows > 0 && p.format == "":
			return nil, nil, ErrFormat
		}
		return nil, nil, ErrEmpty
	}
	list := make([]*gene, 0, len(p.genes))
	types := map[string]int{}
	for _, g := range p.genes {
		p.merge(g)
		if g.Name == "" {
			g.Name = g.ID
		}
		g.Chrom = p.names.Chroms()[g.chrom].Name
		types[g.Biotype]++
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *gene) int {
		return cmp.Or(cmp.Compare(a.chrom, b.chrom), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), strings.Compare(a.Name, b.Name),
			strings.Compare(a.ID, b.ID), cmp.Compare(a.Strand, b.Strand))
	})
	out := make([]Gene, len(list))
	for i, g := range list {
		out[i] = g.Gene
	}
	for t, n := range types {
		if t != "" {
			report.Biotypes = append(report.Biotypes, Count{Name: t, Count: n})
		}
	}
	byCount(report.Biotypes)
	report.Genes, report.Exons = len(out), p.exons
	return out, report, nil
}

func byCount(list []Count) {
	slices.SortFunc(list, func(a, b Count) int { return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name)) })
}

// clean gives a text of its own that can be shown: valid, without control characters, of bounded length.
func clean(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.TrimSpace(s), ""))
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return strings.Clone(s)
}
