// Package band stores the pixels near the diagonal of a contact map so that any row of them can be read at once.
//
// # The concept
//
// Almost every question about a region set looks at pixels near the diagonal: a window of 2 Mb around a point reaches 2 Mb
// from it, a loop a few. In an .mcool they are spread over compressed chunks of whole rows, so that one window costs the
// decompression of all it touches. A band holds them once more, uncompressed and in the narrowest integers that fit
// (typically three bytes per pixel), to be mapped into memory: a row is found in two look-ups, and what is not asked for
// is not even read from disk. It holds raw counts. Balancing weights and expected are small, and kept apart, so that
// another weight column needs no other band.
//
// # The file
//
// All numbers are little endian. Page 0 (4096 bytes) is the header:
//
//	 0  8  "RGSCBAND"
//	 8  4  version, 1
//	12  4  CRC-32C of the bytes 16 to 4095
//	16 32  SHA-256 of the contact map's file
//	48  8  bin size, bp
//	56  8  number of bins
//	64  8  number of pixels of the whole level
//	72  4  width: the pixels with column − row below it are here
//	76  4  rows per segment, 512
//	80  8  offset of the segment table
//	88  4  number of segments
//	92  4  CRC-32C of the segment table
//	96  8  number of pixels here
//
// A segment holds 512 rows and begins on a page of its own: for each row the number of the segment's pixels before it
// (512 + 1 times 4 bytes), the distances column − row of all pixels, the counts of all pixels; each of the three begins at
// a multiple of 8. The segment table has 32 bytes for each: offset (8), length in bytes (4), CRC-32C (4), pixels (4), type
// of distances (1) and of counts (1), ten zeros. Types: 1, 2, 4 = unsigned integers of so many bytes; 5 = float32, 9 =
// float64 (counts). Each segment has the narrowest that hold its numbers exactly. The order of pixels is that of the map.
//
// # Trust
//
// A band is a copy and can be made again at any time, so a file that is not exactly as described is ErrDamaged and not
// repaired. Header and table are checked when it is opened, a segment when it is first looked at. Files are not synced to
// disk when they are written: after a crash, the checksums tell. Only maps that store one triangle have bands.
package band
