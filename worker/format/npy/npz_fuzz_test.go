package npy

import (
	"archive/zip"
	"bytes"
	"testing"
)

// Any archive: arrays that can be read, or an error.
func FuzzOpenNPZ(f *testing.F) {
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for name, values := range map[string][]float64{"a.npy": {1, 2, 3}, "b.npy": nil, "c.txt": {1}} {
		w, err := z.Create(name)
		if err == nil {
			err = Write(w, values, len(values))
		}
		if err != nil {
			f.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add(file.Bytes()[:file.Len()-30])
	f.Fuzz(func(t *testing.T, data []byte) {
		arrays, err := OpenNPZ(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for name, r := range arrays {
			if _, err := ReadAll[float64](r); err != nil {
				t.Fatalf("%s: opened but not readable: %v", name, err)
			}
		}
	})
}
