package core

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NotGiven stands in a query for "nothing was said": no tag, no cell type, no perturbation.
const NotGiven = "-"

// DatasetQuery is what people filter a table of datasets by. The members are joined by and; the values of one member by
// or, except tags, all of which a dataset must have. Empty members do not filter. It is what saved views and smart
// collections keep.
type DatasetQuery struct {
	Q             string         `json:"q,omitempty" doc:"words, or phrases in double quotes, each of which occurs in the name, description, tags, cell type, perturbation, sample id or file name"`
	MatchCase     bool           `json:"matchCase,omitempty"`
	Kinds         []Kind         `json:"kinds,omitempty" enum:"regions,signal,contacts"`
	AssemblyIDs   []int64        `json:"assemblyIds,omitempty"`
	OwnerIDs      []int64        `json:"ownerIds,omitempty"`
	Tags          []string       `json:"tags,omitempty" doc:"all of them; - = untagged"`
	CellTypes     []string       `json:"cellTypes,omitempty" doc:"- = not given"`
	Perturbations []string       `json:"perturbations,omitempty" doc:"- = not given"`
	States        []DatasetState `json:"states,omitempty" enum:"uploading,checking,ready,failed"`
}

// IsZero tells whether the query lets everything through.
func (q *DatasetQuery) IsZero() bool {
	return strings.TrimSpace(q.Q) == "" && len(q.Kinds)+len(q.AssemblyIDs)+len(q.OwnerIDs)+len(q.Tags)+len(q.CellTypes)+len(q.Perturbations)+len(q.States) == 0
}

// DatasetSort names the order of a list. Ties are broken by id in the same direction.
type DatasetSort string

const (
	SortCreated      DatasetSort = "created" // the default, newest first
	SortName         DatasetSort = "name"    // case-insensitive, numbers as numbers
	SortKind         DatasetSort = "kind"
	SortAssembly     DatasetSort = "assembly"
	SortRegions      DatasetSort = "regions" // how many; features come as 0
	SortSize         DatasetSort = "size"
	SortState        DatasetSort = "state"
	SortOwner        DatasetSort = "owner"
	SortCellType     DatasetSort = "cellType"
	SortPerturbation DatasetSort = "perturbation"
	SortSampleID     DatasetSort = "sampleId"
	SortSizeType     DatasetSort = "sizeType"
	SortPublic       DatasetSort = "public"
)

// DatasetCursor is the place after one row of a sorted list: its key, as the store gave it, and its id.
type DatasetCursor struct {
	Key any   `json:"k,omitempty"`
	ID  int64 `json:"i"`
}

// DatasetBrief is what facets are counted from.
type DatasetBrief struct {
	ID           int64
	Kind         Kind
	AssemblyID   int64
	OwnerID      int64
	OwnerName    string
	State        DatasetState
	CellType     string
	Perturbation string
	Tags         []string
}

// FacetValue is one value of a facet and how many datasets there are with it.
type FacetValue struct {
	Value string `json:"value" doc:"as the filter takes it; - = not given"`
	Label string `json:"label,omitempty" doc:"for people, where it differs"`
	N     int    `json:"n"`
}

// DatasetFacets counts the datasets that a query finds. Each facet is counted as if nothing were chosen in itself, so that
// its other values can be added; tags are counted among what is found.
type DatasetFacets struct {
	Total         int          `json:"total" doc:"found by the query"`
	All           int          `json:"all" doc:"without the query"`
	Kinds         []FacetValue `json:"kinds"`
	AssemblyIDs   []FacetValue `json:"assemblyIds"`
	OwnerIDs      []FacetValue `json:"ownerIds"`
	Tags          []FacetValue `json:"tags"`
	CellTypes     []FacetValue `json:"cellTypes"`
	Perturbations []FacetValue `json:"perturbations"`
	States        []FacetValue `json:"states"`
}

// facet is one way in which rows of the table differ.
type facet struct {
	pass func(*DatasetBrief) bool
	vals func(*DatasetBrief) []string
	keep bool // count among what passes this facet, too
	n    map[string]int
}

func oneOf[T comparable](list []T, of func(*DatasetBrief) T) func(*DatasetBrief) bool {
	return func(b *DatasetBrief) bool { return len(list) == 0 || slices.Contains(list, of(b)) }
}

func given(s string) string {
	if s == "" {
		return NotGiven
	}
	return s
}

func tagsOf(b *DatasetBrief) []string {
	if len(b.Tags) == 0 {
		return []string{NotGiven}
	}
	return b.Tags
}

// countFacets counts rows that were found by the text of the query alone.
func countFacets(rows []DatasetBrief, q *DatasetQuery) *DatasetFacets {
	one := func(of func(*DatasetBrief) string) func(*DatasetBrief) []string {
		return func(b *DatasetBrief) []string { return []string{of(b)} }
	}
	cell := func(b *DatasetBrief) string { return given(b.CellType) }
	pert := func(b *DatasetBrief) string { return given(b.Perturbation) }
	owners := map[string]string{}
	facets := []*facet{
		{pass: oneOf(q.Kinds, func(b *DatasetBrief) Kind { return b.Kind }), vals: one(func(b *DatasetBrief) string { return string(b.Kind) })},
		{pass: oneOf(q.AssemblyIDs, func(b *DatasetBrief) int64 { return b.AssemblyID }), vals: one(func(b *DatasetBrief) string { return itoa(b.AssemblyID) })},
		{pass: oneOf(q.OwnerIDs, func(b *DatasetBrief) int64 { return b.OwnerID }), vals: one(func(b *DatasetBrief) string { return itoa(b.OwnerID) })},
		{pass: func(b *DatasetBrief) bool {
			for _, t := range q.Tags {
				if !slices.Contains(tagsOf(b), t) {
					return false
				}
			}
			return true
		}, vals: tagsOf, keep: true},
		{pass: oneOf(q.CellTypes, cell), vals: one(cell)},
		{pass: oneOf(q.Perturbations, pert), vals: one(pert)},
		{pass: oneOf(q.States, func(b *DatasetBrief) DatasetState { return b.State }), vals: one(func(b *DatasetBrief) string { return string(b.State) })},
	}
	for _, f := range facets {
		f.n = map[string]int{}
	}
	out := &DatasetFacets{}
	for i := range rows {
		b := &rows[i]
		owners[itoa(b.OwnerID)] = b.OwnerName
		failed, last := 0, -1
		for k, f := range facets {
			if !f.pass(b) {
				failed, last = failed+1, k
			}
		}
		if failed == 0 {
			out.Total++
		}
		for k, f := range facets {
			if failed == 0 || failed == 1 && last == k && !f.keep {
				for _, v := range f.vals(b) {
					f.n[v]++
				}
			}
		}
	}
	for k, to := range []*[]FacetValue{&out.Kinds, &out.AssemblyIDs, &out.OwnerIDs, &out.Tags, &out.CellTypes, &out.Perturbations, &out.States} {
		var labels map[string]string
		if k == 2 {
			labels = owners
		}
		*to = facetValues(facets[k].n, labels)
	}
	return out
}

// facetValues lists the most frequent first; what was not given comes last.
func facetValues(n map[string]int, labels map[string]string) []FacetValue {
	out := make([]FacetValue, 0, len(n))
	for v, c := range n {
		out = append(out, FacetValue{Value: v, Label: labels[v], N: c})
	}
	slices.SortFunc(out, func(a, b FacetValue) int {
		if a.Value == NotGiven || b.Value == NotGiven {
			return cmp.Compare(b2i(a.Value == NotGiven), b2i(b.Value == NotGiven))
		}
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(NaturalKey(a.Value), NaturalKey(b.Value)))
	})
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// NaturalKey is a text that sorts byte by byte as people sort names: case does not count, and numbers count as numbers
// ("set 9" before "set 10"). At most 255 characters, so that equal keys are possible for very long names.
func NaturalKey(name string) string {
	var b strings.Builder
	lower := strings.ToLower(name)
	for i := 0; i < len(lower); {
		if c := lower[i]; c < '0' || c > '9' {
			r, size := utf8.DecodeRuneInString(lower[i:])
			if unicode.IsSpace(r) {
				r = ' '
			}
			b.WriteRune(r)
			i += size
			continue
		}
		end := i
		for end < len(lower) && lower[end] >= '0' && lower[end] <= '9' {
			end++
		}
		digits := strings.TrimLeft(lower[i:end], "0")
		// The number of digits comes first: a longer number is a larger one.
		b.WriteByte('0')
		b.WriteByte(byte('a' + min(len(digits), 25)))
		b.WriteString(digits)
		i = end
	}
	key := b.String()
	for n := 0; n < 255; {
		for i := range key {
			if n == 255 {
				return key[:i]
			}
			n++
		}
		break
	}
	return key
}

// SearchWords parts what somebody searches for into what must occur: words, and phrases between double quotes.
func SearchWords(q string) (out []string) {
	for i, part := range strings.Split(q, `"`) {
		if i%2 == 0 {
			out = append(out, strings.Fields(part)...)
		} else if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// searchBytes bounds the text that is searched: a column of 64 KiB holds it.
const searchBytes = 60_000

// SearchText is what a search without regard to case looks through.
func SearchText(d *Dataset) string {
	parts := append([]string{d.Name, d.CellType, d.Perturbation, d.SampleID, d.FileName}, d.Tags...)
	text := strings.ToLower(strings.Join(append(parts, d.Description), "\n"))
	if len(text) > searchBytes {
		text = strings.ToValidUTF8(text[:searchBytes], "")
	}
	return text
}

// Amount is what SortRegions sorts by.
func Amount(d *Dataset) int64 {
	if d.Facts.Regions == nil {
		return 0
	}
	return int64(d.Facts.Regions.Count)
}
