// Package writer writes HDF5 files: groups, one-dimensional datasets and attributes, enough for cooler files, in the
// oldest and most widely read form of the format.
//
// Every file has superblock version 0, version 1 object headers, symbol-table groups (version 1 B-tree, local heap,
// symbol nodes) and, for chunked datasets, a version 1 chunk B-tree. Any HDF5 library since 1.4 reads that, and so do
// h5py, cooler and the reader in the parent package. The layout follows the HDF5 File Format Specification, version 3.0
// (https://docs.hdfgroup.org/hdf5/v1_14/_f_m_t3.html).
//
// The file is written front to back: chunks go out as they fill, compressed on several goroutines but stored in the
// order in which they were appended, and the metadata follows when the file is closed. Memory is therefore a few chunks
// per open dataset plus 24 bytes per finished chunk, whatever the size of the tables. Equal input gives equal bytes on
// any number of cores: no times and no addresses of this process are stored.
//
// Not supported: more than one dimension, resizing or reopening a file, references, compound types, variable-length
// strings in datasets (attributes have them), links other than hard links, groups with equal member names, and object
// headers above 64 KiB per message (an enum of more than about 3,000 names; see EnumFits).
package writer
