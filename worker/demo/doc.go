// Package demo makes a synthetic genome with everything that Regioscope shows: contact maps, signal tracks and region
// sets that belong together, because all of them are drawn from one model whose parameters are known.
//
// The model of a chromosome is a list of facts (model.go): gaps and stretches of low coverage, TADs and the strengths of
// the boundaries between them, CTCF sites with strand and height, loops between convergent sites, A and B compartments,
// promoters and enhancers. Three kinds of files are derived from it:
//
//   - Contact maps (contacts.go). The expected count of a pixel is K · bᵢ · bⱼ · P(d) · F(i, j): a multiplicative bias b per
//     bin, which balancing has to find again; a decay P with the shoulder that loop extrusion leaves; and a factor F of
//     insulation, stripes and compartments. Loops add (fold − 1) times that expectation under a Gaussian spot. Contacts are
//     drawn one by one, so that pixels are Poisson and every level of a file is the exact sum of the level below. A second
//     map has the same chromosomes without cohesin: loops and insulation are weak, compartments stronger.
//   - Tracks (tracks.go): CTCF ChIP, H3K27ac, H3K9me3 and an A/B score, with noise and with stretches that are not covered.
//   - Region sets (regions.go): what a peak caller, a TAD caller and a loop caller would have found, sets that overlap the
//     CTCF sites to a stated degree, and a random control.
//   - Genes (genes.go): an annotation whose transcription starts are the promoters of the model, and some boundaries.
//
// truth.json states what was planted. Everything follows from preset, scale and seed; on one platform equal options give
// equal bytes, whatever the number of cores (floating-point contraction may differ between processor families).
package demo
