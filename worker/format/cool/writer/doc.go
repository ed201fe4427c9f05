// Package writer makes multi-resolution cooler files: it coarsens a contact matrix, balances it and stores it.
//
// The file follows the cooler schema version 3 and the .mcool layout version 2
// (https://cooler.readthedocs.io/en/latest/schema.html): one cooler per bin size in /resolutions/N, fixed bins, the upper
// triangle of a symmetric matrix, int32 counts, gzip and shuffle. It is read by cooler, cooltools, HiGlass and the reader
// in the parent package.
//
// A Matrix is held in memory in compressed rows, 8 bytes per pixel; a table of 40 million pixels takes 320 MB. The HDF5
// bytes are streamed. Equal input gives equal bytes on any number of cores.
//
// Not supported: bins of variable width, float counts, square storage, cis-only or trans-only balancing, and counts
// above 2³¹−1 (an error).
package writer
