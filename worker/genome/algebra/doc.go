// Package algebra makes regions of regions: what two sets share, what one has and another has not, what lies near what.
//
// Everything works on Spans, half-open stretches on numbered chromosomes, in sweeps over sorted lists: sorting costs
// n log n (n when the list is in order already), everything after it grows with the number of regions read and written,
// never with their product. Other sets are first merged into the stretches that they cover, so that a base counts once,
// however many of their regions lie over it; only Nearest, which names the region that it found, does not.
//
// The meaning is that of bedtools 2.30 (https://bedtools.readthedocs.io), which users of the field expect:
//
//	Overlaps           intersect -u, and the rest intersect -v, which is subtract -A
//	Common             intersect with the merged other set
//	Without            subtract
//	Match              intersect -f F, with -s or -S; what it matches at all is that of intersect -u, Rest is subtract -f F
//	Merge              merge -d
//	Nearest            closest -d -t first
//	Extend             slop -l -r, with -s when stranded
//	Flanks             flank -l -r, with -s when stranded
//
// It differs where bedtools is of no help:
//
//   - A region of no width, a point, counts as its one base [p, p+1). bedtools widens it by one base to both sides.
//   - Common reports a base of a region once. bedtools reports it once for every region of the other set over it.
//   - Strands decide what is upstream, and which regions count where Match is asked to; else regions on different strands do
//     overlap.
//   - A fraction is one of the region as it is in its set, with several other sets, too.
//   - Results are in the order of the first set, not sorted.
//   - Shuffle keeps a region on its chromosome arm, so that the background of distances to centromere and telomere, and of
//     contacts within arms, stays what it was. bedtools shuffle keeps the chromosome, with -chrom. Its random numbers are
//     others than ours: the same seed gives the same regions here, on every machine, not those of bedtools.
package algebra
