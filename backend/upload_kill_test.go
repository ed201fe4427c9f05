package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
	"regioscope/worker/demo/demotest"
)

// operations.md, reliability 2: an upload goes on after kill -9 of the server, and also after cut lines and a browser that
// forgot everything; the bytes are the same in the end, and the server never held more than a piece of it in memory.
// 64 MiB, or 2 GiB with REGIOSCOPE_TEST_SOAK.
func TestUploadSurvivesEverything(t *testing.T) {
	size := int64(64 << 20)
	if os.Getenv("REGIOSCOPE_TEST_SOAK") != "" {
		size = 2 << 30
	}
	head, err := os.ReadFile(filepath.Join(demotest.MustTiny(t), "CTCF.bw"))
	check(t, err)
	file := &padded{head: head, size: size}
	want := file.sum()

	data := t.TempDir()
	port, err := testkit.FreePort()
	check(t, err)
	addr := "127.0.0.1:" + strconv.Itoa(port)
	line := newLine(t, addr)
	s := &killable{t: t, start: func() *process {
		p := spawn(t, standaloneOn(t, data, bootAdmin, "--listen", addr))
		p.line(`Regioscope is at`)
		return p
	}}
	s.process = s.start()
	who := signIn(t, line.url, "ada", bootPassword)
	s.floor = s.peak() // hashing the password takes memory of its own
	var sizes struct{ ID int64 }
	form, kind := formOf(t, "meta", "", `{"name":"tiny","organism":"none"}`, "sizes", "chrom.sizes", string(must(os.ReadFile(filepath.Join(demotest.MustTiny(t), "chrom.sizes")))(t)))
	who.send("POST", "/api/v1/assemblies", form, kind, 201, &sizes)

	c := &tusClient{t: t, who: who, file: file}
	c.begin()
	// Each happens in the middle of a piece, but for the browser, which is closed between two.
	kills := []struct {
		name string
		at   int64
		do   func()
	}{
		{"kill -9 of the server", size / 7, s.kill},
		{"a cut line", 2 * size / 7, line.cut},
		{"a browser that forgot everything", 3 * size / 7, nil},
		{"another kill -9", 4 * size / 7, s.kill},
		{"another cut line", 5 * size / 7, line.cut},
		{"a third kill -9", 6 * size / 7, s.kill},
	}
	for _, k := range kills {
		if k.do == nil {
			c.sendUntil(k.at)
			c = &tusClient{t: t, who: who, file: file}
			c.find()
			t.Logf("%s at byte %d: goes on from %d", k.name, k.at, c.offset)
			continue
		}
		before := c.sendInto(k.at, k.do)
		s.restarted()
		c.settle()
		if c.offset < before {
			t.Fatalf("%s: bytes that counted are gone: %d before, %d now", k.name, before, c.offset)
		}
		t.Logf("%s at byte %d: goes on from %d", k.name, k.at, c.offset)
	}
	c.sendUntil(size)
	var d core.Dataset
	c.who.call("POST", "/api/v1/datasets", map[string]any{"uploadId": c.id, "name": "large", "kind": "signal", "assemblyId": sizes.ID, "sha256": want}, 202, &d)
	if d.SHA256 != want || d.Size != size || d.State != core.DatasetReady {
		t.Errorf("%s with %d bytes, %s; want %s with %d", d.SHA256, d.Size, d.State, want, size)
	}
	if got := c.download(d.ID); got != want {
		t.Errorf("what comes back is %s, want %s", got, want)
	}
	s.measure()
	t.Logf("%d MiB; the server held at most %d MiB, %d MiB more than before the upload", size>>20, s.most>>20, s.growth>>20)
	if s.most == 0 {
		t.Log("skipped: this system does not tell how much memory a process has held")
	} else if s.growth > 32<<20 {
		t.Errorf("the server took %d MiB for an upload", s.growth>>20)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "uploads", "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T { t.Helper(); check(t, err); return v }
}

// padded is a bigWig with bytes behind it that no reader looks at, made as they are read.
type padded struct {
	head []byte
	size int64
}

func (f *padded) ReadAt(b []byte, off int64) (int, error) {
	if off >= f.size {
		return 0, io.EOF
	}
	b = b[:min(int64(len(b)), f.size-off)]
	for i := range b {
		at := off + int64(i)
		if at < int64(len(f.head)) {
			b[i] = f.head[at]
		} else {
			b[i] = byte(at ^ at>>9 ^ at>>17)
		}
	}
	return len(b), nil
}

func (f *padded) sum() string {
	h := sha256.New()
	_, _ = io.Copy(h, io.NewSectionReader(f, 0, f.size))
	return hex.EncodeToString(h.Sum(nil))
}

// killable is a server that is started again after each kill.
type killable struct {
	*process
	t            *testing.T
	start        func() *process
	floor        int64 // what the present process had held before it had to do with the upload
	most, growth int64 // of all of them
	dead         bool
}

// peak is the most that the present process has held: VmHWM of Linux, elsewhere 0.
func (s *killable) peak() int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.Process.Pid))
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(raw)
	if err != nil || m == nil {
		return 0
	}
	n, _ := strconv.ParseInt(string(m[1]), 10, 64)
	return n << 10
}

func (s *killable) measure() {
	now := s.peak()
	s.most, s.growth = max(s.most, now), max(s.growth, now-s.floor)
}

func (s *killable) kill() {
	s.measure()
	s.Process.Kill() // SIGKILL
	s.dead = true
}

func (s *killable) restarted() {
	if s.dead {
		<-s.ended
		s.process, s.dead = s.start(), false
		s.floor = s.peak()
	}
}

// line is a network that can be cut.
type line struct {
	url string
	mu  sync.Mutex
	up  map[net.Conn]bool
}

func newLine(t *testing.T, to string) *line {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { l.Close() })
	n := &line{url: "http://" + l.Addr().String(), up: map[net.Conn]bool{}}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				in.Close()
				continue
			}
			n.mu.Lock()
			n.up[in], n.up[out] = true, true
			n.mu.Unlock()
			for _, p := range [][2]net.Conn{{in, out}, {out, in}} {
				go func() {
					_, _ = io.Copy(p[0], p[1])
					p[0].Close()
					p[1].Close()
					n.mu.Lock()
					delete(n.up, p[0])
					delete(n.up, p[1])
					n.mu.Unlock()
				}()
			}
		}
	}()
	return n
}

func (n *line) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.up {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // a reset, as when a router forgets a connection
		}
		c.Close()
	}
}

// tusClient sends a file in pieces with checksums, as the pages do.
type tusClient struct {
	t      *testing.T
	who    *user
	file   *padded
	id     string
	offset int64
}

const (
	tusPiece    = 8 << 20
	fingerprint = "the large file"
)

func (c *tusClient) request(method, path string, body io.Reader, headers map[string]string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, c.who.url+path, body)
	check(c.t, err)
	req.Header.Set("Authorization", "Bearer "+c.who.token)
	req.Header.Set("Tus-Resumable", "1.0.0")
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	if p, ok := body.(*trap); ok {
		req.ContentLength = p.size
	}
	return http.DefaultClient.Do(req)
}

func (c *tusClient) begin() {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	res, err := c.request("POST", "/api/v1/uploads", nil, map[string]string{"Upload-Length": strconv.FormatInt(c.file.size, 10),
		"Upload-Metadata": "filename " + b64("large.bw") + ",fingerprint " + b64(fingerprint)})
	check(c.t, err)
	res.Body.Close()
	if res.StatusCode != 201 {
		c.t.Fatalf("begin: %s", res.Status)
	}
	c.id = filepath.Base(res.Header.Get("Location"))
}

// find is what a reloaded page does: it asks for unfinished uploads and knows the file by its fingerprint.
func (c *tusClient) find() {
	var list struct{ Items []core.Upload }
	c.who.call("GET", "/api/v1/uploads", nil, 200, &list)
	for _, u := range list.Items {
		if u.Fingerprint == fingerprint && u.Size == c.file.size {
			c.id = u.ID
		}
	}
	if c.id == "" {
		c.t.Fatalf("not among %+v", list.Items)
	}
	c.settle()
}

// settle asks where to go on, until the server is back.
func (c *tusClient) settle() {
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		res, err := c.request("HEAD", "/api/v1/uploads/"+c.id, nil, nil)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == 200 {
				c.offset, err = strconv.ParseInt(res.Header.Get("Upload-Offset"), 10, 64)
				check(c.t, err)
				return
			}
			err = errors.New(res.Status)
		}
		if time.Now().After(end) {
			c.t.Fatalf("where to go on: %v", err)
		}
	}
}

// trap is a piece that does something when it has been read up to a byte.
type trap struct {
	*io.SectionReader
	size, at int64
	do       func()
	read     int64
}

func (p *trap) Read(b []byte) (int, error) {
	n, err := p.SectionReader.Read(b)
	if p.read += int64(n); p.do != nil && p.read > p.at {
		p.do()
		p.do = nil
	}
	return n, err
}

// piece sends one piece; err is of the line, or of the status.
func (c *tusClient) piece(size, at int64, do func()) error {
	section := io.NewSectionReader(c.file, c.offset, size)
	h := sha256.New()
	_, err := io.Copy(h, section)
	check(c.t, err)
	_, err = section.Seek(0, io.SeekStart)
	check(c.t, err)
	res, err := c.request("PATCH", "/api/v1/uploads/"+c.id, &trap{SectionReader: section, size: size, at: at, do: do}, map[string]string{
		"Content-Type": "application/offset+octet-stream", "Upload-Offset": strconv.FormatInt(c.offset, 10),
		"Upload-Checksum": "sha256 " + base64.StdEncoding.EncodeToString(h.Sum(nil))})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != 204 {
		b, _ := io.ReadAll(res.Body)
		return fmt.Errorf("%s: %s", res.Status, b)
	}
	c.offset += size
	return nil
}

func (c *tusClient) sendUntil(end int64) {
	c.t.Helper()
	for c.offset < end {
		check(c.t, c.piece(min(tusPiece, end-c.offset), 0, nil))
	}
}

// sendInto sends up to the piece around byte at, and breaks that one there. It gives what counted before.
func (c *tusClient) sendInto(at int64, do func()) int64 {
	c.t.Helper()
	c.sendUntil(at - tusPiece/2)
	before := c.offset
	if err := c.piece(tusPiece, tusPiece/2, do); err == nil {
		c.t.Fatal("the piece arrived all the same")
	}
	return before
}

func (c *tusClient) download(id int64) string {
	res, err := c.request("GET", fmt.Sprintf("/api/v1/datasets/%d/file", id), nil, nil)
	check(c.t, err)
	defer res.Body.Close()
	h := sha256.New()
	_, err = io.Copy(h, res.Body)
	check(c.t, err)
	return hex.EncodeToString(h.Sum(nil))
}

// formOf makes a multipart body of triples of name, file name ("" for a field) and content.
func formOf(t *testing.T, parts ...string) (io.Reader, string) {
	t.Helper()
	const boundary = "regioscope-test-boundary"
	var b bytes.Buffer
	for i := 0; i+2 < len(parts); i += 3 {
		name, _ := json.Marshal(parts[i])
		disposition := "form-data; name=" + string(name)
		if parts[i+1] != "" {
			disposition += fmt.Sprintf("; filename=%q", parts[i+1])
		}
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: %s\r\n\r\n%s\r\n", boundary, disposition, parts[i+2])
	}
	b.WriteString(strings.Join([]string{"--", boundary, "--\r\n"}, ""))
	return &b, "multipart/form-data; boundary=" + boundary
}
