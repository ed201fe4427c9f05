package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A standalone folder is reported on and cleaned up from the command line; a folder without a database is refused in one
// sentence.
func TestStorageCommand(t *testing.T) {
	data := t.TempDir()
	p := spawn(t, standaloneOn(t, data, bootAdmin))
	p.line("Regioscope is at")
	p.stop()
	lost := filepath.Join(data, "tmp", "blob-lost")
	check(t, os.WriteFile(lost, []byte("half"), 0o600))
	environ := []string{"REGIOSCOPE_LOG_LEVEL=error"}
	out, err := command(t, environ, "regioscope", "storage", "report", "--data", data).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "in the trash") || !strings.Contains(string(out), "temporary") {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err = command(t, environ, "regioscope", "storage", "gc", "--data", data).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "put aside 0") {
		t.Fatalf("%v\n%s", err, out)
	}
	says(t, fails(t, command(t, environ, "regioscope", "storage", "report", "--data", t.TempDir())), "has no database of its own")
	if out, err := command(t, environ, "regioscope", "storage", "burn").CombinedOutput(); err == nil || !strings.Contains(string(out), "storage") {
		t.Errorf("%v %s", err, out)
	}
}
