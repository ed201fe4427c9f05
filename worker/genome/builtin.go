package genome

import (
	"embed"
	"fmt"
	"slices"
)

// The files are chrom.sizes files with the primary chromosomes only (no scaffolds, no alternative loci), and the
// centromeres of an assembly: chromosome and the position that parts its arms.
//
// Sizes: UCSC's chrom.sizes of each assembly. Centromeres: hg38 middle of the modelled centromere sequences (UCSC table
// centromeres); hg19 and hs1 where the two "acen" bands meet (UCSC cytoBand); sacCer3 middle of CEN1…CEN16 (SGD, R64).
//
//go:embed assemblies
var assemblyFiles embed.FS

// BuiltinAssembly is an assembly that needs no upload.
type BuiltinAssembly struct {
	Assembly
	Organism string
}

var builtins = []struct {
	name, organism string
	aliases        map[string]string
}{
	{"hg38", "Homo sapiens", refSeq(humanChroms, 1, hg38Versions, map[string]string{"NC_012920.1": "chrM"})},
	{"hg19", "Homo sapiens", refSeq(humanChroms, 1, hg19Versions, nil)}, // its chrM is NC_001807, which is not in RefSeq's files of GRCh37
	{"hs1", "Homo sapiens", refSeq(humanChroms, 60925, same(1, 24), nil)},
	{"mm39", "Mus musculus", refSeq(mouseChroms, 67, mm39Versions, map[string]string{"NC_005089.1": "chrM"})},
	{"mm10", "Mus musculus", refSeq(mouseChroms, 67, mm10Versions, map[string]string{"NC_005089.1": "chrM"})},
	{"mm9", "Mus musculus", refSeq(mouseChroms, 67, mm9Versions, map[string]string{"NC_005089.1": "chrM"})},
	{"danRer11", "Danio rerio", refSeq(fishChroms, 7112, same(7, 25), map[string]string{"NC_002333.2": "chrM"})},
	{"dm6", "Drosophila melanogaster", map[string]string{"mitochondrion_genome": "chrM", "dmel_mitochondrion_genome": "chrM",
		"NT_033779.5": "chr2L", "NT_033778.4": "chr2R", "NT_037436.4": "chr3L", "NT_033777.3": "chr3R", "NC_004353.4": "chr4",
		"NC_004354.4": "chrX", "NC_024512.1": "chrY", "NC_024511.2": "chrM"}},
	{"ce11", "Caenorhabditis elegans", map[string]string{"MtDNA": "chrM", "chrMtDNA": "chrM", "NC_003279.8": "chrI", "NC_003280.10": "chrII",
		"NC_003281.10": "chrIII", "NC_003282.8": "chrIV", "NC_003283.11": "chrV", "NC_003284.9": "chrX", "NC_001328.1": "chrM"}},
	{"sacCer3", "Saccharomyces cerevisiae", refSeq([]string{"chrI", "chrII", "chrIII", "chrIV", "chrV", "chrVI", "chrVII", "chrVIII", "chrIX",
		"chrX", "chrXI", "chrXII", "chrXIII", "chrXIV", "chrXV", "chrXVI"}, 1133, yeastVersions,
		map[string]string{"Mito": "chrM", "chrMito": "chrM", "NC_001224.1": "chrM"})},
}

// Builtin gives the built-in assemblies: hg38, hg19, hs1, mm39, mm10, mm9, danRer11, dm6, ce11 and sacCer3.
//
// hg38, hg19 (1–22, X; Y too in hg38), hs1 (1–22, X, Y) and sacCer3 (I–XVI) have two arms per chromosome, cut at the middle
// of the centromere. Mouse chromosomes are telocentric, dm6 already lists arms as chromosomes (2L, 2R …), worm
// chromosomes are holocentric and have no arms, and the centromeres of danRer11 are not placed: all these have one arm
// per chromosome, which is what an empty Arms means; so have the mitochondria.
// HiCognition's sacCer3 and mm9 arms are halves of the chromosomes; ours are the true centromeres, or none.
func Builtin() []BuiltinAssembly {
	out := make([]BuiltinAssembly, 0, len(builtins))
	for _, b := range builtins {
		a, err := loadBuiltin(b.name)
		if err != nil {
			panic("genome: " + err.Error()) // the embedded files are fixed at build time and read by a test
		}
		a.Aliases = b.aliases
		out = append(out, BuiltinAssembly{Assembly: a, Organism: b.organism})
	}
	return out
}

func loadBuiltin(name string) (Assembly, error) {
	a := Assembly{Name: name}
	f, err := assemblyFiles.Open("assemblies/" + name + ".chrom.sizes")
	if err != nil {
		return a, err
	}
	defer f.Close()
	if a.Chroms, err = ReadSizes(f); err != nil {
		return a, fmt.Errorf("%s: %w", name, err)
	}
	c, err := assemblyFiles.Open("assemblies/" + name + ".centromeres")
	if err != nil {
		return a, nil
	}
	defer c.Close()
	cuts, err := ReadSizes(c)
	if err != nil {
		return a, fmt.Errorf("%s: %w", name, err)
	}
	for _, chrom := range a.Chroms {
		i := slices.IndexFunc(cuts, func(c Chrom) bool { return c.Name == chrom.Name })
		if i < 0 {
			continue
		}
		a.Arms = append(a.Arms, Interval{chrom.Name, 0, cuts[i].Length}, Interval{chrom.Name, cuts[i].Length, chrom.Length})
	}
	return a, nil
}
