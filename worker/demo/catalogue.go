package demo

// catalogue describes every file that a preset may have, in the order in which a user should meet them. Titles and
// descriptions are texts for the page.
var catalogue = []File{
	{Name: "wild_type.mcool", Kind: KindMap, Title: "Hi-C wild type",
		Description: "Synthetic contact map with TADs, convergent CTCF loops, stripes and compartments; balanced, with masked bins."},
	{Name: "cohesin_depleted.mcool", Kind: KindMap, Title: "Hi-C cohesin depleted",
		Description: "The same genome without cohesin: loops and insulation at 20 %, compartments stronger."},
	{Name: "CTCF.bw", Kind: KindTrack, Title: "CTCF ChIP-seq", Description: "Sharp peaks (sd 150 bp) at every CTCF site, height per site."},
	{Name: "H3K27ac.bw", Kind: KindTrack, Title: "H3K27ac ChIP-seq",
		Description: "Active promoters, asymmetric with strand, and enhancers; higher background in compartment A."},
	{Name: "H3K9me3.bw", Kind: KindTrack, Title: "H3K9me3 ChIP-seq", Description: "Broad, enriched in compartment B; steps of 2 kb."},
	{Name: "AB_compartments.bw", Kind: KindTrack, Title: "A/B compartment score",
		Description: "Positive in compartment A, negative in B; steps of 10 kb."},
	{Name: "CTCF_peaks.bed", Kind: KindRegions, SizeType: "point", Title: "CTCF peaks", Description: "Every CTCF site, with motif strand; score = peak height."},
	{Name: "CTCF_peaks.tsv", Kind: KindTable, Title: "CTCF peak table", Description: "Columns for CTCF_peaks.bed, row by row: height, class, number of loops, compartment score."},
	{Name: "TAD_boundaries.bed", Kind: KindRegions, SizeType: "point", Title: "TAD boundaries", Description: "Score = natural logarithm of the drop of contacts across the boundary."},
	{Name: "TADs.bed", Kind: KindRegions, SizeType: "interval", Title: "TADs", Description: "Score = length in bp."},
	{Name: "loops.bedpe", Kind: KindPairs, SizeType: "point", Title: "CTCF loops", Description: "Convergent CTCF sites; score = planted fold in the wild type, then distance and class."},
	{Name: "promoters.bed", Kind: KindRegions, SizeType: "point", Title: "Promoters", Description: "Transcription starts with strand; score = planted H3K27ac height, 0 where silent."},
	{Name: "enhancers.bed", Kind: KindRegions, SizeType: "point", Title: "Enhancers", Description: "Active enhancers without strand; score = planted H3K27ac height."},
	{Name: "compartment_borders.bed", Kind: KindRegions, SizeType: "point", Title: "Compartment borders", Description: "On the + strand A lies downstream, on the − strand upstream."},
	{Name: "compartments_A.bed", Kind: KindRegions, SizeType: "interval", Title: "A compartments", Description: "Domains of compartment A; score = strength."},
	{Name: "random_control.bed", Kind: KindRegions, SizeType: "point", Title: "Random control", Description: "As many random positions as there are CTCF peaks, off gaps."},
	{Name: "same70.bed", Kind: KindRegions, SizeType: "point", Title: "70 % at CTCF", Description: "70 % of the rows lie at a CTCF peak, 30 % anywhere."},
	{Name: "same30.bed", Kind: KindRegions, SizeType: "point", Title: "30 % at CTCF", Description: "30 % of the rows lie at a CTCF peak, 70 % anywhere."},
	{Name: "shift30k.bed", Kind: KindRegions, SizeType: "point", Title: "30 kb from CTCF", Description: "Positions 30 kb right of a CTCF peak."},
	{Name: "depleted.bed", Kind: KindRegions, SizeType: "point", Title: "Away from CTCF", Description: "Random positions at least 20 kb from every CTCF peak."},
	{Name: "genes.gtf", Kind: KindGenes, Title: "Synthetic genes", Description: "A gene GENE_n at every promoter TSS_n, and genes BORDER_n that start at the right CTCF site of TAD boundaries, whose starts carry no H3K27ac."},
	{Name: "chrom.sizes", Kind: KindAssembly, Title: "Chromosome sizes", Description: "Of the synthetic assembly."},
	{Name: "arms.csv", Kind: KindAssembly, Title: "Chromosome arms", Description: "Of the synthetic assembly."},
}
