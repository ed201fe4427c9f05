// Package expected computes the cis expected of a contact map: for every region of a view (a chromosome arm, mostly)
// and every distance between two bins, the mean balanced contact frequency of all valid pixels at that distance.
//
// # The concept
//
// Contact frequency falls with distance so steeply that nothing can be compared across distances before the fall is
// divided out. Because arms differ in their fall (and the centromere is no ordinary stretch), each arm has a table of
// its own. For a distance of d bins in an arm of n bins there are n−d pixels; a pixel counts when neither of its bins is
// masked. The expected is the sum of the balanced values of those pixels over their number; pixels that are not stored
// are measured zeros, so they are in the number and add nothing to the sum.
//
// # The steps
//
// One sweep over the pixels of all rows that belong to any region of the view: each stored pixel with both bins in the
// region is added to its diagonal. The number of valid pixels never looks at pixels or pairs: n(d) = Σᵢ m(i)·m(i+d) for
// the 0/1 mask m is its autocorrelation. Where few bins are masked it follows from the pairs of these, else one Fourier
// transform gives it for all d at once (rounded to the integers they are). The sweep adds in file order on one goroutine,
// while the reader decodes ahead on others, so the result is the same to the last bit for any number of threads. Memory is
// a few numbers per diagonal.
//
// # Where it agrees and differs
//
// The regions' bins reach from floor(start/b) to ceil(end/b), so a bin on an arm border belongs to both arms. That is
// what cooltools 0.4 and HiCognition do; cooltools 0.7 gives such a bin to one arm, and so differs in the first digits
// of views whose ends are not on bin borders. Values are those of cooltools expected_cis without smoothing. CountSum
// includes the raw counts of masked bins, as in HiCognition; cooltools 0.7 leaves them out. The first diagonals
// (2 by default, where ligation artefacts dominate) are NaN; HiCognition writes zeros there, which cannot be told from
// a measured zero.
//
// # Contacts that leave their arm
//
// Pairs of regions may lie in two arms of one chromosome, or on two chromosomes. What they are compared with is in
// Between: by distance for two arms, one mean for two chromosomes. It takes a sweep of its own, over the rows of the
// pairs that are asked for only, because few questions need it and it has to read the trans pixels.
package expected
