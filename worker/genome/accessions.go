package genome

import "fmt"

// Names of the same sequences at NCBI (RefSeq assembly reports), which RefSeq's annotations use. A suffix is the version
// of a record: it differs between assemblies where the sequence does.
var (
	humanChroms = []string{"chr1", "chr2", "chr3", "chr4", "chr5", "chr6", "chr7", "chr8", "chr9", "chr10", "chr11", "chr12", "chr13", "chr14",
		"chr15", "chr16", "chr17", "chr18", "chr19", "chr20", "chr21", "chr22", "chrX", "chrY"}
	mouseChroms = append(append([]string{}, humanChroms[:19]...), "chrX", "chrY")
	fishChroms  = append(append([]string{}, humanChroms[:22]...), "chr23", "chr24", "chr25")

	hg38Versions  = []int{11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10}
	hg19Versions  = []int{10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9}
	mm39Versions  = []int{7, 8, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 8}
	mm10Versions  = []int{6, 7, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7}
	mm9Versions   = []int{5, 6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6}
	yeastVersions = []int{9, 8, 5, 10, 3, 8, 9, 5, 2, 9, 9, 5, 3, 8, 6, 4}
)

// refSeq makes names NC_00nnnn.v of consecutive numbers from first, and adds others.
func refSeq(chroms []string, first int, versions []int, others map[string]string) map[string]string {
	out := map[string]string{}
	for i, c := range chroms {
		out[fmt.Sprintf("NC_%06d.%d", first+i, versions[i])] = c
	}
	for name, c := range others {
		out[name] = c
	}
	return out
}

// same is one version for all chromosomes.
func same(version, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = version
	}
	return out
}
