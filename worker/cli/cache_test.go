package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"regioscope/worker/demo/demotest"
)

// Several values make what single ones do, and the cache changes no byte: not the first time, not the second, not when
// its files are damaged; it is not used for a file that has changed.
func TestCacheAndValueLists(t *testing.T) {
	set, dir := demotest.MustTiny(t), t.TempDir()
	path := filepath.Join(dir, "map.mcool")
	data, err := os.ReadFile(filepath.Join(set, "wild_type.mcool"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(data []byte, age time.Duration) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Now(), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	write(data, time.Hour)
	run := func(name string, more ...string) string {
		t.Helper()
		out := filepath.Join(dir, name)
		command(t, 0, append([]string{"compute", "pileup", "--map", path, "--regions", filepath.Join(set, "loops.bedpe"),
			"--view", filepath.Join(set, "arms.csv"), "--window", "100000", "--resolution", "10000", "--out", out}, more...)...)
		return out
	}
	iccf, oe := run("iccf"), run("oe", "--value", "oe")
	several := run("several", "--value", "iccf,oe")
	sameFiles(t, iccf, filepath.Join(several, "iccf"))
	sameFiles(t, oe, filepath.Join(several, "oe"))
	cache := filepath.Join(dir, "cache")
	for _, what := range []string{"first", "second", "damaged", "after"} {
		if what == "damaged" {
			files, _ := filepath.Glob(filepath.Join(cache, "*"))
			if len(files) != 3 {
				t.Errorf("in the cache: %v", files)
			}
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				b[len(b)/2] ^= 4
				if err := os.WriteFile(f, b, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		out := run(what, "--value", "oe,iccf", "--cache", cache)
		sameFiles(t, oe, filepath.Join(out, "oe"))
		sameFiles(t, iccf, filepath.Join(out, "iccf"))
	}
	other, err := os.ReadFile(filepath.Join(set, "cohesin_depleted.mcool"))
	if err != nil {
		t.Fatal(err)
	}
	write(other, 30*time.Minute)
	sameFiles(t, run("other", "--value", "oe"), run("cached", "--value", "oe", "--cache", cache))
	command(t, 2, "compute", "pileup", "--value", "iccf,iccf")
	command(t, 2, "compute", "pileup", "--value", "balanced")
}
