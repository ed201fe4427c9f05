package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

type measured struct {
	wall, cpu float64 // seconds
	megabytes int64
	says      string // the last line of the standard output
}

// command runs a program to its end.
func command(name string, args ...string) (measured, error) {
	cmd := exec.Command(name, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	started := time.Now()
	err := cmd.Run()
	m := measured{wall: time.Since(started).Seconds()}
	if err != nil {
		return m, fmt.Errorf("%w: %s", err, lastLine(errs.String()))
	}
	m.says = lastLine(out.String())
	m.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	m.megabytes = peak(cmd.ProcessState)
	return m, nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// ours is the best of the runs, and the most memory of them.
func (b *bench) ours(w work) (measured, error) {
	best := measured{wall: math.Inf(1)}
	cache := filepath.Join(b.dir, "cache")
	for range b.runs {
		if w.fresh {
			if err := os.RemoveAll(cache); err != nil {
				return best, err
			}
		}
		args := append([]string{"compute"}, w.args...)
		if w.cached {
			args = append(args, "--cache", cache)
		}
		m, err := command(b.worker, append(args, "--threads", "2", "--out", filepath.Join(b.dir, "out"))...)
		if err != nil {
			return best, err
		}
		m.megabytes = max(m.megabytes, best.megabytes)
		if m.wall > best.wall {
			m.wall, m.cpu = best.wall, best.cpu
		}
		best = m
	}
	return best, nil
}

var errMissing = errors.New("not installed")

// peer runs another tool once.
func (b *bench) peer(p peer) (measured, error) {
	if p.program != "" {
		if _, err := exec.LookPath(p.program); err != nil {
			return measured{}, errMissing
		}
		m, err := command(p.program, p.args...)
		m.says = ""
		return m, err
	}
	if err := exec.Command(b.python, "-c", "import "+p.module).Run(); err != nil {
		return measured{}, errMissing
	}
	return command(b.python, append([]string{"-c", p.script}, p.args...)...)
}
