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

// demoPanels are the arrangement: each panel answers one question, and the pictures of one kind keep the same scale where
// they are to be compared.
var demoPanels = []demoPanel{
	{"Convergent CTCF loops", "loops.bedpe", 100_000, []demoWidget{
		{"average2d", []string{wild}, 5_000, map[string]any{"value": "oe"}},
		{"average2d", []string{depleted}, 10_000, map[string]any{"value": "oe"}}, // its finest level
	}},
	{"CTCF peaks", "CTCF_peaks.bed", 50_000, []demoWidget{
		{"average1d", []string{ctcf, "H3K27ac.bw"}, 500, map[string]any{"scaling": "minmax"}},
		{"stackup", []string{ctcf}, 500, map[string]any{"sort": "centre", "descending": true}},
	}},
	{"TAD boundaries", "TAD_boundaries.bed", 400_000, []demoWidget{
		{"average2d", []string{wild}, 10_000, map[string]any{"value": "oe"}},
		{"average2d", []string{wild}, 10_000, map[string]any{"value": "iccf"}},
		{"average2d", []string{depleted}, 10_000, map[string]any{"value": "oe"}},
		{"average1d", []string{ctcf}, 2_000, nil},
	}},
	{"Promoters", "promoters.bed", 10_000, []demoWidget{
		{"average1d", []string{"H3K27ac.bw", "H3K9me3.bw", ctcf}, 100, map[string]any{"scaling": "minmax"}},
		{"stackup", []string{"H3K27ac.bw"}, 100, map[string]any{"sort": "mean", "descending": true}},
	}},
	{"Compartment borders", "compartment_borders.bed", 1_000_000, []demoWidget{
		{"average1d", []string{"AB_compartments.bw"}, 20_000, nil},
		{"average2d", []string{wild}, 20_000, map[string]any{"value": "oe"}},
	}},
	{"Random control", "random_control.bed", 400_000, []demoWidget{
		{"average2d", []string{wild}, 10_000, map[string]any{"value": "oe"}},
		{"average1d", []string{ctcf}, 2_000, nil},
	}},
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
