package npy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
)

// maxMember bounds what one member of an .npz may unpack to.
const maxMember = 1 << 30

// OpenNPZ opens the members of an .npz file by name (without ".npy"). Members of types that this package does not read
// (text, objects) are left out. It unpacks every member into memory and is meant for the reference results of tests.
func OpenNPZ(r io.ReaderAt, size int64) (map[string]*Reader, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: %w", err)
	}
	out := make(map[string]*Reader)
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		rc, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("npz: %s: %w", f.Name, err)
		}
		data, err := io.ReadAll(io.LimitReader(rc, maxMember+1))
		rc.Close()
		if err != nil {
			return nil, fmt.Errorf("npz: %s: %w", f.Name, err)
		}
		if len(data) > maxMember {
			return nil, fmt.Errorf("npz: %s is larger than %d bytes", f.Name, maxMember)
		}
		member, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			if strings.Contains(err.Error(), "not supported") {
				continue
			}
			return nil, fmt.Errorf("npz: %s: %w", f.Name, err)
		}
		out[name] = member
	}
	return out, nil
}
