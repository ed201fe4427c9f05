package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Association, layouts and groups: work on tables, after the files have been read.

const (
	associationFew  = "association, 10,000 × 40 bins × 6 sets"
	associationMany = "association, 50,000 × 40 bins × 100 sets"
)

// umapPeer and kmeansPeer print what is compared beside the time. Trustworthiness is of a sample of rows against all.
const umapPeer = `
import sys, time, numpy as np, umap
x = np.load(sys.argv[1])
x = (x - x.mean(0)) / x.std(0)
began = time.time()
y = umap.UMAP(n_neighbors=15, min_dist=0.1, random_state=42).fit_transform(x)
took = time.time() - began
n, k, penalty = len(x), 15, 0
rows = np.random.default_rng(1).choice(n, 1000, replace=False)
for r in rows:
    rank = np.argsort(np.argsort(((x - x[r]) ** 2).sum(1)))
    near = np.argsort(((y - y[r]) ** 2).sum(1))[1:k + 1]
    penalty += np.maximum(0, rank[near] - k).sum()
print('trustworthiness %.4f; %.1f s without imports' % (1 - 2 * penalty / (len(rows) * k * (2 * n - 3 * k - 1)), took))
`

const kmeansPeer = `
import sys, numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
x = np.load(sys.argv[1])
x = (x - x.mean(0)) / x.std(0)
best = []
for k in range(2, 21):
    labels = KMeans(k, n_init=10, random_state=42).fit_predict(x)
    best.append((silhouette_score(x, labels, sample_size=2000, random_state=1), k))
print('best silhouette %.4f at k = %d' % max(best))
`

func (b *bench) tableWorks() []work {
	f := b.files
	sets := func(n int) string { return strings.Join(b.targets[:min(n, len(b.targets))], ",") }
	enrich := func(regions, targets string) []string {
		return []string{"enrich", "--regions", regions, "--targets", targets, "--sizes", f["sizes"], "--window", "200000", "--bin", "10000"}
	}
	python := func(name, module, script string, args ...string) peer {
		return peer{name: name, module: module, script: script, args: args}
	}
	return []work{
		{name: associationFew, args: enrich(f["sites"], sets(6)), theirs: "HiCognition's code: 35–38 s"},
		{name: associationMany, args: enrich(f["many"], sets(100))},
		{name: "UMAP 10,000 × 100", args: []string{"embed", "--features", f["umap"], "--ks", "2-2", "--k", "2", "--seed", "42"}, facts: trust,
			peers: []peer{python("umap-learn", "umap", umapPeer, f["umap"])}},
		{name: "2D embedding with groups, 10,000 × 81×81", needs: []string{"map"}, args: []string{"embed", "--map", f["map"], "--regions", f["sites"],
			"--view", f["arms"], "--window", "400000", "--resolution", "10000"}, facts: trust, theirs: "HiCognition's code: 38 s"},
		{name: "k-means and silhouettes, 50,000 × 50", args: []string{"embed", "--features", f["kmeans"], "--layout", "pca", "--ks", "2-20"}, facts: silhouette,
			peers: []peer{python("scikit-learn", "sklearn", kmeansPeer, f["kmeans"])}},
	}
}

// quality reads quality.json of the last embedding.
func quality(out string) (q struct {
	Trustworthiness float64
	Clusterings     []struct {
		K          int
		Silhouette float64
	}
}) {
	data, err := os.ReadFile(filepath.Join(out, "quality.json"))
	if err == nil {
		err = json.Unmarshal(data, &q)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	return q
}

func trust(out string) string {
	return fmt.Sprintf("trustworthiness %.4f", quality(out).Trustworthiness)
}

func silhouette(out string) string {
	best, k := -1.0, 0
	for _, c := range quality(out).Clusterings {
		if c.Silhouette > best {
			best, k = c.Silhouette, c.K
		}
	}
	return fmt.Sprintf("best silhouette %.4f at k = %d", best, k)
}
