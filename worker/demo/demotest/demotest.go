// Package demotest gives tests of other packages the tiny synthetic data set of package demo.
package demotest

import (
	"context"
	"os"
	"sync"
	"testing"

	"regioscope/worker/demo"
)

var (
	once sync.Once
	set  *demo.Set
	err  error
)

// MustTiny gives the folder of the tiny data set (assembly demo1tiny, 1.5 MB; files as in demo.File). It is generated at
// the first call, in well under two seconds, and shared by all tests of the process: do not change it.
// No test can know that it is the last one, so the folder is left to the system's cleaning of temporary files; a package
// whose TestMain calls Remove at its end leaves nothing.
func MustTiny(t testing.TB) string { return MustTinySet(t).Dir }

// MustTinySet gives the same with its list of files, its assembly and what was planted.
func MustTinySet(t testing.TB) *demo.Set {
	t.Helper()
	once.Do(generate)
	if err != nil {
		t.Fatalf("generate the tiny data set: %v", err)
	}
	return set
}

func generate() {
	var dir string
	if dir, err = os.MkdirTemp("", "regioscope-tiny-"); err == nil {
		set, err = demo.Generate(context.Background(), dir, demo.Options{Preset: "tiny"})
	}
}

// Remove deletes the data set, if there is one. Call it from TestMain after m.Run.
func Remove() {
	if set != nil {
		os.RemoveAll(set.Dir)
	}
}
