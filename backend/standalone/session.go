package standalone

import (
	"context"
	"encoding/json"
	"fmt"

	"regioscope/backend/core"
)

// sessionName is the name of the demo session.
const sessionName = "Demo: what CTCF does in a synthetic genome"

type demoPanel struct {
	title, set string
	window     int64
	widgets    []demoWidget
}

type demoWidget struct {
	kind     string
	features []string
	bin      int64
	options  map[string]any
}

const (
	wild     = "wild_type.mcool"
	depleted = "cohesin_depleted.mcool"
	ctcf     = "CTCF.bw"
)

// demoPanels are the arrangement: each panel answers one question. Pictures that are to be compared have the same fixed scale:
// with and without cohesin, boundaries and random places. Lines are not rescaled, so that flat ones look flat.
var demoPanels = []demoPanel{
	{"Convergent CTCF loops", "loops.bedpe", 100_000, []demoWidget{
		{"average2d", []string{wild}, 5_000, ratio(4)},
		{"average2d", []string{depleted}, 10_000, ratio(4)}, // its finest level
	}},
	{"CTCF peaks", "CTCF_peaks.bed", 20_000, []demoWidget{
		{"average1d", []string{ctcf, "H3K27ac.bw"}, 200, nil},
		{"stackup", []string{ctcf}, 200, map[string]any{"sort": "centre", "descending": true}},
	}},
	{"TAD boundaries", "TAD_boundaries.bed", 400_000, []demoWidget{
		{"average2d", []string{wild}, 10_000, ratio(2)},
		{"average2d", []string{depleted}, 10_000, ratio(2)},
		{"average2d", []string{wild}, 10_000, map[string]any{"value": "iccf"}},
		{"average1d", []string{ctcf}, 2_000, y(0, 6)},
	}},
	{"Promoters", "promoters.bed", 10_000, []demoWidget{
		{"average1d", []string{"H3K27ac.bw", "H3K9me3.bw", ctcf}, 100, nil},
		{"stackup", []string{"H3K27ac.bw"}, 100, map[string]any{"sort": "mean", "descending": true}},
	}},
	{"TADs from start to end", "TADs.bed", 0, []demoWidget{
		{"average2d", []string{wild}, 2, ratio(2)},
		{"average2d", []string{depleted}, 2, ratio(2)},
	}},
	{"Compartment borders", "compartment_borders.bed", 1_000_000, []demoWidget{
		{"average1d", []string{"AB_compartments.bw"}, 20_000, nil},
		{"average2d", []string{wild}, 20_000, ratio(2)},
	}},
	{"Random control", "random_control.bed", 400_000, []demoWidget{
		{"average2d", []string{wild}, 10_000, ratio(2)},
		{"average1d", []string{ctcf}, 2_000, y(0, 6)},
	}},
}

// ratio shows observed over expected between 1/most and most.
func ratio(most float64) map[string]any {
	return map[string]any{"value": "oe", "oe": map[string]any{"range": map[string]any{"mode": "fixed", "min": 1 / most, "max": most}}}
}

// y fixes the value axis of a profile.
func y(from, to float64) map[string]any {
	return map[string]any{"y": []float64{from, to}}
}

// session stores the arrangement for everybody, once.
func (d *Demo) session(ctx context.Context, owner core.Caller, ids map[string]int64) error {
	list, err := d.Sessions.List(ctx, owner)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.Name == sessionName && x.OwnerID == owner.UserID {
			return nil
		}
	}
	document, err := json.Marshal(demoDocument(ids))
	if err != nil {
		return err
	}
	_, err = d.Sessions.Create(ctx, owner, sessionName, true, document)
	return err
}

// demoDocument has the form that the compare page reads (version 1); what was not uploaded is left out.
func demoDocument(ids map[string]int64) map[string]any {
	panels := []any{}
	for i, p := range demoPanels {
		if ids[p.set] == 0 {
			continue
		}
		widgets := []any{}
		for j, w := range p.widgets {
			features := []int64{}
			for _, f := range w.features {
				if ids[f] != 0 {
					features = append(features, ids[f])
				}
			}
			options := w.options
			if options == nil {
				options = map[string]any{}
			}
			widgets = append(widgets, map[string]any{"id": fmt.Sprintf("w%d-%d", i+1, j+1), "type": w.kind, "span": 1,
				"featureIds": features, "bin": w.bin, "options": options})
		}
		panels = append(panels, map[string]any{"id": fmt.Sprintf("p%d", i+1), "title": p.title, "regionSetId": ids[p.set], "window": p.window,
			"collapsed": false, "span": min(2, len(widgets)), "widgets": widgets})
	}
	return map[string]any{"version": 1, "panels": panels}
}
