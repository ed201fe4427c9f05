package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"regioscope/worker/compute"
	"regioscope/worker/compute/enrich"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/npy"
)

// manifest says how a result came about. Equal manifests, the time aside, mean equal arrays.
type manifest struct {
	Engine     string              `json:"engine"`
	Pipeline   string              `json:"pipeline"`
	Parameters map[string]any      `json:"parameters"`
	Inputs     []inputFact         `json:"inputs"`
	N          int                 `json:"n"`     // regions used; of expected: regions of the view
	Total      int                 `json:"total"` // regions read
	Arrays     []arrayFact         `json:"arrays,omitempty"`
	Targets    []enrich.TargetInfo `json:"targets,omitempty"` // of an association
	Scores     map[string]string   `json:"scores,omitempty"`  // of the average; numbers as text, as they may be NaN
	Warnings   []string            `json:"warnings,omitempty"`
	Seconds    float64             `json:"seconds"` // of the whole command up to here
}

type arrayFact struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
	DType string `json:"dtype"`
}

func newManifest(pipeline string, started time.Time, inputs ...*input) (*manifest, error) {
	m := &manifest{Engine: compute.Version, Pipeline: pipeline, Seconds: time.Since(started).Seconds()}
	for _, in := range inputs {
		if in == nil {
			continue
		}
		fact, err := in.fact()
		if err != nil {
			return nil, err
		}
		m.Inputs = append(m.Inputs, fact)
	}
	return m, nil
}

// folder writes the files of one result.
type folder struct {
	path   string
	arrays []arrayFact
}

func makeFolder(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, err
	}
	return &folder{path: path}, nil
}

// create writes one file through fn.
func (f *folder) create(name string, fn func(io.Writer) error) error {
	file, err := os.Create(filepath.Join(f.path, name))
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(file, 1<<16)
	err = fn(w)
	if err == nil {
		err = w.Flush()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file.Name(), err)
	}
	return nil
}

func (f *folder) json(name string, value any) error {
	return f.create(name, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(value)
	})
}

func writeArray[T npy.Number](f *folder, name string, values []T, shape ...int) error {
	f.note(name, npy.DTypeOf[T](), shape)
	return f.create(name+".npy", func(w io.Writer) error { return npy.Write(w, values, shape...) })
}

func (f *folder) note(name string, d npy.DType, shape []int) {
	f.arrays = append(f.arrays, arrayFact{name, shape, d.String()})
}

// rows opens an array whose rows are written in any order; close it when all are.
func (f *folder) rows(name string, shape ...int) (*npy.RowWriter[float32], io.Closer, error) {
	file, err := os.Create(filepath.Join(f.path, name+".npy"))
	if err != nil {
		return nil, nil, err
	}
	w, err := npy.NewRowWriter[float32](file, shape...)
	if err == nil {
		err = file.Truncate(w.Size())
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	f.note(name, npy.DTypeOf[float32](), shape)
	return w, file, nil
}

// finish writes the ledger and, last, the manifest: a folder with a manifest is complete.
func (f *folder) finish(m *manifest, book *ledger.Ledger) error {
	if book != nil {
		if err := f.json("ledger.json", book); err != nil {
			return err
		}
	}
	m.Arrays = f.arrays
	return f.json("manifest.json", m)
}

// number prints a float so that it reads back to the same bits; missing is NaN.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
