package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// gene is a gene of the annotation: half-open, with exons in genome order. It starts transcription at start on '+', at
// the last base before end on '-'.
type gene struct {
	span
	name, biotype string
	strand        byte
	exons         []span
}

const (
	shortGene  = 2000
	longGene   = 150_000
	everyBound = 3 // of so many boundaries one has a gene that starts there
)

// genes writes an annotation (GTF) with a gene at every promoter, numbered as in promoters.bed, and genes that start at the
// right CTCF site of some boundaries.
func (w *regionWriter) genes() error {
	promoters, borders := 0, 0
	return w.file("genes.gtf", "#!genome-build "+w.p.assembly+"\n", func(c *chromosome, line func(string, ...any)) {
		r := stream(w.seed, c.name, "genes")
		var list []gene
		for _, e := range c.promoters {
			promoters++
			biotype := "protein_coding"
			if e.height == 0 {
				biotype = "lncRNA"
			}
			list = append(list, c.gene(r, fmt.Sprintf("GENE_%d", promoters), biotype, e.pos, e.strand))
		}
		for i := 0; i < len(c.bounds); i += everyBound {
			borders++
			s := c.sites[c.bounds[i].right]
			list = append(list, c.gene(r, fmt.Sprintf("BORDER_%d", borders), "lncRNA", s.pos, s.strand))
		}
		slices.SortStableFunc(list, func(a, b gene) int { return cmp.Compare(a.Start, b.Start) })
		for _, g := range list {
			row := func(feature string, s span) {
				line("%s\tdemo\t%s\t%d\t%d\t.\t%c\t.\tgene_id \"%s\"; gene_name \"%s\"; gene_type \"%s\";",
					c.name, feature, s.Start+1, s.End, g.strand, g.name, g.name, g.biotype)
			}
			row("gene", g.span)
			for _, e := range g.exons {
				row("exon", e)
			}
		}
	})
}

// gene draws a gene whose transcription starts at tss; its first exon begins there.
func (c *chromosome) gene(r *rand.Rand, name, biotype string, tss int64, strand byte) gene {
	length := min(int64(logNormal(r, 9.6, 0.9)), longGene) // 15 kb in the median
	g := gene{name: name, biotype: biotype, strand: strand}
	if strand == '-' {
		g.span = span{max(tss+1-max(length, shortGene), 0), tss + 1}
	} else {
		g.span = span{tss, min(tss+max(length, shortGene), c.length)}
	}
	n := int64(1 + r.IntN(6))
	room := (g.End - g.Start) / n // of an exon with the intron behind it
	for i := range n {
		e := span{g.Start + i*room, g.Start + i*room + min(room*2/5, 100+r.Int64N(400))}
		if strand == '-' { // counted from its own start
			e = span{g.End - i*room - (e.End - e.Start), g.End - i*room}
		}
		g.exons = append(g.exons, e)
	}
	slices.SortFunc(g.exons, func(a, b span) int { return cmp.Compare(a.Start, b.Start) })
	return g
}
