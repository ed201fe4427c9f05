//go:build !faultpoints

package tasks

// faultPoint marks a place where tests kill the process. See fault_on.go.
func faultPoint(string) {}
