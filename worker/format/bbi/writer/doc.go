// Package writer writes bigWig files: version 4, little-endian, deflated blocks of bedGraph or fixedStep items, a total
// summary and zoom levels. The layout is the one of Kent et al., Bioinformatics 26:2204 (2010), supplement tables 5–19;
// pyBigWig, the UCSC tools, IGV and the reader in the parent package read it.
//
// Items are added chromosome by chromosome in file order, each beginning at or after the end of the one before. Data
// blocks are written as they fill; zoom levels are kept compressed in memory until Close. Nothing of the clock or the
// machine is stored, so equal input gives equal bytes.
//
// Not supported: bigBed, varStep blocks, big-endian files, values that are not finite, and appending to a file.
package writer
