package cool

import (
	"testing"

	"regioscope/worker/format/mutants"
)

// Mutants of a real map: 400, or 2,000 in the long form of the tests.
func TestMutantsOfARealMap(t *testing.T) {
	file := mutants.Real(t, "hicog_tests/test.mcool", func() []byte { return unpack(t, "testdata/cooler.mcool.gz") })
	mutants.Check(t, file, mutants.Number(400), 1, visitReader, promised)
}
