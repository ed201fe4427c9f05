package api

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/format/bed/view"
	"regioscope/worker/format/npy"
)

// RowOrder is in which order the rows of a stack are wanted.
type RowOrder struct {
	Sort   string `query:"sort" enum:"index,centre,mean,range,random,column,score" default:"index" doc:"order of the rows before slicing; rows without a value come last"`
	Desc   bool   `query:"desc"`
	Column string `query:"column" doc:"for sort=column: a column of the region set, of its file or its metadata; for sort=score: centre, corners, ratio, missing or coverage"`
	Scores int64  `query:"scores" minimum:"0" doc:"for sort=score: the 2D average of the same region set whose scores of single regions are sorted by"`
	Group  string `query:"group" doc:"a column of the region set: rows of one value lie together, in the order of the values; sort is within"`
	From   int64  `query:"from" minimum:"0" doc:"for sort=range: the first column whose mean counts"`
	To     int64  `query:"to" minimum:"0" doc:"for sort=range: the column after the last one"`
	Seed   int64  `query:"seed" minimum:"0" doc:"for sort=random"`
	By     int64  `query:"by" minimum:"0" doc:"for centre, mean and range: another stackup of the same region set, whose values are sorted by"`
	Of     string `query:"of" doc:"versions of these columns; they do nothing but tell addresses apart"`

	GroupBins  int   `query:"groupBins" minimum:"0" maximum:"20" doc:"for a group by a column of numbers: into so many ranges of about as many rows"`
	Clusters   int   `query:"clusters" minimum:"0" maximum:"30" doc:"rows that are alike (k-means of the values, the strongest group first) lie together; not with group"`
	ClustersOf int64 `query:"clustersOf" minimum:"0" doc:"another stackup of the same region set, whose rows are parted"`

	Facet     string `query:"facet" doc:"a column of the region set: only the rows of one of its values, by facetIs"`
	FacetBins int    `query:"facetBins" minimum:"0" maximum:"20" doc:"for a facet by a column of numbers: as groupBins"`
	FacetIs   int    `query:"facetIs" minimum:"0" doc:"which value or range, in the order of listRegionGroups"`
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
	case "score":
		var blob core.Blob
		if r, sha, key, blob, err = s.scoreColumn(ctx, resultID, o, r); err != nil {
			return nil, "", false, err
		}
		defer blob.Close()
	}
	if o.By > 0 && o.By != resultID && (o.Sort == "centre" || o.Sort == "mean" || o.Sort == "range") {
		var blob core.Blob
		if r, sha, blob, err = s.otherArray(ctx, resultID, o.By, "stack", r); err != nil {
			return nil, "", false, err
		}
		defer blob.Close()
	}
	if o.Sort != "column" && o.Group == "" && o.Clusters == 0 && o.Facet == "" {
		if o.Sort == "index" && !o.Desc {
			return nil, "", true, nil
		}
		order, err = s.orders.get(ctx, sha, key, o.Desc, r)
		return order, fmt.Sprintf(" %s %d:%d %d", sha, key.from, key.to, key.seed), o.By == 0 && o.Sort != "score", err
	}
	if order, err = s.partedOrder(ctx, resultID, sha, r, o, key); err != nil {
		return nil, "", false, viewError(err)
	}
	sum := sha256.New()
	if err := binary.Write(sum, binary.LittleEndian, order); err != nil {
		return nil, "", false, err
	}
	return order, hex.EncodeToString(sum.Sum(nil)), false, nil
}

// partedOrder is the order for which the regions themselves, or how alike rows are, matter.
func (s *server) partedOrder(ctx context.Context, resultID int64, sha string, r *npy.Reader, o RowOrder, key sortKey) (order []int32, err error) {
	result, err := s.Results.Get(ctx, caller(ctx), resultID)
	if err != nil {
		return nil, err
	}
	if o.Group != "" && o.Clusters > 0 {
		return nil, core.Errorf(core.CodeInvalid, "Group the rows by a column or by their values, not by both.").WithFields(core.Field{Field: "clusters", Message: "not with group"})
	}
	var v *view.Table
	if o.Sort == "column" || o.Group != "" || o.Facet != "" {
		if _, v, _, err = s.regionView(ctx, result.RegionSetID, RegionQuery{}); err != nil {
			return nil, err
		}
		if len(r.Shape) != 2 || int64(len(v.Bed.Regions)) != r.Rows() {
			return nil, core.Errorf(core.CodeInvalid, "Only stacks with a row per region can be sorted by its columns.").WithFields(core.Field{Field: "sort", Message: "not for this array"})
		}
	}
	if o.Sort == "column" {
		order, err = columnOrder(v, o)
	} else {
		order, err = s.orders.get(ctx, sha, key, o.Desc, r)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case o.Group != "":
		order, err = grouped(v, o.Group, o.GroupBins, order)
	case o.Clusters > 0:
		order, err = s.clustered(ctx, result, o, order)
	}
	if err != nil || o.Facet == "" {
		return order, err
	}
	return facet(v, o, order)
}

// otherArray opens an array of another result, which the caller may read and which has a row for each row of r. The caller closes the blob.
func (s *server) otherArray(ctx context.Context, resultID, by int64, name string, r *npy.Reader) (*npy.Reader, string, core.Blob, error) {
	array, blob, err := s.Results.OpenArray(ctx, caller(ctx), by, name)
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
		err = core.Errorf(core.CodeInvalid, "Rows can only be sorted by another result of the same region set.").WithFields(core.Field{Field: "by", Message: "of another region set"})
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
