package cli

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/mutants"
)

// Commands that are given a damaged map, signal, region set or table say so, or make do with what they can read: never a
// panic, which would end the test. 20 of each, 500 in the long form of the tests.
func TestCommandsOnDamagedFiles(t *testing.T) {
	set, dir := demotest.MustTiny(t), t.TempDir()
	n := 20
	if mutants.Soak() {
		n = 500
	}
	in := func(name string) string { return filepath.Join(set, name) }
	damaged, out := filepath.Join(dir, "damaged"), filepath.Join(dir, "out")
	peaks, hic := in("CTCF_peaks.bed"), in("wild_type.mcool")
	pileup := []string{"pileup", "--window", "100000", "--resolution", "10000", "--out", out}
	for seed, c := range []struct {
		file     string
		args     []string
		standing []string // options that are not damaged
	}{
		{hic, append(pileup, "--value", "iccf,oe", "--map", damaged), []string{"--regions", peaks}},
		{hic, []string{"expected", "--resolution", "50000", "--out", out, "--map", damaged}, nil},
		{in("CTCF.bw"), []string{"stackup", "--window", "10000,20000", "--bin", "500,1000", "--out", out, "--signal", damaged}, []string{"--regions", peaks}},
		{peaks, append(pileup, "--value", "iccf", "--regions", damaged), []string{"--map", hic}},
		{in("loops.bedpe"), append(pileup, "--value", "iccf", "--regions", damaged), []string{"--map", hic}},
		{in("promoters.bed"), []string{"enrich", "--window", "50000", "--bin", "5000", "--out", out, "--targets", damaged}, []string{"--regions", peaks, "--sizes", in("chrom.sizes")}},
		{in("arms.csv"), append(pileup, "--value", "oe", "--view", damaged), []string{"--regions", peaks, "--map", hic}},
	} {
		whole, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(uint64(seed), 7))
		met := map[int]int{}
		for i := range n {
			b := whole
			if i > 0 {
				b = mutants.Of(rng, whole)
			}
			if err := os.WriteFile(damaged, b, 0o600); err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			status := Main(context.Background(), append(append([]string{}, c.args...), c.standing...), &stdout, &stderr)
			if met[status]++; status != statusDone && status != statusInput && status != statusUnavailable || i == 0 && status != statusDone {
				t.Errorf("%s of a damaged %s, mutant %d: status %d: %s", c.args[0], filepath.Base(c.file), i, status, stderr.String())
			}
		}
		t.Logf("%s of a damaged %s: by status %v", c.args[0], filepath.Base(c.file), met)
	}
}
