package writer

import "encoding/binary"

// Header message types, specification IV.A.2.
const (
	msgDataspace   = 0x01
	msgDatatype    = 0x03
	msgFillValue   = 0x05
	msgLayout      = 0x08
	msgFilters     = 0x0B
	msgAttribute   = 0x0C
	msgSymbolTable = 0x11
)

// header is a version 1 object header in one block.
type header struct {
	n    int
	body []byte
}

func (h *header) add(kind uint16, data []byte) {
	size := (len(data) + 7) &^ 7
	h.body = binary.LittleEndian.AppendUint16(h.body, kind)
	h.body = binary.LittleEndian.AppendUint16(h.body, uint16(size))
	h.body = append(h.body, 0, 0, 0, 0)
	h.body = append(h.body, data...)
	h.body = pad8(h.body, len(data))
	h.n++
}

func (h *header) addAttrs(w *Writer, attrs attributes) {
	for _, a := range attrs {
		h.add(msgAttribute, a.encode(w))
	}
}

func (h *header) write(w *Writer) uint64 {
	b := []byte{1, 0}
	b = binary.LittleEndian.AppendUint16(b, uint16(h.n))
	b = binary.LittleEndian.AppendUint32(b, 1) // one hard link
	b = binary.LittleEndian.AppendUint32(b, uint32(len(h.body)))
	b = append(b, 0, 0, 0, 0)
	return w.alloc(append(b, h.body...))
}

// dataspace is a version 1 message of one dimension; unlimited leaves the maximum open, as cooler does for chunked data.
func dataspace(n uint64, unlimited bool) []byte {
	limit := n
	if unlimited {
		limit = undefined
	}
	return append64([]byte{1, 1, 1, 0, 0, 0, 0, 0}, n, limit)
}

func scalarSpace() []byte { return []byte{1, 0, 0, 0, 0, 0, 0, 0} }
