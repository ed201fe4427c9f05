package api

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"regioscope/backend/core"
	"regioscope/worker/format/bed/view"
	"regioscope/worker/format/npy"
	"regioscope/worker/genome"
)

// RowGroup is the regions that have one value of a column, or a value within a range.
type RowGroup struct {
	Value  string   `json:"value" doc:"empty = no value"`
	N      int      `json:"n"`
	Low    *float64 `json:"low,omitempty" doc:"of a range: the least value in it"`
	High   *float64 `json:"high,omitempty" doc:"of a range: the largest value in it"`
	Bitmap string   `json:"bitmap,omitempty" doc:"the regions themselves, when asked for; as in a subset"`
}

// MembersOut is some regions of a set.
type MembersOut struct {
	N      int    `json:"n"`
	Bitmap string `json:"bitmap" doc:"as in a subset"`
}

func (s *server) groupRoutes() {
	route(s, spec{id: "listRegionGroups", method: http.MethodGet, path: "/datasets/{id}/regions/groups", summary: "How many regions have each value of a column, in the order of the values", tag: "datasets"},
		func(ctx context.Context, in *struct {
			IDPath
			Column string `query:"column" required:"true"`
			Bins   int    `query:"bins" minimum:"0" maximum:"20" doc:"of a column of numbers: so many ranges of about as many regions instead of single values"`
			Bitmap bool   `query:"bitmap" doc:"say which regions they are, too"`
		}) (*body[list[RowGroup]], error) {
			_, v, _, err := s.regionView(ctx, in.ID, RegionQuery{})
			if err != nil {
				return nil, err
			}
			out, of, err := rowGroups(v, in.Column, in.Bins)
			if err != nil {
				return nil, viewError(err)
			}
			if in.Bitmap {
				rows := make([][]int, len(out))
				for i, g := range of {
					rows[g] = append(rows[g], i)
				}
				for g := range out {
					out[g].Bitmap = genome.Bitmap(rows[g], len(of))
				}
			}
			return &body[list[RowGroup]]{list[RowGroup]{Items: out}}, nil
		})
	route(s, spec{id: "getResultClusters", method: http.MethodGet, path: "/results/{id}/clusters",
		summary: "Groups of alike rows of a stackup, as .npy int32 with one number per region: 0 is the group with the highest mean, -1 no value", tag: "results",
		adjust: binaryAnswer("application/x-npy")},
		func(ctx context.Context, in *struct {
			IDPath
			K int `query:"k" required:"true" minimum:"2" maximum:"30"`
		}) (*arrayOut, error) {
			labels, err := s.Results.Clusters(ctx, caller(ctx), in.ID, in.K)
			if err != nil {
				return nil, err
			}
			var out bytes.Buffer
			if err := npy.Write(&out, labels, len(labels)); err != nil {
				return nil, err
			}
			return &arrayOut{ContentType: "application/x-npy", Cache: "private, max-age=0, must-revalidate", Body: out.Bytes()}, nil
		})
	route(s, spec{id: "getResultMembers", method: http.MethodGet, path: "/results/{id}/members", summary: "The regions that a set of an association touches in one bin", tag: "results"},
		func(ctx context.Context, in *struct {
			IDPath
			Target int `query:"target" required:"true" minimum:"0" doc:"row of the arrays"`
			Bin    int `query:"bin" required:"true" minimum:"0" doc:"column of the arrays"`
		}) (*body[MembersOut], error) {
			rows, total, err := s.Results.Members(ctx, caller(ctx), in.ID, in.Target, in.Bin)
			if err != nil {
				return nil, err
			}
			return &body[MembersOut]{MembersOut{N: len(rows), Bitmap: genome.Bitmap(rows, int(total))}}, nil
		})
}

type arrayOut struct {
	ContentType string `header:"Content-Type"`
	Cache       string `header:"Cache-Control"`
	Body        []byte
}

// rowGroups are the values of a column, or ranges of them, and which of them every region has.
func rowGroups(v *view.Table, column string, bins int) ([]RowGroup, []int32, error) {
	out := []RowGroup{}
	if bins == 0 {
		groups, of, err := v.Groups(column)
		for _, g := range groups {
			out = append(out, RowGroup{Value: g.Value, N: g.N})
		}
		return out, of, err
	}
	groups, low, high, of, err := v.Ranges(column, bins)
	for i, g := range groups {
		x := RowGroup{Value: g.Value, N: g.N}
		if !math.IsNaN(low[i]) {
			x.Low, x.High = &low[i], &high[i]
		}
		out = append(out, x)
	}
	return out, of, err
}

// grouped brings the rows of a group together and keeps their order within.
func grouped(v *view.Table, column string, bins int, order []int32) ([]int32, error) {
	_, of, err := rowGroups(v, column, bins)
	if err != nil {
		return nil, err
	}
	return sortedBy(order, of), nil
}

func sortedBy(order, of []int32) []int32 {
	order = slices.Clone(order)
	slices.SortStableFunc(order, func(a, b int32) int { return int(of[a] - of[b]) })
	return order
}

// clustered brings rows that are alike together; those without values come last.
func (s *server) clustered(ctx context.Context, r *core.Result, o RowOrder, order []int32) ([]int32, error) {
	id := r.ID
	if o.ClustersOf > 0 && o.ClustersOf != id {
		other, err := s.Results.Get(ctx, caller(ctx), o.ClustersOf)
		if err != nil {
			return nil, err
		}
		if other.RegionSetID != r.RegionSetID {
			return nil, core.Errorf(core.CodeInvalid, "Rows can only be grouped by another stackup of the same region set.").WithFields(core.Field{Field: "clustersOf", Message: "of another region set"})
		}
		id = other.ID
	}
	labels, err := s.Results.Clusters(ctx, caller(ctx), id, o.Clusters)
	if err != nil {
		return nil, err
	}
	if len(labels) != len(order) {
		return nil, core.Errorf(core.CodeInvalid, "Only stacks with a row per region can be grouped.").WithFields(core.Field{Field: "clusters", Message: "not for this array"})
	}
	of := make([]int32, len(labels))
	for i, l := range labels {
		if of[i] = l; l < 0 {
			of[i] = math.MaxInt32
		}
	}
	return sortedBy(order, of), nil
}

// facet leaves the rows of one value of a column.
func facet(v *view.Table, o RowOrder, order []int32) ([]int32, error) {
	_, of, err := rowGroups(v, o.Facet, o.FacetBins)
	if err != nil {
		return nil, err
	}
	out := []int32{}
	for _, row := range order {
		if int(of[row]) == o.FacetIs {
			out = append(out, row)
		}
	}
	return out, nil
}

// scores are the columns of the arrays that a 2D average keeps of every region.
var scores = map[string][]string{"scores": {"centre", "corners", "ratio"}, "quality": {"missing", "coverage"}}

// scoreColumn opens what holds the scores by which rows are to be sorted, and says which column of it they are.
func (s *server) scoreColumn(ctx context.Context, resultID int64, o RowOrder, r *npy.Reader) (*npy.Reader, string, sortKey, core.Blob, error) {
	for name, columns := range scores {
		if at := int64(slices.Index(columns, o.Column)); at >= 0 && o.Scores > 0 {
			other, sha, blob, err := s.otherArray(ctx, resultID, o.Scores, name, r)
			return other, sha, sortKey{by: "range", from: at, to: at + 1}, blob, err
		}
	}
	words := slices.Sorted(slices.Values(slices.Concat(scores["scores"], scores["quality"])))
	return nil, "", sortKey{}, nil, core.Errorf(core.CodeInvalid, "To sort by a score, name a 2D average and one of %s.", strings.Join(words, ", ")).
		WithFields(core.Field{Field: "column", Message: fmt.Sprintf("no score %q", o.Column)})
}
