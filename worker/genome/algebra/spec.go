package algebra

import (
	"fmt"
	"slices"
	"strings"

	"regioscope/worker/genome"
)

// Operation makes region sets of region sets.
type Operation string

const (
	Intersect Operation = "intersect" // what of the first set lies over all the others
	Subtract  Operation = "subtract"  // what of the first set lies over none of the others
	Union     Operation = "union"     // what lies in any of the sets
	Join      Operation = "merge"     // the regions of a set that lie close together become one
	Close     Operation = "nearest"   // the regions that have one of another set nearby
	Size      Operation = "resize"
	Filter    Operation = "filter"
	Draw      Operation = "sample"
	Scatter   Operation = "shuffle"
	Split     Operation = "split" // one set per value of a column
	Pick      Operation = "pick"  // regions that somebody has chosen
)

// The settings of Spec that are words.
const (
	KeepRegions = "regions" // whole regions, with their columns
	KeepPieces  = "pieces"  // the parts of regions, with the columns of the region
	KeepMerged  = "merged"
	KeepAll     = "all"

	ByExtend = "extend"
	ByFlank  = "flank"
	ByWidth  = "width"
)

// Limits of settings.
const (
	MaxSets     = 50 // that split makes
	MaxDistance = 1_000_000_000
)

// Condition is one condition on a column, of the file or of what was computed per region.
type Condition struct {
	Column string `json:"column" minLength:"1" maxLength:"255"`
	Op     string `json:"op" enum:"eq,ne,ge,le,has" doc:"ge and le: numeric columns; has: the text contains the value"`
	Value  string `json:"value" maxLength:"1000"`
	Result int64  `json:"resultId,omitempty" doc:"column is a score of this result of the first set: centre, corners, ratio, missing or coverage of 2D averages; mean, min, max or middle (the bins at the centre) of stackups"`
	Of     string `json:"of,omitempty" doc:"what the result is of, in words; filled in"`
}

// Spec is an operation with its settings. Settings of other operations must be absent; see Complete for the defaults.
type Spec struct {
	Operation  Operation   `json:"operation" enum:"intersect,subtract,union,merge,nearest,resize,filter,sample,shuffle,split,pick"`
	Keep       string      `json:"keep,omitempty" enum:"regions,pieces,merged,all" doc:"intersect, subtract: regions (whole, default) or pieces; union: merged (default) or all"`
	Distance   *int64      `json:"distance,omitempty" doc:"bp; merge: largest gap (default 0: overlapping or touching); nearest: largest distance, 0 = overlapping, 1 = touching"`
	Fraction   float64     `json:"fraction,omitempty" minimum:"0" maximum:"1" doc:"intersect, subtract: a region of another set counts when it alone lies over at least this share of the region; 0 or absent: one base"`
	Strand     Strand      `json:"strand,omitempty" enum:"same,opposite" doc:"intersect, subtract: only regions of other sets on this strand, relative to the region's, count; those without strand do not"`
	Beyond     bool        `json:"beyond,omitempty" doc:"nearest: those that have none within the distance"`
	Mode       string      `json:"mode,omitempty" enum:"extend,flank,width" doc:"resize: extend (default), flank = the stretches beside, width = around an anchor"`
	Upstream   *int64      `json:"upstream,omitempty" doc:"bp; resize by extend (negative: shorter) or flank"`
	Downstream *int64      `json:"downstream,omitempty" doc:"bp"`
	Width      int64       `json:"width,omitempty" doc:"bp; resize to a width"`
	Anchor     Anchor      `json:"anchor,omitempty" enum:"centre,start,end" doc:"resize to a width: around it; default centre"`
	Stranded   bool        `json:"stranded,omitempty" doc:"resize: upstream of regions on the '-' strand is the higher coordinate"`
	Where      []Condition `json:"where,omitempty" maxItems:"20" doc:"filter: all of them"`
	N          int         `json:"n,omitempty" doc:"sample: how many regions"`
	Seed       *int64      `json:"seed,omitempty" doc:"sample, shuffle: the same seed makes the same set; default 42"`
	Column     string      `json:"column,omitempty" maxLength:"255" doc:"split: by the values of this column"`
	Groups     int         `json:"groups,omitempty" doc:"split by a numeric column: this many groups of equal size instead of one per value"`
	Rows       string      `json:"rows,omitempty" maxLength:"4000000" doc:"pick: base64 of a bit per region of the file, lowest bit of the first byte first"`
}

// Complaint is what is wrong with one setting.
type Complaint struct{ Field, Message string }

// Inputs are how many sets an operation takes.
func (o Operation) Inputs() (least, most int) {
	switch o {
	case Intersect, Subtract, Union, Close:
		return 2, 50
	}
	return 1, 1
}

// Pairs tells whether the operation makes sense for pairs of anchors (BEDPE). Those are no stretches of the genome: only
// what leaves their coordinates alone does.
func (s *Spec) Pairs() bool {
	return slices.Contains([]Operation{Filter, Draw, Split, Pick}, s.Operation) || s.Operation == Union && s.Keep == KeepAll
}

// KeepsPlaces tells whether regions stay what they were, so that their set is still one of points or of intervals.
func (s *Spec) KeepsPlaces() bool {
	switch s.Operation {
	case Join, Size:
		return false
	case Intersect, Subtract:
		return s.Keep == KeepRegions
	case Union:
		return s.Keep == KeepAll
	}
	return true
}

// Complete fills in the defaults and complains about what makes no sense, so that equal work has equal settings.
func (s *Spec) Complete() []Complaint {
	var bad []Complaint
	say := func(field, format string, args ...any) {
		bad = append(bad, Complaint{field, fmt.Sprintf(format, args...)})
	}
	def := func(to **int64, value int64) {
		if *to == nil {
			*to = &value
		}
	}
	keep := func(first, second string) {
		if s.Keep == "" {
			s.Keep = first
		}
		if s.Keep != first && s.Keep != second {
			say("keep", "Choose %s or %s.", first, second)
		}
	}
	within := func(field string, v *int64, least int64, what string) {
		switch {
		case v == nil:
			say(field, "Give %s.", what)
		case *v < least || *v > MaxDistance:
			say(field, "This must be a whole number from %d to %d.", least, int64(MaxDistance))
		}
	}
	own := *s // what belongs to other operations shows as a difference to the rest of it
	switch s.Operation {
	case Intersect, Subtract:
		keep(KeepRegions, KeepPieces)
		if !(s.Fraction >= 0 && s.Fraction <= 1) {
			say("fraction", "Give a share from 0 to 1.")
		}
		if !slices.Contains([]Strand{AnyStrand, Same, Opposite}, s.Strand) {
			say("strand", "Choose same or opposite.")
		}
		own.Keep, own.Fraction, own.Strand = "", 0, AnyStrand
	case Union:
		keep(KeepMerged, KeepAll)
		own.Keep = ""
	case Join:
		def(&s.Distance, 0)
		within("distance", s.Distance, 0, "the largest gap")
		own.Distance = nil
	case Close:
		within("distance", s.Distance, 0, "the largest distance")
		own.Distance, own.Beyond = nil, false
	case Size:
		s.completeSize(&own, say, def, within)
	case Filter:
		if len(s.Where) == 0 {
			say("where", "Give at least one condition.")
		}
		for i, c := range s.Where {
			if strings.TrimSpace(c.Column) == "" {
				say(fmt.Sprintf("where.%d.column", i), "Choose a column.")
			}
		}
		own.Where = nil
	case Draw:
		if s.N < 1 {
			say("n", "Give how many regions are drawn, at least 1.")
		}
		def(&s.Seed, 42)
		own.N, own.Seed = 0, nil
	case Scatter:
		def(&s.Seed, 42)
		own.Seed = nil
	case Split:
		if s.Column == "" {
			say("column", "Choose the column.")
		}
		if s.Groups != 0 && (s.Groups < 2 || s.Groups > MaxSets) {
			say("groups", "Give 2 to %d groups.", MaxSets)
		}
		own.Column, own.Groups = "", 0
	case Pick:
		if rows, err := s.Picked(); err != nil {
			say("rows", "The bits of the regions are not base64.")
		} else if len(rows) == 0 {
			say("rows", "Choose at least one region.")
		}
		own.Rows = ""
	default:
		say("operation", "There is no operation %q.", s.Operation)
		return bad
	}
	if field := own.foreign(); field != "" {
		say(field, "The operation %s does not take this setting.", s.Operation)
	}
	return bad
}

func (s *Spec) completeSize(own *Spec, say func(string, string, ...any), def func(**int64, int64), within func(string, *int64, int64, string)) {
	if s.Mode == "" {
		s.Mode = ByExtend
	}
	own.Mode, own.Stranded = "", false
	switch s.Mode {
	case ByWidth:
		if s.Anchor == "" {
			s.Anchor = Centre
		}
		if !slices.Contains([]Anchor{Centre, Start, End}, s.Anchor) {
			say("anchor", "Choose centre, start or end.")
		}
		within("width", &s.Width, 1, "the width")
		own.Width, own.Anchor = 0, ""
	case ByExtend, ByFlank:
		least := int64(0)
		if s.Mode == ByExtend {
			least = -MaxDistance
		}
		def(&s.Upstream, 0)
		def(&s.Downstream, 0)
		within("upstream", s.Upstream, least, "how far upstream")
		within("downstream", s.Downstream, least, "how far downstream")
		if *s.Upstream == 0 && *s.Downstream == 0 {
			say("upstream", "Give how far upstream, downstream or both; 0 on both sides changes nothing.")
		}
		own.Upstream, own.Downstream = nil, nil
	default:
		say("mode", "Choose extend, flank or width.")
	}
}

// Rule says which regions of other sets count for intersect and subtract.
func (s *Spec) Rule() Rule { return Rule{s.Fraction, s.Strand} }

// Picked are the rows of pick, ascending.
func (s *Spec) Picked() ([]int, error) { return genome.Rows(s.Rows) }

// foreign names the first setting that is there.
func (s *Spec) foreign() string {
	for _, setting := range []struct {
		field string
		there bool
	}{{"keep", s.Keep != ""}, {"distance", s.Distance != nil}, {"fraction", s.Fraction != 0}, {"strand", s.Strand != ""}, {"beyond", s.Beyond}, {"mode", s.Mode != ""}, {"upstream", s.Upstream != nil},
		{"downstream", s.Downstream != nil}, {"width", s.Width != 0}, {"anchor", s.Anchor != ""}, {"stranded", s.Stranded}, {"where", s.Where != nil},
		{"n", s.N != 0}, {"seed", s.Seed != nil}, {"column", s.Column != ""}, {"groups", s.Groups != 0}, {"rows", s.Rows != ""}} {
		if setting.there {
			return setting.field
		}
	}
	return ""
}
