// Package genes reads gene annotations: GTF, GFF3 and BED12, also gzipped. The format is known from the content.
//
// Coordinates of genes and exons are 0-based, half-open, in base pairs; those of GTF and GFF3 files, which count from 1 and
// include the end, are converted. The exons of a gene are the union of those of its transcripts. Chromosome names are
// resolved as everywhere (genome.Names); genes on chromosomes that the assembly does not have are left out and counted.
//
// A gene of a GTF file is all features of one gene_id on one chromosome and strand. A gene of a GFF3 file is a feature
// whose type ends in "gene", with the exons below it, however deep. The rows of a BED12 file with one name, chromosome and
// strand are one gene.
//
// Memory is bounded: by the genes and their merged exons, of which there may be at most MaxGenes and MaxExons, and by
// the identifiers that GFF3 links with; lines may have MaxLine bytes.
//
// GTF: Ensembl's description of GTF 2.2. GFF3: the Sequence Ontology's specification, version 1.26. BED12: UCSC's.
package genes
