package writer

import (
	"encoding/binary"
	"fmt"
	"math"
)

// attribute is a scalar attribute. text is the index in the string heap when the value is a string, else -1.
type attribute struct {
	name  string
	typ   []byte
	value []byte
	text  int
}

type attributes []attribute

// set adds or replaces an attribute.
func (as *attributes) set(w *Writer, name string, value any) error {
	if w.closed {
		return fmt.Errorf("hdf5 writer: set attribute %s after Close", name)
	}
	a := attribute{name: name, text: -1}
	switch v := value.(type) {
	case string:
		a.typ, a.text = varStringType(), w.heap.add(v)
	case int:
		a.typ, a.value = intType(8, true), binary.LittleEndian.AppendUint64(nil, uint64(v))
	case int64:
		a.typ, a.value = intType(8, true), binary.LittleEndian.AppendUint64(nil, uint64(v))
	case float64:
		a.typ, a.value = float64Type(), binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))
	case bool:
		a.typ, a.value = boolType(), []byte{0}
		if v {
			a.value[0] = 1
		}
	default:
		return fmt.Errorf("hdf5 writer: attribute %s: %T is not string, int, int64, float64 or bool", name, value)
	}
	if len(name) > 1024 {
		return fmt.Errorf("hdf5 writer: an attribute name of %d bytes is too long", len(name))
	}
	for i := range *as {
		if (*as)[i].name == name {
			(*as)[i] = a
			return nil
		}
	}
	*as = append(*as, a)
	return nil
}

// encode gives the version 1 attribute message, specification IV.A.2.m.
func (a attribute) encode(w *Writer) []byte {
	value := a.value
	if a.text >= 0 {
		value = w.heap.reference(a.text)
	}
	space := scalarSpace()
	b := []byte{1, 0}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(a.name)+1))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(a.typ)))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(space)))
	b = pad8(append(append(b, a.name...), 0), len(a.name)+1)
	b = pad8(append(b, a.typ...), len(a.typ))
	b = append(b, space...)
	return append(b, value...)
}

// stringHeap keeps the texts of string attributes for global heap collections, specification III.E.
type stringHeap struct {
	texts []string
	refs  [][]byte
}

func (h *stringHeap) add(text string) int {
	h.texts = append(h.texts, text)
	return len(h.texts) - 1
}

// reference is the element that stands for text i: length, collection, index in the collection.
func (h *stringHeap) reference(i int) []byte { return h.refs[i] }

// perCollection keeps the 16-bit object index far from its end.
const perCollection = 1000

func (h *stringHeap) flush(w *Writer) {
	for start := 0; start < len(h.texts); start += perCollection {
		h.collection(w, h.texts[start:min(start+perCollection, len(h.texts))])
	}
}

func (h *stringHeap) collection(w *Writer, texts []string) {
	const minimum = 4096
	var body []byte
	for i, t := range texts {
		body = binary.LittleEndian.AppendUint16(body, uint16(i+1))
		body = append(body, 1, 0, 0, 0, 0, 0) // one reference
		body = append64(body, uint64(len(t)))
		body = pad8(append(body, t...), len(t))
	}
	if rest := minimum - 16 - len(body); rest > 0 {
		free := append64(make([]byte, 8), uint64(rest)) // object 0: the free space, its own header included
		body = append(body, free...)
		body = append(body, make([]byte, max(0, rest-len(free)))...)
	}
	b := append64([]byte("GCOL\x01\x00\x00\x00"), uint64(16+len(body)))
	at := w.alloc(append(b, body...))
	for i, t := range texts {
		ref := binary.LittleEndian.AppendUint32(nil, uint32(len(t)))
		ref = append64(ref, at)
		h.refs = append(h.refs, binary.LittleEndian.AppendUint32(ref, uint32(i+1)))
	}
}
