package cli

import (
	"io"
	"sync"
)

// rowsAtOnce is how many rows one goroutine of writeRows writes before the next part is shared out.
const rowsAtOnce = 2048

// writeRows writes the rows 0 to n of a table in order; row appends the text of one of them to line, and is called from
// several goroutines at once.
func writeRows(w io.Writer, n, threads int, row func(line []byte, i int) []byte) error {
	parts := make([][]byte, max(1, threads))
	for begin := 0; begin < n; begin += len(parts) * rowsAtOnce {
		var group sync.WaitGroup
		for k := range parts {
			group.Go(func() {
				first := min(n, begin+k*rowsAtOnce)
				parts[k] = parts[k][:0]
				for i := first; i < min(n, first+rowsAtOnce); i++ {
					parts[k] = row(parts[k], i)
				}
			})
		}
		group.Wait()
		for _, text := range parts {
			if _, err := w.Write(text); err != nil {
				return err
			}
		}
	}
	return nil
}
