package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Averages of parts of a region set, each as a command of its own with the contact cache: what a page asks the server for
// while somebody chooses regions, and the start of a program besides. BenchmarkSubsetOfAMap, …OfAStack and …OfTables of the
// packages measure the answer alone.

// subsets writes rows of the region sets: half of them, and all but one.
func (b *bench) subsets() error {
	rng := rand.New(rand.NewPCG(5, 1))
	for _, set := range []string{"all", "loops", "tads"} {
		if b.files[set] == "" {
			continue
		}
		n, err := rowsOf(b.files[set])
		if err != nil {
			return err
		}
		for name, size := range map[string]int{"half": n / 2, "most": n - 1} {
			rows := rng.Perm(n)[:size]
			slices.Sort(rows)
			path := filepath.Join(b.dir, set+"."+name)
			text := strings.Trim(fmt.Sprint(rows), "[]")
			if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, " ", "\n")+"\n"), 0o600); err != nil {
				return err
			}
			b.files[set+" "+name] = path
		}
	}
	return nil
}

// rowsOf counts the regions of a file.
func rowsOf(path string) (n int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	for s.Scan() {
		if fields := strings.Split(s.Text(), "\t"); len(fields) >= 3 && !strings.HasPrefix(fields[0], "#") && !strings.HasPrefix(fields[0], "chrom") {
			n++
		}
	}
	return n, s.Err()
}

func (b *bench) subsetWorks() []work {
	var list []work
	for _, c := range []struct {
		name, set string
		args      []string
	}{
		{"peaks, 81×81 oe", "all", []string{"--window", "400000", "--resolution", "10000"}},
		{"peaks, 101×101 oe at 20 kb", "all", []string{"--window", "1000000", "--resolution", "20000"}},
		{"loops, 21×21 oe", "loops", []string{"--window", "100000", "--resolution", "10000"}},
		{"TADs to 70×70 oe", "tads", []string{"--percent", "2"}},
	} {
		for _, part := range []string{"half", "most"} {
			subset := c.set + " " + part
			list = append(list, work{name: part + " of the " + c.name, needs: []string{"map", c.set, subset}, cached: true,
				args: append([]string{"pileup", "--map", b.files["map"], "--regions", b.files[c.set], "--view", b.files["arms"], "--value", "oe",
					"--subset", b.files[subset], "--bootstrap", "0"}, c.args...)})
		}
	}
	return list
}
