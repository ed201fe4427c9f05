package enrich

import (
	"slices"
	"testing"

	"regioscope/worker/genome"
)

// Three points, the last turned round, in bins of 10 bp of which bin 2 holds the point: a target in the next bin of the genome
// is touched in bin 3 of the first two and, seen from the other strand, in bin 1 of the third. Whatever the universe.
func TestMembersOfACell(t *testing.T) {
	regions := list(at("chr1", 100, 101), at("chr2", 300, 301), at("chr1", 500, 501), at("chr1", 1500, 1501))
	regions[2].A.Strand = '-'
	target := []Target{{Name: "t", Regions: list(at("chr1", 112, 118), at("chr2", 312, 318), at("chr1", 512, 518))}}
	universe := list(at("chr1", 0, 2000), at("chr2", 0, 700))
	for _, opt := range []Options{{Universe: Genome, Oriented: true}, {Universe: Queries, Oriented: true}, {Universe: Regions, UniverseRegions: universe, Oriented: true}} {
		x, err := NewIndex(t.Context(), tinyChroms, regions, target, []Job{{Window: 20, Bin: 10}}, opt)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range [][]int{{}, {2}, {}, {0, 1}} {
			if got, err := x.Members(0, 0, k); err != nil || !slices.Equal(got, want) {
				t.Errorf("universe %s, bin %d: %v, want %v (%v)", opt.Universe, k, got, want, err)
			}
		}
		for _, c := range [][3]int{{1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 4}, {0, 0, -1}} {
			if got, err := x.Members(c[0], c[1], c[2]); err == nil {
				t.Errorf("job %d, target %d, bin %d: %v", c[0], c[1], c[2], got)
			}
		}
	}
}

// The members of every cell, counted by the bins that they touch there, are the support of the table: for regions whose
// windows share no bin.
func TestMembersAreTheSupport(t *testing.T) {
	var regions []genome.Region
	for i := range 12 {
		regions = append(regions, at("chr1", int64(100+150*i), int64(101+150*i)))
	}
	regions = list(regions...)
	targets := []Target{{Name: "a", Regions: list(at("chr1", 90, 130), at("chr1", 640, 905))}, {Name: "b", Regions: list(at("chr1", 0, 2000))}}
	x, err := NewIndex(t.Context(), tinyChroms, regions, targets, []Job{{Window: 30, Bin: 10}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	tables, err := x.Tables(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	bins := (Job{Window: 30, Bin: 10}).Bins()
	for target := range targets {
		for k := range bins {
			got, err := x.Members(0, target, k)
			if want := tables[0].A[target*bins+k]; err != nil || int64(len(got)) != want {
				t.Errorf("target %d, bin %d: %d members, support %d (%v)", target, k, len(got), want, err)
			}
		}
	}
}
