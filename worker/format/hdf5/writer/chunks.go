package writer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zlib"
)

// chunk is one stored chunk of a dataset.
type chunk struct {
	addr uint64
	size uint32
}

// job is a chunk on its way: filtered on its own goroutine, stored when all earlier jobs are.
type job struct {
	d    *Dataset
	raw  []byte
	out  []byte
	err  error
	done chan struct{}
}

// submit starts filtering raw, which it takes over, and stores finished chunks so that the look-ahead stays small.
func (w *Writer) submit(d *Dataset, raw []byte) {
	w.drain(2*w.threads - 1)
	j := &job{d: d, raw: raw, done: make(chan struct{})}
	w.queue = append(w.queue, j)
	running := len(w.queue) - w.threads
	if running > 0 {
		<-w.queue[running-1].done // at most `threads` filters run at a time
	}
	go func() {
		defer close(j.done)
		j.out, j.err = j.d.filter(j.raw)
	}()
}

// drain stores the oldest jobs until at most keep are left.
func (w *Writer) drain(keep int) {
	for len(w.queue) > keep {
		j := w.queue[0]
		w.queue = w.queue[1:]
		<-j.done
		if j.err != nil && w.err == nil {
			w.err = fmt.Errorf("hdf5 writer: compress a chunk of %s: %w", j.d.name, j.err)
		}
		at := w.alloc(j.out)
		j.d.chunks = append(j.d.chunks, chunk{addr: at, size: uint32(len(j.out))})
	}
}

var deflaters [10]sync.Pool

// filter applies shuffle and deflate as the dataset asks.
func (d *Dataset) filter(raw []byte) ([]byte, error) {
	if d.opts.Shuffle && d.typ.size > 1 {
		raw = shuffle(raw, d.typ.size)
	}
	if f := d.opts.Filter; f != nil {
		return f.Encode(raw)
	}
	if d.opts.Level == 0 {
		return raw, nil
	}
	var out bytes.Buffer
	out.Grow(len(raw) / 3)
	z, _ := deflaters[d.opts.Level].Get().(*zlib.Writer)
	if z == nil {
		var err error
		if z, err = zlib.NewWriterLevel(&out, d.opts.Level); err != nil {
			return nil, err
		}
	} else {
		z.Reset(&out)
	}
	if _, err := z.Write(raw); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	deflaters[d.opts.Level].Put(z)
	return out.Bytes(), nil
}

// shuffle groups the bytes of the elements by their place in the element.
func shuffle(raw []byte, size int) []byte {
	n := len(raw) / size
	out := make([]byte, len(raw))
	for b := 0; b < size; b++ {
		dst := out[b*n : (b+1)*n]
		for i := range dst {
			dst[i] = raw[i*size+b]
		}
	}
	return out
}

// filterMessage is the pipeline message, version 1, specification IV.A.2.l.
func (d *Dataset) filterMessage() []byte {
	var fs []Filter
	if d.opts.Shuffle && d.typ.size > 1 {
		fs = append(fs, Filter{ID: 2, Name: "shuffle", Params: []uint32{uint32(d.typ.size)}})
	}
	switch {
	case d.opts.Filter != nil:
		fs = append(fs, *d.opts.Filter)
	case d.opts.Level > 0:
		fs = append(fs, Filter{ID: 1, Name: "deflate", Params: []uint32{uint32(d.opts.Level)}})
	}
	if len(fs) == 0 {
		return nil
	}
	b := []byte{1, byte(len(fs)), 0, 0, 0, 0, 0, 0}
	for _, f := range fs {
		name := append([]byte(f.Name), make([]byte, 8-len(f.Name)%8)...) // null-terminated, padded to eight
		b = binary.LittleEndian.AppendUint16(b, f.ID)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(name)))
		b = binary.LittleEndian.AppendUint16(b, 1) // optional, as h5py sets it
		b = binary.LittleEndian.AppendUint16(b, uint16(len(f.Params)))
		b = append(b, name...)
		for _, v := range f.Params {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		if len(f.Params)%2 == 1 {
			b = append(b, 0, 0, 0, 0)
		}
	}
	return b
}
