package api

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"

	"regioscope/backend/core"
	"regioscope/worker/format/bed/view"
	"regioscope/worker/format/npy"
)

// RowOrder is in which order the rows of a stack are wanted.
type RowOrder struct {
	Sort   string `query:"sort" enum:"index,centre,mean,range,random,column" default:"index" doc:"order of the rows before slicing; rows without a value come last"`
	Desc   bool   `query:"desc"`
	Column string `query:"column" doc:"for sort=column: a column of the region set, of its file or its metadata"`
	Group  string `query:"group" doc:"a column of the region set: rows of one value lie together, in the order of the values; sort is within"`
	From   int64  `query:"from" minimum:"0" doc:"for sort=range: the first column whose mean counts"`
	To     int64  `query:"to" minimum:"0" doc:"for sort=range: the column after the last one"`
	Seed   int64  `query:"seed" minimum:"0" doc:"for sort=random"`
	By     int64  `query:"by" minimum:"0" doc:"for centre, mean and range: another stackup of the same region set, whose values are sorted by"`
	Of     string `query:"of" doc:"versions of these columns; they do nothing but tell addresses apart"`
}

// RowGroup is the regions that have one value of a column.
type RowGroup struct {
	Value string `json:"value" doc:"empty = no value"`
	N     int    `json:"n"`
}

func (s *server) groupRoutes() {
	route(s, spec{id: "listRegionGroups", method: http.MethodGet, path: "/datasets/{id}/regions/groups", summary: "How many regions have each value of a column, in the order of the values", tag: "datasets"},
		func(ctx context.Context, in *struct {
			IDPath
			Column string `query:"column" required:"true"`
		}) (*body[list[RowGroup]], error) {
			_, v, _, err := s.regionView(ctx, in.ID, RegionQuery{})
			if err != nil {
				return nil, err
			}
			groups, _, err := v.Groups(in.Column)
			if err != nil {
				return nil, viewError(err)
			}
			out := []RowGroup{}
			for _, g := range groups {
				out = append(out, RowGroup(g))
			}
			return &body[list[RowGroup]]{list[RowGroup]{Items: out}}, nil
		})
}

// rowOrder gives the order of the rows of an array of a result; nil is file order. stable tells whether it follows from the
// array alone; else, tag tells orders apart.
func (s *server) rowOrder(ctx context.Context, resultID int64, sha string, r *npy.Reader, o RowOrder) (order []int32, tag string, stable bool, err error) {
	key := sortKey{by: o.Sort}
	switch o.Sort {
	case "range":
		key.from, key.to = o.From, o.To
	case "random":
		key.seed = o.Seed
	}
	if o.By > 0 && o.By != resultID && (o.Sort == "centre" || o.Sort == "mean" || o.Sort == "range") {
		var blob core.Blob
		if r, sha, blob, err = s.otherStack(ctx, resultID, o.By, r); err != nil {
			return nil, "", false, err
		}
		defer blob.Close()
	}
	if o.Sort != "column" && o.Group == "" {
		if o.Sort == "index" && !o.Desc {
			return nil, "", true, nil
		}
		order, err = s.orders.get(ctx, sha, key, o.Desc, r)
		return order, fmt.Sprintf(" %s %d:%d %d", sha, key.from, key.to, key.seed), o.By == 0, err
	}
	result, err := s.Results.Get(ctx, caller(ctx), resultID)
	if err != nil {
		return nil, "", false, err
	}
	_, v, _, err := s.regionView(ctx, result.RegionSetID, RegionQuery{})
	if err != nil {
		return nil, "", false, err
	}
	if len(r.Shape) != 2 || int64(len(v.Bed.Regions)) != r.Rows() {
		return nil, "", false, core.Errorf(core.CodeInvalid, "Only stacks with a row per region can be sorted by its columns.").WithFields(core.Field{Field: "sort", Message: "not for this array"})
	}
	if o.Sort == "column" {
		order, err = columnOrder(v, o)
	} else {
		order, err = s.orders.get(ctx, sha, key, o.Desc, r)
	}
	if err == nil && o.Group != "" {
		order, err = grouped(v, o.Group, order)
	}
	if err != nil {
		return nil, "", false, viewError(err)
	}
	sum := sha256.New()
	if err := binary.Write(sum, binary.LittleEndian, order); err != nil {
		return nil, "", false, err
	}
	return order, hex.EncodeToString(sum.Sum(nil)), false, nil
}

// otherStack opens the stack of another result, which the caller may read and which has a row for each row of r. The caller closes the blob.
func (s *server) otherStack(ctx context.Context, resultID, by int64, r *npy.Reader) (*npy.Reader, string, core.Blob, error) {
	array, blob, err := s.Results.OpenArray(ctx, caller(ctx), by, "stack")
	if err != nil {
		return nil, "", nil, err
	}
	other, err := npy.Open(blob, blob.Size())
	var own, theirs *core.Result
	if err == nil {
		own, err = s.Results.Get(ctx, caller(ctx), resultID)
	}
	if err == nil {
		theirs, err = s.Results.Get(ctx, caller(ctx), by)
	}
	if err == nil && (own.RegionSetID != theirs.RegionSetID || other.Rows() != r.Rows()) {
		err = core.Errorf(core.CodeInvalid, "Rows can only be sorted by another stackup of the same region set.").WithFields(core.Field{Field: "by", Message: "of another region set"})
	}
	if err != nil {
		blob.Close()
		return nil, "", nil, err
	}
	return other, array.SHA256, blob, nil
}

func columnOrder(v *view.Table, o RowOrder) ([]int32, error) {
	if o.Column == "" {
		return nil, &view.Error{Field: "column", Msg: "Name the column to sort by."}
	}
	rows, err := v.Rows(view.Query{Sort: o.Column, Desc: o.Desc})
	if err != nil {
		return nil, err
	}
	order := make([]int32, len(rows))
	for i, r := range rows {
		order[i] = int32(r)
	}
	return order, nil
}

// grouped brings the rows of a group together and keeps their order within.
func grouped(v *view.Table, column string, order []int32) ([]int32, error) {
	_, of, err := v.Groups(column)
	if err != nil {
		return nil, err
	}
	order = slices.Clone(order)
	slices.SortStableFunc(order, func(a, b int32) int { return int(of[a] - of[b]) })
	return order, nil
}
