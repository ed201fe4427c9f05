package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"regioscope/backend/core"
)

// The count before is that of the operation; refusals name the field; a run is of one person.
func TestDeriveByTheAPI(t *testing.T) {
	a := newApp(t)
	one := a.ada.dataset(core.KindRegions, true, "chr1\t10\t20\ta\t5\t+\nchr1\t100\t200\tb\t9\t-\n")
	other := a.ada.dataset(core.KindRegions, true, "chr1\t15\t30\n")
	var got struct {
		Counted bool
		Regions int
		Sets    []struct{ Count int }
	}
	const preview = "/region-sets/derive/preview"
	a.ada.do(http.MethodPost, preview, map[string]any{"operation": "subtract", "keep": "pieces", "datasetIds": []int64{one.ID, other.ID}}).ok(http.StatusOK, &got)
	if !got.Counted || got.Regions != 2 || len(got.Sets) != 1 || got.Sets[0].Count != 2 {
		t.Errorf("%+v", got)
	}
	for field, body := range map[string]map[string]any{
		"distance":       {"operation": "nearest", "datasetIds": []int64{one.ID, other.ID}},
		"datasetIds":     {"operation": "intersect", "datasetIds": []int64{one.ID}},
		"where.0.column": {"operation": "filter", "datasetIds": []int64{one.ID}, "where": []map[string]any{{"column": "no", "op": "ge", "value": "1"}}},
		"seed":           {"operation": "merge", "datasetIds": []int64{one.ID}, "seed": 4},
		"n":              {"operation": "sample", "datasetIds": []int64{one.ID}, "n": 3},
	} {
		p := a.ada.do(http.MethodPost, preview, body).refused(http.StatusUnprocessableEntity, core.CodeInvalid)
		if !slices.ContainsFunc(p.Errors, func(f core.Field) bool { return f.Field == field }) {
			t.Errorf("%s: %+v", field, p)
		}
	}
	says(t, a.ada.do(http.MethodPost, preview, map[string]any{"operation": "intersect", "datasetIds": []int64{one.ID, a.ada.dataset(core.KindRegions, false, "chr2\t1\t2\n").ID}}).
		refused(http.StatusUnprocessableEntity, core.CodeUnavailable), "would be empty")
	merge := map[string]any{"operation": "merge", "datasetIds": []int64{one.ID}, "name": " "}
	a.ada.do(http.MethodPost, "/region-sets/derive", merge).refused(http.StatusUnprocessableEntity, core.CodeInvalid)

	// Two people who ask for the same have a run each; one who asks twice has one. Others do not see it.
	var mine, again, theirs core.Run
	merge["name"] = "merged"
	a.ada.do(http.MethodPost, "/region-sets/derive", merge).ok(http.StatusAccepted, &mine)
	a.ada.do(http.MethodPost, "/region-sets/derive", merge).ok(http.StatusAccepted, &again)
	a.bob.do(http.MethodPost, "/region-sets/derive", merge).ok(http.StatusAccepted, &theirs)
	if mine.ID != again.ID || mine.ID == theirs.ID {
		t.Errorf("runs %d, %d and %d", mine.ID, again.ID, theirs.ID)
	}
	a.bob.do(http.MethodGet, fmt.Sprint("/runs/", mine.ID), nil).refused(http.StatusNotFound, core.CodeNotFound)
}
