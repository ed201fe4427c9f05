// Package cool reads contact maps in the cooler format: .mcool files with several resolutions and .cool files with one.
//
// The schema is described at https://cooler.readthedocs.io/en/latest/schema.html (versions 2 and 3 are read). Bins are
// numbered from 0 over the whole genome, in the order of the file's chromosomes; coordinates are 0-based, half-open bp.
// A pixel is (row bin, column bin, count); pixels are sorted by row, then column, and indexes/bin1_offset gives the
// pixels of each row, so the row column itself is never needed. In the usual storage mode, symmetric-upper, only pixels
// with row ≤ column exist and stand for both triangles.
//
// A map is read by sweeping over ranges of pixels (Level.Sweep), each chunk decompressed once, and not by queries for
// small rectangles, which would decompress the same chunks again and again.
//
// Not supported: bins of unequal size (restriction fragments), single-cell collections (.scool), value columns other
// than count, and what package hdf5 leaves out.
package cool
