package core

import "slices"

// Presets of windows and bins.
const (
	PresetRegular = "regular" // what the administrator has set, as far as it fits the region set
	PresetSmall   = "small"   // windows of 10 to 50 kb
)

// smallGrid are the small windows of HiCognition's PREPROCESSING_MAP_SMALL_WINDOWSIZES: windows around points in bp, and the bins of interval
// sets in percent.
var smallGrid = Grids{
	Pileup:      pairsFrom([]int64{50_000, 1000}),
	Stackup:     pairsFrom([]int64{10_000, 100, 500}, []int64{20_000, 500, 1000}, []int64{50_000, 1000, 2000}),
	Enrichment:  pairsFrom([]int64{10_000, 1000}, []int64{20_000, 1000}, []int64{50_000, 2000}),
	Embedding1D: pairsFrom([]int64{10_000, 100, 500}, []int64{20_000, 2000, 5000, 10_000}, []int64{50_000, 1000, 5000}),
	Embedding2D: pairsFrom([]int64{50_000, 1000}),
}

// pairsFrom spells out rows of a window and its bins, after the bins of intervals.
func pairsFrom(rows ...[]int64) []WindowBin {
	out := []WindowBin{{0, 1}, {0, 2}, {0, 5}}
	for _, row := range rows {
		for _, bin := range row[1:] {
			out = append(out, WindowBin{row[0], bin})
		}
	}
	return out
}

// SmallGrid gives the windows and bins of PresetSmall.
func SmallGrid() Grids {
	g := smallGrid
	for _, p := range GridPipelines {
		*g.of(p) = slices.Clone(*g.of(p))
	}
	return g
}

// GridPipelines are the pipelines that have windows and bins.
var GridPipelines = []Pipeline{PipelinePileup, PipelineStackup, PipelineEnrichment, PipelineEmbedding1D, PipelineEmbedding2D}

// of points to the pairs of a pipeline; nil for pipelines without.
func (g *Grids) of(p Pipeline) *[]WindowBin {
	switch p {
	case PipelinePileup:
		return &g.Pileup
	case PipelineStackup:
		return &g.Stackup
	case PipelineEnrichment:
		return &g.Enrichment
	case PipelineEmbedding1D:
		return &g.Embedding1D
	case PipelineEmbedding2D:
		return &g.Embedding2D
	}
	return nil
}
