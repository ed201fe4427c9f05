//go:build !faultpoints

package tasks

import "regioscope/backend/core"

// faultPoint marks a place where tests kill the process. See fault_on.go.
func faultPoint(string) {}

// faultBlobs makes every access to files such a place.
func faultBlobs(b core.Blobs) core.Blobs { return b }
