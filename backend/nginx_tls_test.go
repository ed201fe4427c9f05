package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regioscope/backend/testkit"
)

// certificate makes one for the loopback, and a pool that trusts it.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	check(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	check(t, err)
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	check(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	check(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	parsed, err := x509.ParseCertificate(der)
	check(t, err)
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return cert, key, pool
}

// The configuration as it is shipped, with TLS: nginx accepts it (nginx -t), speaks HTTP/2, passes events on one by one,
// ranges, and uploads as they come, and keeps the numbers of the inside to itself.
func TestNginxWithTLS(t *testing.T) {
	arrived, more := make(chan int64, 1), make(chan struct{})
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/v1/events":
			w.Header().Set("Content-Type", "text/event-stream")
			for i := range 3 {
				fmt.Fprintf(w, "data: %d\n\n", i)
				w.(http.Flusher).Flush()
				select {
				case <-more:
				case <-r.Context().Done():
					return
				}
			}
		case "/file":
			http.ServeContent(w, r, "x.bin", time.Time{}, bytes.NewReader([]byte("0123456789")))
		case "/api/v1/datasets":
			first := make([]byte, 1)
			n, err := io.ReadFull(r.Body, first)
			arrived <- int64(n)
			if err == nil {
				rest, _ := io.Copy(io.Discard, r.Body)
				fmt.Fprint(w, 1+rest)
			}
		default:
			fmt.Fprintf(w, "%s %s %s", r.URL.Path, r.Header.Get("X-Forwarded-Proto"), r.Header.Get("X-Request-Id"))
		}
	}))
	defer inside.Close()
	cert, key, pool := certificate(t)
	nginx := testkit.Nginx(t, func(dir, addr string) (string, error) {
		return testkit.NginxConfig("..", dir, addr+" ssl http2", "ssl_certificate "+cert+"; ssl_certificate_key "+key+";", strings.TrimPrefix(inside.URL, "http://"))
	})
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	base := "https://" + nginx.Addr
	get := func(path string, headers ...string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequest(http.MethodGet, base+path, nil)
		check(t, err)
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		res, err := client.Do(req)
		check(t, err)
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		check(t, err)
		return res, string(b)
	}
	res, body := get("/x")
	parts := strings.Fields(body)
	if res.ProtoMajor != 2 || len(parts) != 3 || parts[1] != "https" || len(parts[2]) != 32 {
		t.Errorf("HTTP/%d: %q", res.ProtoMajor, body)
	}
	if res, body = get("/file", "Range", "bytes=2-4"); res.StatusCode != 206 || body != "234" {
		t.Errorf("a range: %s %q", res.Status, body)
	}
	if res, body = get("/metrics"); res.StatusCode != 404 || strings.Contains(body, "https") {
		t.Errorf("/metrics: %s %q", res.Status, body)
	}

	// Every event comes before the next one is made.
	req, err := http.NewRequest(http.MethodGet, base+"/api/v1/events", nil)
	check(t, err)
	events, err := client.Do(req)
	check(t, err)
	defer events.Body.Close()
	lines := bufio.NewScanner(events.Body)
	for i := range 3 {
		for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
		}
		if lines.Text() != fmt.Sprintf("data: %d", i) {
			t.Fatalf("event %d: %q %v", i, lines.Text(), lines.Err())
		}
		more <- struct{}{}
	}

	// The server sees the first byte of an upload before the last one was sent, and as many as were sent.
	const size = 64 << 20
	from, to := io.Pipe()
	answer := make(chan string, 1)
	go func() {
		res, err := client.Post(base+"/api/v1/datasets", "application/octet-stream", from)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	_, err = to.Write(make([]byte, 1<<20))
	check(t, err)
	select {
	case n := <-arrived:
		if n != 1 {
			t.Errorf("%d bytes arrived", n)
		}
	case <-time.After(time.Minute): // only so that a failing test ends
		t.Fatal("nginx keeps the upload to itself")
	}
	for range size>>20 - 1 {
		_, err = to.Write(make([]byte, 1<<20))
		check(t, err)
	}
	check(t, to.Close())
	if got := <-answer; got != fmt.Sprint(size) {
		t.Errorf("of %d bytes the server saw %q", size, got)
	}
}
