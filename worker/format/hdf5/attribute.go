package hdf5

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Attr is a small named value on a group or dataset.
type Attr struct {
	Name string
	Type Datatype
	Dims []int64 // nil for a scalar
	n    int64
	data *cursor
	f    *File
	err  error
}

func (o *object) attr(name string) (*Attr, error) {
	all, err := o.attrs()
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Name == name {
			return a, a.err
		}
	}
	return nil, fmt.Errorf("%w: attribute %s", ErrNotFound, name)
}

// attrs parses every attribute. One that is unsupported stays in the list and answers with its error when asked.
func (o *object) attrs() ([]*Attr, error) {
	var all []*Attr
	keep := func(c *cursor, flags uint8) error {
		if flags&flagShared != 0 {
			return unsupported(c.base, "shared attribute")
		}
		a, err := o.f.parseAttr(c)
		if err != nil && !(a != nil && errors.Is(err, ErrUnsupported)) {
			return err
		}
		a.err = err
		all = append(all, a)
		return nil
	}
	for _, m := range o.msgs {
		if m.kind != msgAttribute {
			continue
		}
		body := *m.body
		if err := keep(&body, m.flags); err != nil {
			return nil, err
		}
	}
	c, ok, err := o.find(msgAttrInfo)
	if err != nil {
		return nil, err
	}
	if ok {
		c.version(0, "attribute info")
		if c.u8()&1 != 0 {
			c.skip(2) // creation order
		}
		heap, names := c.addr(), c.addr()
		if c.err != nil {
			return nil, c.err
		}
		if heap != undefined && names != undefined {
			if err := o.f.dense(heap, names, 0, o.f.meter(), keep); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(all, func(a, b *Attr) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// parseAttr reads an attribute message. With an unsupported type it returns the named attribute together with the error.
func (f *File) parseAttr(c *cursor) (*Attr, error) {
	at := c.pos()
	version, flags := c.u8(), c.u8()
	nameLen, typeLen, spaceLen := int(c.u16()), int(c.u16()), int(c.u16())
	if c.err == nil && (version < 1 || version > 3) {
		return nil, formatErr(at, "attribute version %d", version)
	}
	pad := func(n int) int {
		if version == 1 {
			return (n + 7) &^ 7
		}
		return n
	}
	if version == 3 {
		c.skip(1) // character set
	}
	name := c.sub(pad(nameLen))
	typ, space := c.sub(pad(typeLen)), c.sub(pad(spaceLen))
	if c.err != nil {
		return nil, c.err
	}
	t := Datatype{}
	a := &Attr{Name: t.text(name.b), f: f}
	var err error
	if version > 1 && flags&1 != 0 {
		if typ, err = f.shared(typ, msgDatatype, 0); err != nil {
			return a, err
		}
	}
	if version > 1 && flags&2 != 0 {
		return a, unsupported(at, "shared dataspace")
	}
	if a.Type, err = parseDatatype(typ, 0); err != nil {
		return a, err
	}
	dims, scalar, err := parseDataspace(space)
	if err != nil {
		return a, err
	}
	a.n = 1
	for _, d := range dims {
		a.n *= d
	}
	if !scalar {
		a.Dims = dims
	}
	if a.n > 0 && a.n > int64(c.remaining())/int64(max(a.Type.Size, 1)) {
		return nil, formatErr(at, "attribute %s of %d values does not fit its message", a.Name, a.n)
	}
	a.data = c.sub(int(a.n) * a.Type.Size)
	return a, c.err
}

// Len is the number of values.
func (a *Attr) Len() int64 { return a.n }

// Value decodes the attribute: int64, float64, string, or bool (an enum of FALSE and TRUE) for one value, a slice of the
// same for several. Any other type answers ErrUnsupported.
func (a *Attr) Value() (any, error) {
	if a.err != nil {
		return nil, a.err
	}
	switch {
	case a.Type.IsString():
		return one(a, a.strings)
	case a.Type.boolean():
		return one(a, func() ([]bool, error) {
			ints, err := a.ints()
			out := make([]bool, len(ints))
			for i, v := range ints {
				out[i] = v != 0
			}
			return out, err
		})
	case a.Type.integer():
		return one(a, a.ints)
	case a.Type.float():
		return one(a, a.floats)
	}
	return nil, unsupported(a.data.base, "attribute %s of type %v", a.Name, a.Type)
}

func one[T any](a *Attr, get func() ([]T, error)) (any, error) {
	v, err := get()
	if err != nil {
		return nil, err
	}
	if a.Dims == nil && len(v) == 1 {
		return v[0], nil
	}
	return v, nil
}

func (t *Datatype) boolean() bool {
	if t.Class != ClassEnum || t.Size != 1 || len(t.EnumNames) != 2 {
		return false
	}
	return slices.Contains(t.EnumNames, "FALSE") && slices.Contains(t.EnumNames, "TRUE")
}

func (a *Attr) strings() ([]string, error) {
	out := make([]string, 0, a.n)
	data := *a.data
	heap := a.f.globalHeap()
	for range a.n {
		if !a.Type.VarString {
			out = append(out, a.Type.text(data.take(a.Type.Size)))
			continue
		}
		s, err := heap.text(data.sub(a.Type.Size))
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, data.err
}

func (a *Attr) ints() ([]int64, error) {
	out := make([]int64, a.n)
	for i := range out {
		var ok bool
		if out[i], ok = a.Type.int64(a.data.b[i*a.Type.Size:]); !ok {
			return nil, unsupported(a.data.base, "attribute %s beyond 2^63", a.Name)
		}
	}
	return out, nil
}

func (a *Attr) floats() ([]float64, error) {
	out := make([]float64, a.n)
	for i := range out {
		out[i] = a.Type.float64(a.data.b[i*a.Type.Size:])
	}
	return out, nil
}

// float64 decodes one IEEE element.
func (t *Datatype) float64(b []byte) float64 {
	order := binary.ByteOrder(binary.LittleEndian)
	if t.BigEndian {
		order = binary.BigEndian
	}
	if t.Size == 4 {
		return float64(math.Float32frombits(order.Uint32(b)))
	}
	return math.Float64frombits(order.Uint64(b))
}

// Int returns a single integer (or bool) value.
func (a *Attr) Int() (int64, bool) {
	if a.err != nil || !a.Type.integer() || a.n != 1 {
		return 0, false
	}
	v, err := a.ints()
	if err != nil {
		return 0, false
	}
	return v[0], true
}

// Float returns a single number.
func (a *Attr) Float() (float64, bool) {
	if v, ok := a.Int(); ok {
		return float64(v), true
	}
	if a.err != nil || !a.Type.float() || a.n != 1 {
		return 0, false
	}
	return a.Type.float64(a.data.b), true
}

// Text returns a single text.
func (a *Attr) Text() (string, bool) {
	if a.err != nil || !a.Type.IsString() || a.n != 1 {
		return "", false
	}
	v, err := a.strings()
	if err != nil {
		return "", false
	}
	return v[0], true
}
