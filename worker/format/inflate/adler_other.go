//go:build !amd64

package inflate

// adler is the Adler-32 checksum of b.
func adler(b []byte) uint32 { return adlerGo(1, 0, b) }
