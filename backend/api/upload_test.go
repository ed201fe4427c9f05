package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/demo/demotest"
)

// upload sends a file as the SPA does: meta first.
func (c *client) upload(kind core.Kind, name, content string) *answer {
	c.t.Helper()
	body, contentType := form("meta", "", c.meta(kind), "file", name, content)
	return c.do("POST", "/datasets", body, "Content-Type", contentType)
}

func (c *client) meta(kind core.Kind) string {
	return fmt.Sprintf(`{"name":"an upload","kind":%q,"assemblyId":%d}`, kind, c.toy.ID)
}

// tiny reads a file of the tiny demo data.
func tiny(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(demotest.MustTiny(t), name))
	check(t, err)
	return string(b)
}

func TestUploadOfEveryKind(t *testing.T) {
	a := newApp(t)
	for _, c := range []struct {
		kind      core.Kind
		file      string
		dimension int
		state     core.DatasetState
	}{
		{core.KindRegions, "CTCF_peaks.bed", 1, core.DatasetChecking},
		{core.KindRegions, "loops.bedpe", 2, core.DatasetChecking},
		{core.KindSignal, "CTCF.bw", 1, core.DatasetReady},
		{core.KindContacts, "wild_type.mcool", 2, core.DatasetReady},
	} {
		t.Run(c.file, func(t *testing.T) {
			content := tiny(t, c.file)
			var d core.Dataset
			a.ada.upload(c.kind, c.file, content).ok(202, &d)
			if d.Kind != c.kind || d.Dimension != c.dimension || d.State != c.state || d.FileName != c.file || d.OwnerName != "ada" || !d.Mine || d.Size != int64(len(content)) {
				t.Errorf("%+v", d)
			}
			if (c.state == core.DatasetChecking) != (d.RunID != 0) {
				t.Errorf("state %s with run %d", d.State, d.RunID)
			}
			if (d.Facts.Signal != nil) != (c.kind == core.KindSignal) || (d.Facts.Contacts != nil) != (c.kind == core.KindContacts) {
				t.Errorf("facts %+v", d.Facts)
			}
			r := a.ada.do("GET", "/datasets/"+itoa(d.ID)+"/file", nil).ok(200, nil)
			if string(r.body) != content {
				t.Error("the file does not come back as it was sent")
			}
		})
	}
	for _, f := range a.stored() {
		if strings.HasPrefix(f, "tmp/") {
			t.Errorf("left behind: %s", f)
		}
	}
}

func TestUploadTakesThePartsInAnyOrder(t *testing.T) {
	a := newApp(t)
	body, kind := form("file", "x.bed", "chr1\t1\t2\n", "meta", "", a.ada.meta(core.KindRegions))
	a.ada.do("POST", "/datasets", body, "Content-Type", kind).ok(202, nil)
}

// Every way in which an upload cannot be used has a sentence of its own, and leaves nothing on the data volume.
func TestUploadsThatAreRefused(t *testing.T) {
	a := newApp(t)
	bw, mcool, single := tiny(t, "CTCF.bw"), tiny(t, "wild_type.mcool"), "\x89HDF\r\n\x1a\n"
	other := &core.Assembly{Name: "other", Chroms: a.toy.Chroms[:1]}
	other.Chroms[0].Name = "chrOther"
	check(t, a.db.Assemblies().Create(t.Context(), other))
	meta := a.ada.meta
	elsewhere := func(kind core.Kind) string {
		return fmt.Sprintf(`{"name":"x","kind":%q,"assemblyId":%d}`, kind, other.ID)
	}
	files := len(a.stored())
	seen := map[string]string{}
	for _, c := range []struct {
		name   string
		status int
		code   core.Code
		words  []string
		parts  []string // triples for form
	}{
		{"empty file", 422, core.CodeBadFile, []string{"x.bw is empty"}, []string{"meta", "", meta(core.KindSignal), "file", "x.bw", ""}},
		{"text as signal", 422, core.CodeBadFile, []string{"x.bw", "not a signal track (bigWig)"}, []string{"meta", "", meta(core.KindSignal), "file", "x.bw", "chr1\t1\t2\n"}},
		{"bigWig as regions", 422, core.CodeBadFile, []string{"x.bed", "bigWig", "not a region set"}, []string{"meta", "", meta(core.KindRegions), "file", "x.bed", bw}},
		{"bigWig as map", 422, core.CodeBadFile, []string{"x.mcool", "not a contact map"}, []string{"meta", "", meta(core.KindContacts), "file", "x.mcool", bw}},
		{"map as signal", 422, core.CodeBadFile, []string{"HDF5", "not a signal track"}, []string{"meta", "", meta(core.KindSignal), "file", "x.bw", mcool}},
		{"web page as regions", 422, core.CodeBadFile, []string{"x.bed is a web page (HTML), not a region set (BED or BEDPE).", "login page"},
			[]string{"meta", "", meta(core.KindRegions), "file", "x.bed", "<!DOCTYPE html><html>"}},
		{"zip as regions", 422, core.CodeBadFile, []string{"x.bed is a zip archive, not a region set (BED or BEDPE). Unpack it first."},
			[]string{"meta", "", meta(core.KindRegions), "file", "x.bed", "PK\x03\x04"}},
		{"UTF-16 as regions", 422, core.CodeBadFile, []string{"UTF-16", "UTF-8"}, []string{"meta", "", meta(core.KindRegions), "file", "x.bed", "\xff\xfec\x00h\x00"}},
		{"BEDPE without a second region", 422, core.CodeBadFile, []string{"x.bedpe is named BEDPE", "columns 4 to 6"},
			[]string{"meta", "", meta(core.KindRegions), "file", "x.bedpe", "chr1\t1\t2\tchr1\n"}},
		{"cut bigWig", 422, core.CodeBadFile, []string{"broken bigWig", "at byte", "cut short"}, []string{"meta", "", meta(core.KindSignal), "file", "x.bw", bw[:200]}},
		{"cut map", 422, core.CodeBadFile, []string{"broken contact map", "cut short"}, []string{"meta", "", meta(core.KindContacts), "file", "x.mcool", mcool[:len(mcool)/2]}},
		{"HDF5 head only", 422, core.CodeBadFile, []string{"broken contact map"}, []string{"meta", "", meta(core.KindContacts), "file", "y.mcool", single}},
		{"signal of another assembly", 422, core.CodeBadFile, []string{"another assembly", "other"}, []string{"meta", "", elsewhere(core.KindSignal), "file", "x.bw", bw}},
		{"map of another assembly", 422, core.CodeBadFile, []string{"x.mcool", "another assembly"}, []string{"meta", "", elsewhere(core.KindContacts), "file", "x.mcool", mcool}},
		{"too large", 413, core.CodeTooLarge, []string{"larger than 8 MiB"}, []string{"meta", "", meta(core.KindSignal), "file", "x.bw", strings.Repeat("x", maxUpload+1)}},
		{"no file", 422, core.CodeInvalid, []string{"meta and file"}, []string{"meta", "", meta(core.KindSignal)}},
		{"no meta", 422, core.CodeInvalid, nil, []string{"file", "x.bed", "chr1\t1\t2\n"}},
		{"two files", 422, core.CodeInvalid, []string{"one file at a time"}, []string{"meta", "", meta(core.KindRegions), "file", "a.bed", "chr1\t1\t2\n", "file", "b.bed", "chr1\t1\t2\n"}},
		{"meta no JSON", 422, core.CodeInvalid, []string{"meta"}, []string{"meta", "", "name=x", "file", "x.bed", "chr1\t1\t2\n"}},
		{"meta misspelt", 422, core.CodeInvalid, []string{"asembly"}, []string{"meta", "", `{"name":"x","kind":"signal","asembly":1}`, "file", "x.bed", "chr1\t1\t2\n"}},
		{"no assembly", 422, core.CodeInvalid, []string{"no such assembly"}, []string{"meta", "", `{"name":"x","kind":"signal","assemblyId":99}`, "file", "x.bw", bw}},
		{"no kind", 422, core.CodeInvalid, []string{"kind must be"}, []string{"meta", "", fmt.Sprintf(`{"name":"x","assemblyId":%d}`, a.toy.ID), "file", "x.bw", bw}},
		{"a collection", 422, core.CodeInvalid, []string{"kind must be"}, []string{"meta", "", meta(core.KindCollection), "file", "x.bw", bw}},
		{"no name", 422, core.CodeInvalid, []string{"name must have"}, []string{"file", "x.bed", "chr1\t1\t2\n", "meta", "", fmt.Sprintf(`{"name":" ","kind":"regions","assemblyId":%d}`, a.toy.ID)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, kind := form(c.parts...)
			p := a.ada.do("POST", "/datasets", body, "Content-Type", kind).refused(c.status, c.code)
			says(t, p, c.words...)
			if before, twice := seen[p.Detail]; twice && c.words != nil && c.code == core.CodeBadFile {
				t.Errorf("%s and %s are the same sentence: %s", before, c.name, p.Detail)
			}
			seen[p.Detail] = c.name
			if now := a.stored(); len(now) != files {
				t.Errorf("left on the volume: %v", now)
			}
		})
	}
	var list struct{ Items []core.Dataset }
	a.ada.do("GET", "/datasets", nil).ok(200, &list)
	if len(list.Items) != 0 {
		t.Errorf("datasets of refused uploads: %+v", list.Items)
	}
}

func TestUploadIsNoForm(t *testing.T) {
	a := newApp(t)
	says(t, a.ada.do("POST", "/datasets", map[string]any{"name": "x"}).refused(422, core.CodeInvalid), "multipart/form-data")
	a.ada.do("POST", "/datasets", "--x\r\nrubbish", "Content-Type", "multipart/form-data; boundary=x").refused(400, core.CodeInvalid)
}

// slow is a body that ends, or breaks, when it is told to.
type slow struct {
	head io.Reader
	end  chan error
}

func (s *slow) Read(p []byte) (int, error) {
	if n, err := s.head.Read(p); err == nil {
		return n, nil
	}
	return 0, <-s.end
}

// An upload is written as it arrives, and one that breaks off leaves nothing.
func TestUploadThatBreaksOff(t *testing.T) {
	a := newApp(t)
	body, kind := form("meta", "", a.ada.meta(core.KindSignal), "file", "x.bw", strings.Repeat("x", 1<<20))
	s := &slow{bytes.NewReader(body[:len(body)-1000]), make(chan error)}
	done := make(chan error, 1)
	go func() {
		res, err := a.ada.http.Do(a.ada.request("POST", "/datasets", io.Reader(s), "Content-Type", kind))
		if err == nil {
			res.Body.Close()
		}
		done <- err
	}()
	await(t, "the file to grow on the volume", func() bool {
		for _, name := range a.stored() {
			if info, err := os.Stat(filepath.Join(a.dir, name)); err == nil && strings.HasPrefix(name, "tmp/") && info.Size() > 1<<19 {
				return true
			}
		}
		return false
	})
	s.end <- errors.New("the lid was closed")
	if err := <-done; err == nil {
		t.Error("the upload succeeded")
	}
	await(t, "the temporary file to go", func() bool { return len(a.stored()) == 0 })
}

// The disk fills up in the middle of an upload, or when it is to be recorded.
func TestUploadOnAFullDisk(t *testing.T) {
	a := newApp(t)
	full := *a
	d := a.deps
	d.Blobs = fullDisk{a.volume}
	full.url = a.serve(d)
	ada := *a.ada
	ada.app = &full
	says(t, ada.upload(core.KindSignal, "x.bw", tiny(t, "CTCF.bw")).refused(507, core.CodeStorageFull), "full")
	if left := a.stored(); len(left) != 0 {
		t.Errorf("left on the volume: %v", left)
	}
}

type fullDisk struct{ core.Blobs }

func (d fullDisk) Create(ctx context.Context) (core.BlobWriter, error) {
	w, err := d.Blobs.Create(ctx)
	return fullWriter{w}, err
}

type fullWriter struct{ core.BlobWriter }

func (fullWriter) Write([]byte) (int, error) {
	return 0, core.Errorf(core.CodeStorageFull, "The data volume is full.")
}

func TestFileNamesAreOnlyShown(t *testing.T) {
	a := newApp(t)
	long := strings.Repeat("ä", 1<<20)
	for sent, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\data\x.bed`: "x.bed", "a\u200bb.bed": "ab.bed", " ": "upload", "..": "..",
		long: strings.Repeat("ä", 127),
	} {
		body, kind := form("meta", "", a.ada.meta(core.KindRegions), "file", "NAME", "chr1\t1\t2\n")
		body = bytes.Replace(body, []byte("NAME"), []byte(strings.ReplaceAll(sent, `\`, `\\`)), 1)
		var d core.Dataset
		a.ada.do("POST", "/datasets", body, "Content-Type", kind).ok(202, &d)
		if d.FileName != want {
			t.Errorf("%.40q became %.40q, want %.40q", sent, d.FileName, want)
		}
	}
}

func TestRangesOfAFile(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindSignal, false, "0123456789")
	path := "/datasets/" + itoa(d.ID) + "/file"
	whole := a.ada.do("GET", path, nil).ok(200, nil)
	tag := whole.Header.Get("ETag")
	for name, want := range map[string]string{"Accept-Ranges": "bytes", "Content-Type": "application/octet-stream", "Content-Length": "10",
		"Content-Disposition": "attachment; filename=" + d.FileName, "Etag": `"` + d.SHA256 + `"`} {
		if got := whole.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, c := range []struct {
		headers []string
		status  int
		body    string
	}{
		{[]string{"Range", "bytes=2-4"}, 206, "234"},
		{[]string{"Range", "bytes=-3"}, 206, "789"},
		{[]string{"Range", "bytes=8-100"}, 206, "89"},
		{[]string{"Range", "bytes=2-4", "If-Range", tag}, 206, "234"},
		{[]string{"Range", "bytes=2-4", "If-Range", `"other"`}, 200, "0123456789"},
		{[]string{"If-None-Match", tag}, 304, ""},
	} {
		if r := a.ada.do("GET", path, nil, c.headers...).ok(c.status, nil); string(r.body) != c.body {
			t.Errorf("%v: %q", c.headers, r.body)
		}
	}
	if r := a.ada.do("GET", path, nil, "Range", "bytes=10-").ok(416, nil); r.Header.Get("Content-Range") != "bytes */10" {
		t.Errorf("%v", r.Header)
	}
}
