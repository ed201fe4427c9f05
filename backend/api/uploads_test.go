package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"regioscope/backend/core"
)

// tus sends a request of the protocol.
func (c *client) tus(method, path string, body any, headers ...string) *answer {
	c.t.Helper()
	return c.do(method, path, body, append([]string{"Tus-Resumable", "1.0.0"}, headers...)...)
}

// begin creates an upload and gives its path.
func (c *client) begin(name string, size int, more ...string) string {
	c.t.Helper()
	meta := "filename " + b64(name)
	for i := 0; i+1 < len(more); i += 2 {
		meta += "," + more[i] + " " + b64(more[i+1])
	}
	r := c.tus("POST", "/uploads", nil, "Upload-Length", strconv.Itoa(size), "Upload-Metadata", meta).ok(201, nil)
	return r.Header.Get("Location")
}

func (c *client) piece(path string, offset int, content any, more ...string) *answer {
	c.t.Helper()
	return c.tus("PATCH", path, content, append([]string{"Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(offset)}, more...)...)
}

func (c *client) offset(path string) int {
	c.t.Helper()
	n, err := strconv.Atoi(c.tus("HEAD", path, nil).ok(200, nil).Header.Get("Upload-Offset"))
	check(c.t, err)
	return n
}

func (c *client) fromUpload(path string, kind core.Kind, more map[string]any) *answer {
	c.t.Helper()
	b := map[string]any{"uploadId": path[strings.LastIndex(path, "/")+1:], "name": "an upload", "kind": kind, "assemblyId": c.toy.ID}
	for k, v := range more {
		b[k] = v
	}
	return c.do("POST", "/datasets", b)
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func hexSum(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func onUpload(method string, body any, headers ...string) func(*app, bool) call {
	return func(a *app, _ bool) call {
		u, err := a.deps.Uploads.Create(a.t.Context(), a.ada.Caller, core.NewUpload{FileName: "x.bed", Size: 10})
		check(a.t, err)
		return call{method, "/uploads/" + u.ID, body, append([]string{"Tus-Resumable", "1.0.0"}, headers...)}
	}
}

const (
	// Uploads are of one person; an admin may end them.
	onlyTheirs = "401 404 200 200 404 404 404 401 404 404 401"
	adminsOnly = "401 403 403 200 403 403 403 401 404 404 401"
)

func init() {
	maps.Copy(rights, map[string]right{
		"uploadProtocol": {"204 204 204 204 204 204 204 204 404 404 401", "", func(*app, bool) call { return call{method: http.MethodOptions, path: "/uploads"} }},
		"createUpload": {with(signedIn, "201"), "", func(*app, bool) call {
			return call{http.MethodPost, "/uploads", nil, []string{"Tus-Resumable", "1.0.0", "Upload-Length", "10"}}
		}},
		"listUploads":    {signedIn, "", get("/uploads")},
		"headUpload":     {onlyTheirs, "", onUpload(http.MethodHead, nil)},
		"appendUpload":   {with(onlyTheirs, "204"), "", onUpload(http.MethodPatch, "abc", "Content-Type", "application/offset+octet-stream", "Upload-Offset", "0")},
		"describeUpload": {onlyTheirs, "", onUpload(http.MethodPut, map[string]any{"meta": map[string]any{"name": "x"}})},
		"deleteUpload":   {with(onlyTheirs, "204"), "", onUpload(http.MethodDelete, nil)},
		"getRoom":        {signedIn, "", get("/room")},

		"parseImports": {signedIn, "", func(*app, bool) call {
			return call{http.MethodPost, "/imports/parse", map[string]any{"text": "ENCFF000AAA"}, nil}
		}},
		"describeImport": {signedIn, "", func(*app, bool) call {
			return call{http.MethodPost, "/imports/describe", map[string]any{"accession": "ENCFF000AAA"}, nil}
		}},
		"createImport": {with(signedIn, "202"), "", func(a *app, _ bool) call {
			return call{http.MethodPost, "/imports", map[string]any{"accession": "ENCFF000AAA", "meta": map[string]any{"assemblyId": a.toy.ID}}, nil}
		}},
		"listRepositories": {signedIn, "", get("/repositories")},
		"setRepositoryKey": {with(signedIn, "204"), "", func(*app, bool) call {
			return call{http.MethodPut, "/repositories/1/key", map[string]any{"keyId": "me", "secret": "s"}, nil}
		}},
		"deleteRepositoryKey": {with(signedIn, "204"), "", func(*app, bool) call { return call{method: http.MethodDelete, path: "/repositories/1/key"} }},
		"createRepository": {with(adminsOnly, "201"), "", func(a *app, _ bool) call {
			return call{http.MethodPost, "/admin/repositories", a.repository(), nil}
		}},
		"updateRepository": {adminsOnly, "", func(a *app, _ bool) call {
			return call{http.MethodPut, fmt.Sprintf("/admin/repositories/%d", a.saved(a.repository()).ID), a.repository(), nil}
		}},
		"deleteRepository": {with(adminsOnly, "204"), "", func(a *app, _ bool) call {
			return call{method: http.MethodDelete, path: fmt.Sprintf("/admin/repositories/%d", a.saved(a.repository()).ID)}
		}},
		"getUploadLimits": {adminsOnly, "", get("/admin/upload-limits")},
		"setUploadLimits": {adminsOnly, "", func(*app, bool) call {
			return call{http.MethodPut, "/admin/upload-limits", core.DefaultUploadLimits(), nil}
		}},
		"listUsage": {adminsOnly, "", get("/admin/usage")},
		"setQuota": {with(adminsOnly, "204"), "", func(a *app, _ bool) call {
			return call{http.MethodPut, fmt.Sprintf("/admin/users/%d/quota", a.bob.UserID), map[string]any{"bytes": 1 << 40}, nil}
		}},
	})
}

func TestTusTellsWhatItKnows(t *testing.T) {
	a := newApp(t)
	r := a.anonymous().do("OPTIONS", "/uploads", nil).ok(204, nil)
	for name, want := range map[string]string{"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0", "Tus-Extension": "creation,termination,checksum,expiration",
		"Tus-Checksum-Algorithm": "sha256,sha1", "Tus-Max-Size": strconv.Itoa(maxUpload)} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	r = a.ada.do("POST", "/uploads", nil, "Tus-Resumable", "0.2.2", "Upload-Length", "1")
	r.refused(412, core.CodeInvalid)
	if r.Header.Get("Tus-Version") != "1.0.0" {
		t.Errorf("%v", r.Header)
	}
}

// A file goes up in pieces and becomes a dataset, once, however often that is asked for.
func TestUploadInPieces(t *testing.T) {
	a := newApp(t)
	content := tiny(t, "CTCF.bw")
	path := a.ada.begin("CTCF.bw", len(content), "fingerprint", "f1", "sha256", hexSum(content))
	third := len(content) / 3
	for i, at := range []int{0, third, 2 * third} {
		if got := a.ada.offset(path); got != at {
			t.Fatalf("before piece %d at %d, want %d", i, got, at)
		}
		end := at + third
		if i == 2 {
			end = len(content)
		}
		if i == 1 {
			says(t, a.ada.fromUpload(path, core.KindSignal, nil).refused(409, core.CodeState), "of "+strconv.Itoa(len(content)), "rest first")
		}
		r := a.ada.piece(path, at, content[at:end]).ok(204, nil)
		if r.Header.Get("Upload-Offset") != strconv.Itoa(end) || r.Header.Get("Tus-Resumable") != "1.0.0" || r.Header.Get("Upload-Expires") == "" {
			t.Errorf("piece %d: %v", i, r.Header)
		}
	}
	var d, again core.Dataset
	a.ada.fromUpload(path, core.KindSignal, nil).ok(202, &d)
	if d.SHA256 != hexSum(content) || d.FileName != "CTCF.bw" || d.State != core.DatasetReady || d.Size != int64(len(content)) {
		t.Errorf("%+v", d)
	}
	a.ada.fromUpload(path, core.KindSignal, nil).ok(202, &again)
	if again.ID != d.ID {
		t.Errorf("a second dataset: %d and %d", d.ID, again.ID)
	}
	if got := string(a.ada.do("GET", "/datasets/"+itoa(d.ID)+"/file", nil).ok(200, nil).body); got != content {
		t.Error("the file does not come back as it was sent")
	}
	if left := a.partials(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	a.ada.piece(path, len(content), "x").refused(409, core.CodeState)
}

func (a *app) partials() []string {
	list, err := a.volume.ListPartials(a.t.Context())
	check(a.t, err)
	var out []string
	for id := range list {
		out = append(out, id)
	}
	return out
}

// Whatever is wrong with a request, the upload is as it was.
func TestUploadPiecesThatAreRefused(t *testing.T) {
	a := newApp(t)
	path := a.ada.begin("x.bed", 20)
	a.ada.piece(path, 0, "0123456789").ok(204, nil)
	sum := func(s string) string {
		h := sha1.Sum([]byte(s))
		return "sha1 " + base64.StdEncoding.EncodeToString(h[:])
	}
	for name, c := range map[string]struct {
		answer *answer
		status int
		code   core.Code
		word   string
	}{
		"wrong offset":       {a.ada.piece(path, 3, "x"), 409, core.CodeConflict, "at byte 10"},
		"too many":           {a.ada.piece(path, 10, "01234567890"), 413, core.CodeTooLarge, "20 bytes"},
		"too many, chunked":  {a.ada.piece(path, 10, io.MultiReader(strings.NewReader("01234567890"))), 413, core.CodeTooLarge, "More bytes"},
		"wrong checksum":     {a.ada.piece(path, 10, "abc", "Upload-Checksum", sum("abd")), 460, core.CodeChecksum, "damaged"},
		"unknown checksum":   {a.ada.piece(path, 10, "abc", "Upload-Checksum", "crc32 AAAAAA=="), 400, core.CodeInvalid, "sha256"},
		"malformed checksum": {a.ada.piece(path, 10, "abc", "Upload-Checksum", "sha1 AAAA"), 400, core.CodeInvalid, "base64"},
		"no content type":    {a.ada.tus("PATCH", path, "abc", "Upload-Offset", "10"), 415, core.CodeInvalid, "offset+octet-stream"},
		"no offset":          {a.ada.tus("PATCH", path, "abc", "Content-Type", "application/offset+octet-stream"), 422, core.CodeInvalid, "Upload-Offset"},
		"no version":         {a.ada.do("PATCH", path, "abc"), 412, core.CodeInvalid, "1.0.0"},
		"other person":       {a.bob.piece(path, 10, "abc"), 404, core.CodeNotFound, "no such upload"},
		"no such":            {a.ada.piece("/uploads/"+strings.Repeat("0", 32), 0, "abc"), 404, core.CodeNotFound, "no such upload"},
		"a path":             {a.ada.piece("/uploads/..%2f..%2fdb", 0, "abc"), 404, core.CodeNotFound, "no such"},
		"no length":          {a.ada.tus("POST", "/uploads", nil), 422, core.CodeInvalid, "Upload-Length"},
		"empty":              {a.ada.tus("POST", "/uploads", nil, "Upload-Length", "0", "Upload-Metadata", "filename "+b64("x.bed")), 422, core.CodeBadFile, "x.bed is empty"},
		"too large":          {a.ada.tus("POST", "/uploads", nil, "Upload-Length", strconv.Itoa(maxUpload+1)), 413, core.CodeTooLarge, "8 MiB"},
		"bad metadata":       {a.ada.tus("POST", "/uploads", nil, "Upload-Length", "1", "Upload-Metadata", "filename ?"), 422, core.CodeInvalid, "base64"},
		"bad hash":           {a.ada.tus("POST", "/uploads", nil, "Upload-Length", "1", "Upload-Metadata", "sha256 "+b64("xyz")), 422, core.CodeInvalid, "64 hexadecimal"},
	} {
		t.Run(name, func(t *testing.T) {
			p := problemOf(t, c.answer, c.status, c.code)
			if !strings.Contains(p, c.word) {
				t.Errorf("%q does not say %q", p, c.word)
			}
		})
	}
	if got := a.ada.offset(path); got != 10 {
		t.Errorf("the upload is at %d now", got)
	}
	right := sha256.Sum256([]byte("abcdefghij"))
	a.ada.piece(path, 10, "abcdefghij", "Upload-Checksum", "sha256 "+base64.StdEncoding.EncodeToString(right[:])).ok(204, nil)
}

// problemOf is refused for statuses that HTTP has no words for.
func problemOf(t *testing.T, r *answer, status int, code core.Code) string {
	t.Helper()
	var p struct {
		Detail string
		Code   core.Code
	}
	r.ok(status, &p)
	if p.Code != code {
		t.Errorf("%s: %s, want %s", r.what, p.Code, code)
	}
	return p.Detail
}

// What is wrong with a file, or with what is said of it, does not cost a second upload.
func TestUploadIsKeptWhenItsDatasetIsRefused(t *testing.T) {
	a := newApp(t)
	content := "chr1\t10\t20\n"
	path := a.ada.begin("x.bed", len(content))
	a.ada.piece(path, 0, content).ok(204, nil)
	a.ada.fromUpload(path, core.KindSignal, nil).refused(422, core.CodeBadFile)
	a.ada.fromUpload(path, core.KindRegions, map[string]any{"assemblyId": 99}).refused(422, core.CodeInvalid)
	says(t, a.ada.fromUpload(path, core.KindRegions, map[string]any{"sha256": hexSum("other")}).refused(422, core.CodeChecksum), "arrived damaged", hexSum(content))
	says(t, a.ada.fromUpload(path, core.KindRegions, map[string]any{"nmae": "x"}).refused(422, core.CodeInvalid), "nmae")
	a.bob.fromUpload(path, core.KindRegions, nil).refused(404, core.CodeNotFound)
	a.ada.fromUpload(path, core.KindRegions, map[string]any{"sha256": strings.ToUpper(hexSum(content))}).ok(202, nil)

	// The form of scripts takes an upload, too.
	path = a.ada.begin("y.bed", len(content))
	a.ada.piece(path, 0, content).ok(204, nil)
	var d core.Dataset
	body, kind := form("meta", "", a.ada.meta(core.KindRegions), "uploadId", "", path[strings.LastIndex(path, "/")+1:])
	a.ada.do("POST", "/datasets", body, "Content-Type", kind).ok(202, &d)
	if d.FileName != "y.bed" || d.SHA256 != hexSum(content) {
		t.Errorf("%+v", d)
	}
	// And a whole file can say what it should be.
	body, kind = form("meta", "", a.ada.meta(core.KindRegions), "sha256", "", hexSum("other"), "file", "z.bed", content)
	says(t, a.ada.do("POST", "/datasets", body, "Content-Type", kind).refused(422, core.CodeChecksum), "z.bed arrived damaged")
}

// A crash between the blob and the row leaves the upload, and a second request makes the dataset.
func TestUploadSurvivesAFailureAtItsEnd(t *testing.T) {
	a := newApp(t)
	content := tiny(t, "CTCF.bw")
	path := a.ada.begin("x.bw", len(content))
	a.ada.piece(path, 0, content).ok(204, nil)
	d := a.deps
	broken := brokenStores{a.db}
	d.Datasets = core.NewDatasets(broken, a.volume, a.hub, a.runs)
	other := *a
	other.url = a.serve(d)
	ada := *a.ada
	ada.app = &other
	ada.fromUpload(path, core.KindSignal, nil).refused(500, core.CodeInternal)
	var made core.Dataset
	a.ada.fromUpload(path, core.KindSignal, nil).ok(202, &made)
	if got := string(a.ada.do("GET", "/datasets/"+itoa(made.ID)+"/file", nil).ok(200, nil).body); got != content {
		t.Error("the file is not what was sent")
	}
}

type brokenStores struct{ core.Stores }

func (s brokenStores) InTx(context.Context, func(core.Stores) error) error {
	return errors.New("the database went away")
}

// A client whose line was cut comes back while the server still waits for the old connection: the old one lets go.
func TestUploadIsTakenOverFromADeadConnection(t *testing.T) {
	a := newApp(t)
	content := make([]byte, 1<<20)
	_, _ = rand.Read(content)
	path := a.ada.begin("x.bed", len(content))
	s := &slow{bytes.NewReader(content[:1000]), make(chan error)}
	var dead sync.WaitGroup
	dead.Go(func() {
		req := a.ada.request("PATCH", path, io.Reader(s), "Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream", "Upload-Offset", "0")
		if res, err := a.ada.http.Do(req); err == nil {
			res.Body.Close()
		}
	})
	await(t, "the old connection to have the upload", func() bool {
		out, err := a.volume.OpenPartial(canceled(), path[strings.LastIndex(path, "/")+1:])
		if err == nil {
			out.Close()
		}
		return err != nil
	})
	at := a.ada.offset(path)
	if at != 0 && at != 1000 {
		t.Errorf("after the take-over at %d", at)
	}
	a.ada.piece(path, at, content[at:]).ok(204, nil)
	s.end <- errors.New("at last")
	dead.Wait()
}

// canceled makes OpenPartial look once.
func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// What came before the line broke counts, and what a person has typed is there after a reload.
func TestUnfinishedUploadsAreListed(t *testing.T) {
	a := newApp(t)
	path := a.ada.begin("../x y.bed", 1000, "fingerprint", "abc")
	s := &slow{strings.NewReader(strings.Repeat("x", 400)), make(chan error, 1)}
	s.end <- errors.New("the lid was closed")
	if res, err := a.ada.http.Do(a.ada.request("PATCH", path, io.Reader(s), "Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream", "Upload-Offset", "0")); err == nil {
		res.Body.Close()
	}
	await(t, "the server to see the end of the line", func() bool {
		n, err := a.volume.PartialSize(t.Context(), path[strings.LastIndex(path, "/")+1:])
		return err == nil && n == 400
	})
	if got := a.ada.offset(path); got != 400 {
		t.Errorf("%d bytes count, want 400", got)
	}
	a.ada.do("PUT", path, map[string]any{"meta": map[string]any{"name": "my peaks", "tags": []string{"x"}}}).ok(200, nil)
	says(t, a.ada.do("PUT", path, map[string]any{"meta": strings.Repeat("x", 65<<10)}).refused(413, core.CodeTooLarge), "64 KiB")
	var list struct{ Items []core.Upload }
	a.ada.do("GET", "/uploads", nil).ok(200, &list)
	if len(list.Items) != 1 {
		t.Fatalf("%+v", list)
	}
	u := list.Items[0]
	var meta struct{ Name string }
	check(t, json.Unmarshal(u.Meta, &meta))
	if u.FileName != "x y.bed" || u.Offset != 400 || u.Size != 1000 || u.Fingerprint != "abc" || meta.Name != "my peaks" || u.ExpiresAt.Before(time.Now().Add(24*time.Hour)) {
		t.Errorf("%+v", u)
	}
	a.bob.do("GET", "/uploads", nil).ok(200, &list)
	if len(list.Items) != 0 {
		t.Errorf("bob sees %+v", list)
	}
	a.ada.tus("DELETE", path, nil).ok(204, nil)
	a.ada.tus("DELETE", path, nil).refused(404, core.CodeNotFound)
	if left := a.partials(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestUploadsExpire(t *testing.T) {
	a := newApp(t)
	old, young := a.ada.begin("old.bed", 10), a.ada.begin("young.bed", 10)
	check(t, a.volume.NewPartial(t.Context(), strings.Repeat("a", 32))) // of a server that died before it wrote the row
	a.sql(`UPDATE uploads SET expires_at = '2020-01-01 00:00:00' WHERE file_name = 'old.bed'`)
	check(t, a.deps.Uploads.Clean(t.Context()))
	a.ada.tus("HEAD", old, nil).ok(404, nil)
	if got := a.ada.offset(young); got != 0 {
		t.Errorf("%d", got)
	}
	if left := a.partials(); len(left) != 2 { // young, and one whose row may be on its way
		t.Errorf("left: %v", left)
	}
	late := core.NewUploads(a.db, a.volume, maxUpload, func() time.Time { return time.Now().Add(2 * time.Hour) })
	check(t, late.Clean(t.Context()))
	if left := a.partials(); len(left) != 1 {
		t.Errorf("after two hours: %v", left)
	}
}

func TestQuota(t *testing.T) {
	a := newApp(t)
	a.root.do("PUT", "/admin/upload-limits", core.UploadLimits{QuotaBytes: 1000, KeepHours: 24, ReserveBytes: 0}).ok(200, nil)
	path := a.ada.begin("x.bed", 600)
	full := func(c *client, size int) {
		t.Helper()
		p := c.tus("POST", "/uploads", nil, "Upload-Length", strconv.Itoa(size)).refused(413, core.CodeQuota)
		says(t, p, "You may store 1000 bytes and have stored 600 bytes", "Delete what you do not need and empty the trash")
	}
	full(a.ada, 401)
	body, kind := form("meta", "", a.ada.meta(core.KindRegions), "file", "x.bed", strings.Repeat("chr1\t1\t2\n", 100))
	a.ada.do("POST", "/datasets", body, "Content-Type", kind).refused(413, core.CodeQuota)
	var room core.Room
	a.ada.do("GET", "/room", nil).ok(200, &room)
	if room.Used != 600 || room.Quota != 1000 || room.MaxFile != maxUpload || room.Free <= 0 {
		t.Errorf("%+v", room)
	}
	a.bob.begin("y.bed", 900) // everybody has a quota of their own
	a.root.do("PUT", fmt.Sprintf("/admin/users/%d/quota", a.ada.UserID), map[string]any{"bytes": 0}).ok(204, nil)
	a.ada.begin("z.bed", 5000)
	var usage struct{ Items []core.QuotaUse }
	a.root.do("GET", "/admin/usage", nil).ok(200, &usage)
	for _, u := range usage.Items {
		if u.Name == "ada" && (u.Used != 5600 || u.Quota == nil || *u.Quota != 0) || u.Name == "bob" && (u.Used != 900 || u.Quota != nil) {
			t.Errorf("%+v", u)
		}
	}
	a.root.do("PUT", fmt.Sprintf("/admin/users/%d/quota", a.ada.UserID), map[string]any{}).ok(204, nil)
	a.ada.tus("DELETE", path, nil).ok(204, nil)
	a.ada.tus("POST", "/uploads", nil, "Upload-Length", "1").refused(413, core.CodeQuota)
	a.root.do("PUT", "/admin/upload-limits", map[string]any{"quotaBytes": -1, "keepHours": 1, "reserveBytes": 0}).refused(422, core.CodeInvalid)
}

// nearlyFull is a volume with little room.
type nearlyFull struct {
	core.Partials
	free int64
}

func (v *nearlyFull) FreeSpace() (int64, error) { return v.free, nil }

func TestFreeSpace(t *testing.T) {
	a := newApp(t)
	reserve := core.DefaultUploadLimits().ReserveBytes
	disk := &nearlyFull{a.volume, reserve + 1000}
	d := a.deps
	d.Uploads = core.NewUploads(a.db, disk, maxUpload, nil)
	other := *a
	other.url = a.serve(d)
	ada := *a.ada
	ada.app = &other
	says(t, ada.tus("POST", "/uploads", nil, "Upload-Length", "1001").refused(507, core.CodeStorageFull), "room for 1000 bytes only")
	path := ada.begin("x.bed", 800)
	says(t, ada.tus("POST", "/uploads", nil, "Upload-Length", "300").refused(507, core.CodeStorageFull), "room for 200 bytes only") // the rest is promised
	disk.free = reserve - 1
	says(t, ada.piece(path, 0, "abc").refused(507, core.CodeStorageFull), "nearly full", "is kept")
	disk.free = 1 << 40
	ada.piece(path, 0, "abc").ok(204, nil)
}

// Two servers over one data volume and one database: any of them goes on with any upload.
func TestUploadOverTwoServers(t *testing.T) {
	a := newApp(t)
	other := *a
	other.url = a.serve(a.deps)
	ada2 := *a.ada
	ada2.app = &other
	content := strings.Repeat("chr1\t10\t20\n", 1000)
	path := a.ada.begin("x.bed", len(content))
	for at, who := 0, []*client{a.ada, &ada2}; at < len(content); who[0], who[1] = who[1], who[0] {
		end := min(at+777, len(content))
		who[0].piece(path, at, content[at:end]).ok(204, nil)
		at = end
	}
	var d core.Dataset
	ada2.fromUpload(path, core.KindRegions, nil).ok(202, &d)
	if d.SHA256 != hexSum(content) {
		t.Errorf("%s, want %s", d.SHA256, hexSum(content))
	}
}
