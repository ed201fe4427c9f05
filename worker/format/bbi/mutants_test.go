package bbi

import (
	"encoding/binary"
	"io"
	"testing"

	"regioscope/worker/format/mutants"
)

// use reads everything a file offers.
func use(r io.ReaderAt, size int64) error {
	f, err := Open(r, size)
	if err != nil {
		return err
	}
	for _, c := range f.Chroms() {
		if err := each(f, c.Name, whole, func([]Interval) {}); err != nil {
			return err
		}
	}
	return nil
}

// Mutants of a real file: 2,000 of them.
func TestMutantsOfARealFile(t *testing.T) {
	file := mutants.Real(t, "hicog_tests/4DNFI29ICQ36.bw", func() []byte { return build(binary.LittleEndian, true, 3, testChroms, testSections()) })
	mutants.Check(t, file, 2000, 1, use, knownError)
}
