package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// progress prints how far a command is, on one line, when w is a terminal.
type progress struct {
	mu   sync.Mutex
	w    io.Writer
	last time.Time
	long bool
}

func newProgress(w io.Writer) *progress {
	file, ok := w.(*os.File)
	if !ok {
		return &progress{}
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{w: w}
}

// report gives the callback for one step of the work.
func (p *progress) report(step string) func(done, total int64) {
	return func(done, total int64) {
		if p.w == nil || total <= 0 {
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if now := time.Now(); now.Sub(p.last) >= 200*time.Millisecond || done == total {
			p.last, p.long = now, true
			fmt.Fprintf(p.w, "\r\033[K%s %d %%", step, 100*done/total)
		}
	}
}

// end leaves a clean line.
func (p *progress) end() {
	if p.w != nil && p.long {
		fmt.Fprint(p.w, "\r\033[K")
	}
}
