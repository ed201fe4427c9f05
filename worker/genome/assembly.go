package genome

import (
	"fmt"
	"strings"
)

// Chrom is one chromosome of an assembly or of a file.
type Chrom struct {
	Name   string `json:"name"`
	Length int64  `json:"length"`
}

// Interval is a half-open stretch of a chromosome, in base pairs.
type Interval struct {
	Chrom string `json:"chrom"`
	Start int64  `json:"start"`
	End   int64  `json:"end"`
}

// String gives the interval as chrom:start-end, the form that expected tables use as region name.
func (i Interval) String() string { return fmt.Sprintf("%s:%d-%d", i.Chrom, i.Start, i.End) }

// Length is End - Start.
func (i Interval) Length() int64 { return i.End - i.Start }

// Assembly is a genome build. Arms may be empty: then every chromosome is one arm (see View).
type Assembly struct {
	Name    string            `json:"name"`
	Chroms  []Chrom           `json:"chroms"`
	Arms    []Interval        `json:"arms,omitempty"`
	Aliases map[string]string `json:"aliases,omitempty"` // other name → Chroms name
}

// View returns the arms, or whole chromosomes where the assembly knows no arms of a chromosome.
func (a *Assembly) View() []Interval {
	has := make(map[string]bool)
	for _, arm := range a.Arms {
		has[arm.Chrom] = true
	}
	view := make([]Interval, 0, len(a.Chroms)+len(a.Arms))
	for _, c := range a.Chroms {
		if !has[c.Name] {
			view = append(view, Interval{Chrom: c.Name, End: c.Length})
			continue
		}
		for _, arm := range a.Arms {
			if arm.Chrom == c.Name {
				view = append(view, arm)
			}
		}
	}
	return view
}

// AliasRule says how a chromosome name was matched. It is counted in ledgers, so nothing is matched silently.
type AliasRule string

const (
	AliasNone      AliasRule = "unmatched"
	AliasExact     AliasRule = "exact"
	AliasTable     AliasRule = "assembly alias"
	AliasChrAdd    AliasRule = "1 → chr1"
	AliasChrRemove AliasRule = "chr1 → 1"
	AliasMito      AliasRule = "mitochondrion (M, MT)"
)

// Names resolves chromosome names of files against a list of names by one explicit alias table.
// The zero value resolves nothing. It is safe for concurrent use once built.
type Names struct {
	chroms  []Chrom
	index   map[string]int
	aliases map[string]string
}

// NewNames builds a resolver for the given chromosomes. aliases maps further names to names in chroms.
func NewNames(chroms []Chrom, aliases map[string]string) *Names {
	n := &Names{chroms: chroms, index: make(map[string]int, len(chroms)), aliases: aliases}
	for i, c := range chroms {
		n.index[c.Name] = i
	}
	return n
}

// Chroms returns the chromosomes in order.
func (n *Names) Chroms() []Chrom { return n.chroms }

// Resolve finds the index of name in Chroms, or -1, and the rule that matched.
func (n *Names) Resolve(name string) (int, AliasRule) {
	if i, ok := n.index[name]; ok {
		return i, AliasExact
	}
	if to, ok := n.aliases[name]; ok {
		if i, ok := n.index[to]; ok {
			return i, AliasTable
		}
	}
	for _, mito := range []string{"chrM", "chrMT", "MT", "M"} {
		if isMito(name) {
			if i, ok := n.index[mito]; ok {
				return i, AliasMito
			}
		}
	}
	if bare, ok := strings.CutPrefix(name, "chr"); ok {
		if i, ok := n.index[bare]; ok {
			return i, AliasChrRemove
		}
		return -1, AliasNone
	}
	if i, ok := n.index["chr"+name]; ok {
		return i, AliasChrAdd
	}
	return -1, AliasNone
}

func isMito(name string) bool {
	return name == "M" || name == "MT" || name == "chrM" || name == "chrMT"
}
