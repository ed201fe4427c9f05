// Package pileup averages a contact map around many regions: the 2D average.
//
// # The concept
//
// Every region has a window of rows (around its first anchor) and a window of columns (around its second; the same for
// one-dimensional sets). The snippet of the region is the map inside that rectangle, and the result is, per cell, the
// sum, the number of finite values and the sum of squares over all snippets; mean and standard error follow from these.
// Three kinds of value come out of one pass: raw counts, iccf (count × weight × weight) and oe (iccf ÷ the expected of
// the region's arm at that distance).
//
// # What missing means
//
// A cell is NaN in a snippet when its row or column bin is masked (no finite weight), when it lies outside the arm
// (Edge), and in oe also where the expected is NaN or zero. A pixel that the file does not store, between two valid
// bins, is a measured zero. Infinity does not occur.
//
// # The steps
//
//  1. Place: each region gets its windows, its arm and its line in the ledger. Windows are sorted by first row.
//
//  2. Sweep: the pixel rows that any window touches are read once, in file order. The part of a row that some window
//     needs is kept in a band, a small sparse matrix of recent rows.
//
//  3. Add: when the band holds all rows of a window, its stored pixels are added to the sums; then its rows leave the
//     band. Absent pixels cost nothing. A window on the diagonal reads only the stored triangle, and the sum is mirrored
//     at the end; a window elsewhere also reads the transpose of what lies below the diagonal.
//
//  4. Count: the number of finite values per cell needs no pixels. It is the number of windows whose row bin and column
//     bin are both valid: the number of windows, less those with the row masked, less those with the column masked,
//     plus those with both masked. For oe the windows of arms and distances with the same undefined diagonals are
//     counted together, and those diagonals left out.
//
//  5. Keep of every region its score, how much data it has (Quality), and on demand its vector: the snippet blurred and
//     shrunk to 10×10, made from the stored pixels like the sums. They are what sorting, embedding and tests work on.
//
//  6. Score the average, with an interval from resampling the regions (AverageScore).
//
// # Why so
//
// Fetching each snippet by itself, as cooltools and HiCognition do, decompresses the same chunks again and again and
// handles dense arrays that are mostly zeros. Here each chunk is decompressed once for all windows, sizes and values of
// a level; time grows with the pixels read and the pixels inside windows. Memory is the band, which depends on the
// height of the windows, and the sums, never regions × cells.
//
// The windows of one job are dealt in sorted order, some in a row, to a fixed number of lanes with sums of their own, which
// are added up in order at the end. Goroutines pick lanes, so that the result is the same to the last bit for any number
// of threads, and for any other jobs and values in the same call.
//
// Windows of a large set overlap. So the rows that the windows of one turn of a lane have in common are decoded and weighted
// once, into lines with zeros for absent pixels (slab), and a window is added line by line: numbers that lie side by side,
// two at a time. Where nearly everything is empty, at fine resolutions, stored pixels are added one by one instead. Both
// ways add the same numbers in the same order.
//
// Intervals are rescaled from such lines as well: the result for a window on the diagonal is symmetric, so only half of it
// is computed (triangle). The kernels of the sizes are made once.
//
// # A second question
//
// Once the pixels near the diagonal are at hand in a form that gives any row at once (Near; package contactcache keeps
// it), a window that lies among them needs no sweep. It is read by itself, into a small band of its own, and takes its
// turn in its lane, so every addition happens in the same order as with a sweep: not a bit differs. Only windows that
// reach farther are swept for. Windows are walked along the genome, all lanes together, so that each part of what is near
// is looked at once.
//
// Somebody who chooses regions on a page asks for one subset of the same set after the other. Prepared keeps what these have
// in common, the placed windows in order, weights and expected; then any rows are averaged from what is near alone, and are
// to the last bit what Compute makes of them from scratch. Rescaling an interval takes fifty times as long as adding it, so
// rescaled snippets can be kept (Keep); they are rounded to 32 bits before they are added, there and in Compute. Nothing is subtracted from totals that are known: that would
// cost digits where a few regions hold most of the contacts, and for half of a set it would save nothing.
//
// # Differences from other tools
//
//   - Pairs whose window crosses the diagonal read the symmetric matrix, as HiCognition does; cooltools and coolpup.py
//     leave the cells below the diagonal out.
//   - oe on diagonals without an expected is NaN; in HiCognition it is infinite.
//   - Interval snippets with missing cells are rescaled from what is there (see rescale); skimage lets NaN spread.
//   - Pairs across chromosomes have all values; HiCognition and cooltools drop them. Pairs across the arms of one
//     chromosome are dropped like there, and named in the ledger, unless CrossArm is set. The oe of such pairs is divided
//     by the expected between the two arms, or between the two chromosomes (see Between).
package pileup
