package hdf5

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

const signature = "\x89HDF\r\n\x1a\n"

// File is an open HDF5 file. It keeps no data apart from what the caller holds, and is safe for concurrent use if its
// io.ReaderAt is.
type File struct {
	r        io.ReaderAt
	size     int64 // bytes of the file as given
	base     int64 // absolute offset that addresses count from
	osz, lsz int
	version  int
	root     uint64
	kept     atomic.Int64 // bytes of chunk indexes held by datasets, see reserve
}

// Open reads the superblock. size is the length of r in bytes. The error is ErrNotHDF5, ErrUnsupported or a
// *FormatError, wrapped.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: size}
	at, err := f.findSuperblock()
	if err != nil {
		return nil, err
	}
	if err := f.readSuperblock(at); err != nil {
		return nil, err
	}
	return f, nil
}

// SuperblockVersion is 0, 1, 2 or 3.
func (f *File) SuperblockVersion() int { return f.version }

// Size is the length of the file in bytes.
func (f *File) Size() int64 { return f.size }

// findSuperblock looks at offset 0, 512, 1024, 2048, …: a file may begin with a block of the user's own.
func (f *File) findSuperblock() (int64, error) {
	var magic [8]byte
	for at := int64(0); at+8 <= f.size; {
		if _, err := f.r.ReadAt(magic[:], at); err != nil && !errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("reading the HDF5 signature: %w", err)
		}
		if string(magic[:]) == signature {
			return at, nil
		}
		if at == 0 {
			at = 512
		} else {
			at *= 2
		}
	}
	return 0, ErrNotHDF5
}

func (f *File) readSuperblock(at int64) error {
	n := min(f.size-at, 128)
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the HDF5 superblock: %w", err)
	}
	c := &cursor{b: b, base: at}
	c.skip(8)
	f.version = int(c.u8())
	switch f.version {
	case 0, 1:
		c.skip(4) // free-space, root group, reserved, shared header versions
		f.osz, f.lsz = int(c.u8()), int(c.u8())
		c.skip(1 + 2 + 2 + 4) // reserved, leaf k, internal k, consistency flags
		if f.version == 1 {
			c.skip(4) // indexed storage k, reserved
		}
	case 2, 3:
		f.osz, f.lsz = int(c.u8()), int(c.u8())
		c.skip(1)
	default:
		return unsupported(at, "superblock version %d", f.version)
	}
	if c.err == nil && !(validWidth(f.osz) && validWidth(f.lsz)) {
		return formatErr(at, "addresses of %d and lengths of %d bytes", f.osz, f.lsz)
	}
	c.osz, c.lsz = f.osz, f.lsz
	base := c.addr()
	c.skip(f.osz) // free space, or superblock extension
	eof := c.addr()
	if f.version < 2 {
		c.skip(f.osz) // driver information
		c.skip(f.osz) // link name offset of the root entry
	}
	f.root = c.addr()
	if c.err != nil {
		return c.err
	}
	if base > uint64(f.size) {
		return formatErr(at, "base address %d is beyond the file", base)
	}
	f.base = int64(base)
	if eof != undefined && eof > uint64(f.size) {
		return formatErr(f.size, "file is truncated: it has %d bytes and should have %d", f.size, eof)
	}
	return nil
}

func validWidth(n int) bool { return n == 2 || n == 4 || n == 8 }

// abs turns an address of the file into an absolute offset, after checking that n bytes lie there.
func (f *File) abs(addr uint64, n int64, what string) (int64, error) {
	room := f.size - f.base
	if addr == undefined {
		return 0, formatErr(f.base, "%s has no address", what)
	}
	if addr > uint64(room) || n < 0 || n > room-int64(addr) {
		return 0, formatErr(f.base+int64(addr&(1<<62-1)), "%s of %d bytes lies beyond the end of the file", what, n)
	}
	return f.base + int64(addr), nil
}

// readFull fills b from the absolute offset at.
func (f *File) readFull(b []byte, at int64) error {
	n, err := f.r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return formatErr(at+int64(n), "file ends early")
	}
	return fmt.Errorf("reading %d bytes at %d: %w", len(b), at, err)
}

// read returns a cursor over n bytes at addr.
func (f *File) read(addr uint64, n int64, what string) (*cursor, error) {
	at, err := f.abs(addr, n, what)
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	if err := f.readFull(b, at); err != nil {
		return nil, err
	}
	return &cursor{b: b, base: at, osz: f.osz, lsz: f.lsz}, nil
}

// limit is what one operation may allocate. It stays below the promised 2 × file + 64 MiB by what is kept between
// operations and by a share for garbage not collected yet. A well-formed file of a few kB can claim any size, because
// missing and compressed chunks cost nothing.
func (f *File) limit() int64 { return 2*f.size + 32<<20 - f.kept.Load() }

// CheckAlloc answers ErrTooLarge (and a *FormatError, both wrapped) if n bytes are more than one operation on this file
// may allocate.
func (f *File) CheckAlloc(n int64, what string) error {
	if n < 0 || n > f.limit() {
		return fmt.Errorf("%w: %w", ErrTooLarge, formatErr(f.base, "%s would take %d bytes", what, n))
	}
	return nil
}

// Reserve counts n bytes that the caller will hold for as long as the file is open. It answers false, and counts
// nothing, when the file's share of memory is used up: then the caller should not keep them.
func (f *File) Reserve(n int64) bool {
	if n < 0 || f.kept.Add(n) > f.size+16<<20 {
		f.kept.Add(-max(n, 0))
		return false
	}
	return true
}

// meter bounds the metadata bytes that one listing may read, so that structures that point at each other cannot make
// the work grow faster than the file.
type meter struct{ left int64 }

func (f *File) meter() *meter { return &meter{left: 4*f.size + 1<<16} }

func (m *meter) spend(n int64, at uint64) error {
	if m.left -= n; m.left < 0 {
		return formatErr(int64(at&(1<<62-1)), "metadata refers to itself")
	}
	return nil
}
