package demo_test

import (
	"context"
	"math"
	"os"
	"testing"

	"regioscope/worker/demo"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/bbi"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

func TestMain(m *testing.M) {
	code := m.Run()
	demotest.Remove()
	os.Exit(code)
}

// regions reads a region set of the tiny data with the project's parser.
func regions(t *testing.T, set *demo.Set, name string) []genome.Region {
	t.Helper()
	f, err := os.Open(set.Path(name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := bed.Parse(f, bed.Options{Check: genome.NewNames(set.Assembly.Chroms, nil)})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return table.Regions
}

// dense is a map at one resolution: raw counts and weights, addressed by chromosome and bin.
type dense struct {
	size   int64
	offset map[string]int
	bins   map[string]int
	count  map[[2]int]float64
	weight []float64
	mean   map[string][]float64 // balanced mean per diagonal, whole chromosomes
}

func open(t *testing.T, path string) (*os.File, int64) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return f, info.Size()
}

func readMap(t *testing.T, path string, size int64) *dense {
	t.Helper()
	file, err := cool.Open(open(t, path))
	if err != nil {
		t.Fatal(err)
	}
	level, err := file.Level(size)
	if err != nil {
		t.Fatal(err)
	}
	d := &dense{size: size, offset: map[string]int{}, bins: map[string]int{}, count: map[[2]int]float64{}, mean: map[string][]float64{}}
	for i, c := range level.Chroms() {
		d.offset[c.Name] = int(level.ChromOffset(i))
		d.bins[c.Name] = int(level.ChromOffset(i+1) - level.ChromOffset(i))
	}
	if d.weight, err = level.Weight("weight"); err != nil {
		t.Fatal(err)
	}
	rows, err := level.Bin1Offset()
	if err != nil {
		t.Fatal(err)
	}
	row := 0
	err = level.Sweep(context.Background(), []cool.PixelRange{{Lo: 0, Hi: level.NumPixels()}}, 1, func(b cool.Block) error {
		for k, j := range b.Bin2 {
			for b.Lo+int64(k) >= rows[row+1] {
				row++
			}
			d.count[[2]int{row, int(j)}] = b.Count[k]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, off := range d.offset {
		n := d.bins[name]
		d.mean[name] = make([]float64, n)
		for k := range n {
			var sum, valid float64
			for i := off; i+k < off+n; i++ {
				if v := d.balanced(i, i+k); !math.IsNaN(v) {
					sum, valid = sum+v, valid+1
				}
			}
			d.mean[name][k] = sum / valid
		}
	}
	return d
}

func (d *dense) balanced(i, j int) float64 {
	return d.count[[2]int{min(i, j), max(i, j)}] * d.weight[i] * d.weight[j]
}

// oe is observed over expected of the bins of two positions, dx and dy bins further; NaN where masked.
func (d *dense) oe(chrom string, x, y int64, dx, dy int) float64 {
	i, j := int(x/d.size)+dx, int(y/d.size)+dy
	if n := d.bins[chrom]; i < 0 || j < 0 || i >= n || j >= n {
		return math.NaN()
	}
	e := d.mean[chrom][max(i-j, j-i)]
	if e == 0 {
		return math.NaN()
	}
	return d.balanced(d.offset[chrom]+i, d.offset[chrom]+j) / e
}

type mean struct{ sum, n float64 }

func (m *mean) add(v float64) {
	if !math.IsNaN(v) {
		m.sum, m.n = m.sum+v, m.n+1
	}
}
func (m mean) value() float64 { return m.sum / m.n }

// Loops stand out at their centres in the wild type, hardly without cohesin, and not at all where strands do not fit:
// the same pairs moved by 150 kb.
func TestLoopsArePlanted(t *testing.T) {
	set := demotest.MustTinySet(t)
	pairs := regions(t, set, "loops.bedpe")
	value := map[string]mean{}
	for _, file := range []string{"wild_type.mcool", "cohesin_depleted.mcool"} {
		m := readMap(t, set.Path(file), 10_000)
		var centre, around, moved mean
		for _, p := range pairs {
			x, y := p.A.Mid(), p.B.Mid()
			centre.add(m.oe(p.A.Chrom, x, y, 0, 0))
			moved.add(m.oe(p.A.Chrom, x+150_000, y+150_000, 0, 0))
			for _, c := range [][2]int{{-5, -5}, {-5, 5}, {5, 5}, {-5, 0}, {0, 5}} {
				around.add(m.oe(p.A.Chrom, x, y, c[0], c[1]))
			}
		}
		value[file+" centre"], value[file+" around"], value[file+" moved"] = centre, around, moved
	}
	for key, r := range map[string][2]float64{
		"wild_type.mcool centre": {2.5, 6}, "wild_type.mcool around": {0.6, 1.4}, "wild_type.mcool moved": {0.5, 1.3},
		"cohesin_depleted.mcool centre": {1.1, 2.2}, "cohesin_depleted.mcool around": {0.7, 1.3},
	} {
		if v := value[key]; v.value() < r[0] || v.value() > r[1] || v.n < 20 {
			t.Errorf("%s: O/E %.2f over %g pixels, planted in %v", key, v.value(), v.n, r)
		}
	}
}

// Contacts across a boundary are fewer than contacts inside the TADs on both sides, at the same distance.
func TestBoundariesInsulate(t *testing.T) {
	set := demotest.MustTinySet(t)
	ratio := func(file, sites string) float64 {
		m := readMap(t, set.Path(file), 10_000)
		var across, inside mean
		for _, r := range regions(t, set, sites) {
			for k := 2; k < 8; k++ {
				across.add(m.oe(r.A.Chrom, r.A.Mid(), r.A.Mid(), -k, k))
				inside.add(m.oe(r.A.Chrom, r.A.Mid(), r.A.Mid(), -2*k-1, -1))
				inside.add(m.oe(r.A.Chrom, r.A.Mid(), r.A.Mid(), 1, 2*k+1))
			}
		}
		return across.value() / inside.value()
	}
	wild, depleted, control := ratio("wild_type.mcool", "TAD_boundaries.bed"), ratio("cohesin_depleted.mcool", "TAD_boundaries.bed"), ratio("wild_type.mcool", "random_control.bed")
	// Boundary strengths are 0.35 to 1 (natural logarithm), 20 % of that without cohesin, and TADs gain up to 35 % inside.
	if wild > 0.65 || wild < 0.3 || depleted < 0.75 || depleted > 0.97 || math.Abs(control-1) > 0.12 {
		t.Errorf("across / inside: wild type %.2f, without cohesin %.2f, random %.2f", wild, depleted, control)
	}
}

// Gaps have no contacts and no weight at any level.
func TestGapsAreMasked(t *testing.T) {
	set := demotest.MustTinySet(t)
	for _, l := range set.Truth.Maps[0].Levels {
		m := readMap(t, set.Path("wild_type.mcool"), l.BinSize)
		if !l.Converged {
			t.Errorf("level %d: balancing did not converge", l.BinSize)
		}
		for _, c := range set.Truth.Chroms {
			for _, g := range c.Gaps {
				for b := (g.Start + l.BinSize - 1) / l.BinSize; (b+1)*l.BinSize <= g.End; b++ {
					if w := m.weight[m.offset[c.Name]+int(b)]; !math.IsNaN(w) {
						t.Fatalf("level %d: bin %d of %s is a gap and has weight %g", l.BinSize, b, c.Name, w)
					}
				}
			}
		}
		if l.MaskedBins == 0 || l.MaskedBins > l.Bins/4 {
			t.Errorf("level %d: %d of %d bins are masked", l.BinSize, l.MaskedBins, l.Bins)
		}
	}
}

// signal is a track as one value per base-pair step; NaN where it is not covered.
func signal(t *testing.T, set *demo.Set, name string, step int64) map[string][]float64 {
	t.Helper()
	file, err := bbi.Open(open(t, set.Path(name)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for _, c := range file.Chroms() {
		v := make([]float64, c.Length/step)
		for i := range v {
			v[i] = math.NaN()
		}
		all := []bbi.Range{{Start: 0, End: uint32(c.Length)}}
		blocks, err := file.Blocks(c.Name, all)
		if err != nil {
			t.Fatal(err)
		}
		var d bbi.Decoder
		for _, b := range blocks {
			list, err := file.Read(b, b.End, &d)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range list {
				for i := (int64(x.Start) + step - 1) / step; i*step < int64(x.End) && i < int64(len(v)); i++ {
					v[i] = float64(x.Value)
				}
			}
		}
		out[c.Name] = v
	}
	return out
}

// at averages a track at a distance from the regions, downstream on their strand where oriented.
func at(track map[string][]float64, step int64, rows []genome.Region, distance int64, oriented bool) mean {
	var m mean
	for _, r := range rows {
		d := distance
		if oriented && r.A.Strand == '-' {
			d = -d
		}
		if i := (r.A.Mid() + d) / step; i >= 0 && i < int64(len(track[r.A.Chrom])) {
			m.add(track[r.A.Chrom][i])
		}
	}
	return m
}

func TestTracksShowWhatIsPlanted(t *testing.T) {
	set := demotest.MustTinySet(t)
	peaks := regions(t, set, "CTCF_peaks.bed")
	ctcf := signal(t, set, "CTCF.bw", 10)
	centre, flank := at(ctcf, 10, peaks, 0, false).value(), at(ctcf, 10, peaks, 2000, false).value()
	side := at(ctcf, 10, peaks, 150, false).value()
	if centre < 10*flank || math.Abs(flank-1) > 0.3 || math.Abs((side-1)/(centre-1)-math.Exp(-0.5)) > 0.1 {
		t.Errorf("CTCF: centre %.2f, 150 bp %.2f, 2 kb %.2f; background 1 and sd 150 bp are planted", centre, side, flank)
	}
	uncovered := 0
	for _, c := range set.Truth.Chroms {
		for _, g := range c.Gaps {
			if !math.IsNaN(ctcf[c.Name][(g.Start+g.End)/20]) {
				t.Errorf("CTCF covers the gap %v of %s", g, c.Name)
			}
			uncovered++
		}
	}
	if uncovered == 0 {
		t.Error("no gaps")
	}

	promoters := regions(t, set, "promoters.bed")
	mark := signal(t, set, "H3K27ac.bw", 50)
	down, up := at(mark, 50, promoters, 500, true).value(), at(mark, 50, promoters, -450, true).value()
	far := at(mark, 50, promoters, -5000, true).value()
	if down < 1.5*up || up < 1.5*far {
		t.Errorf("H3K27ac at promoters: downstream %.2f, upstream %.2f, 5 kb away %.2f", down, up, far)
	}

	borders := regions(t, set, "compartment_borders.bed")
	ab := signal(t, set, "AB_compartments.bw", 10_000)
	inA, inB := at(ab, 10_000, borders, 100_000, true), at(ab, 10_000, borders, -100_000, true)
	if inA.value() < 0.5 || inB.value() > -0.5 || inA.n < 5 {
		t.Errorf("A/B score 100 kb into A %.2f, into B %.2f at %g borders", inA.value(), inB.value(), inA.n)
	}
	hetero := signal(t, set, "H3K9me3.bw", 2000)
	if a, b := at(hetero, 2000, borders, 100_000, true).value(), at(hetero, 2000, borders, -100_000, true).value(); b < 1.4*a {
		t.Errorf("H3K9me3 in A %.2f, in B %.2f", a, b)
	}
}

// The derived sets overlap the CTCF sites as their names say.
func TestSetsOverlapAsNamed(t *testing.T) {
	set := demotest.MustTinySet(t)
	peaks := map[string][]int64{}
	for _, r := range regions(t, set, "CTCF_peaks.bed") {
		peaks[r.A.Chrom] = append(peaks[r.A.Chrom], r.A.Mid())
	}
	share := func(name string, shift, within int64) float64 {
		rows := regions(t, set, name)
		var hits float64
		for _, r := range rows {
			for _, p := range peaks[r.A.Chrom] {
				if d := r.A.Mid() - p - shift; d >= -within && d <= within {
					hits++
					break
				}
			}
		}
		return hits / float64(len(rows))
	}
	for _, c := range []struct {
		name          string
		shift, within int64
		lo, hi        float64
	}{
		{"same70.bed", 0, 100, 0.66, 0.78},
		{"same30.bed", 0, 100, 0.26, 0.40},
		{"shift30k.bed", 30_000, 100, 1, 1},
		{"shift30k.bed", 0, 100, 0, 0.05},
		{"depleted.bed", 0, 19_999, 0, 0},
		{"random_control.bed", 0, 100, 0, 0.05},
	} {
		if s := share(c.name, c.shift, c.within); s < c.lo || s > c.hi {
			t.Errorf("%s: %.2f of the rows lie within %d bp of a CTCF site + %d, want %g..%g", c.name, s, c.within, c.shift, c.lo, c.hi)
		}
	}
}
