package demo

import (
	"fmt"
	"math"

	"regioscope/worker/genome"
)

// preset is the size of a data set; the model is the same in all of them.
type preset struct {
	name     string
	assembly string
	chroms   []chromSpec
	levels   []int64 // bin sizes of the map, ascending; all are multiples of the first
	contacts float64 // expected contacts within chromosomes
	depleted []int64 // bin sizes of the map without cohesin; none: no such map
	weaker   float64 // contacts of that map, relative to the first
	step     int64   // mean length of items between the peaks of a track, bp
	fine     int64   // length of items at peaks, bp
	extras   bool    // also tracks and sets that a benchmark does not need
}

// chromSpec is a chromosome and where its arms meet.
type chromSpec struct {
	name               string
	length, centromere int64
}

const transShare = 0.06 // contacts between chromosomes per contact within

var presets = []preset{
	{
		name: "demo", assembly: "demo1",
		chroms:   []chromSpec{{"chr1", 60_000_000, 24_000_000}, {"chr2", 45_000_000, 20_000_000}, {"chr3", 30_000_000, 9_000_000}},
		levels:   []int64{1000, 5000, 10_000, 20_000, 50_000, 100_000},
		contacts: 9e6, depleted: []int64{10_000, 20_000, 50_000}, weaker: 0.8, step: 400, fine: 25, extras: true,
	},
	{
		name: "tiny", assembly: "demo1tiny",
		chroms:   []chromSpec{{"chr1", 8_000_000, 3_000_000}, {"chr2", 6_000_000, 2_500_000}, {"chr3", 4_000_000, 1_500_000}},
		levels:   []int64{5000, 10_000, 20_000, 50_000},
		contacts: 4e5, depleted: []int64{10_000, 20_000}, weaker: 0.5, step: 2000, fine: 50, extras: true,
	},
	{
		name: "small", assembly: "hg38", chroms: hg38[19:22],
		levels:   []int64{10_000, 20_000, 50_000},
		contacts: 9e6, step: 150, fine: 25,
	},
	{
		name: "medium", assembly: "hg38", chroms: hg38,
		levels:   []int64{10_000, 20_000, 50_000},
		contacts: 11e7, step: 112, fine: 25,
	},
}

// Presets lists the names that Options.Preset takes.
func Presets() []string {
	names := make([]string, len(presets))
	for i, p := range presets {
		names[i] = p.name
	}
	return names
}

// scaled finds a preset and shrinks its chromosomes, arms and contacts alike.
func scaled(name string, scale float64) (preset, error) {
	if name == "" {
		name = "demo"
	}
	if scale == 0 {
		scale = 1
	}
	if !(scale > 0 && scale <= 1) {
		return preset{}, fmt.Errorf("demo: scale %g is not in (0, 1]", scale)
	}
	for _, p := range presets {
		if p.name != name {
			continue
		}
		chroms := make([]chromSpec, len(p.chroms))
		for i, c := range p.chroms {
			s := func(v int64) int64 { return int64(math.Round(float64(v)*scale/1000)) * 1000 }
			if scale == 1 {
				s = func(v int64) int64 { return v }
			}
			chroms[i] = chromSpec{c.name, max(s(c.length), minChrom), max(s(c.centromere), minChrom*2/5)}
		}
		p.chroms = chroms
		p.contacts *= scale
		return p, nil
	}
	return preset{}, fmt.Errorf("demo: no preset %q (there are %v)", name, Presets())
}

// minChrom holds a few TADs on each arm.
const minChrom = 2_500_000

// genome gives the assembly with its arms.
func (p preset) genome() genome.Assembly {
	a := genome.Assembly{Name: p.assembly}
	for _, c := range p.chroms {
		a.Chroms = append(a.Chroms, genome.Chrom{Name: c.name, Length: c.length})
		a.Arms = append(a.Arms, genome.Interval{Chrom: c.name, End: c.centromere},
			genome.Interval{Chrom: c.name, Start: c.centromere, End: c.length})
	}
	return a
}

// hg38 has the chromosome sizes of GRCh38 (UCSC hg38.chrom.sizes) and the middles of its centromeres (UCSC track
// "centromeres"), so that benchmark files fit the built-in assembly.
var hg38 = []chromSpec{
	{"chr1", 248956422, 123479591}, {"chr2", 242193529, 93139351}, {"chr3", 198295559, 92214016},
	{"chr4", 190214555, 50728006}, {"chr5", 181538259, 48272853}, {"chr6", 170805979, 59191911},
	{"chr7", 159345973, 59848836}, {"chr8", 145138636, 44955504}, {"chr9", 138394717, 44454096},
	{"chr10", 133797422, 40640101}, {"chr11", 135086622, 52751711}, {"chr12", 133275309, 35977329},
	{"chr13", 114364328, 17025624}, {"chr14", 107043718, 17086761}, {"chr15", 101991189, 18404463},
	{"chr16", 90338345, 37288413}, {"chr17", 83257441, 24714921}, {"chr18", 80373285, 18161052},
	{"chr19", 58617616, 25844927}, {"chr20", 64444167, 28237290}, {"chr21", 46709983, 11890184},
	{"chr22", 50818468, 14004553}, {"chrX", 156040895, 60509060}, {"chrY", 57227415, 10430491},
}
