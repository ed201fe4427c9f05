package demo_test

import (
	"os"
	"strings"
	"testing"

	"regioscope/worker/demo"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/genes"
	"regioscope/worker/genome"
)

// Every gene GENE_n starts in the middle of promoter TSS_n, on its strand; every gene BORDER_n at a CTCF peak of the + strand,
// less than 6 kb right of the middle of a TAD boundary (the furthest that the model puts one, features.go).
func TestGenesStartAtPlantedFeatures(t *testing.T) {
	set := demotest.MustTinySet(t)
	f, err := os.Open(set.Path("genes.gtf"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, report, err := genes.Read(f, genome.NewNames(set.Assembly.Chroms, nil))
	if err != nil {
		t.Fatal(err)
	}
	if report.Format != genes.GTF || len(report.Unknown) > 0 {
		t.Errorf("read as %s with unknown chromosomes %v", report.Format, report.Unknown)
	}
	promoters := bySite(t, set, "promoters.bed")
	peaks := bySite(t, set, "CTCF_peaks.bed")
	boundaries := regions(t, set, "TAD_boundaries.bed")
	started, borders := 0, 0
	for _, g := range list {
		tss := g.Start
		if g.Strand == '-' {
			tss = g.End - 1
		}
		at := place{g.Chrom, tss, g.Strand}
		switch {
		case strings.HasPrefix(g.Name, "GENE_") && promoters[at]:
			started++
		case strings.HasPrefix(g.Name, "BORDER_") && peaks[at]:
			borders++
			near := false
			for _, b := range boundaries {
				middle := (b.A.Start + b.A.End) / 2
				near = near || b.A.Chrom == g.Chrom && tss > middle && tss-middle <= 6000
			}
			if !near || g.Strand != '+' {
				t.Errorf("%s starts at %s:%d (%c), at no boundary", g.Name, g.Chrom, tss, g.Strand)
			}
		default:
			t.Errorf("%s starts at %v, where nothing is planted", g.Name, at)
		}
		if len(g.Exons) == 0 || g.Exons[0][0] < g.Start || g.Exons[len(g.Exons)-1][1] > g.End {
			t.Errorf("%s [%d, %d) has exons %v", g.Name, g.Start, g.End, g.Exons)
		}
		if first := g.Exons[0][0] == g.Start; g.Strand == '+' && !first || g.Strand == '-' && g.Exons[len(g.Exons)-1][1] != g.End {
			t.Errorf("the first exon of %s does not begin where it starts: %v", g.Name, g.Exons)
		}
	}
	if started != len(promoters) || borders < 3 || set.Truth.Rows["genes.gtf"] == 0 {
		t.Errorf("%d genes at %d promoters, %d at boundaries", started, len(promoters), borders)
	}
}

type place struct {
	chrom  string
	pos    int64
	strand byte
}

// bySite are the middles of a set of the demo data, whose regions are even about them.
func bySite(t *testing.T, set *demo.Set, name string) map[place]bool {
	t.Helper()
	out := map[place]bool{}
	for _, r := range regions(t, set, name) {
		out[place{r.A.Chrom, (r.A.Start + r.A.End) / 2, byte(r.A.Strand)}] = true
	}
	return out
}
