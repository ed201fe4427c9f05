package sheet

import (
	"math"
	"strings"
)

// MaxDistinct is where counting of distinct values ends.
const MaxDistinct = 1000

// Facts is what a column holds.
type Facts struct {
	Present  int // cells with a value
	Numbers  int // of these, numbers
	Distinct int // different values, up to MaxDistinct
	Whole    bool
	Min, Max float64 // of the numbers
	Examples []string
}

const maxExamples = 5

// Describe looks at n cells; those that are Missing do not count.
func Describe(n int, cell func(i int) string) Facts {
	f := Facts{Whole: true, Min: math.Inf(1), Max: math.Inf(-1)}
	seen := map[string]struct{}{}
	for i := range n {
		text := cell(i)
		if Missing(text) {
			continue
		}
		f.Present++
		if _, ok := seen[text]; !ok && len(seen) < MaxDistinct {
			seen[text] = struct{}{}
			if len(f.Examples) < maxExamples {
				f.Examples = append(f.Examples, shorten(text))
			}
		}
		if x, ok := Number(text); ok {
			f.Numbers++
			f.Min, f.Max = min(f.Min, x), max(f.Max, x)
			f.Whole = f.Whole && x == math.Trunc(x)
		}
	}
	f.Distinct = len(seen)
	return f
}

// Describe gives the facts of a column of the table.
func (t *Table) Describe(k int) Facts {
	return Describe(t.Rows, func(i int) string { return t.Text(k, i) })
}

// labels are words in the names of columns whose whole numbers are labels, not measurements.
var labels = []string{"cluster", "group", "class", "category", "label", "type", "module", "state", "compartment"}

// LooksNumeric guesses whether a column is taken as numbers: all its values are, and its name does not say that they are
// labels.
func LooksNumeric(name string, f Facts) bool {
	if f.Numbers == 0 || f.Numbers < f.Present {
		return false
	}
	if !f.Whole || f.Distinct > 50 {
		return true
	}
	name = strings.ToLower(name)
	for _, word := range labels {
		if strings.Contains(name, word) {
			return false
		}
	}
	return true
}
