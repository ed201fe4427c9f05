// Package contactcache keeps what of a contact map is asked for again and again, so that the second question about a map
// costs no decompression.
//
// # The concept
//
// Decompressing a level takes nearly all of the time that an average of it does. So the first question about a level
// reads all its pixels once, and leaves two things behind: a band (package band), the raw counts near the diagonal in a
// form that is mapped into memory, and the expected. The next question, about any region set, reads the rows of its
// windows from the band: microseconds per window. Windows that reach beyond the band, trans pairs for one, are swept for,
// but for the first time: then their pixels are set aside in the same pass, as long as they fit into some memory. Results
// are the same to the last bit every way.
//
// # The files
//
// A folder holds, for every map and level, SHA256-BINSIZE.band, and SHA256-BINSIZE-KEY.expected for every combination of
// weights and arms that was asked for (the key is a hash of both, so a changed weight column finds no old expected); the
// same with .between where pairs across arms or chromosomes were asked for, of all such pairs. They
// are written to a temporary file and renamed: several processes may use a folder at once, and at worst do the same work
// twice. Every file can be deleted at any time, also while it is used.
//
// A file that is damaged, or of another version, is deleted and made anew; when that is not possible (a full or
// read-only disk) the map itself is read instead: the cache can make nothing fail. When a new file makes the folder larger
// than Options.Limit, those used longest ago are deleted.
//
// # The trade-offs
//
// A band takes two to four bytes per pixel, so about as much as the level does in the .mcool. It is made of all rows at
// once, though a few regions would need only some: one pass over everything is simple, and soon pays off. Without a folder
// (Options.Dir is "") the band is a file without a name that lives as long as the Store: then an obs/exp average still
// decompresses everything only once, for the expected and the average together.
//
// The checksum of a segment is verified when it is first used. Mapped files are not read by the usual calls: a disk that
// fails later under a mapped file stops the process. Maps that store both triangles are not cached.
package contactcache
