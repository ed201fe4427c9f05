//go:build !unix

package standalone

import "os"

// lockFolder only opens the file: there is no portable lock on this system.
func lockFolder(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}
