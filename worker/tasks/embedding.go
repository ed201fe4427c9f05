package tasks

import (
	"context"
	"errors"

	"regioscope/backend/core"
	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/ledger"
)

// embedSeed makes embeddings reproducible; science has no better reason for it.
const embedSeed = 42

// clusteringFact is one way to split the regions, as the manifest tells it; the labels are row i of the array labels.
type clusteringFact struct {
	K          int      `json:"k"`
	Sizes      []int    `json:"sizes"`
	Silhouette *float64 `json:"silhouette"` // null for one group
}

type embeddingFacts struct {
	embed.Quality
	Tracks      []string         `json:"tracks,omitempty"` // names of the columns of features
	Clusterings []clusteringFact `json:"clusterings"`
}

func embedParameters(more map[string]any) map[string]any {
	p := map[string]any{"layout": string(embed.UMAP), "clusterIn": string(embed.InFeatures), "scale": "zscore", "seed": embedSeed}
	for k, v := range more {
		p[k] = v
	}
	return p
}

// embedded lays out and clusters the regions, and stores layout and pca (regions × 2, NaN for regions without features),
// which are equal where the layout is PCA, and labels (k from 2 to 30 × regions, −1 for regions without features).
func (e *Executor) embedded(ctx context.Context, f *embed.Features, report func(done, total int64)) (*embed.Result, []core.Array, error) {
	res, err := embed.Compute(ctx, f, embed.Options{Layout: embed.UMAP, ClusterIn: embed.InFeatures, Seed: embedSeed, Threads: e.Threads,
		Memory: e.memory(ctx), Progress: report})
	if errors.Is(err, embed.ErrMemory) {
		return nil, nil, core.Final(core.Errorf(core.CodeUnavailable,
			"laying out %d regions needs more memory than a run may use; choose fewer regions or ask the administrator for more", f.Rows).WithCause(err))
	}
	if err != nil {
		return nil, nil, err
	}
	layout, err := save(ctx, e.Blobs, "layout", res.Layout, int64(f.Rows), 2)
	if err != nil {
		return nil, nil, err
	}
	// Results of before have no such array. Nothing else about them differs, so that they are not computed anew for it.
	pca, err := save(ctx, e.Blobs, "pca", res.PCA, int64(f.Rows), 2)
	if err != nil {
		return nil, nil, err
	}
	labels := make([]int32, 0, len(res.Clusterings)*f.Rows)
	for _, c := range res.Clusterings {
		labels = append(labels, c.Labels...)
	}
	array, err := save(ctx, e.Blobs, "labels", labels, int64(len(res.Clusterings)), int64(f.Rows))
	return res, []core.Array{layout, pca, array}, err
}

// embedding makes the row of one embedding.
func (in *inputs) embedding(c cell, res *embed.Result, book *ledger.Ledger, reason string, tracks []string, arrays []core.Array) (core.Result, error) {
	facts := embeddingFacts{Quality: res.Quality, Tracks: tracks, Clusterings: []clusteringFact{}}
	for _, x := range res.Clusterings {
		fact := clusteringFact{K: x.K, Sizes: x.Sizes}
		if x.Silhouette == x.Silhouette { // not NaN, which JSON has no word for
			fact.Silhouette = &x.Silhouette
		}
		facts.Clusterings = append(facts.Clusterings, fact)
	}
	c.manifest.Embedding = &facts
	book = book.Clone()
	book.LoseRest(ledger.Used, res.Left, reason)
	return in.result(c, []int64{int64(len(in.regions)), 2}, book, arrays)
}
