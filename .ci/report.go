//go:build ignore

// Report reads the output of go test -json, prints failures in full and skipped tests in one line each, and writes
// "passed failed skipped" into the file that its argument names.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

func main() {
	var passed, failed, skipped int
	output := map[string]*strings.Builder{}
	failedIn := map[string]bool{}
	key := func(e event) string { return e.Package + " " + e.Test }
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		var e event
		if json.Unmarshal(line, &e) != nil {
			fmt.Print(string(line))
			continue
		}
		switch e.Action {
		case "output", "build-output":
			if output[key(e)] == nil {
				output[key(e)] = &strings.Builder{}
			}
			output[key(e)].WriteString(e.Output)
		case "pass", "fail", "skip":
			text := ""
			if b := output[key(e)]; b != nil {
				text = b.String()
				delete(output, key(e))
			}
			if e.Test == "" {
				report(e, text, failedIn[e.Package], &failed)
				continue
			}
			switch e.Action {
			case "pass":
				passed++
			case "fail":
				failed++
				failedIn[e.Package] = true
				fmt.Printf("--- FAIL %s %s (%.1fs)\n%s", e.Package, e.Test, e.Elapsed, text)
			case "skip":
				skipped++
				fmt.Printf("skipped  %s %s: %s\n", short(e.Package), e.Test, reason(text))
			}
		}
	}
	for k, b := range output { // what was said outside of tests, such as compiler errors
		if strings.HasPrefix(k, " ") {
			fmt.Print(b.String())
		}
	}
	if err := os.WriteFile(os.Args[1], fmt.Appendf(nil, "%d %d %d\n", passed, failed, skipped), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// report ends a package. One that fails without a failed test did not build, or crashed.
func report(e event, text string, testFailed bool, failed *int) {
	switch e.Action {
	case "pass":
		fmt.Printf("ok       %s (%.1fs)\n", short(e.Package), e.Elapsed)
	case "fail":
		fmt.Printf("FAIL     %s (%.1fs)\n", short(e.Package), e.Elapsed)
		if !testFailed {
			*failed++
			fmt.Print(text)
		}
	}
}

func short(pkg string) string { return strings.TrimPrefix(pkg, "regioscope/") }

// reason is the sentence of t.Skip: the last indented line that is not the result line.
func reason(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		l := strings.TrimSpace(lines[i])
		if l != "" && !strings.HasPrefix(l, "---") && !strings.HasPrefix(l, "===") {
			if _, after, ok := strings.Cut(l, ".go:"); ok {
				_, l, _ = strings.Cut(after, ": ")
			}
			return l
		}
	}
	return ""
}
