package embed

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"regioscope/worker/compute/internal/points"
	"regioscope/worker/format/npy"
)

// oracle opens shared/data/oracles/embed (README there).
func oracle(t testing.TB, name string) map[string]*npy.Reader {
	t.Helper()
	data, err := os.ReadFile(oraclePath(t, name))
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npy.OpenNPZ(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return arrays
}

func oraclePath(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, "oracles", "embed", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("shared test data are not here")
	}
	return path
}

func array[T npy.Number](t testing.TB, r *npy.Reader) []T {
	t.Helper()
	values, err := npy.ReadAll[T](r)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// umap_clusters: 2,000 rows × 30 columns around 8 centres, with the exact neighbours, the fuzzy graph and the embedding of
// umap-learn 0.5.5 with seed 42, and its quality (oracles/embed/umap_clusters.json).
const oracleRows, oracleCols, oracleK = 2000, 30, 15

func TestNeighboursOfTheOracle(t *testing.T) {
	o := oracle(t, "umap_clusters.npz")
	p := points.New(array[float32](t, o["X"]), oracleCols)
	g, err := nearest(context.Background(), p, oracleK, 2, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if want := array[int32](t, o["knn_index"]); !slices.Equal(g.index, want) {
		t.Error("other neighbours, or in another order")
	}
	for i, want := range array[float64](t, o["knn_dist"]) {
		if math.Abs(g.distance[i]-want) > 1e-6*(1+want) {
			t.Fatalf("distance %d: %g, want %g", i, g.distance[i], want)
		}
	}
}

func TestGraphOfTheOracle(t *testing.T) {
	o := oracle(t, "umap_clusters.npz")
	p := points.New(array[float32](t, o["X"]), oracleCols)
	near, err := nearest(context.Background(), p, oracleK, 2, quiet)
	if err != nil {
		t.Fatal(err)
	}
	g, err := fuzzy(context.Background(), near, 2)
	if err != nil {
		t.Fatal(err)
	}
	rows, cols, weights := array[int32](t, o["graph_i"]), array[int32](t, o["graph_j"]), array[float64](t, o["graph_v"])
	want := make(map[[2]int32]float64)
	for e, w := range weights {
		want[[2]int32{rows[e], cols[e]}] = w
	}
	if len(g.weight) != len(want) {
		t.Errorf("%d edges, want %d", len(g.weight), len(want))
	}
	for i := range oracleRows {
		for e := g.start[i]; e < g.start[i+1]; e++ {
			// umap-learn computes in single precision, and its bisection stops at 1e-5 of the sum of memberships.
			if w := want[[2]int32{int32(i), g.to[e]}]; math.Abs(g.weight[e]-w) > 2e-5 {
				t.Fatalf("edge %d–%d: %g, want %g", i, g.to[e], g.weight[e], w)
			}
		}
	}
	if a, b := array[float64](t, o["a"])[0], array[float64](t, o["b"])[0]; a != curveA || b != curveB {
		t.Errorf("curve %v, %v, want %v, %v", curveA, curveB, a, b)
	}
}

// What is printed of umap-learn's own layout is what scikit-learn computed for it.
func TestTrustworthinessOfTheOracle(t *testing.T) {
	o := oracle(t, "umap_clusters.npz")
	p := points.New(array[float32](t, o["X"]), oracleCols)
	q, _, err := preserved(context.Background(), p, array[float32](t, o["embedding_seed42"]), nil, 0, 2, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if want := peerQuality(t).Trustworthiness; math.Abs(q.Trustworthiness-want) > 1e-6 || q.Rows != oracleRows {
		t.Errorf("trustworthiness %.7f over %d rows, want %.7f", q.Trustworthiness, q.Rows, want)
	}
}

func labels(t testing.TB, r *npy.Reader) []int32 {
	var out []int32
	for _, v := range array[int64](t, r) {
		out = append(out, int32(v))
	}
	return out
}

type peer struct {
	Trustworthiness float64 `json:"trustworthiness_k15"`
	ARI             float64 `json:"ari_kmeans_true_k"`
	Kept            float64 `json:"knn15_kept"`
}

func peerQuality(t testing.TB) peer {
	t.Helper()
	data, err := os.ReadFile(oraclePath(t, "umap_clusters.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Runs map[string]peer `json:"umap_learn_055"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Runs["42"]
}

// As good as umap-learn, with every seed: trustworthiness, neighbours kept, and planted groups found in the layout.
func TestQualityOfTheOracle(t *testing.T) {
	o := oracle(t, "umap_clusters.npz")
	want, truth := peerQuality(t), labels(t, o["labels"])
	f := &Features{Rows: oracleRows, Cols: oracleCols, Values: array[float32](t, o["X"])}
	for _, seed := range []uint64{42, 1, 2} {
		res, err := Compute(context.Background(), f, Options{Raw: true, Seed: seed, Threads: 2, Ks: []int{8}, ClusterIn: InLayout})
		if err != nil {
			t.Fatal(err)
		}
		q := res.Quality
		ari := adjustedRand(res.Clusterings[0].Labels, truth)
		t.Logf("seed %d: trustworthiness %.4f (umap-learn %.4f), neighbours kept %.4f (%.4f), adjusted Rand index %.4f (%.4f), start %s",
			seed, q.Trustworthiness, want.Trustworthiness, q.NeighboursKept, want.Kept, ari, want.ARI, q.Start)
		if q.Trustworthiness < want.Trustworthiness-0.01 || q.NeighboursKept < want.Kept-0.01 || ari < want.ARI-0.01 {
			t.Errorf("seed %d: worse than umap-learn", seed)
		}
	}
	res, err := Compute(context.Background(), f, Options{Seed: 42, Threads: 2, Ks: []int{8}, Layout: PCA})
	if err != nil {
		t.Fatal(err)
	}
	if ari := adjustedRand(res.Clusterings[0].Labels, truth); ari < want.ARI-0.01 {
		t.Errorf("groups in feature space: adjusted Rand index %.4f", ari)
	}
}

// adjustedRand is the Rand index adjusted for chance (Hubert and Arabie 1985).
func adjustedRand(a, b []int32) float64 {
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	both, left, right := map[[2]int32]int{}, map[int32]int{}, map[int32]int{}
	for i := range a {
		both[[2]int32{a[i], b[i]}]++
		left[a[i]]++
		right[b[i]]++
	}
	var index, x, y float64
	for _, n := range both {
		index += pairs(n)
	}
	for _, n := range left {
		x += pairs(n)
	}
	for _, n := range right {
		y += pairs(n)
	}
	expected := x * y / pairs(len(a))
	return (index - expected) / ((x+y)/2 - expected)
}
