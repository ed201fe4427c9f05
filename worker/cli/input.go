package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"regioscope/worker/contactcache"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// input is an open file whose hash is computed in the background, for the manifest.
type input struct {
	role, path string
	file       *os.File
	size       int64
	hash       chan hashed
}

type hashed struct {
	sum string
	err error
}

// openInput opens a regular file; every failure is bad input that names the file.
func openInput(role, path string) (*input, error) {
	if path == "" {
		return nil, usagef("--%s is missing", role)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &statusError{statusInput, err}
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a file")
	}
	if err != nil {
		f.Close()
		return nil, inputf("%s: %w", path, err)
	}
	in := &input{role: role, path: path, file: f, size: info.Size(), hash: make(chan hashed, 1)}
	return in, nil
}

// startHash reads the file once on its own.
func (in *input) startHash() {
	go func() {
		h := sha256.New()
		_, err := io.CopyBuffer(h, io.NewSectionReader(in.file, 0, in.size), make([]byte, 1<<18))
		in.hash <- hashed{hex.EncodeToString(h.Sum(nil)), err}
	}()
}

// inputFact is a line of the manifest.
type inputFact struct {
	Role   string `json:"role"`
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

func (in *input) fact() (inputFact, error) {
	h := <-in.hash
	in.hash <- h
	if h.err != nil {
		return inputFact{}, inputf("%s: %w", in.path, h.err)
	}
	return inputFact{Role: in.role, File: filepath.Base(in.path), Bytes: in.size, SHA256: h.sum}, nil
}

// done is the hash, if it is known by now.
func (in *input) done() *hashed {
	select {
	case h := <-in.hash:
		in.hash <- h
		return &h
	default:
		return nil
	}
}

// Close closes the file; of a nil input, which is an option that was not given, there is none.
func (in *input) Close() error {
	if in == nil {
		return nil
	}
	return in.file.Close()
}

// contacts is an open contact map.
type contacts struct {
	*input
	cool  *cool.File
	store *contactcache.Store // may be nil
	early *early              // may be nil
}

// openContacts opens a contact map without a cache.
func openContacts(path string) (*contacts, error) {
	c, err := openMap(path)
	if err == nil {
		c.startHash()
	}
	return c, err
}

func openMap(path string) (*contacts, error) {
	in, err := openInput("map", path)
	if err != nil {
		return nil, err
	}
	f, err := cool.Open(in.file, in.size)
	if err != nil {
		in.Close()
		return nil, inputf("%s: %w", path, err)
	}
	return &contacts{input: in, cool: f}, nil
}

// wrap names the file in an error and gives it a status.
func (c *contacts) wrap(err error) error {
	var noWeights *cool.ErrNoWeights
	var broken *cool.FormatError
	switch {
	case errors.Is(err, cool.ErrNoResolution), errors.Is(err, cool.ErrUnsupported), errors.As(err, &noWeights):
		return unavailablef("%s: %w", c.path, err)
	case errors.As(err, &broken), errors.Is(err, cool.ErrNotCooler):
		return inputf("%s: %w", c.path, err)
	}
	return fmt.Errorf("%s: %w", c.path, err)
}

// regionSet is an open region set.
type regionSet struct {
	*input
	*bed.Table
}

func openRegions(path string) (*regionSet, error) {
	in, err := openInput("regions", path)
	if err != nil {
		return nil, err
	}
	table, err := bed.Parse(in.file, bed.Options{})
	if err != nil {
		in.Close()
		return nil, inputf("%s: %w", path, err)
	}
	in.startHash()
	return &regionSet{in, table}, nil
}

// openView reads the arms table, if there is one; nil means whole chromosomes.
func openView(path string) (*input, []genome.Interval, error) {
	if path == "" {
		return nil, nil, nil
	}
	in, err := openInput("view", path)
	if err != nil {
		return nil, nil, err
	}
	view, err := genome.ReadArms(in.file, nil)
	if err != nil {
		in.Close()
		return nil, nil, inputf("%s: %w", path, err)
	}
	in.startHash()
	return in, view, nil
}
