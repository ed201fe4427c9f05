// Package bed reads and writes region sets: BED3 to BED12 and BEDPE, plain, gzip or bgzip.
//
// Format: https://samtools.github.io/hts-specs/BEDv1.pdf, BEDPE: https://bedtools.readthedocs.io/en/latest/content/general-usage.html
//
// Rows are tab separated, or blank separated where a row has no tab. Blank lines, lines that start with #, and track and
// browser lines carry no data. A first row that has text where numbers belong names the columns, provided that it has
// the shape of the next row and that row is right; so does a last comment line of that shape. Any other first row that
// does not parse is an error like everywhere else. All columns behind the coordinates are kept as text.
//
// A malformed row makes the whole file an error, which lists the first malformed rows with line, column and value, and
// how many there are. A chromosome that the assembly does not have is no error: such rows are kept and counted, since
// they may be known to the data (see Report). Coordinates are 0-based, half-open; start equal to end is a point.
//
// Differences to HiCognition: gzip is read; start > end, negative coordinates and ends beyond the chromosome are errors
// there unnoticed; the bare row "0 1 2 …" is data in both.
//
// Not supported: BED rows that a backslash continues, bigBed, BEDPE rows with an unknown end (".", -1).
package bed
