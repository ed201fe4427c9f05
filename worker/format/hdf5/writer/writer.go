package writer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
)

// undefined is the address that means "not allocated".
const undefined = ^uint64(0)

const (
	superblockSize = 96
	bufferSize     = 1 << 20
)

// Writer builds one HDF5 file. It is for use by one goroutine; it compresses on several of its own.
type Writer struct {
	out     io.WriterAt
	buf     []byte
	flushed uint64 // bytes of the file that are in out; buf follows
	root    *Group
	heap    stringHeap
	queue   []*job
	threads int
	err     error
	closed  bool
}

// New starts a file in out. threads is the number of goroutines that compress; 0 means GOMAXPROCS.
func New(out io.WriterAt, threads int) *Writer {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	w := &Writer{out: out, threads: threads, buf: make([]byte, 0, bufferSize+bufferSize/4)}
	w.root = &Group{w: w}
	w.alloc(make([]byte, superblockSize)) // overwritten by Close
	return w
}

// Root returns the root group.
func (w *Writer) Root() *Group { return w.root }

// Close writes everything that is still in memory, the metadata and the superblock. The file is not valid before.
func (w *Writer) Close() error {
	if w.closed {
		return errors.New("hdf5 writer: closed twice")
	}
	w.closed = true
	w.root.finishDatasets()
	w.drain(0)
	w.heap.flush(w)
	rootAt := w.root.write()
	w.flush()
	if w.err != nil {
		return w.err
	}
	if _, err := w.out.WriteAt(w.superblock(rootAt), 0); err != nil {
		return fmt.Errorf("hdf5 writer: write superblock: %w", err)
	}
	return nil
}

// superblock is version 0, specification II.A.
func (w *Writer) superblock(root groupAddresses) []byte {
	b := make([]byte, 0, superblockSize)
	b = append(b, "\x89HDF\r\n\x1a\n"...)
	b = append(b, 0, 0, 0, 0, 0, 8, 8, 0) // versions; 8-byte offsets and lengths
	b = binary.LittleEndian.AppendUint16(b, leafK)
	b = binary.LittleEndian.AppendUint16(b, groupK)
	b = append(b, 0, 0, 0, 0)
	b = append64(b, 0, undefined, w.end(), undefined) // base, free space, end of file, driver block
	// The root's symbol table entry, with its B-tree and heap cached (type 1).
	b = append64(b, 0, root.header)
	b = append(b, 1, 0, 0, 0, 0, 0, 0, 0)
	return append64(b, root.btree, root.heap)
}

func append64(b []byte, values ...uint64) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

// end is the address of the next byte.
func (w *Writer) end() uint64 { return w.flushed + uint64(len(w.buf)) }

// alloc appends block at the next multiple of 8 and returns its address.
func (w *Writer) alloc(block []byte) uint64 {
	for w.end()%8 != 0 {
		w.buf = append(w.buf, 0)
	}
	at := w.end()
	w.buf = append(w.buf, block...)
	if len(w.buf) >= bufferSize {
		w.flush()
	}
	return at
}

func (w *Writer) flush() {
	if w.err == nil && len(w.buf) > 0 {
		if _, err := w.out.WriteAt(w.buf, int64(w.flushed)); err != nil {
			w.err = fmt.Errorf("hdf5 writer: write at %d: %w", w.flushed, err)
		}
	}
	w.flushed += uint64(len(w.buf))
	w.buf = w.buf[:0]
}
