//go:build faultpoints

package store

import (
	"os"
	"time"
)

// localNow is the clock of a machine that is wrong by REGIOSCOPE_TEST_CLOCK. Only programs built with the tag faultpoints
// can have one.
func localNow() time.Time {
	off, _ := time.ParseDuration(os.Getenv("REGIOSCOPE_TEST_CLOCK"))
	return time.Now().Add(off)
}
