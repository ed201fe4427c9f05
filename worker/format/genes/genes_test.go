package genes

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"regioscope/worker/genome"
)

var toy = genome.NewNames([]genome.Chrom{{Name: "chr1", Length: 10000}, {Name: "chr2", Length: 5000}}, map[string]string{"NC_1": "chr1"})

// The three files tell of the same two genes.
const (
	gtf = "#!genome-build toy\n" +
		"1\tens\tgene\t101\t1000\t.\t+\t.\tgene_id \"G1\"; gene_version \"3\"; gene_name \"Abc1\"; gene_biotype \"protein_coding\";\n" +
		"1\tens\ttranscript\t101\t1000\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T1\"; gene_name \"Abc1\";\n" +
		"1\tens\texon\t101\t200\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T1\"; exon_number 1;\n" +
		"1\tens\texon\t901\t1000\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T1\";\n" +
		"1\tens\texon\t151\t300\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T2\";\n" +
		"1\tens\tstart_codon\t160\t162\t.\t+\t.\tgene_id \"G1\";\n" +
		"chr2\tens\texon\t1\t50\t.\t-\t.\tgene_id \"G2\"; gene_name \"Xyz\"\n"
	gff = "##gff-version 3\n##sequence-region 1 1 10000\n" +
		"1\tsrc\tregion\t1\t10000\t.\t.\t.\tID=region:1\n" +
		"1\tens\tgene\t101\t1000\t.\t+\t.\tID=gene:G1;Name=Abc1;biotype=protein_coding\n" +
		"1\tens\tmRNA\t101\t1000\t.\t+\t.\tID=transcript:T1;Parent=gene:G1\n" +
		"1\tens\texon\t101\t200\t.\t+\t.\tParent=transcript:T1\n" +
		"1\tens\texon\t901\t1000\t.\t+\t.\tParent=transcript:T1\n" +
		"1\tens\texon\t151\t300\t.\t+\t.\tParent=transcript:T2\n" + // before its parent
		"1\tens\tmRNA\t151\t300\t.\t+\t.\tID=transcript:T2;Parent=gene:G1\n" +
		"###\n" +
		"chr2\tens\tncRNA_gene\t1\t50\t.\t-\t.\tID=gene:G2;Name=X%79z\n" +
		"chr2\tens\tlnc_RNA\t1\t50\t.\t-\t.\tID=transcript:T3;Parent=gene:G2\n" +
		"chr2\tens\texon\t1\t50\t.\t-\t.\tParent=transcript:T3,transcript:T4\n" +
		"##FASTA\n>1\nACGT\n"
	bed12 = "track name=x\n" +
		"1\t100\t1000\tAbc1\t0\t+\t100\t1000\t0\t2\t100,100,\t0,800,\n" +
		"1\t150\t300\tAbc1\t0\t+\t150\t300\t0\t1\t150\t0\n" +
		"chr2\t0\t50\tXyz\t0\t-\t0\t50\t0\t1\t50,\t0,\n"
)

func want(id1, id2, biotype string) []Gene {
	return []Gene{
		{Name: "Abc1", ID: id1, Biotype: biotype, Chrom: "chr1", Start: 100, End: 1000, Strand: '+', Exons: [][2]int64{{100, 300}, {900, 1000}}},
		{Name: "Xyz", ID: id2, Chrom: "chr2", Start: 0, End: 50, Strand: '-', Exons: [][2]int64{{0, 50}}},
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.String()
}

func TestFormatsAgree(t *testing.T) {
	for _, c := range []struct {
		name, text string
		format     Format
		genes      []Gene
		orphans    int
	}{
		{"GTF", gtf, GTF, want("G1", "G2", "protein_coding"), 0},
		{"GFF3", gff, GFF3, want("G1", "G2", "protein_coding"), 1},
		{"BED12", bed12, BED12, want("Abc1", "Xyz", ""), 0},
	} {
		for kind, text := range map[string]string{"plain": c.text, "CRLF, BOM": "\ufeff" + strings.ReplaceAll(c.text, "\n", "\r\n"), "gzip": zipped(c.text),
			"gzip in two members": zipped(c.text[:len(c.text)/2]) + zipped(c.text[len(c.text)/2:])} {
			genes, report, err := Read(strings.NewReader(text), toy)
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, kind, err)
				continue
			}
			if !reflect.DeepEqual(genes, c.genes) {
				t.Errorf("%s, %s:\n%+v\nwant\n%+v", c.name, kind, genes, c.genes)
			}
			if report.Format != c.format || report.Genes != 2 || report.Exons != 3 || report.Orphans != c.orphans || len(report.Unknown) != 0 {
				t.Errorf("%s, %s: %+v", c.name, kind, report)
			}
		}
	}
}

func TestUnknownChromosomesAreCountedAndLeftOut(t *testing.T) {
	text := gtf + strings.Repeat("KI270728.1\tens\texon\t1\t50\t.\t-\t.\tgene_id \"G3\";\n", 3) + "chr9\tens\texon\t1\t50\t.\t-\t.\tgene_id \"G4\";\n" +
		"NC_1\tens\texon\t2001\t2050\t.\t-\t.\tgene_id \"G5\";\n"
	genes, report, err := Read(strings.NewReader(text), toy)
	if err != nil || len(genes) != 3 || genes[1].Chrom != "chr1" || genes[1].Name != "G5" {
		t.Fatalf("%+v %v", genes, err)
	}
	if !reflect.DeepEqual(report.Unknown, []Count{{"KI270728.1", 3, 9}, {"chr9", 1, 12}}) {
		t.Errorf("%+v", report.Unknown)
	}
	_, _, err = Read(strings.NewReader("chr7\tx\texon\t1\t5\t.\t+\t.\tgene_id \"G\";\n"), toy)
	var none *NoneMatchedError
	if !errors.As(err, &none) || none.Chrom != "chr7" {
		t.Error(err)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	row := "chr1\tx\texon\t%s\t%s\t.\t+\t.\tgene_id \"G\";\n"
	for name, c := range map[string]struct{ text, words string }{
		"empty":              {"", "no gene"},
		"only comments":      {"# x\n\n", "no gene"},
		"prose":              {"I am not\na gene file\n", "neither GTF"},
		"BED6":               {"chr1\t1\t5\tx\t0\t+\n", "neither GTF"},
		"binary":             {"\x89HDF\x00\x00", "line 1: the file is not a text file"},
		"not a number":       {fmt.Sprintf(row, "1", "5") + fmt.Sprintf(row, "x", "5"), `line 2: the start, "x", is not a whole number`},
		"turned round":       {fmt.Sprintf(row, "9", "5"), "line 1: the end comes before the start"},
		"counts from 0":      {fmt.Sprintf(row, "0", "5"), "line 1: the start lies before the beginning of chr1"},
		"beyond the end":     {fmt.Sprintf(row, "1", "10001"), "line 1: the end, 10001, lies beyond the end of chr1, which has 10000 bp"},
		"without gene_id":    {"chr1\tx\texon\t1\t5\t.\t+\t.\ttranscript_id \"G\";\n", "line 1: the row names no gene_id"},
		"columns missing":    {fmt.Sprintf(row, "1", "5") + "chr1\tx\texon\t1\n", "line 2: expected 9 columns separated by tabs, found 4"},
		"blocks missing":     {"chr1\t0\t50\tX\t0\t-\t0\t50\t0\t2\t50,\t0,\n", "line 1: 2 blocks are announced, 1 sizes and 1 starts are given"},
		"block outside":      {"chr1\t0\t50\tX\t0\t-\t0\t50\t0\t1\t50,\t10,\n", "line 1: block 1 does not lie within its row"},
		"no name":            {"chr1\t0\t50\t.\t0\t-\t0\t50\t0\t1\t50,\t0,\n", "line 1: the row has no name"},
		"gzip cut off":       {zipped(gtf)[:60], "damaged or cut off"},
		"gzip, only a start": {"\x1f\x8b\x08", "damaged or cut off"},
		"endless line":       {fmt.Sprintf(row, "1", "5") + strings.Repeat("x", MaxLine+5), "line 2: the line is longer than"},
	} {
		_, _, err := Read(strings.NewReader(c.text), toy)
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, want %q", name, err, c.words)
		}
	}
	_, _, err := Read(strings.NewReader(fmt.Sprintf(row, "1", "5")+strings.Repeat(fmt.Sprintf(row, "x", "5"), 1000)), toy)
	if list, ok := err.(interface{ Unwrap() []error }); !ok || len(list.Unwrap()) != maxErrors {
		t.Errorf("%v", err)
	}
}

// Memory does not grow with the number of transcripts that share their exons.
func TestExonsAreMergedWhileReading(t *testing.T) {
	var b strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&b, "chr1\tx\texon\t%d\t%d\t.\t+\t.\tgene_id \"G\";\n", 1+i%100*10, 5+i%100*10)
	}
	p := &parser{names: toy, genes: map[key]*gene{}, unknown: map[string]*Count{}, texts: map[string]string{}}
	if err := p.lines(strings.NewReader(b.String())); err != nil {
		t.Fatal(err)
	}
	if p.exons > 300 {
		t.Errorf("%d exons are kept of 100 different ones", p.exons)
	}
}

func TestAttributes(t *testing.T) {
	for text, want := range map[string]string{
		`gene_id "G1"; x "y"`:                       "G1",
		`xgene_id "no"; gene_id "yes";`:             "yes",
		`note "the gene_id \"x"; gene_id "real";`:   "real",
		`gene_id G7;`:                               "G7",
		`transcript_id "T";gene_id "tight"`:         "tight",
		`gene_idx "no"`:                             "",
		`gene_id ""`:                                "",
		`havana_gene "a"; gene_id  "two blanks" ; `: "two blanks",
	} {
		if got := quoted(text, "gene_id"); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := named("ID=a;Name=Abc%3B1%2C2 ;Note=x", "Name"); strings.TrimSpace(got) != "Abc;1,2" {
		t.Errorf("%q", got)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{gtf, gff, bed12, zipped(gtf), zipped(gff)[:40], "##gff-version 3\nchr1\tx\tgene\t1\t5\t.\t+\t.\tID=a;Parent=a\nchr1\tx\texon\t1\t5\t.\t+\t.\tParent=a\n",
		"##gff-version 3\nchr1\tx\tmRNA\t1\t5\t.\t+\t.\tID=a;Parent=b\nchr1\tx\tmRNA\t1\t5\t.\t+\t.\tID=b;Parent=a\nchr1\tx\texon\t1\t5\t.\t+\t.\tParent=a\n",
		"chr1\tx\texon\t1\t9223372036854775807\t.\t+\t.\tgene_id \"G\"\n", "chr1\t0\t9\tX\t0\t-\t0\t5\t0\t1\t9223372036854775807,\t9223372036854775807,\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		genes, report, err := Read(bytes.NewReader(data), toy)
		if err != nil {
			return
		}
		if len(genes) == 0 || report.Genes != len(genes) || report.Format == "" {
			t.Fatalf("%d genes, %+v", len(genes), report)
		}
		for i, g := range genes {
			j, _ := toy.Resolve(g.Chrom)
			if j < 0 || g.Start < 0 || g.End <= g.Start || g.End > toy.Chroms()[j].Length || len([]rune(g.Name)) > maxText || len([]rune(g.ID)) > maxText {
				t.Fatalf("%+v", g)
			}
			at := g.Start - 1
			for _, e := range g.Exons {
				if e[0] <= at || e[1] <= e[0] || e[1] > g.End {
					t.Fatalf("exons %v of %+v", e, g)
				}
				at = e[1]
			}
			if i > 0 && genes[i-1].Chrom == g.Chrom && genes[i-1].Start > g.Start {
				t.Fatal("not sorted")
			}
		}
	})
}
