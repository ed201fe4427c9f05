// Package npy reads and writes NumPy array files (.npy): the format of every array that Regioscope stores.
//
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
//
// Written: version 1.0, C order, little endian, float32, float64, int32 and int64, header padded so that the data start
// at a multiple of 64 bytes. A file can be written front to back (Writer), or row by row in any order (RowWriter).
//
// Read: versions 1.0, 2.0 and 3.0, either byte order, bool, integers of 1 to 8 bytes, float32 and float64. The size that
// the header states must be the size of the file, so that a broken header can never cause an allocation larger than the
// file. Row slices are read without touching the rest. Not read: object arrays, structured types, complex numbers, text.
//
// Npz (a zip of .npy members) is read for the reference results of tests; the product writes none.
package npy
