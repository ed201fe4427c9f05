package embed

import "math"

// Result has a row per region, in the order of the features.
type Result struct {
	Layout      []float32    // rows × 2; NaN for regions without features
	PCA         []float32    // rows × 2: the first two principal components, whatever the layout; NaN as there. See Quality.VarianceKept
	Clusterings []Clustering // per k, ascending; fewer than asked for where there are fewer different regions
	Scaled      []float32    // rows × columns, imputed z-scores; NaN for regions without features
	Left        []int        // regions without features
	Quality     Quality
}

// Clustering is one way to split the regions.
type Clustering struct {
	K          int
	Labels     []int32 // per region: 0 to K−1, the largest group first; −1 for regions without features
	Sizes      []int
	Silhouette float64 // NaN for one group
	Inertia    float64
}

// Quality says what was done and how good it is.
type Quality struct {
	Regions         int       `json:"regions"`
	Used            int       `json:"used"` // regions with any feature
	Features        int       `json:"features"`
	Imputed         int       `json:"imputed"`         // missing values of used regions, set to the mean of their column
	ImputedBy       []int     `json:"imputedBy"`       // missing values per column
	Uninformative   []int     `json:"uninformative"`   // columns without values or with a single one; they count as zero
	Layout          Layout    `json:"layout"`          // what was made; see Messages where it is not what was asked for
	Neighbours      int       `json:"neighbours"`      // of UMAP, the region itself included; 0: PCA
	NeighbourRecall float64   `json:"neighbourRecall"` // share of true neighbours found; 1 where they are exact
	Start           string    `json:"start,omitempty"` // of UMAP: spectral or pca
	Epochs          int       `json:"epochs,omitempty"`
	Preserved                 // of the layout
	VarianceKept    []float64 `json:"varianceKept"` // by each of the first two components
	ClusterIn       Space     `json:"clusterIn"`
	Components      int       `json:"components"`        // in which groups were looked for; 0: in the layout
	ComponentsKept  float64   `json:"componentsKept"`    // their share of the variance
	SilhouetteRows  int       `json:"silhouetteRows"`    // over how many regions silhouettes are means
	Messages        []string  `json:"messages,omitzero"` // what is less than was asked for, and why
}

// Clustering gives the groups for k, or for the largest k below it that there is; nil when no region has features.
func (r *Result) Clustering(k int) *Clustering {
	var best *Clustering
	for i := range r.Clusterings {
		c := &r.Clusterings[i]
		if c.K <= k && (best == nil || c.K > best.K) {
			best = c
		}
	}
	return best
}

// unpack spreads the rows that took part over all regions.
func (r *run) unpack() {
	res, n, cols := r.res, r.in.Rows, r.s.cols
	nan := float32(math.NaN())
	res.Layout, res.PCA, res.Scaled = make([]float32, 2*n), make([]float32, 2*n), make([]float32, n*cols)
	for _, row := range res.Left {
		res.Layout[2*row], res.Layout[2*row+1] = nan, nan
		res.PCA[2*row], res.PCA[2*row+1] = nan, nan
		for c := range cols {
			res.Scaled[row*cols+c] = nan
		}
	}
	for at, row := range r.s.rows {
		copy(res.Layout[2*row:], r.plane[2*at:2*at+2])
		copy(res.PCA[2*row:], r.leading[2*at:2*at+2])
		copy(res.Scaled[row*cols:], r.s.z[at*cols:(at+1)*cols])
	}
	for _, c := range r.groupsK.Clusterings {
		labels := make([]int32, n)
		for i := range labels {
			labels[i] = -1
		}
		for at, row := range r.s.rows {
			labels[row] = c.Labels[at]
		}
		res.Clusterings = append(res.Clusterings, Clustering{K: c.K, Labels: labels, Sizes: c.Sizes, Silhouette: c.Silhouette, Inertia: c.Inertia})
	}
}
