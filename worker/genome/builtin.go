package genome

import (
	"embed"
	"fmt"
	"slices"
)

// The files are chrom.sizes files with the primary chromosomes only (no scaffolds, no alternative loci), and the
// centromeres of an assembly: chromosome and the position that parts its arms.
//
// Sizes: UCSC hg38, hg19, mm10, dm6, sacCer3 chrom.sizes. Centromeres: hg38 middle of the modelled centromere
// sequences, hg19 middle of the "acen" bands (UCSC cytoBand); sacCer3 middle of CEN1…CEN16 (SGD, R64).
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
	{"hg38", "Homo sapiens", nil},
	{"hg19", "Homo sapiens", nil},
	{"mm10", "Mus musculus", nil},
	{"dm6", "Drosophila melanogaster", map[string]string{"mitochondrion_genome": "chrM", "dmel_mitochondrion_genome": "chrM"}},
	{"sacCer3", "Saccharomyces cerevisiae", map[string]string{"Mito": "chrM", "chrMito": "chrM"}},
}

// Builtin gives the built-in assemblies: hg38, hg19, mm10, dm6 and sacCer3.
//
// hg38, hg19 (1–22, X; Y too in hg38) and sacCer3 (I–XVI) have two arms per chromosome, cut at the middle of the
// centromere. Mouse chromosomes are acrocentric and dm6 already lists arms as chromosomes (2L, 2R …), so both have one
// arm per chromosome, which is what an empty Arms means; so have the mitochondria.
// HiCognition's sacCer3 arms are halves of the chromosomes; ours are the true centromeres.
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
