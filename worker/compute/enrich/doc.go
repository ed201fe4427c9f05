// Package enrich tests whether other region sets lie at, or at a distance from, the regions of a set more often than by
// chance: the association of LOLA (Sheffield & Bock 2016), resolved along a window.
//
// The concept. Every region has a window of n bins. For bin k the query Q_k is the set of k-th bins of all regions, and a
// target set hits a bin that it overlaps by at least one base. Beside the query stands the universe, the bins that could
// have been in it. Per bin and target that is a 2×2 table
//
//	                  hit by the target   not hit
//	in the query             a               c
//	only in universe         b               d
//
// from which come the sample odds ratio a·d/(b·c) with its 95 % interval, the probability of so many hits, or more, or
// so few, or less, under the hypergeometric distribution (Fisher's exact test, one-sided, both ways), the count that is
// expected, (a+b)(a+c)/(a+b+c+d), and false discovery rates over all bins and targets. The support, as LOLA calls it, is a.
//
// The bins. Point sets: bins of the genome-wide grid of the bin size; bin n/2 is the one that holds the point, pos =
// (start+end)/2. Interval sets: from start − 0.2·length in n bins of ⌊length·percent/100⌋ bp. A bin that does not touch
// its chromosome is in no query, and targets end where the chromosome does. Equal bins count once: a, b, c and d are numbers of bins, not of regions; Result.Rows
// tells how many different windows the regions have.
//
// The universe is a choice, and named in the result, because the answer depends on it:
//
//   - Genome, the default. Point sets: all bins of the grid, the last of a chromosome cut at its end. Interval sets: the
//     genome tiled, end to end, with windows of the widths that the query's bins have, in an order shuffled with a fixed
//     seed, so that every stretch of the genome is cut into all widths. Tiles are not query bins: b and d count tiles.
//   - Queries: all bins of all windows. It asks where within the windows the target lies, and is blind to what raises or
//     lowers all of them.
//   - Regions: a region set of the user, such as all peaks, or tiles of the mappable genome. The elements of the universe
//     that overlap a bin of Q_k stand for it, so that a, b, c and d all count elements. This is what LOLA calls redefining
//     the user sets. LOLA without it subtracts hits of query regions from hits of universe regions; with bins of 10 kb and
//     a universe of peaks of 300 bp that compares widths, not places, and may leave negative cells. Where the query bins
//     are elements of the universe, as with a universe of tiles of the grid, both are the same.
//
// The steps, and their cost. Targets are merged into disjoint stretches. A window becomes a row of n bits per target: bit
// k tells whether bin k is hit. On the grid, the target is a bit set of genome bins and a row is cut out of it by shifts;
// for intervals, rows and stretches, both sorted, are swept once. Column sums of bits, by bit-sliced counters (carry-save
// addition on 64 columns at a time), are the a of all bins; which bins repeat, within and across windows, is settled
// once for all targets, by a mask per row. Nothing is recomputed per bin, and the universe is never compared with a
// target at all where it can be counted: bins of the grid by the bits set, tiles by arithmetic. So the time is about
// rows × targets × n/64 words, and the memory that of one target and its rows per thread. An Index keeps the rows of all
// targets, and answers for any subset of the regions by summing again: a few milliseconds.
//
// The numbers. Probabilities are −log10, computed in logarithms throughout (Loader 2000 for the density, a ratio series
// for the tail), so 10⁻⁵⁰⁰⁰ is as exact as 0.1. The 95 % interval is Woolf's (1955), on the logarithm of the odds ratio,
// as in scipy for the sample odds ratio; where a cell is 0, one half is added to every cell (Haldane 1956, Anscombe 1956)
// for the interval only, and its end towards the extreme is 0 or infinity itself. It is not Fisher's exact interval,
// which R gives beside the conditional estimate: that is wider for counts below about ten, costs thousands of times more,
// and the p-values beside it are exact anyway. An odds ratio of 0 is a number. An infinite one (b or c is 0) and an
// undefined one (a row or a column of the table is empty) are NaN, told apart by Flag; infinity is never stored.
// False discovery rates are Benjamini's and Hochberg's (1995) over all bins and targets of the result, of which an
// empty table is one, with p = 1; enrichment and depletion are two families.
//
// Strand. With Oriented, the bins of '-' regions run the other way. On the grid they are mirrored about the bin that
// holds the point, not about the middle of the window, so that bin n/2 stays the one that holds it.
//
// Where it differs. Numbers of HiCognition (pylola) are reproduced, a table for a table, with these exceptions:
// interval sets have the genome as default universe, HiCognition's is Queries; intervals too short for bins of 1 bp are
// lost and in the ledger, there they are empty bins in c and d; of pairs (BEDPE) as targets both anchors count, there
// the first; names of chromosomes are matched by the alias table. As in HiCognition, and only for interval sets, Queries
// has in d the bins that lie off the chromosomes (0.06 % in its own example), so that its numbers are found again. R's
// LOLA prints the conditional maximum likelihood estimate of the odds ratio, which differs from the sample odds ratio of
// scipy, pylola and this package in the fourth digit or later where counts are above a hundred.
package enrich
