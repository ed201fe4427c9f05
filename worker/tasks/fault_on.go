//go:build faultpoints

package tasks

import (
	"fmt"
	"os"
)

// faultPoint stops the work at the point that REGIOSCOPE_TEST_STOP_AT names, for a test to kill the process there. Only
// programs built with the tag faultpoints have it.
func faultPoint(name string) {
	if os.Getenv("REGIOSCOPE_TEST_STOP_AT") == name {
		fmt.Println("stopped at", name)
		select {}
	}
}
