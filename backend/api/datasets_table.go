package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
)

// TableQuery is how tables of datasets are filtered. Members that are repeated are joined by or, tags by and.
type TableQuery struct {
	Kinds         []core.Kind         `query:"kind,explode" enum:"regions,signal,contacts" doc:"may be repeated"`
	AssemblyIDs   []int64             `query:"assemblyId,explode" doc:"may be repeated"`
	OwnerIDs      []int64             `query:"ownerId,explode" doc:"may be repeated"`
	Tags          []string            `query:"tag,explode" doc:"may be repeated: all of them; - = untagged"`
	CellTypes     []string            `query:"cellType,explode" doc:"may be repeated; - = not given"`
	Perturbations []string            `query:"perturbation,explode" doc:"may be repeated; - = not given"`
	States        []core.DatasetState `query:"state,explode" enum:"uploading,checking,ready,failed" doc:"may be repeated"`
	Q             string              `query:"q" doc:"words, or phrases in double quotes, each of which occurs in the name, description, tags, cell type, perturbation, sample id or file name"`
	MatchCase     bool                `query:"matchCase"`
}

// TableOrder is how they are sorted.
type TableOrder struct {
	Sort core.DatasetSort `query:"sort" enum:"created,name,kind,assembly,regions,size,state,owner,cellType,perturbation,sampleId,sizeType,public" doc:"newest first without it"`
	Desc bool             `query:"desc"`
}

func (q *TableQuery) core() core.DatasetQuery {
	return core.DatasetQuery{Q: q.Q, MatchCase: q.MatchCase, Kinds: q.Kinds, AssemblyIDs: q.AssemblyIDs, OwnerIDs: q.OwnerIDs, Tags: q.Tags,
		CellTypes: q.CellTypes, Perturbations: q.Perturbations, States: q.States}
}

type listDatasetsIn struct {
	TableQuery
	TableOrder
	IDs    []int64 `query:"id,explode" maxItems:"1000" doc:"only these, as far as the caller may read them"`
	Cursor string  `query:"cursor" doc:"nextCursor of the page before"`
	Limit  int     `query:"limit" minimum:"1" maximum:"1000" default:"200"`
}

// datasetPage is a list whose cursor is a text.
type datasetPage struct {
	Items      []core.Dataset `json:"items"`
	NextCursor string         `json:"nextCursor,omitempty" doc:"absent on the last page"`
}

func (s *server) listDatasets(ctx context.Context, in *listDatasetsIn) (*body[datasetPage], error) {
	after, err := readCursor(in.Cursor, in.Sort)
	if err != nil {
		return nil, err
	}
	f := core.DatasetFilter{Query: in.core(), Sort: in.Sort, Desc: in.Desc, After: after, Limit: in.Limit}
	if len(in.IDs) > 0 {
		f.IDs = in.IDs
	}
	items, next, err := s.Datasets.Page(ctx, caller(ctx), f)
	if err != nil {
		return nil, err
	}
	return &body[datasetPage]{datasetPage{Items: full(items), NextCursor: writeCursor(next)}}, nil
}

// writeCursor makes a cursor that clients pass on unread: the id alone where the order is that of ids.
func writeCursor(c *core.DatasetCursor) string {
	if c == nil {
		return ""
	}
	if c.Key == nil {
		return strconv.FormatInt(c.ID, 10)
	}
	if on, ok := c.Key.(bool); ok { // a column of zeros and ones
		c.Key = map[bool]int{true: 1}[on]
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return strconv.FormatInt(c.ID, 10) // a key is a text or a number
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func readCursor(text string, by core.DatasetSort) (*core.DatasetCursor, error) {
	if text == "" {
		return nil, nil
	}
	bad := core.Errorf(core.CodeInvalid, "The cursor does not belong to this list. Begin again without one.").WithFields(core.Field{Field: "cursor", Value: text, Message: "not a cursor of this list"})
	keyed := by != "" && by != core.SortCreated
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		if keyed || id < 1 {
			return nil, bad
		}
		return &core.DatasetCursor{ID: id}, nil
	}
	var c core.DatasetCursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil || !keyed || c.ID < 1 {
		return nil, bad
	}
	switch k := c.Key.(type) {
	case string:
	case float64:
		if k != math.Trunc(k) || math.Abs(k) > 1<<53 {
			return nil, bad
		}
		c.Key = int64(k)
	default:
		return nil, bad
	}
	return &c, nil
}

type idList struct {
	IDs []int64 `json:"ids"`
}

type bulkIn struct {
	Body struct {
		IDs    []int64 `json:"ids" minItems:"1" maxItems:"1000"`
		DryRun bool    `json:"dryRun,omitempty" doc:"only list what depends on them"`
	}
}

type bulkOut struct {
	Status int
	Body   *core.BulkDependants
}

func (s *server) datasetTableRoutes() {
	route(s, spec{id: "listDatasetIds", method: http.MethodGet, path: "/datasets/ids", summary: "The ids of all datasets that a query finds, in order", tag: "datasets"},
		func(ctx context.Context, in *struct {
			TableQuery
			TableOrder
		}) (*body[idList], error) {
			ids, err := s.Datasets.IDs(ctx, caller(ctx), core.DatasetFilter{Query: in.core(), Sort: in.Sort, Desc: in.Desc})
			return &body[idList]{idList{full(ids)}}, err
		})
	route(s, spec{id: "countDatasets", method: http.MethodGet, path: "/datasets/facets", summary: "How many datasets a query finds, by kind, assembly, owner, tag, cell type, perturbation and state", tag: "datasets"},
		func(ctx context.Context, in *struct {
			TableQuery
			Base string `query:"base" doc:"kinds that the table is about, separated by commas; their others are not counted at all"`
		}) (*body[core.DatasetFacets], error) {
			var base []core.Kind
			for _, k := range strings.FieldsFunc(in.Base, func(r rune) bool { return r == ',' }) {
				base = append(base, core.Kind(k))
			}
			out, err := s.Datasets.Facets(ctx, caller(ctx), base, in.core())
			if err != nil {
				return nil, err
			}
			return &body[core.DatasetFacets]{*out}, nil
		})
	route(s, spec{id: "patchDatasets", method: http.MethodPatch, path: "/datasets", summary: "Edit many datasets alike", tag: "datasets"},
		func(ctx context.Context, in *struct{ Body core.BulkPatch }) (*body[core.BulkOutcome], error) {
			out, err := s.Datasets.BulkPatch(ctx, caller(ctx), in.Body)
			if err != nil {
				return nil, err
			}
			return &body[core.BulkOutcome]{*out}, nil
		})
	route(s, spec{id: "deleteDatasets", method: http.MethodPost, path: "/datasets/delete", summary: "Delete many datasets, or list what that would take along", tag: "datasets",
		adjust: func(op *huma.Operation) { op.DefaultStatus = http.StatusOK }},
		func(ctx context.Context, in *bulkIn) (*bulkOut, error) {
			if in.Body.DryRun {
				d, err := s.Datasets.DependantsOf(ctx, caller(ctx), in.Body.IDs)
				return &bulkOut{http.StatusOK, d}, err
			}
			done, err := s.Datasets.DeleteMany(ctx, caller(ctx), in.Body.IDs)
			if err != nil {
				return nil, err
			}
			return &bulkOut{http.StatusOK, &core.BulkDependants{BulkOutcome: *done,
				Dependants: core.Dependants{Sessions: []core.SessionRef{}, Collections: []string{}, Derived: []string{}}}}, nil
		})
	route(s, spec{id: "getLineage", method: http.MethodGet, path: "/datasets/{id}/lineage", summary: "Where a dataset comes from and what was made of it", tag: "datasets"},
		func(ctx context.Context, in *IDPath) (*body[core.Lineage], error) {
			l, err := s.Datasets.Lineage(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[core.Lineage]{*l}, nil
		})
}
