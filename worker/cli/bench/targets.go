package main

import (
	"fmt"
	"math"
)

// goals are what our commands must stay below on the medium map, with two threads and files in the page cache: seconds,
// and megabytes where a goal was set. Lines without one are for comparison.
var goals = map[string]goal{
	"pileup iccf, 10,000 × 41×41":              {1.0, 300},
	"another region set, with the cache":       {0.15, 0},
	"another region set oe, with the cache":    {0.15, 0},
	"pileup oe, expected included":             {2.5, 0},
	"expected per arm":                         {2.0, 256},
	"loops oe, 21×21":                          {1.2, 0},
	"TADs to 70×70":                            {1.5, 0},
	"all peaks × 201×201":                      {0, 1024 * 1024 * 1024 / 1_000_000},
	"stackup 10,000 × 200 of 2000 bp":          {0.7, 0},
	"stackup 10,000 × 200 of 100 bp":           {0.4, 0},
	"stackup of 2000 bp, checksum known":       {0.7, 0},
	"stackup of 100 bp, checksum known":        {0.4, 0},
	wholeStack:                                 {0, 1024 * 1024 * 1024 / 1_000_000},
	associationFew:                             {0.5, 0},
	associationMany:                            {3.0, 0},
	"UMAP 10,000 × 100":                        {8.0, 0},
	"2D embedding with groups, 10,000 × 81×81": {10.0, 0},
	"k-means and silhouettes, 50,000 × 50":     {20.0, 0},
}

type goal struct {
	seconds   float64
	megabytes int64
}

// multiples are goals in terms of another line: so many times its wall time.
var multiples = map[string]multiple{
	"the stack of 9 pairs, iccf and oe": {3, "one pair of the stack, iccf and oe"},
	wholeStack:                          {3, onePair},
}

type multiple struct {
	times float64
	of    string
}

// goal is what a line must stay below; that of a multiple is known once the other line has been measured.
func (b *bench) goal(name string) goal {
	g, m := goals[name], multiples[name]
	if b.walls[m.of] > 0 {
		g.seconds = math.Round(m.times*b.walls[m.of]*1000) / 1000
	}
	return g
}

// says tells what was asked for and whether it was reached.
func (g goal) says(m measured) string {
	text := ""
	verdict := func(met bool) string {
		if met {
			return "met"
		}
		return "MISSED"
	}
	if g.seconds > 0 {
		text = fmt.Sprintf("≤ %g s: %s", g.seconds, verdict(m.wall <= g.seconds))
	}
	if g.megabytes > 0 {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("≤ %d MB: %s", g.megabytes, verdict(m.megabytes <= g.megabytes))
	}
	return text
}
