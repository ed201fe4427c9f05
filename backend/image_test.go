package main

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The image is one, static, without root and with nothing but both programs.
func TestImageHasNoRootAndNothingElse(t *testing.T) {
	text, err := os.ReadFile("Dockerfile")
	check(t, err)
	stages := strings.Split(string(text), "\nFROM ")
	last := stages[len(stages)-1]
	if base, _, _ := strings.Cut(last, "\n"); base != "scratch" {
		t.Errorf("the image is built on %q: a shell is not needed", base)
	}
	user := ""
	for _, line := range strings.Split(last, "\n") {
		if u, ok := strings.CutPrefix(line, "USER "); ok {
			user = u
		}
		if strings.HasPrefix(line, "ADD ") || strings.HasPrefix(line, "RUN ") {
			t.Errorf("the image has more than was copied: %s", line)
		}
	}
	if id, _, _ := strings.Cut(user, ":"); id == "" || id == "0" || id == "root" {
		t.Errorf("it runs as %q", user)
	}
	for _, words := range []string{"CGO_ENABLED=0 go build", "CGO_ENABLED=0 go build -trimpath -ldflags \"-s -w\" -o /out/regioscope-worker", "/out/regioscope /out/regioscope-worker /"} {
		if !strings.Contains(string(text), words) {
			t.Errorf("the image is not made of both static programs: no %q", words)
		}
	}
	if !strings.Contains(goMod(t), "\ngo "+goOf(t, string(text))) {
		t.Error("the image is built with another Go than go.mod asks for")
	}
}

func goMod(t *testing.T) string {
	text, err := os.ReadFile("../go.mod")
	check(t, err)
	return string(text)
}

// goOf is the version of Go that a Dockerfile builds with, such as 1.26.
func goOf(t *testing.T, dockerfile string) string {
	_, rest, ok := strings.Cut(dockerfile, "FROM golang:")
	version, _, _ := strings.Cut(rest, "-")
	if !ok {
		t.Fatal("nothing is built with Go")
	}
	return version
}

// The owner's list: nothing else at the top of the tree.
func TestTopOfTheTree(t *testing.T) {
	allowed := []string{"backend", "worker", "frontend", "migrations", "nginx", "docker-compose.yml", "go.mod", "go.sum", "Makefile", "README.md", "LICENSE"}
	entries, err := os.ReadDir("..")
	check(t, err)
	made := []string{"bin", "data", "shared"} // by make, and beside the tree
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) && !slices.Contains(made, e.Name()) {
			t.Errorf("%s does not belong at the top of the tree", e.Name())
		}
	}
}
