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
// reader region by region would inflate the same blocks thousands of times. So regions are sorted by position, the
// blocks that any window touches are inflated once in file order, and kept just as long as a window needs them. The
// stretch in memory carries running sums of value × length and of covered length before every interval, so that every
// bin of every region and pair costs two look-ups, found by galloping from the previous bin, however many intervals it
// holds (minimum and maximum, which have no running form, visit them). The running sum is kept as an unevaluated pair of
// float64 (error-free addition, Knuth 1969, Dekker 1971): differences of plain sums would lose the quiet bins behind a
// peak a billion times larger. The sum runs over the whole chromosome, so a bin's value does not depend on what happened
// to be in memory, on the batch, or on the number of threads.
//
// Memory. Rows go to a Stack as soon as they are complete: a .npy file, or memory. What is held is the stretch of track
// under the widest open window (32 bytes per interval) and a batch of rows. The profile is made from
// the finished stack in row order (Aggregate), medians exactly, a block of columns at a time. So is the profile of any
// subset of its rows, at any later time, without the signal.
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
