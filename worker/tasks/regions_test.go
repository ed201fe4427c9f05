package tasks

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/demo/demotest"
)

// Every average keeps, per region, its score, how much data it has, and its vector; lost regions are NaN there and named
// in the ledger. The manifest has the score of the average with its intervals, and the time taken.
func TestPileupKeepsItsRegions(t *testing.T) {
	l := newLab(t)
	set, hic := l.demo("promoters.bed", points), l.demo("wild_type.mcool", contacts)
	l.finished(l.submit(set, hic, wb(100000, 10000), wb(200000, 10000)))
	got := l.results(set, hic)
	if len(got) != 4 {
		t.Fatalf("%d results", len(got))
	}
	for k, r := range got {
		n := int(r.Total)
		scores, quality, vectors := l.array(r, "scores"), l.array(r, "quality"), l.array(r, "vectors")
		if len(scores) != 3*n || len(quality) != 2*n || len(vectors) != 100*n {
			t.Fatalf("%+v: %d scores, %d of quality, %d of vectors of %d regions", k, len(scores), len(quality), len(vectors), n)
		}
		var book ledger.Ledger
		check(t, json.Unmarshal(r.Ledger, &book))
		lost := book.LostRegions()
		if len(lost) == 0 || len(lost)+int(r.N) != n {
			t.Errorf("%+v: %d lost, %d used, %d in all", k, len(lost), r.N, n)
		}
		for i := range n {
			isLost := slices.Contains(lost, i)
			empty := !slices.ContainsFunc(vectors[100*i:100*i+100], func(x float64) bool { return !math.IsNaN(x) })
			missing := quality[2*i]
			if isLost != empty || isLost != (missing == 1) || missing < 0 || missing > 1 || isLost && !math.IsNaN(scores[3*i]) {
				t.Fatalf("%+v region %d: lost %v, vector empty %v, missing %v, centre %v", k, i, isLost, empty, missing, scores[3*i])
			}
		}
		var m struct {
			Engine, Pipeline string
			Parameters       map[string]any
			Inputs           []input
			Scores           struct {
				Centre, Ratio     *float64
				CentreCI, RatioCI []*float64
				Replicates        int
				Definition        string
			}
			Seconds *float64
		}
		check(t, json.Unmarshal(r.Manifest, &m))
		want := pileup.ScoreOf(l.array(r, "mean"))
		if s := m.Scores; k.Value == "iccf" && (math.Abs(*s.Ratio-want.Ratio) > 1e-9 || !(*s.RatioCI[0] < *s.Ratio && *s.Ratio < *s.RatioCI[1])) || s.Replicates != 1000 || s.Definition == "" {
			t.Errorf("%+v: %s", k, r.Manifest)
		}
		if m.Engine == "" || m.Seconds == nil || len(m.Inputs) != 3 || len(m.Inputs[1].SHA256) != 64 {
			t.Errorf("%+v: %s", k, r.Manifest)
		}
		for _, name := range []string{"bin", "window", "value", "resolution", "weight", "weightKind", "edge", "orient", "crossArm", "ignoreDiags", "bootstrap", "seed", "sizeType", "dimension"} {
			if m.Parameters[name] == nil {
				t.Errorf("%+v: the manifest does not give %s", k, name)
			}
		}
	}
	l.referenced([]*core.Dataset{set, hic}, got)
}

// Pairs across arms and across chromosomes have all values.
func TestPairsAcrossArmsAndChromosomes(t *testing.T) {
	l := newLab(t)
	g := demotest.MustTinySet(t).Assembly
	var text strings.Builder
	line := func(a, b string, x, y int64) { fmt.Fprintf(&text, "%s\t%d\t%d\t%s\t%d\t%d\n", a, x, x+1, b, y, y+1) }
	first, second := g.View()[0], g.View()[1]
	if first.Chrom != second.Chrom {
		t.Fatalf("%s has one arm", first.Chrom)
	}
	other := g.Chroms[1]
	for i := range int64(5) {
		line(first.Chrom, first.Chrom, first.End/2+i*20000, first.End/2+500000)
		line(first.Chrom, first.Chrom, first.End/2+i*20000, (second.Start+second.End)/2)
		line(other.Name, first.Chrom, other.Length/4+i*20000, first.End/2)
	}
	all := pairs
	all.Name = "pairs.bedpe"
	set, hic := l.add(all, []byte(text.String())), l.demo("wild_type.mcool", contacts)
	l.finished(l.submit(set, hic, wb(50000, 10000)))
	for k, r := range l.results(set, hic) {
		var book ledger.Ledger
		check(t, json.Unmarshal(r.Ledger, &book))
		if r.Total != 15 || book.Used+len(book.LostRegions()) != 15 || book.Used < 12 {
			t.Errorf("%+v: %d used, lost %+v", k, book.Used, book.Lost)
		}
		rows := []int{1, 4, 7, 2, 5, 8}
		a, err := l.Aggregate(t.Context(), &r, rows)
		check(t, err)
		if a.Used == 0 {
			t.Errorf("%+v: nothing of the pairs across", k)
		}
	}
}
