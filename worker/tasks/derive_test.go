package tasks

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/backend/queue"
	"regioscope/worker/genome/algebra"
)

// derivation asks for new region sets, as the lab's user.
func (l *lab) derivation(d core.Derivation, inputs ...*core.Dataset) core.Run {
	l.t.Helper()
	for _, in := range inputs {
		d.DatasetIDs = append(d.DatasetIDs, in.ID)
	}
	run, err := l.Derivations.Start(l.t.Context(), l.user, d)
	check(l.t, err)
	return run
}

// regionSet adds a set whose rows are given with blanks for tabs.
func (l *lab) regionSet(name, rows string) *core.Dataset {
	l.t.Helper()
	text := strings.ReplaceAll(rows, " ", "\t")
	d := core.Dataset{Name: name, Kind: core.KindRegions, SizeType: core.SizePoint, CellType: "HeLa",
		Facts: core.Facts{Regions: &core.RegionFacts{Format: "bed", Count: strings.Count(text, "\n")}}}
	if strings.Count(strings.SplitN(text, "\n", 2)[0], "chr") == 2 {
		d.Dimension = 2
	}
	return l.add(d, []byte(text))
}

func many(l *lab, n int) *core.Dataset {
	chrom := l.toy.Chroms[0]
	var rows strings.Builder
	for i := range n {
		at := int64(i) * (chrom.Length - 300) / int64(n)
		fmt.Fprintf(&rows, "%s %d %d r%d %d +\n", chrom.Name, at, at+200, i, i)
	}
	return l.regionSet("many", rows.String())
}

func (l *lab) derived(run core.Run) (out []*core.Dataset) {
	l.t.Helper()
	if run.Made == nil {
		l.t.Fatalf("made nothing: %+v", run)
	}
	for _, id := range run.Made.DatasetIDs {
		d, err := l.db.Datasets().ByID(l.t.Context(), id)
		check(l.t, err)
		out = append(out, d)
	}
	return out
}

func (l *lab) count() int {
	l.t.Helper()
	list, err := l.db.Datasets().List(l.t.Context(), core.DatasetFilter{Visible: core.Caller{UserID: 1, Role: core.RoleAdmin}})
	check(l.t, err)
	return len(list)
}

// From the request to a dataset that is ready, of the user, with its file, its facts and where it comes from.
func TestDerivedSet(t *testing.T) {
	l := newLab(t)
	c := l.toy.Chroms[0].Name
	a := l.regionSet("peaks", c+" 100 200 a 1 +\n"+c+" 1000 1100 b 2 -\n"+c+" 5000 5100 c 3 +\n")
	b := l.regionSet("boundaries", c+" 150 160\n"+c+" 5050 5060\n")
	run := l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Intersect}, Name: "peaks at boundaries", Tags: []string{"new"}}, a, b)
	if run.Pipeline != core.PipelineDerive || run.Queue != core.QueueShort || run.State != core.RunQueued {
		t.Errorf("%+v", run)
	}
	d := l.derived(l.finished(run))[0]
	if d.Name != "peaks at boundaries" || d.State != core.DatasetReady || d.OwnerID != l.user.UserID || d.SizeType != core.SizePoint || d.CellType != "HeLa" || // of parents that agree

		d.RunID != run.ID || d.FileName != "peaks at boundaries.bed" || d.Facts.Regions.Count != 2 || d.Facts.Regions.Plus != 2 || !slices.Equal(d.Tags, []string{"new"}) {
		t.Errorf("%+v, %+v", d, d.Facts.Regions)
	}
	want := strings.ReplaceAll(c+" 100 200 a 1 +\n"+c+" 5000 5100 c 3 +\n", " ", "\t")
	if got := string(l.content(d)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	o, err := l.db.Datasets().Origin(t.Context(), d.ID)
	check(t, err)
	var settings algebra.Spec
	check(t, json.Unmarshal(o.Params, &settings))
	if o.Operation != "intersect" || settings.Keep != algebra.KeepRegions || len(o.Parents) != 2 || o.Parents[0].ID != a.ID || o.Parents[1].Name != "boundaries" {
		t.Errorf("%+v %s", o, o.Params)
	}
	notices, err := l.db.Notifications().List(t.Context(), l.user.UserID, true, 0, 10)
	check(t, err)
	if len(notices) != 1 || notices[0].Title != "New region set “peaks at boundaries” is ready" || notices[0].Link != fmt.Sprintf("/datasets/%d", d.ID) {
		t.Errorf("%+v", notices)
	}
	b.CellType = "HAP1"
	check(t, l.db.Datasets().Update(t.Context(), b))
	if d := l.derived(l.finished(l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Union}, Name: "u"}, a, b)))[0]; d.CellType != "" {
		t.Errorf("of parents that do not agree: %+v", d)
	}
}

// The same settings on the same sets make the same bytes, whoever asks and when.
func TestDerivedSetsAreRepeatable(t *testing.T) {
	l := newLab(t)
	a := many(l, 500)
	for _, spec := range []algebra.Spec{{Operation: algebra.Scatter}, {Operation: algebra.Draw, N: 50}} {
		first := l.derived(l.finished(l.derivation(core.Derivation{Spec: spec, Name: "one"}, a)))[0]
		o, err := l.db.Datasets().Origin(t.Context(), first.ID)
		check(t, err)
		var again algebra.Spec // the lineage has all it takes
		check(t, json.Unmarshal(o.Params, &again))
		second := l.derived(l.finished(l.derivation(core.Derivation{Spec: again, Name: "two"}, a)))[0]
		if first.SHA256 != second.SHA256 || first.SHA256 == a.SHA256 {
			t.Errorf("%s: %s and %s", spec.Operation, first.SHA256, second.SHA256)
		}
		other := int64(7)
		again.Seed = &other
		if third := l.derived(l.finished(l.derivation(core.Derivation{Spec: again, Name: "three"}, a)))[0]; third.SHA256 == first.SHA256 {
			t.Errorf("%s: another seed made the same", spec.Operation)
		}
	}
}

func TestSplitIntoACollection(t *testing.T) {
	l := newLab(t)
	c := l.toy.Chroms[0].Name
	a := l.regionSet("genes", "#chrom start end name kind\n"+c+" 1 2 a x\n"+c+" 3 4 b y\n"+c+" 5 6 c x\n"+c+" 7 8 d .\n")
	run := l.finished(l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Split, Column: "kind"}, Name: "genes", Collection: true}, a))
	sets := l.derived(run)
	if len(sets) != 2 || sets[0].Name != "genes – x" || sets[1].Name != "genes – y" || sets[0].Facts.Regions.Count != 2 || len(sets[0].Facts.Warnings) != 1 {
		t.Errorf("%+v", sets)
	}
	members, err := l.db.Datasets().Members(t.Context(), run.Made.CollectionID)
	check(t, err)
	if len(members) != 2 || members[0].ID != sets[0].ID {
		t.Errorf("%+v", members)
	}
	if text := string(l.content(sets[0])); !strings.HasPrefix(text, "#chrom\tstart\tend\tname\tkind\n") {
		t.Errorf("%s", text)
	}
}

// An empty result, a set that is not shared any more and a full quota: a sentence for the user, and nothing is made.
func TestDerivationsThatFail(t *testing.T) {
	l := newLab(t)
	c := l.toy.Chroms[0].Name
	a, b := l.regionSet("a", c+" 100 200\n"), l.regionSet("b", c+" 300 400\n")
	both := core.Derivation{Spec: algebra.Spec{Operation: algebra.Intersect}, Name: "both"}
	before, stored := l.count(), len(l.blobs())
	if text := l.failed(l.derivation(both, a, b), core.CodeUnavailable); !strings.Contains(text, "no region of “a” overlaps “b”") || !strings.Contains(text, "Nothing was made") {
		t.Errorf("%q", text)
	}
	run := l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Union}, Name: "u"}, a, b)
	quota := int64(1)
	check(t, l.db.Uploads().SetQuota(t.Context(), l.user.UserID, &quota))
	if text := l.failed(run, core.CodeQuota); !strings.Contains(text, "no room") {
		t.Errorf("%q", text)
	}
	quota = 1 << 30
	check(t, l.db.Uploads().SetQuota(t.Context(), l.user.UserID, &quota))
	bob := &core.User{Username: "bob", Role: core.RoleUser}
	check(t, l.db.Users().Create(t.Context(), bob))
	theirs := l.regionSet("theirs", c+" 150 160\n")
	theirs.Public = true
	check(t, l.db.Datasets().Update(t.Context(), theirs))
	me := l.user
	l.user = core.Caller{UserID: bob.ID, Role: bob.Role}
	run = l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Draw, N: 1}, Name: "one"}, theirs)
	l.user, theirs.Public = me, false
	check(t, l.db.Datasets().Update(t.Context(), theirs))
	l.failed(run, core.CodeNotFound)
	run = l.derivation(both, a, theirs)
	check(t, l.db.Trash().Put(t.Context(), theirs.ID, me.UserID, run.CreatedAt))
	l.failed(run, core.CodeNotFound)
	if n := l.count(); n != before || len(l.blobs()) != stored+1 {
		t.Errorf("%d datasets, %d before; files %v", n, before, l.blobs())
	}
}

// A wish to cancel that comes at the last moment is granted: no set is made.
func TestCancelledDerivation(t *testing.T) {
	l := newLab(t)
	a := many(l, 1000)
	before := l.count()
	run := l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Draw, N: 10}, Name: "ten"}, a)
	claimed, ok, err := l.Runs.Claim(t.Context(), run.ID, run.Attempt, "test", l.Lease)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	record, err := l.pipelines[core.PipelineDerive](t.Context(), claimed, newProgress())
	check(t, err)
	_, err = l.Runs.Cancel(t.Context(), l.user, run.ID)
	check(t, err)
	check(t, record(t.Context()))
	if r := l.run(run.ID); r.State != core.RunCancelled || r.Made != nil || l.count() != before {
		t.Errorf("%+v, %d datasets, %d before", r, l.count(), before)
	}
	// One that waits never begins.
	run = l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Draw, N: 10}, Name: "ten"}, a)
	_, err = l.Runs.Cancel(t.Context(), l.user, run.ID)
	check(t, err)
	l.Handle(context.Background(), queue.Payload{RunID: run.ID, Attempt: run.Attempt})
	if r := l.run(run.ID); r.State != core.RunCancelled || l.count() != before {
		t.Errorf("%+v", r)
	}
}

// Scores of results choose regions: here the rows of a stackup whose mean is at least that of half of them.
func TestFilterByAScore(t *testing.T) {
	l := newLab(t)
	peaks, track := l.demo("CTCF_peaks.bed", points), l.demo("CTCF.bw", signal)
	l.finished(l.submit(peaks, track, core.WindowBin{Window: 10000, Bin: 500}))
	var result core.Result
	for _, r := range l.results(peaks, track) {
		result = r
	}
	stack := l.array(result, "stack")
	bins := int(result.Shape[1])
	n, limit := 0, 1.0
	for row := range int(result.Shape[0]) {
		sum, k := 0.0, 0.0
		for _, v := range stack[row*bins : (row+1)*bins] {
			if v == v {
				sum, k = sum+v, k+1
			}
		}
		if k > 0 && sum/k >= limit {
			n++
		}
	}
	where := []algebra.Condition{{Column: "mean", Op: "ge", Value: "1", Result: result.ID}}
	d := l.derived(l.finished(l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Filter, Where: where}, Name: "strong"}, peaks)))[0]
	if n == 0 || n == int(result.Shape[0]) || d.Facts.Regions.Count != n {
		t.Errorf("%d regions, want %d of %d", d.Facts.Regions.Count, n, result.Shape[0])
	}
	o, err := l.db.Datasets().Origin(t.Context(), d.ID)
	check(t, err)
	if !strings.Contains(string(o.Params), "CTCF.bw, mean, window 10000 bp, bin 500 bp") {
		t.Errorf("%s", o.Params)
	}
	for field, c := range map[string]algebra.Condition{
		"where.0.column":   {Column: "ratio", Op: "ge", Value: "1", Result: result.ID},
		"where.0.resultId": {Column: "mean", Op: "ge", Value: "1", Result: result.ID},
	} {
		sets := peaks
		if field == "where.0.resultId" {
			sets = l.demo("promoters.bed", points)
		}
		_, err := l.Derivations.Start(t.Context(), l.user, core.Derivation{Spec: algebra.Spec{Operation: algebra.Filter, Where: []algebra.Condition{c}}, Name: "x", DatasetIDs: []int64{sets.ID}})
		if own, ok := err.(*core.Error); !ok || len(own.Fields) != 1 || own.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
