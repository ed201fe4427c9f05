package api_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// The map around one place is the average of that one region or pair, number by number: balanced, observed / expected and
// counts, of points, of pairs on one arm, on two arms and on two chromosomes, whichever anchor comes first.
func TestLocusEqualsThePileupOfOneRegion(t *testing.T) {
	a := newApp(t)
	data := demoFile(t, "wild_type.mcool")
	hic := a.ada.dataset(core.KindContacts, false, string(data))
	f, err := cool.Open(bytes.NewReader(data), int64(len(data)))
	check(t, err)
	const bin, window, n = 10_000, 100_000, 21
	level, err := f.Level(bin)
	check(t, err)
	weights, err := level.Weight("weight")
	check(t, err)
	g := demotest.MustTinySet(t).Assembly
	placed, _, err := expected.Arms(level, g.View(), g.Aliases)
	check(t, err)
	arms, chroms := expected.AllPairs(placed)
	table, between, err := expected.ComputeBoth(context.Background(), level, g.View(), weights, arms, chroms, expected.Options{IgnoreDiags: expected.IgnoreDiags, Aliases: g.Aliases})
	check(t, err)
	values := []pileup.Value{pileup.ICCF, pileup.OE, pileup.Raw}
	in := func(arm int, share float64) genome.Anchor {
		v := placed[arm].Interval
		at := v.Start + int64(share*float64(v.End-v.Start))
		return genome.Anchor{Chrom: v.Chrom, Start: at, End: at + 200}
	}
	point := func(x genome.Anchor) genome.Region { return genome.Region{A: x, B: x} }
	last := len(placed) - 1
	for _, region := range []genome.Region{
		point(in(0, 0.5)), point(in(1, 0.4)), point(in(last, 0.6)), {A: in(0, 0.4), B: in(0, 0.6)}, {A: in(0, 0.5), B: in(0, 0.45)},
		{A: in(0, 0.5), B: in(1, 0.5)}, {A: in(1, 0.5), B: in(0, 0.5)}, {A: in(0, 0.5), B: in(last, 0.5)}, {A: in(last, 0.4), B: in(0, 0.3)},
	} {
		results, err := pileup.Compute(t.Context(), level, []genome.Region{region}, []pileup.Job{{Window: window}}, pileup.Options{
			View: g.View(), Aliases: g.Aliases, Values: values, Weights: weights, Expected: table, Between: between, CrossArm: true})
		check(t, err)
		for i, value := range values {
			start := func(x genome.Anchor) int64 { return x.Mid()/bin*bin - window }
			x, y := region.A, region.B
			r := a.ada.do(http.MethodGet, fmt.Sprintf("/datasets/%d/locus/contacts?chrom=%s&start=%d&end=%d&chrom2=%s&start2=%d&end2=%d&bin=%d&value=%s",
				hic.ID, x.Chrom, start(x), start(x)+n*bin, y.Chrom, start(y), start(y)+n*bin, bin, value), nil)
			r.ok(http.StatusOK, nil)
			got, shape := r.array()
			if !slices.Equal(shape, []int64{n, n}) {
				t.Fatalf("shape %v", shape)
			}
			finite := 0
			for k, want := range results[i].Mean() {
				v := float64(got[k])
				// What is sent has the 24 bits of a float32.
				if math.Abs(v-want) > 1e-7*math.Abs(want) || (v == v) != (want == want) {
					t.Fatalf("%v %s cell %d: %g, want %g", region, value, k, v, want)
				}
				if v == v {
					finite++
				}
			}
			if finite == 0 {
				t.Errorf("%v %s has no number", region, value)
			}
		}
	}
}

// Without a second stretch it is the first with itself, without a weight the one that averages take; what is wrong with the
// second stretch is said of its fields.
func TestLocusOfTwoStretches(t *testing.T) {
	a := newApp(t)
	hic := a.ada.dataset(core.KindContacts, false, string(demoFile(t, "wild_type.mcool")))
	get := func(query string) *answer {
		return a.ada.do(http.MethodGet, fmt.Sprintf("/datasets/%d/locus/contacts?chrom=chr1&start=100000&end=300000&bin=10000&%s", hic.ID, query), nil)
	}
	for _, pair := range [][2]string{{"value=iccf", "weight=weight"}, {"value=raw", ""}, {"value=oe", "value=oe&weight=weight&chrom2=chr1&start2=100000&end2=300000"}} {
		if one, other := get(pair[0]), get(pair[1]); one.StatusCode != http.StatusOK || !bytes.Equal(one.body, other.body) {
			t.Errorf("%q is %d and not what %q is", pair[0], one.StatusCode, pair[1])
		}
	}
	if _, shape := get("value=oe&chrom2=chr2&start2=50000&end2=400001").array(); !slices.Equal(shape, []int64{20, 36}) {
		t.Errorf("shape %v of 20 rows and 36 columns", shape)
	}
	for query, field := range map[string]string{
		"chrom2=chrZ&start2=0&end2=10": "chrom2", "chrom2=chr2&start2=5&end2=5": "end2", "chrom2=chr2&start2=5&end2=990000000": "end2", "value=oe&weight=KR": "weight", "value=ratio": "value",
	} {
		r := get(query)
		r.refused(http.StatusUnprocessableEntity, core.CodeInvalid)
		if !bytes.Contains(r.body, []byte(`"`+field+`"`)) {
			t.Errorf("%s names no field %s: %s", query, field, r.body)
		}
	}
}
