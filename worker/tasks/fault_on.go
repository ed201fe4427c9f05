//go:build faultpoints

package tasks

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"regioscope/backend/core"
)

var stopAt = os.Getenv("REGIOSCOPE_TEST_STOP_AT")

// faultPoint stops the work at the point that REGIOSCOPE_TEST_STOP_AT names, for a test to kill the process there. Only
// programs built with the tag faultpoints have it. With "count" it says how many steps, see faultBlobs, a run took.
func faultPoint(name string) {
	switch {
	case stopAt == name:
		fmt.Println("stopped at", name)
		select {}
	case stopAt == "count" && name == "settled":
		fmt.Println("steps", taken.Load())
	case holdAt == name:
		fmt.Println("holding at", name)
		time.Sleep(hold)
	}
}

// REGIOSCOPE_TEST_HOLD_AT=point:duration makes the work slow there, and then go on.
var holdAt, hold = func() (string, time.Duration) {
	point, text, _ := strings.Cut(os.Getenv("REGIOSCOPE_TEST_HOLD_AT"), ":")
	d, _ := time.ParseDuration(text)
	return point, d
}()

var taken atomic.Int64

// step is one access to a file: "step 17" stops at the seventeenth.
func step() {
	faultPoint(fmt.Sprint("step ", taken.Add(1)))
}

func faultBlobs(b core.Blobs) core.Blobs {
	if stopAt != "count" && !strings.HasPrefix(stopAt, "step ") {
		return b
	}
	return steppedVolume{b}
}

type steppedVolume struct{ core.Blobs }

func (v steppedVolume) Open(ctx context.Context, sha256 string) (core.Blob, error) {
	step()
	b, err := v.Blobs.Open(ctx, sha256)
	return steppedFile{b}, err
}

func (v steppedVolume) Create(ctx context.Context) (core.BlobWriter, error) {
	w, err := v.Blobs.Create(ctx)
	step()
	return steppedWriter{w}, err
}

type steppedFile struct{ core.Blob }

func (f steppedFile) ReadAt(p []byte, at int64) (int, error) {
	step()
	return f.Blob.ReadAt(p, at)
}

type steppedWriter struct{ core.BlobWriter }

func (w steppedWriter) Write(p []byte) (int, error) {
	step()
	return w.BlobWriter.Write(p)
}

func (w steppedWriter) Commit(ctx context.Context) (core.BlobRef, error) {
	step()
	ref, err := w.BlobWriter.Commit(ctx)
	step()
	return ref, err
}
