package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/worker/format/npy"
)

// store puts bytes on the data volume.
func (a *app) store(content []byte) core.BlobRef {
	a.t.Helper()
	w, err := a.volume.Create(a.t.Context())
	check(a.t, err)
	_, err = w.Write(content)
	check(a.t, err)
	ref, err := w.Commit(a.t.Context())
	check(a.t, err)
	return ref
}

// dataset adds a ready dataset of c's without the API. Its content is its name, unless d.SHA256 names another.
func (c *client) dataset(kind core.Kind, public bool, content string) *core.Dataset {
	c.t.Helper()
	c.count++
	d := &core.Dataset{Name: fmt.Sprintf("%s %d", kind, c.count), Kind: kind, AssemblyID: c.toy.ID, OwnerID: c.UserID, Public: public,
		State: core.DatasetReady, Dimension: 1, FileName: fmt.Sprintf("file-%d", c.count)}
	if kind == core.KindRegions {
		d.SizeType, d.Facts.Regions = core.SizePoint, &core.RegionFacts{Format: "bed", Columns: []string{"chrom"}}
	}
	if content == "" {
		content = d.Name
	}
	ref := c.store([]byte(content))
	d.SHA256, d.Size = ref.SHA256, ref.Size
	check(c.t, c.db.Datasets().Create(c.t.Context(), d))
	return d
}

// array stores an array as .npy.
func array[T npy.Number](a *app, name string, values []T, shape ...int) core.Array {
	a.t.Helper()
	var b bytes.Buffer
	check(a.t, npy.Write(&b, values, shape...))
	ref := a.store(b.Bytes())
	out := core.Array{Name: name, SHA256: ref.SHA256, Size: ref.Size}
	switch any(values).(type) {
	case []float32:
		out.DType = "float32"
	case []float64:
		out.DType = "float64"
	case []int64:
		out.DType = "int64"
	}
	for _, n := range shape {
		out.Shape = append(out.Shape, int64(n))
	}
	return out
}

// result adds a stackup result over two datasets of c's.
func (c *client) result(public bool, arrays ...core.Array) *core.Result {
	c.t.Helper()
	return c.resultAt(c.dataset(core.KindRegions, public, "").ID, public, arrays...)
}

// resultAt adds a stackup of another track at a region set.
func (c *client) resultAt(set int64, public bool, arrays ...core.Array) *core.Result {
	c.t.Helper()
	track := c.dataset(core.KindSignal, public, "")
	r := core.Result{Pipeline: core.PipelineStackup, RegionSetID: set, FeatureID: track.ID, Window: 1000, Bin: 500, Value: "mean",
		Shape: []int64{3, 4}, N: 3, Total: 3, Arrays: arrays, ManifestHash: strings.Repeat("a", 64),
		Manifest: json.RawMessage(`{"engine":"x"}`), Ledger: json.RawMessage(`{"read":3}`)}
	check(c.t, c.db.Results().Insert(c.t.Context(), []core.Result{r}))
	list, err := c.db.Results().List(c.t.Context(), core.ResultFilter{RegionSetID: set, FeatureID: track.ID})
	check(c.t, err)
	return &list[0]
}

// run adds a queued run over datasets of c's.
func (c *client) run(public bool) core.Run {
	c.t.Helper()
	set, track := c.dataset(core.KindRegions, public, ""), c.dataset(core.KindSignal, public, "")
	answer, err := c.runs.Preprocess(c.t.Context(), c.Caller, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, FeatureIDs: []int64{track.ID},
		Pairs: []core.WindowBin{{Window: 1000, Bin: 500}}})
	check(c.t, err)
	return answer.Runs[0]
}

func (c *client) session(public bool) *core.Session {
	c.t.Helper()
	x := &core.Session{OwnerID: c.UserID, Name: "mine", Public: public, Document: json.RawMessage(`{"version":1,"panels":[]}`)}
	check(c.t, c.db.Sessions().Create(c.t.Context(), x))
	return x
}

// stored lists the files on the data volume; what is in tmp begins with tmp/.
func (a *app) stored() (out []string) {
	a.t.Helper()
	for _, dir := range []string{"tmp", "blobs"} {
		check(a.t, filepath.WalkDir(filepath.Join(a.dir, dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				out = append(out, dir+"/"+d.Name())
			}
			return err
		}))
	}
	return out
}

// await polls until ok; the limit is only there so that a failing test ends.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// lose deletes a file behind the server's back.
func (a *app) lose(sha string) {
	a.t.Helper()
	check(a.t, a.volume.Condemn(a.t.Context(), sha))
	list, err := a.volume.Condemned(a.t.Context())
	check(a.t, err)
	for _, b := range list {
		check(a.t, a.volume.Purge(a.t.Context(), b))
	}
}
