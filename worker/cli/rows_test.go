package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// The rows are written once each and in order, however many goroutines share them.
func TestRowsAreWrittenInOrder(t *testing.T) {
	for _, n := range []int{0, 1, rowsAtOnce - 1, rowsAtOnce, rowsAtOnce + 1, 5*rowsAtOnce + 3} {
		var want strings.Builder
		for i := range n {
			fmt.Fprintln(&want, i)
		}
		for _, threads := range []int{0, 1, 2, 3, 8} {
			var got bytes.Buffer
			err := writeRows(&got, n, threads, func(line []byte, i int) []byte { return fmt.Appendln(line, i) })
			if err != nil || got.String() != want.String() {
				t.Errorf("%d rows, %d threads: %d bytes, want %d; %v", n, threads, got.Len(), want.Len(), err)
			}
		}
	}
}

// A full disk is told, and ends the work.
func TestRowsTellWriteErrors(t *testing.T) {
	rows := 0
	err := writeRows(failing{}, 10*rowsAtOnce, 1, func(line []byte, _ int) []byte { rows++; return append(line, '\n') })
	if err == nil || rows != rowsAtOnce {
		t.Errorf("%v after %d rows", err, rows)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
