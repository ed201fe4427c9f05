// Package ledger keeps the account of what became of every region of a set in one result.
//
// A region passes five stages: its chromosome is matched (by a named alias rule), it lies inside the chromosome, its
// window is assigned to an arm, not every bin of it is masked, and it adds at least one value. A region that fails is
// counted at the first stage it fails, with a reason and its row index, so that no region is lost silently: at every
// stage the number that passed plus the numbers lost so far is the number read.
package ledger

import (
	"sort"

	"regioscope/worker/genome"
)

// Stage is one step of the account, named after those that pass it.
type Stage string

const (
	Matched  Stage = "matched"  // the chromosome is known to the data
	Inside   Stage = "inside"   // the region lies on the chromosome
	Assigned Stage = "assigned" // the window belongs to an arm, and is inside it where that is asked for
	Unmasked Stage = "unmasked" // at least one row bin and one column bin carry data
	Used     Stage = "used"     // at least one finite value entered the result
)

// Stages lists the stages in the order in which regions pass them.
var Stages = []Stage{Matched, Inside, Assigned, Unmasked, Used}

// Loss is the regions lost at one stage for one reason, as row indices of the region set in ascending order.
type Loss struct {
	Stage   Stage  `json:"stage"`
	Reason  string `json:"reason"`
	Count   int    `json:"count"`
	Regions []int  `json:"regions"`
}

// Ledger is the account of one result. Make it with New. It is not safe for concurrent use.
type Ledger struct {
	Read     int                      `json:"read"`
	Matched  int                      `json:"matched"`
	Inside   int                      `json:"inside"`
	Assigned int                      `json:"assigned"`
	Unmasked int                      `json:"unmasked"`
	Used     int                      `json:"used"`
	Aliases  map[genome.AliasRule]int `json:"aliases,omitempty"` // chromosome names by the rule that matched them
	Lost     []Loss                   `json:"lost"`
}

// New opens the account of read regions, all of them used until Lose says otherwise.
func New(read int) *Ledger {
	return &Ledger{Read: read, Matched: read, Inside: read, Assigned: read, Unmasked: read, Used: read, Lost: []Loss{}}
}

// Match counts one anchor whose chromosome name was resolved by rule (a BEDPE row has two anchors).
func (l *Ledger) Match(rule genome.AliasRule) {
	if l.Aliases == nil {
		l.Aliases = make(map[genome.AliasRule]int)
	}
	l.Aliases[rule]++
}

// Lose records that region (its row index) did not pass stage, and why. Call it at most once per region.
func (l *Ledger) Lose(stage Stage, region int, reason string) {
	reached := false
	for i, count := range []*int{&l.Matched, &l.Inside, &l.Assigned, &l.Unmasked, &l.Used} {
		reached = reached || Stages[i] == stage
		if reached {
			*count--
		}
	}
	at := sort.Search(len(l.Lost), func(i int) bool {
		a := l.Lost[i]
		return rank(a.Stage) > rank(stage) || a.Stage == stage && a.Reason >= reason
	})
	if at == len(l.Lost) || l.Lost[at].Stage != stage || l.Lost[at].Reason != reason {
		l.Lost = append(l.Lost, Loss{})
		copy(l.Lost[at+1:], l.Lost[at:])
		l.Lost[at] = Loss{Stage: stage, Reason: reason}
	}
	loss := &l.Lost[at]
	loss.Count++
	loss.Regions = append(loss.Regions, region)
	for i := len(loss.Regions) - 1; i > 0 && loss.Regions[i-1] > loss.Regions[i]; i-- {
		loss.Regions[i-1], loss.Regions[i] = loss.Regions[i], loss.Regions[i-1]
	}
}

// Clone returns an independent copy: results that share the first stages branch their accounts from there.
func (l *Ledger) Clone() *Ledger {
	c := *l
	if l.Aliases != nil {
		c.Aliases = make(map[genome.AliasRule]int, len(l.Aliases))
		for rule, n := range l.Aliases {
			c.Aliases[rule] = n
		}
	}
	c.Lost = make([]Loss, len(l.Lost))
	for i, loss := range l.Lost {
		loss.Regions = append([]int(nil), loss.Regions...)
		c.Lost[i] = loss
	}
	return &c
}

// LostRegions returns the row indices of all lost regions in ascending order.
func (l *Ledger) LostRegions() []int {
	var all []int
	for _, loss := range l.Lost {
		all = append(all, loss.Regions...)
	}
	sort.Ints(all)
	return all
}

// LoseRest records those of regions that are not lost yet.
func (l *Ledger) LoseRest(stage Stage, regions []int, reason string) {
	lost := make(map[int]bool)
	for _, region := range l.LostRegions() {
		lost[region] = true
	}
	for _, region := range regions {
		if !lost[region] {
			l.Lose(stage, region, reason)
		}
	}
}

// LostInAll is the account of the first of several, less the regions that another one has: what several sources of data
// for the same regions lose together.
func LostInAll(books []*Ledger) *Ledger {
	count := make(map[int]int)
	for _, book := range books {
		for _, region := range book.LostRegions() {
			count[region]++
		}
	}
	out := New(books[0].Read)
	out.Aliases = books[0].Aliases
	for _, loss := range books[0].Lost {
		for _, region := range loss.Regions {
			if count[region] == len(books) {
				out.Lose(loss.Stage, region, loss.Reason)
			}
		}
	}
	return out
}

func rank(s Stage) int {
	for i, stage := range Stages {
		if stage == s {
			return i
		}
	}
	return len(Stages)
}
