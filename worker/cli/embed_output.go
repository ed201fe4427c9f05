package cli

import (
	"math"

	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/ledger"
)

// embedQuality is quality.json.
type embedQuality struct {
	embed.Quality
	K           int              `json:"k"` // of clusters.npy
	Sizes       []int            `json:"sizes"`
	Silhouette  *float64         `json:"silhouette"` // null: not defined
	Clusterings []clusteringFact `json:"clusterings"`
	Names       []string         `json:"names"` // of the features
}

type clusteringFact struct {
	K          int      `json:"k"`
	Silhouette *float64 `json:"silhouette"`
	Inertia    float64  `json:"inertia"`
}

func defined(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// write writes what every embedding has, the manifest last.
func (r *embedRun) write(out *folder, m *manifest, f *embed.Features, res *embed.Result, groups *embed.Clustering, names []string, book *ledger.Ledger) error {
	q := embedQuality{Quality: res.Quality, K: groups.K, Sizes: groups.Sizes, Names: names}
	if groups.K > 0 {
		q.Silhouette = defined(groups.Silhouette)
	}
	for _, c := range res.Clusterings {
		q.Clusterings = append(q.Clusterings, clusteringFact{c.K, defined(c.Silhouette), c.Inertia})
	}
	for _, err := range []error{
		writeArray(out, "features", f.Values, f.Rows, f.Cols),
		writeArray(out, "layout", res.Layout, f.Rows, 2),
		writeArray(out, "pca", res.PCA, f.Rows, 2),
		writeArray(out, "clusters", groups.Labels, f.Rows),
		out.json("quality.json", q)} {
		if err != nil {
			return err
		}
	}
	m.N, m.Total = book.Used, book.Read
	m.Warnings = append(m.Warnings, res.Quality.Messages...)
	return out.finish(m, book)
}
