package contactcache

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// identity is what is remembered of a file, so that its hash need not be computed each time.
type identity struct {
	Path   string `json:"path"`
	Stamp  string `json:"stamp"` // see stampOf
	SHA256 string `json:"sha256"`
}

// settled is how long a file must have been left alone before its hash is remembered: a change within the resolution of
// the file system's clock would go unnoticed.
const settled = 2 * time.Second

// Known returns the SHA-256 of a file as an earlier Remember of this folder has it, if the file has not been touched
// since: same path, size, times and, where there are any, device and inode.
func (s *Store) Known(f *os.File) (sha256 string, ok bool) {
	if s == nil || s.opt.Dir == "" {
		return "", false
	}
	path, stamp, err := stampOf(f)
	if err != nil {
		return "", false
	}
	data, err := os.ReadFile(filepath.Join(s.opt.Dir, identityName(path)))
	var id identity
	if err != nil || json.Unmarshal(data, &id) != nil || id.Path != path || id.Stamp != stamp || !validSHA(id.SHA256) {
		return "", false
	}
	s.touch(identityName(path))
	return id.SHA256, true
}

// Remember keeps the SHA-256 of a file, computed after it was opened.
func (s *Store) Remember(f *os.File, sha256 string) {
	if s == nil || s.opt.Dir == "" {
		return
	}
	path, stamp, err := stampOf(f)
	info, statErr := f.Stat()
	if err != nil || statErr != nil || time.Since(info.ModTime()) < settled {
		return
	}
	if data, err := json.Marshal(identity{path, stamp, sha256}); err == nil {
		s.write(identityName(path), data)
	}
}

func identityName(path string) string {
	h := sha256.New()
	h.Write([]byte(path))
	return shortSum(h) + ".file"
}

// stampOf says what changes when a file does.
func stampOf(f *os.File) (path, stamp string, err error) {
	if path, err = filepath.Abs(f.Name()); err != nil {
		return "", "", err
	}
	info, err := f.Stat()
	if err != nil {
		return "", "", err
	}
	return path, fmt.Sprintf("%d %d %s", info.Size(), info.ModTime().UnixNano(), inodeOf(info)), nil
}
