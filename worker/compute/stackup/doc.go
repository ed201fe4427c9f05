// Package stackup cuts a signal track at many regions: one row per region, one column per bin, and the average profile.
//
// The concept. A bin's value is the mean of the signal over the bases of the bin that the track covers, computed from the
// full-resolution data at every bin size, never from zoom levels. Point sets are cut from pos−W to pos+W around
// pos = (start+end)/2, in 2·⌊W/b⌋ bins; the window is not aligned to anything, so that the point is always the border of
// the two middle bins. Interval sets are enlarged by a fifth on both sides and rescaled to 140, 70 or 28 bins. Bin i of n
// over L bases from s is [s + ⌊L·i/n⌋, s + ⌊L·(i+1)/n⌋), but at least one base.
//
// What missing means. A bin without a covered base is NaN (or 0 if asked for). A bin that is not wholly inside the
// chromosome is always NaN: one whose nominal start, s + i·⌊L/n⌋, is before it, or whose end is behind its end. Stored NaN
// and infinite values count as not covered. A region on a chromosome that the track does not have is a row of NaN, and is
// in the ledger. Zero is only ever a measured zero.
//
// The cost. A user asks for some thirty pairs of window and bin at once, and may bring 65,000 regions. Asking a bigWig
// reader region by region would inflate the same blocks thousands of times. So regions are sorted by position, and every
// block that a window touches is inflated once, as far as the last window in it reaches, and kept just as long as a window
// needs it. Goroutines take what is next, a block to decode or a group of rows to cut, so that all of them are busy to
// the end on one chromosome as on many.
//
// A decoded block (page) carries the running sums of value × length and of covered length before every eighth interval.
// The sums at the two borders of a bin give the bin, however many intervals it holds (minimum and maximum, which have no
// running form, visit them). The windows of a stack lie within one another, and what borders they share is looked up once
// a region: of the 2800 bins of thirty pairs, 1100 remain. The running sum is kept as an unevaluated pair of float64
// (error-free addition, Knuth 1969): differences of plain sums would lose the quiet bins behind a peak a billion times
// larger. Pages are joined in file order, so a bin's value does not depend on what happened to be in memory or on the
// number of threads.
//
// Memory. Rows go to a Stack as soon as they are complete: a .npy file, or memory. What is held is the stretch of track
// under the widest open window (15 bytes per interval), what is read ahead, and a group of rows per thread. The profile is
// made from the finished stack in row order (Aggregate), medians exactly, a block of columns at a time. So is the profile
// of any subset of its rows, at any later time, without the signal.
//
// What it gives up. Where windows end within a block, the rest of the block is not looked at: its checksum, which is over
// all of it, is not verified, and intervals that overlap there are not noticed (package bbi). With windows of 10 kb that
// is a third of the inflating.
//
// Strand. With Oriented, the rows of regions on the '-' strand are reversed. A pair (BEDPE) gives one stack per side,
// oriented by the strand of the anchor on that side.
//
// Where it differs. HiCognition (pybbi with zoom levels allowed) takes bins at least twice as wide as the first zoom
// level from zoom data, an approximation; it fails when a window starts behind the chromosome end, where there is a row of
// NaN here. In pybbi and pyBigWig one stored NaN makes every bin that it touches NaN; here the bin is the mean over its
// other covered bases. With missing = zero deepTools counts uncovered bases within a bin as zero; here, as in pybbi, only
// bins without any covered base become zero and the others stay means over covered bases. A track whose intervals overlap
// is refused, since a mean is then not defined; UCSC tools count such bases twice.
package stackup
