package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
)

// file reads the file of a dataset.
func (u *user) file(id int64) []byte {
	u.t.Helper()
	req, err := http.NewRequestWithContext(u.t.Context(), "GET", fmt.Sprintf("%s/api/v1/datasets/%d/file", u.url, id), nil)
	check(u.t, err)
	req.Header.Set("Authorization", "Bearer "+u.token)
	res, err := http.DefaultClient.Do(req)
	check(u.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	check(u.t, err)
	if res.StatusCode != 200 {
		u.t.Fatalf("%s: %s", res.Status, b)
	}
	return b
}

// operations.md, reliability 7: a backup that is made while the installation works, restored on an empty machine, gives the
// same sessions and the same bytes; people sign in as before. One that was cut or damaged is refused, and changes nothing.
func TestBackupAndRestore(t *testing.T) {
	data := t.TempDir()
	p := spawn(t, standaloneOn(t, data, bootAdmin))
	ada := signIn(t, p.line(`Regioscope is at (http://\S+)`)[1], "ada", bootPassword)
	a := ada.bigAssembly()
	var set, signal core.Dataset
	ada.upload("/api/v1/datasets", 202, &set, "meta", "", fmt.Sprintf(`{"name":"Gipfel — 峰","kind":"regions","assemblyId":%d,"sizeType":"point"}`, a.ID), "file", "peaks.bed", "chr1\t10\t20\nchr1\t500\t700\n")
	_ = signal
	var s core.Session
	ada.call("POST", "/api/v1/sessions", map[string]any{"name": "kept", "document": map[string]any{"version": 1, "text": "\"quoted\" \\ 峰", "number": 0.1}}, 201, &s)
	sh := shell{t, []string{"REGIOSCOPE_DATA=" + data}}
	tape := filepath.Join(t.TempDir(), "backup.tar")
	sh.do("", "admin backup "+tape, "rows and", "files", "signing key")
	says(t, fails(t, sh.cmd("", "admin", "backup", tape)), "is there already")
	var before core.Session
	ada.call("GET", fmt.Sprintf("/api/v1/sessions/%d", s.ID), nil, 200, &before)
	bytesBefore := ada.file(set.ID)
	p.stop()

	whole, err := os.ReadFile(tape)
	check(t, err)
	broken := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		check(t, os.WriteFile(path, content, 0o600))
		return path
	}
	damaged := bytes.Clone(whole)
	at := bytes.Index(damaged, []byte("chr1\t500"))
	damaged[at] = 'C'
	empty := filepath.Join(t.TempDir(), "empty")
	target := shell{t, []string{"REGIOSCOPE_DATA=" + empty}}
	says(t, fails(t, target.cmd("", "admin", "restore", broken("cut.tar", whole[:len(whole)*2/3]))), "nothing was restored", "not whole")
	says(t, fails(t, target.cmd("", "admin", "restore", broken("damaged.tar", damaged))), "nothing was restored", "damaged")
	says(t, fails(t, target.cmd("", "admin", "restore", broken("other.tar", []byte("something else")))), "not a backup")
	target.do("", "admin restore "+tape, "were restored")
	says(t, fails(t, target.cmd("", "admin", "restore", tape)), "accounts already")

	p = spawn(t, standaloneOn(t, empty, nil))
	again := signIn(t, p.line(`Regioscope is at (http://\S+)`)[1], "ada", bootPassword)
	var after core.Session
	again.call("GET", fmt.Sprintf("/api/v1/sessions/%d", s.ID), nil, 200, &after)
	if after.Name != before.Name || !bytes.Equal(after.Document, before.Document) || after.Version != before.Version || !after.UpdatedAt.Equal(before.UpdatedAt) {
		t.Errorf("the session was\n%+v\nand is\n%+v", before, after)
	}
	if got := again.file(set.ID); !bytes.Equal(got, bytesBefore) {
		t.Errorf("the file was %q and is %q", bytesBefore, got)
	}
	again.call("POST", "/api/v1/sessions", map[string]any{"name": "new", "document": map[string]any{}}, 201, &after)
	if after.ID <= s.ID {
		t.Errorf("a new session has the number %d, an old one %d", after.ID, s.ID)
	}
	p.stop()

	// From one kind of database to the other and back.
	maria := shell{t, []string{"REGIOSCOPE_DATABASE=mysql://" + testkit.MariaDB(t), "REGIOSCOPE_DATA=" + t.TempDir()}}
	maria.do("", "admin restore "+tape, "were restored")
	maria.do("", "admin user list", "ada")
	second := filepath.Join(t.TempDir(), "second.tar")
	maria.do("", "admin backup "+second, "rows and")
	back := filepath.Join(t.TempDir(), "back")
	shell{t, []string{"REGIOSCOPE_DATA=" + back}}.do("", "admin restore "+second, "were restored")
	p = spawn(t, standaloneOn(t, back, nil))
	again = signIn(t, p.line(`Regioscope is at (http://\S+)`)[1], "ada", bootPassword)
	again.call("GET", fmt.Sprintf("/api/v1/sessions/%d", s.ID), nil, 200, &after)
	if !bytes.Equal(after.Document, before.Document) || !after.UpdatedAt.Equal(before.UpdatedAt) {
		t.Errorf("over MariaDB the session was\n%+v\nand is\n%+v", before, after)
	}
	p.stop()
}
