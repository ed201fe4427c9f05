package cli

import (
	"context"

	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/contactcache"
)

// keptShare is the part of the memory, 1 in so many, that snippets may take until their groups are known.
const keptShare = 3

// kept are the snippets of all regions: they come before the groups that they are averaged by.
type kept struct {
	cells  int
	values []float32
}

// newKept makes room for the snippets of so many regions, or returns nil where they are more than the memory allows.
func newKept(regions, cells int, memory int64) *kept {
	if int64(regions)*int64(cells)*4 > memory/keptShare {
		return nil
	}
	return &kept{cells: cells, values: make([]float32, regions*cells)}
}

// put is pileup.Options.Snippets.
func (k *kept) put(_ int, _ pileup.Value, region int, snippet []float32) error {
	copy(k.values[region*k.cells:(region+1)*k.cells], snippet)
	return nil
}

// thumbnails averages the snippets of every group: those that were kept, or else from a second visit to the map.
func (r *embedRun) thumbnails(ctx context.Context, p *pileupRun, question *contactcache.Question, k *kept, groups *embed.Clustering, average *pileup.Result) (*embed.Means, error) {
	thumbs := embed.NewThumbnails(average.Rows*average.Cols, groups.Labels, groups.K, largest(average))
	if k != nil {
		for region := range groups.Labels {
			thumbs.Add(region, k.values[region*k.cells:(region+1)*k.cells])
		}
		return thumbs.Means(), nil
	}
	question.Options.Vectors = nil
	question.Options.Snippets = func(_ int, _ pileup.Value, region int, snippet []float32) error {
		thumbs.Add(region, snippet)
		return nil
	}
	if _, err := question.Results(ctx); err != nil {
		return nil, viewError(p.in, p.args.viewPath, err)
	}
	return thumbs.Means(), nil
}
