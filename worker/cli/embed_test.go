package cli

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/bed"
)

// HiCognition's embedding of the 41×41 iccf snippets of 238 boundaries (shared/data/oracles/embed, README there; its
// layout has trustworthiness 0.7337). Where a snippet has no missing cell, features are the same but for the mean and
// standard deviation of a column, which depend on how the others are filled in. The snippets are symmetric.
func TestEmbedMapOracle(t *testing.T) {
	dir := testdata(t)
	oracle := openNPZ(t, filepath.Join(dir, "oracles", "embed", "small_tb.hicog.npz"))
	data, out := filepath.Join(dir, "datasets", "synth_small1"), t.TempDir()
	const n, bins, window, bin = 238, 41, 400_000, 20_000
	command(t, 0, "compute", "embed", "--map", filepath.Join(data, "hic.mcool"), "--regions", filepath.Join(data, "tad_boundaries.bed"),
		"--value", "iccf", "--view", filepath.Join(data, "arms.csv"), "--window", strconv.Itoa(window), "--resolution", strconv.Itoa(bin), "--orient", "none",
		"--k", "10", "--seed", "42", "--out", out)
	stack, theirs := floats(t, oracle["stack"]), floats(t, oracle["features"])
	ours := floats(t, openNPY(t, out, "features"))
	compared := 0
	for c := range 100 {
		var x, y []float64
		for i := range n {
			whole := true
			for _, v := range stack[i*bins*bins : (i+1)*bins*bins] {
				whole = whole && !math.IsNaN(v) && !math.IsInf(v, 0)
			}
			if whole && !math.IsNaN(ours[i*100+c]) {
				x, y = append(x, ours[i*100+c]), append(y, theirs[i*100+c])
			}
		}
		compared = len(x)
		if r := correlation(x, y); r < 1-1e-6 {
			t.Errorf("feature %d: correlation %.8f over %d regions", c, r, len(x))
		}
	}
	if compared < 150 {
		t.Errorf("only %d regions could be compared", compared)
	}
	var q embedQuality
	readJSON(t, filepath.Join(out, "quality.json"), &q)
	if q.Trustworthiness < 0.7336837991010358-0.01 || q.Regions != n || q.Used < 220 || q.K != 10 || len(q.Clusterings) != 29 {
		t.Errorf("trustworthiness %.4f, %d of %d used, %d groups of %d clusterings", q.Trustworthiness, q.Used, q.Regions, q.K, len(q.Clusterings))
	}
	checkGroups(t, out, n, q)

	// Thumbnails, put together by their n, are the 2D average of the regions that are in a group.
	average := t.TempDir()
	command(t, 0, "pileup", "--map", filepath.Join(data, "hic.mcool"), "--regions", filepath.Join(data, "tad_boundaries.bed"), "--value", "iccf",
		"--view", filepath.Join(data, "arms.csv"), "--window", strconv.Itoa(window), "--resolution", strconv.Itoa(bin), "--orient", "none", "--out", average)
	thumbs, counts := floats(t, openNPY(t, out, "thumbnails")), floats(t, openNPY(t, out, "thumbnails_n"))
	mean, total := make([]float64, bins*bins), make([]float64, bins*bins)
	for i, v := range thumbs {
		if counts[i] > 0 {
			mean[i%len(mean)] += v * counts[i]
			total[i%len(mean)] += counts[i]
		}
	}
	for i := range mean {
		mean[i] /= total[i]
	}
	same(t, "n", total, floats(t, openNPY(t, average, "n")), 0)
	same(t, "mean", mean, floats(t, openNPY(t, average, "mean")), 1e-6)
}

// checkGroups: every region with a place is in a group, the groups are as large as said, and nothing else is.
func checkGroups(t *testing.T, out string, n int, q embedQuality) {
	t.Helper()
	layout, groups := floats(t, openNPY(t, out, "layout")), floats(t, openNPY(t, out, "clusters"))
	if len(layout) != 2*n || len(groups) != n {
		t.Fatalf("%d coordinates, %d groups", len(layout), len(groups))
	}
	sizes := make([]int, q.K)
	for i, g := range groups {
		if (g < 0) != math.IsNaN(layout[2*i]) {
			t.Fatalf("region %d is in group %g at %g", i, g, layout[2*i])
		}
		if g >= 0 {
			sizes[int(g)]++
		}
	}
	for g := range sizes {
		if sizes[g] != q.Sizes[g] {
			t.Fatalf("sizes %v, quality.json says %v", sizes, q.Sizes)
		}
	}
}

// A feature is the column of the stack that begins at the point; a grid of windows goes to folders of their own.
func TestEmbedSignals(t *testing.T) {
	dir := testdata(t)
	data, out, stack := filepath.Join(dir, "datasets", "synth_tiny1"), t.TempDir(), t.TempDir()
	regions := filepath.Join(data, "ctcf_peaks.bed")
	command(t, 0, "compute", "embed", "--signals", filepath.Join(data, "ctcf.bw")+","+filepath.Join(data, "comp.bw"), "--regions", regions,
		"--window", "10000,20000", "--bin", "500,1000", "--layout", "pca", "--k", "4", "--out", out)
	command(t, 0, "stackup", "--signal", filepath.Join(data, "comp.bw"), "--regions", regions, "--window", "20000", "--bin", "1000", "--out", stack)
	set, err := openRegions(regions)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	n := len(set.Regions)
	features, rows := floats(t, openNPY(t, filepath.Join(out, "20000_1000"), "features")), floats(t, openNPY(t, stack, "stack"))
	var ours, want []float64
	for i := range n {
		ours, want = append(ours, features[2*i+1]), append(want, rows[40*i+20])
	}
	same(t, "feature", ours, want, 0)
	var q embedQuality
	readJSON(t, filepath.Join(out, "10000_500", "quality.json"), &q)
	if q.K != 4 || q.Layout != "pca" || len(q.VarianceKept) != 2 || math.Abs(q.VarianceKept[0]+q.VarianceKept[1]-1) > 1e-9 {
		t.Errorf("%+v", q)
	}
	checkGroups(t, filepath.Join(out, "10000_500"), n, q)
	// Group means are of z-scores, so weighted by size they are zero.
	means := floats(t, openNPY(t, filepath.Join(out, "10000_500"), "means"))
	for c := range 2 {
		var sum float64
		for g, size := range q.Sizes {
			sum += means[2*g+c] * float64(size)
		}
		if math.Abs(sum) > 1e-3 {
			t.Errorf("means of feature %d sum to %g", c, sum)
		}
	}
	var m manifest
	readJSON(t, filepath.Join(out, "10000_500", "manifest.json"), &m)
	if m.Pipeline != "embedding_1d" || m.Total != n || len(m.Inputs) != 3 || set.Format != bed.BED {
		t.Errorf("manifest %+v", m)
	}
}

// An embedding of the features of another is that embedding; fewer k are the same groups.
func TestEmbedFeatures(t *testing.T) {
	data := demotest.MustTiny(t)
	first, second, third := t.TempDir(), t.TempDir(), t.TempDir()
	command(t, 0, "embed", "--signals", filepath.Join(data, "CTCF.bw")+","+filepath.Join(data, "H3K27ac.bw")+","+filepath.Join(data, "AB_compartments.bw"),
		"--regions", filepath.Join(data, "CTCF_peaks.bed"), "--window", "10000", "--bin", "500", "--out", first)
	features := filepath.Join(first, "features.npy")
	command(t, 0, "embed", "--features", features, "--out", second)
	command(t, 0, "embed", "--features", features, "--ks", "8-12", "--threads", "1", "--out", third)
	for _, name := range []string{"layout", "pca", "clusters", "features"} {
		want := floats(t, openNPY(t, first, name))
		same(t, name, floats(t, openNPY(t, second, name)), want, 0)
		same(t, name, floats(t, openNPY(t, third, name)), want, 0)
	}
	var all, some embedQuality
	readJSON(t, filepath.Join(second, "quality.json"), &all)
	readJSON(t, filepath.Join(third, "quality.json"), &some)
	if len(all.Clusterings) != 29 || len(some.Clusterings) != 5 || *some.Clusterings[2].Silhouette != *all.Silhouette {
		t.Errorf("%d and %d clusterings, silhouettes %v", len(all.Clusterings), len(some.Clusterings), some.Clusterings)
	}
	var m manifest
	readJSON(t, filepath.Join(third, "manifest.json"), &m)
	if m.Pipeline != "embedding" || m.Parameters["ks"] != "8-12" || len(m.Inputs) != 1 || m.Total != all.Regions {
		t.Errorf("manifest %+v", m)
	}
	for _, c := range []struct{ name, file string }{{"no array", filepath.Join(data, "CTCF_peaks.bed")}, {"one column of labels", filepath.Join(first, "clusters.npy")},
		{"not there", filepath.Join(first, "gone.npy")}} {
		if _, says := command(t, statusInput, "embed", "--features", c.file, "--out", third); !strings.Contains(says, filepath.Base(c.file)) {
			t.Errorf("%s: the message %q does not name the file", c.name, says)
		}
	}
}

// Snippets that do not fit into memory are read again; thumbnails are the same to the bit.
func TestEmbedMapInLittleMemory(t *testing.T) {
	data := demotest.MustTiny(t)
	much, little := t.TempDir(), t.TempDir()
	args := []string{"embed", "--map", filepath.Join(data, "wild_type.mcool"), "--regions", filepath.Join(data, "CTCF_peaks.bed"),
		"--window", "500000", "--resolution", "10000", "--value", "iccf", "--ks", "4-4", "--k", "4", "--layout", "pca"}
	command(t, 0, append(args, "--out", much)...)
	command(t, 0, append(args, "--memory", "16MiB", "--threads", "1", "--out", little)...)
	set, err := openRegions(filepath.Join(data, "CTCF_peaks.bed"))
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if newKept(len(set.Regions), 101*101, 16<<20) != nil || newKept(len(set.Regions), 101*101, 1<<30) == nil {
		t.Fatalf("%d regions: both ways must be taken", len(set.Regions))
	}
	for _, name := range []string{"thumbnails", "thumbnails_n", "features", "layout"} {
		same(t, name, floats(t, openNPY(t, little, name)), floats(t, openNPY(t, much, name)), 0)
	}
	same(t, "pca as layout", floats(t, openNPY(t, much, "pca")), floats(t, openNPY(t, much, "layout")), 0)
}

// The snippets of an embedding are observed over expected unless asked otherwise; the expected is made on the way.
func TestEmbedMapOverExpected(t *testing.T) {
	data, out := demotest.MustTiny(t), t.TempDir()
	command(t, 0, "embed", "--map", filepath.Join(data, "wild_type.mcool"), "--regions", filepath.Join(data, "CTCF_peaks.bed"),
		"--window", "200000", "--resolution", "10000", "--ks", "4-4", "--k", "4", "--layout", "pca", "--out", out)
	var m manifest
	readJSON(t, filepath.Join(out, "manifest.json"), &m)
	if m.Parameters["value"] != "oe" || m.Parameters["ignoreDiags"] == nil {
		t.Fatalf("parameters %v", m.Parameters)
	}
}

func TestEmbedUsage(t *testing.T) {
	for _, args := range [][]string{
		{"--regions", "r.bed"},
		{"--regions", "r.bed", "--signals", "a.bw", "--map", "m.mcool"},
		{"--regions", "r.bed", "--signals", "a.bw", "--window", "100", "--resolution", "10"},
		{"--regions", "r.bed", "--map", "m.mcool", "--window", "100", "--bin", "10"},
		{"--regions", "r.bed", "--signals", "a.bw", "--window", "100", "--bin", "10", "--k", "1"},
		{"--regions", "r.bed", "--features", "f.npy"},
		{"--features", "f.npy", "--window", "100"},
		{"--features", "f.npy", "--map", "m.mcool"},
		{"--features", "f.npy", "--ks", "1-5"},
		{"--features", "f.npy", "--ks", "20-40"},
		{"--features", "f.npy", "--ks", "9-4"},
		{"--features", "f.npy", "--ks", "some"},
		{"--features", "f.npy", "--ks", "12-20"},
		{"--regions", "r.bed", "--signals", "a.bw", "--window", "100", "--bin", "10", "--layout", "tsne"},
	} {
		command(t, statusUsage, append([]string{"embed", "--out", t.TempDir()}, args...)...)
	}
}

func correlation(x, y []float64) float64 {
	var sx, sy, sxx, syy, sxy float64
	for i := range x {
		a, b := x[i]-x[0], y[i]-y[0]
		sx, sy, sxx, syy, sxy = sx+a, sy+b, sxx+a*a, syy+b*b, sxy+a*b
	}
	n := float64(len(x))
	return (sxy - sx*sy/n) / math.Sqrt((sxx-sx*sx/n)*(syy-sy*sy/n))
}
