package hdf5

import (
	"fmt"
	"sync"
)

// blockElems is the length of the blocks that a contiguous dataset is read in.
const blockElems = 1 << 16

// Dataset is an array. Elements can be read when it has one dimension (or is a scalar, which counts as one element);
// datasets of other ranks can be looked at only.
type Dataset struct {
	Path string
	Type Datatype
	Dims []int64 // nil for a scalar
	obj  *object
	f    *File
	n    int64
	lay  *layout
	pipe []filter
	fill []byte

	once   sync.Once
	chunks []chunkRef
	err    error
}

func (o *object) dataset(path string) (*Dataset, error) {
	d := &Dataset{Path: path, obj: o, f: o.f}
	if err := d.parse(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

func (d *Dataset) parse() error {
	o := d.obj
	space, ok1, err1 := o.find(msgDataspace)
	typ, ok2, err2 := o.find(msgDatatype)
	lay, ok3, err3 := o.find(msgLayout)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return err
		}
	}
	if !ok1 || !ok2 || !ok3 {
		return formatErr(o.at, "not a dataset")
	}
	var err error
	var scalar bool
	if d.Dims, scalar, err = parseDataspace(space); err != nil {
		return err
	}
	d.n = 1
	for _, x := range d.Dims {
		d.n *= x
	}
	rank := len(d.Dims)
	if scalar {
		d.Dims = nil
	}
	if d.Type, err = parseDatatype(typ, 0); err != nil {
		return err
	}
	if d.n > 1<<62/int64(max(d.Type.Size, 1)) {
		return formatErr(o.at, "dataset larger than any file")
	}
	if o.has(msgExternal) {
		return unsupported(o.at, "data in another file")
	}
	if d.lay, err = parseLayout(lay, rank, d.Type.Size); err != nil {
		return err
	}
	if d.pipe, err = o.filters(); err != nil {
		return err
	}
	return d.parseFills()
}

func (d *Dataset) parseFills() error {
	for _, kind := range []int{msgFill, msgFillOld} {
		c, ok, err := d.obj.find(kind)
		if err != nil {
			return err
		}
		if ok {
			d.fill, err = parseFill(c, kind == msgFillOld, d.Type.Size)
			return err
		}
	}
	return nil
}

// Len is the number of elements.
func (d *Dataset) Len() int64 { return d.n }

// Attr returns one attribute, or ErrNotFound.
func (d *Dataset) Attr(name string) (*Attr, error) { return d.obj.attr(name) }

// Attrs returns every attribute that can be parsed, in byte order of the names.
func (d *Dataset) Attrs() ([]*Attr, error) { return d.obj.attrs() }

// ChunkLen is the number of elements of a chunk, the unit that is decompressed at once. Datasets that are not chunked
// are cut into blocks of 65,536.
func (d *Dataset) ChunkLen() int64 {
	if d.lay.class == layoutChunked && len(d.lay.chunk) == 1 {
		return d.lay.chunk[0]
	}
	return blockElems
}

// NumChunks is the number of chunks that cover the dataset, stored or not.
func (d *Dataset) NumChunks() int64 { return (d.n + d.ChunkLen() - 1) / d.ChunkLen() }

// Complete tells whether every element was written: no chunk is missing.
func (d *Dataset) Complete() (bool, error) {
	if err := d.load(); err != nil {
		return false, err
	}
	switch d.lay.class {
	case layoutChunked:
		return int64(len(d.chunks)) == d.NumChunks(), nil
	case layoutContiguous:
		return d.n == 0 || d.lay.addr != undefined, nil
	}
	return true, nil
}

// load reads the chunk index, once.
func (d *Dataset) load() error {
	d.once.Do(func() {
		if d.err = d.readable(); d.err == nil && d.lay.class == layoutChunked {
			d.chunks, d.err = d.readIndex()
		}
		if d.err != nil {
			d.err = fmt.Errorf("%s: %w", d.Path, d.err)
		}
	})
	return d.err
}

// readable checks what is needed before elements can be read.
func (d *Dataset) readable() error {
	if len(d.Dims) > 1 {
		return unsupported(d.obj.at, "array of %d dimensions", len(d.Dims))
	}
	bytes := d.n * int64(d.Type.Size)
	switch d.lay.class {
	case layoutCompact:
		if int64(len(d.lay.compact)) < bytes {
			return formatErr(d.lay.at, "%d bytes stored of %d", len(d.lay.compact), bytes)
		}
	case layoutContiguous:
		if d.lay.addr != undefined && d.n > 0 {
			if _, err := d.f.abs(d.lay.addr, bytes, "data"); err != nil {
				return err
			}
		}
	default:
		if len(d.lay.chunk) != 1 {
			return formatErr(d.lay.at, "chunks without extent")
		}
		if d.Type.Size < 1 {
			return formatErr(d.lay.at, "elements without bytes")
		}
	}
	return nil
}

// Offset is where the dataset's object header is in the file, for messages.
func (d *Dataset) Offset() int64 { return d.obj.at }
