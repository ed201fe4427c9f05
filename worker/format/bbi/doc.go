// Package bbi reads signal tracks in bigWig files.
//
// Format: Kent et al., BigWig and BigBed, Bioinformatics 26 (2010), 2204, supplement;
// https://genome.ucsc.edu/goldenPath/help/bigWig.html
//
// Read: versions 1 to 4, both byte orders, compressed and plain data blocks, the three section types (bedGraph,
// variableStep, fixedStep), the chromosome tree, the index of the data, the list of zoom levels and the total summary.
// Not read: zoom data (every value that Regioscope shows comes from the full resolution), bigBed, remote files.
//
// Open reads and checks the trees. Blocks lists the blocks under some stretches of a chromosome, and Read decodes one of
// them, or its beginning, into a buffer that is used again and again; which goroutine reads which block is up to the
// caller. Stored NaN is handed over as it is: callers count it as not covered.
//
// A file may be arbitrarily broken. Offsets are checked against the file, a tree node is read once and all nodes together
// are never more than the file, depth is limited, and a block is at most what its 16 bit item count allows (768 KiB).
// Defects come as *FormatError with the offset.
package bbi
