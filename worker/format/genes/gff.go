package genes

import (
	"net/url"
	"strings"
)

// maxLinks bounds the identifiers that are kept to link exons with genes.
const maxLinks = 4_000_000

// spans are the features of a GTF file that tell where a gene is.
var spans = map[string]bool{"gene": true, "transcript": true, "mRNA": true, "exon": true, "CDS": true}

// gff reads a row of a GTF or GFF3 file.
func (p *parser) gff(f []string) error {
	if len(f) < 9 {
		p.bad("expected 9 columns separated by tabs, found %d", len(f))
		return nil
	}
	feature := f[2]
	if p.format == GTF && !spans[feature] {
		return nil
	}
	start, ok1 := p.number("start", f[3])
	end, ok2 := p.number("end", f[4])
	if !ok1 || !ok2 {
		return nil
	}
	if p.format == GTF {
		return p.gtf(f, feature, start-1, end)
	}
	return p.gff3(f, feature, start-1, end)
}

func (p *parser) gtf(f []string, feature string, start, end int64) error {
	id := quoted(f[8], "gene_id")
	if id == "" {
		p.bad("the row names no gene_id")
		return nil
	}
	chrom, ok := p.place(f[0], start, end)
	if !ok {
		return nil
	}
	g, err := p.get(id, chrom, strandOf(f[6]), start, end)
	if err != nil {
		return err
	}
	if g.Name == "" || g.Biotype == "" {
		g.describe(p, first(quoted(f[8], "gene_name"), quoted(f[8], "gene")), first(quoted(f[8], "gene_biotype"), quoted(f[8], "gene_type")))
	}
	if feature == "exon" {
		return p.exon(g, start, end)
	}
	return nil
}

// quoted finds the value of an attribute of the form: name "value"; numbers may stand without quotes.
func quoted(attributes, name string) string {
	for rest := attributes; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return ""
		}
		before, after := rest[:i], rest[i+len(name):]
		rest = after
		if before = strings.TrimRight(before, " \t"); before != "" && before[len(before)-1] != ';' {
			continue
		}
		value, isName := strings.CutPrefix(after, " ")
		if !isName {
			continue
		}
		value = strings.TrimLeft(value, " ")
		if v, ok := strings.CutPrefix(value, `"`); ok {
			v, _, _ = strings.Cut(v, `"`)
			return v
		}
		value, _, _ = strings.Cut(value, ";")
		return strings.TrimSpace(value)
	}
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// pendingExon came before the feature that it belongs to.
type pendingExon struct {
	parent     string
	chrom      int32
	start, end int64
}

func (p *parser) gff3(f []string, feature string, start, end int64) error {
	if p.byID == nil {
		p.byID, p.parents = map[string]*gene{}, map[string]string{}
	}
	isGene := strings.HasSuffix(feature, "gene")
	parent := named(f[8], "Parent")
	if !isGene && parent == "" {
		return nil // a region, a repeat: nothing below a gene
	}
	chrom, ok := p.place(f[0], start, end)
	if !ok {
		return nil
	}
	id := named(f[8], "ID")
	if len(p.byID)+len(p.parents)+len(p.pending) > maxLinks {
		return ErrTooMany
	}
	switch {
	case isGene && p.byID[parent] == nil:
		bare := id
		for _, prefix := range []string{"gene:", "gene-"} { // as Ensembl and NCBI write them
			bare = strings.TrimPrefix(bare, prefix)
		}
		bare = first(named(f[8], "gene_id"), bare, named(f[8], "Name"))
		if bare == "" {
			p.bad("the gene has neither ID nor Name")
			return nil
		}
		g, err := p.get(bare, chrom, strandOf(f[6]), start, end)
		if err != nil {
			return err
		}
		g.describe(p, first(named(f[8], "Name"), named(f[8], "gene_name"), named(f[8], "gene")),
			first(named(f[8], "gene_biotype"), named(f[8], "biotype"), named(f[8], "gene_type")))
		if id != "" {
			p.byID[id] = g
		}
	case feature == "exon":
		for one := range strings.SplitSeq(parent, ",") {
			if g := p.byID[one]; g == nil {
				p.pending = append(p.pending, pendingExon{one, chrom, start, end})
			} else if g.chrom == chrom {
				if err := p.exon(g, start, end); err != nil {
					return err
				}
			}
		}
	case id != "":
		one, _, _ := strings.Cut(parent, ",")
		if g := p.byID[one]; g != nil {
			p.byID[id] = g
		} else {
			p.parents[id] = one
		}
	}
	return nil
}

// resolvePending finds the genes of exons that came before them.
func (p *parser) resolvePending() {
	for _, e := range p.pending {
		g, id := p.byID[e.parent], e.parent
		for range 8 { // as deep as features are ever nested
			if g != nil {
				break
			}
			id = p.parents[id]
			g = p.byID[id]
		}
		if g == nil || g.chrom != e.chrom {
			p.orphans++
		} else if p.exon(g, e.start, e.end) != nil {
			return
		}
	}
	p.pending = nil
}

// named finds the value of an attribute of the form: name=value.
func named(attributes, name string) string {
	for part := range strings.SplitSeq(attributes, ";") {
		k, v, ok := strings.Cut(strings.TrimLeft(part, " "), "=")
		if !ok || k != name {
			continue
		}
		if strings.Contains(v, "%") {
			if plain, err := url.PathUnescape(v); err == nil {
				return plain
			}
		}
		return strings.TrimSpace(v)
	}
	return ""
}
