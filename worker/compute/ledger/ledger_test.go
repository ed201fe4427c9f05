package ledger

import (
	"encoding/json"
	"math/rand"
	"reflect"
	"sort"
	"testing"

	"regioscope/worker/genome"
)

func TestCountsFallAtTheStageOfTheLossAndAfter(t *testing.T) {
	l := New(10)
	l.Lose(Assigned, 7, "no arm")
	l.Lose(Matched, 3, "unknown chromosome")
	l.Lose(Assigned, 2, "no arm")
	l.Lose(Assigned, 5, "leaves its arm")
	l.Lose(Used, 9, "no expected")
	got := []int{l.Read, l.Matched, l.Inside, l.Assigned, l.Unmasked, l.Used}
	if want := []int{10, 9, 9, 6, 6, 5}; !reflect.DeepEqual(got, want) {
		t.Errorf("counts = %v, want %v", got, want)
	}
	want := []Loss{
		{Matched, "unknown chromosome", 1, []int{3}},
		{Assigned, "leaves its arm", 1, []int{5}},
		{Assigned, "no arm", 2, []int{2, 7}},
		{Used, "no expected", 1, []int{9}},
	}
	if !reflect.DeepEqual(l.Lost, want) {
		t.Errorf("lost = %+v", l.Lost)
	}
}

// At every stage: passed + lost so far = read, and the lost regions are each named once.
func TestEveryRegionIsAccountedFor(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	l := New(500)
	var want []int
	for i := range 500 {
		if rng.Intn(3) == 0 {
			l.Lose(Stages[rng.Intn(len(Stages))], i, string(rune('a'+rng.Intn(3))))
			want = append(want, i)
		}
	}
	lost := 0
	passed := map[Stage]int{Matched: l.Matched, Inside: l.Inside, Assigned: l.Assigned, Unmasked: l.Unmasked, Used: l.Used}
	for _, stage := range Stages {
		for _, loss := range l.Lost {
			if loss.Stage == stage {
				lost += loss.Count
				if loss.Count != len(loss.Regions) || !sort.IntsAreSorted(loss.Regions) {
					t.Errorf("%s %s: count %d, regions %v", stage, loss.Reason, loss.Count, loss.Regions)
				}
			}
		}
		if passed[stage]+lost != l.Read {
			t.Errorf("%s: %d passed + %d lost, %d read", stage, passed[stage], lost, l.Read)
		}
	}
	if got := l.LostRegions(); !reflect.DeepEqual(got, want) {
		t.Errorf("lost regions = %v, want %v", got, want)
	}
}

func TestCloneIsIndependent(t *testing.T) {
	l := New(3)
	l.Match(genome.AliasExact)
	l.Lose(Inside, 0, "x")
	c := l.Clone()
	c.Match(genome.AliasExact)
	c.Lose(Inside, 1, "x")
	if l.Inside != 2 || l.Aliases[genome.AliasExact] != 1 || len(l.Lost[0].Regions) != 1 {
		t.Errorf("the original changed: %+v", l)
	}
}

func TestJSON(t *testing.T) {
	l := New(2)
	l.Match(genome.AliasChrAdd)
	l.Lose(Matched, 1, "chromosome not in the map")
	got, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"read":2,"matched":1,"inside":1,"assigned":1,"unmasked":1,"used":1,"aliases":{"1 → chr1":1},` +
		`"lost":[{"stage":"matched","reason":"chromosome not in the map","count":1,"regions":[1]}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
