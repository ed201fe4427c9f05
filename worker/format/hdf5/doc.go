// Package hdf5 reads HDF5 files in pure Go, as far as contact maps (and files like them) need it: groups, attributes and
// one-dimensional arrays of numbers and text.
//
// The format is "HDF5 File Format Specification Version 3.0", https://docs.hdfgroup.org/hdf5/v1_14/_f_m_t3.html. What every
// libver setting of h5py writes can be read: superblocks 0 to 3; object headers of both versions; groups as symbol
// tables, link messages and dense links; compact and dense attributes; contiguous, compact and chunked data with all
// six chunk indexes; integers, IEEE floats, enums, fixed and variable-length text; the filters deflate, shuffle,
// fletcher32, LZF and zstd.
//
// Not supported, each with an error that says so and wraps ErrUnsupported: arrays of two and more dimensions, compound,
// array, reference and other types, virtual datasets, data and links in other files, the shared message table, the
// filters szip, nbit, scale-offset, blosc and others, compressed or huge objects in fractal heaps, files split over
// several. Checksums of metadata are not verified, those of data are.
//
// A file is never trusted: what one call allocates is bounded by twice the file's size plus 64 MiB, structures that
// refer to themselves are found, and whatever contradicts the format is a *FormatError that names the place.
package hdf5
