// Package inflate decompresses zlib streams that are whole in memory into a buffer of known size.
//
// # Why not the library
//
// The chunks of a contact map and the blocks of a bigWig file are small zlib streams: their compressed bytes are all
// there before the first is decoded, and the size of the output is known. A decoder for io.Reader can use neither: it
// fetches its input byte by byte, keeps a window of 32 KiB of what it wrote, and copies everything twice. Here the
// output is the window, the input is loaded eight bytes at a time, and matches are copied in words. On the columns of a
// contact map that is two to three times as fast, and inflating is most of the time that reading one takes.
//
// # How
//
// Codes are decoded with one look-up of 10 bits; the few longer ones take a second (section 3.2 of RFC 1951 says what
// they are). As long as there are eight bytes of input and a match's length of room for output left, nothing has to be
// checked per byte; the last few hundred bytes go through a second loop that checks everything. The first loop exists
// twice, in Go and, for amd64 with BMI2, in assembly, where it needs two thirds of the time; tests and fuzzing run both.
//
// Who needs the beginning of a stream only can stop there: Begin and Next decompress in pieces. What they give up is the
// checksum, which is over the whole stream.
//
// # What is accepted
//
// Exactly the streams that compress/flate accepts; fuzzing compares the two. The checksum (Adler-32, RFC 1950) is
// verified. Bytes after the end of the stream are ignored. Preset dictionaries are not supported.
package inflate
