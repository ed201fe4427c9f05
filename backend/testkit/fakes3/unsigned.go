package fakes3

import (
	"bufio"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// unsigned takes the signatures out of a part of an upload that is signed piece by piece, as clients do without TLS:
// gofakes3 does that for whole objects only.
func unsigned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size := r.Header.Get("X-Amz-Decoded-Content-Length")
		if n, err := strconv.ParseInt(size, 10, 64); err == nil && r.URL.Query().Has("partNumber") && strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
			r.Body = io.NopCloser(&pieces{from: bufio.NewReader(r.Body)})
			r.ContentLength = n
			r.Header.Set("Content-Length", size)
			r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
		}
		next.ServeHTTP(w, r)
	})
}

// pieces reads "SIZE;chunk-signature=…\r\n", that many bytes and "\r\n", until a size of 0. SIZE is hexadecimal.
type pieces struct {
	from *bufio.Reader
	left int64
	end  bool
}

func (p *pieces) Read(b []byte) (int, error) {
	for p.left == 0 {
		if p.end {
			return 0, io.EOF
		}
		line, err := p.from.ReadString('\n')
		if err != nil {
			return 0, io.ErrUnexpectedEOF
		}
		if line = strings.TrimSpace(line); line == "" { // the end of the piece before
			continue
		}
		size, _, _ := strings.Cut(line, ";")
		if p.left, err = strconv.ParseInt(size, 16, 64); err != nil {
			return 0, err
		}
		p.end = p.left == 0
	}
	n, err := p.from.Read(b[:min(int64(len(b)), p.left)])
	p.left -= int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
