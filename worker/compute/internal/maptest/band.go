package maptest

import (
	"context"
	"testing"

	"regioscope/worker/format/band"
	"regioscope/worker/format/cool"
)

// Band makes a band of the map, as it would be read from a file.
func (m *Map) Band(t testing.TB, width int32) *band.Reader {
	t.Helper()
	file := &memory{}
	w, err := band.NewWriter(file, band.Header{BinSize: m.Bin, Bins: m.NumBins(), Pixels: int64(len(m.cols)), Width: width}, m.offsets)
	if err != nil {
		t.Fatal(err)
	}
	all := []cool.PixelRange{{Lo: 0, Hi: int64(len(m.cols))}}
	if err := m.Sweep(context.Background(), all, 1, w.Add); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := band.Open(file.bytes)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type memory struct{ bytes []byte }

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if need := int(at) + len(p) - len(m.bytes); need > 0 {
		m.bytes = append(m.bytes, make([]byte, need)...)
	}
	return copy(m.bytes[at:], p), nil
}
