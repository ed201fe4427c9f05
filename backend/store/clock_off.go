//go:build !faultpoints

package store

import "time"

// localNow is the clock of this machine. See clock_on.go.
func localNow() time.Time { return time.Now() }
