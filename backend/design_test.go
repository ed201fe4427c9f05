package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// DESIGN.md names the test that pins a decision: a name that is no test any more pins nothing.
func TestDesignNamesTests(t *testing.T) {
	text, err := os.ReadFile("DESIGN.md")
	check(t, err)
	tests := map[string]bool{}
	for _, root := range []string{".", "../worker", "../migrations"} {
		check(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
				tests[string(m[1])] = true
			}
			return err
		}))
	}
	names := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(text), -1)
	if len(names) < 20 {
		t.Errorf("only %d tests are named", len(names))
	}
	for _, m := range names {
		if !tests[m[1]] {
			t.Errorf("there is no %s", m[1])
		}
	}
}
