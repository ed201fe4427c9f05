package tasks

import (
	"context"
	"fmt"
	"slices"

	"regioscope/backend/core"
	"regioscope/worker/compute/cluster"
	"regioscope/worker/compute/stackup"
)

// How rows of a stackup are parted: by so many columns, from this seed.
const (
	clusterColumns = 50
	clusterSeed    = 42
)

// rowLabels is the group of every row of a stack.
type rowLabels []int32

func (l rowLabels) Bytes() int64 { return int64(len(l)) * 4 }

// Clusters implements core.Aggregator: k-means (k-means++, 10 restarts, seed 42) of the rows by their values, see
// stackup.ReadFeatures. Groups are numbered by the mean of their values, the highest first, so that the numbers of two stackups of
// alike tracks are alike. The same stack gives the same groups, whatever the number of cores.
func (e *Executor) Clusters(ctx context.Context, r *core.Result, k int) ([]int32, error) {
	if r.Pipeline != core.PipelineStackup {
		return nil, core.Errorf(core.CodeUnavailable, "A result of %s has no rows that could be grouped.", r.Pipeline)
	}
	return e.labels.get(r.ID*(core.MostClusters+1)+int64(k), e.Memory/8, func() (rowLabels, error) { return e.clusterRows(ctx, r, k) })
}

func (e *Executor) clusterRows(ctx context.Context, r *core.Result, k int) (rowLabels, error) {
	blob, err := e.openArray(ctx, r, "stack")
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	stack, err := stackup.OpenStored(blob, blob.Size())
	if err != nil {
		return nil, fmt.Errorf("stack of result %d: %w", r.ID, err)
	}
	// The numbers, and the same again in the layout of the clustering.
	if need := int64(stack.Rows) * int64(min(clusterColumns, stack.Bins)) * 4 * 2; need > e.Memory {
		return nil, core.Errorf(core.CodeTooLarge, "To group %d rows takes %d MB of memory, more than one computation may have.", stack.Rows, need>>20)
	}
	f, err := stackup.ReadFeatures(ctx, stack, stack.Rows, stack.Bins, clusterColumns)
	if err != nil {
		return nil, err
	}
	made, err := cluster.KMeans(ctx, f.Values, f.Cols, []int{k}, cluster.Options{Seed: clusterSeed, Threads: e.Threads, NoSilhouette: true})
	if err != nil {
		return nil, err
	}
	labels := make(rowLabels, stack.Rows)
	for i := range labels {
		labels[i] = -1
	}
	if len(made.Clusterings) == 0 {
		return labels, nil
	}
	c := made.Clusterings[0]
	place := byMean(f, c)
	for i, row := range f.Rows {
		labels[row] = place[c.Labels[i]]
	}
	return labels, nil
}

// byMean is the place of every group in the order of their means, the highest first.
func byMean(f *stackup.Features, c cluster.Clustering) []int32 {
	sum := make([]float64, c.K)
	for i, g := range c.Labels {
		sum[g] += f.Means[i] / float64(c.Sizes[g])
	}
	order := make([]int32, c.K)
	for g := range order {
		order[g] = int32(g)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		switch {
		case sum[a] > sum[b]:
			return -1
		case sum[a] < sum[b]:
			return 1
		}
		return 0
	})
	place := make([]int32, c.K)
	for p, g := range order {
		place[g] = int32(p)
	}
	return place
}
