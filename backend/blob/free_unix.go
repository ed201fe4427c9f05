//go:build unix

package blob

import (
	"fmt"
	"math"
	"syscall"
)

// freeSpace is what a process without privileges may still write.
func freeSpace(dir string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, fmt.Errorf("blob: %w", err)
	}
	free := float64(fs.Bavail) * float64(fs.Bsize)
	return int64(min(free, math.MaxInt64/2)), nil
}
