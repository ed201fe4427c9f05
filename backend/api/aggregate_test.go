package api_test

import (
	"encoding/base64"
	"testing"

	"regioscope/backend/core"
)

func TestAverageOfSomeRegions(t *testing.T) {
	a := newApp(t)
	n := float32(nan)
	id := a.ada.result(false, array(a, "stack", []float32{1, 2, n, 9, n, n, 3, 6, n}, 3, 3)).ID
	path := "/results/" + itoa(id) + "/aggregate"
	type m map[string]any
	for name, subset := range map[string]m{
		"indices": {"indices": []int{2, 0, 0}},
		"bitmap":  {"bitmap": base64.StdEncoding.EncodeToString([]byte{0b101})},
	} {
		r := a.ada.do("POST", path, m{"subset": subset})
		// Rows 0 and 2; the error of the mean of two values is half their distance.
		if got, want := r.npy().String(), "<f8 [4 3] [2 4 NaN 2 2 0 1 2 NaN 2 4 NaN]"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if r.Header.Get("X-Arrays") != "mean,n,sem,median" || r.Header.Get("X-Regions-Used") != "2" {
			t.Errorf("%s: headers %v", name, r.Header)
		}
	}
	for name, subset := range map[string]m{
		"empty":        {},
		"out of range": {"indices": []int{3}},
		"negative":     {"indices": []int{-1}},
		"both":         {"indices": []int{1}, "bitmap": "AQ=="},
		"no base64":    {"bitmap": "%"},
		"bit too far":  {"bitmap": base64.StdEncoding.EncodeToString([]byte{0, 1})},
	} {
		p := a.ada.do("POST", path, m{"subset": subset}).refused(422, core.CodeInvalid)
		if len(p.Errors) == 0 || p.Errors[0].Field != "subset" {
			t.Errorf("%s: %+v names no field", name, p)
		}
	}
}
