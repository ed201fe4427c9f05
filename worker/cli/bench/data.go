package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// names are what files of the data may be called.
var names = map[string][]string{
	"map":    {"wild_type.mcool", "hic.mcool"},
	"signal": {"CTCF.bw", "ctcf.bw"},
	"peaks":  {"CTCF_peaks.bed", "ctcf_peaks.bed"},
	"loops":  {"loops.bedpe"},
	"tads":   {"TADs.bed", "tads.bed"},
	"arms":   {"arms.csv"},
}

// files are the paths by what they hold; sites and others are samples of the peaks.
type files map[string]string

func find(dir string) (files, error) {
	f := make(files)
	for what, list := range names {
		for _, name := range list {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Size() > 0 {
				f[what] = filepath.Join(dir, name)
			}
		}
	}
	if f["peaks"] == "" || f["arms"] == "" {
		return nil, fmt.Errorf("%s has no %s or no arms.csv", dir, strings.Join(names["peaks"], ", "))
	}
	return f, nil
}

func (f files) has(what []string) bool {
	return !slices.ContainsFunc(what, func(w string) bool { return f[w] == "" })
}

const sites = 10_000

// sample draws two sets of 10,000 peaks, and takes all of them for a third.
func (f files) sample(dir string) error {
	file, err := os.Open(f["peaks"])
	if err != nil {
		return err
	}
	defer file.Close()
	var lines []string
	for s := bufio.NewScanner(file); s.Scan(); {
		if fields := strings.Split(s.Text(), "\t"); len(fields) >= 3 && fields[0] != "chrom" && !strings.HasPrefix(fields[0], "#") {
			lines = append(lines, strings.Join(fields[:3], "\t"))
		}
	}
	for i, name := range []string{"sites", "others"} {
		order := rand.New(rand.NewPCG(uint64(i), 1)).Perm(len(lines))
		order = order[:min(sites, len(order))]
		slices.Sort(order)
		picked := make([]string, len(order))
		for k, at := range order {
			picked[k] = lines[at]
		}
		f[name] = filepath.Join(dir, name+".bed")
		if err := os.WriteFile(f[name], []byte(strings.Join(picked, "\n")+"\n"), 0o600); err != nil {
			return err
		}
	}
	f["all"] = filepath.Join(dir, "all.bed")
	return os.WriteFile(f["all"], []byte(strings.Join(lines, "\n")+"\n"), 0o600)
}

// warm reads every file once, so that it is in the page cache.
func (f files) warm() error {
	for _, path := range f {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, file)
		file.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
