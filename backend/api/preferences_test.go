package api_test

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
)

// What somebody chose is theirs, in every browser; who has not chosen gets what the program has.
func TestPreferencesAreOnesOwn(t *testing.T) {
	a := newApp(t)
	var got core.Preferences
	a.ada.do("GET", "/account/preferences", nil).ok(200, &got)
	if got != (core.Preferences{}) {
		t.Errorf("at first: %+v", got)
	}
	first := core.Preferences{Theme: "dark", SequentialMap: "magma", DivergingMap: "PuOr"}
	second := core.Preferences{Theme: "light", DivergingMap: "coolwarm"}
	for _, p := range []core.Preferences{first, second} {
		a.ada.do("PUT", "/account/preferences", p).ok(200, nil)
		got = core.Preferences{}
		a.ada.do("GET", "/account/preferences", nil).ok(200, &got)
		if got != p {
			t.Errorf("%+v, want %+v", got, p)
		}
	}
	got = core.Preferences{}
	a.bob.do("GET", "/account/preferences", nil).ok(200, &got)
	if got != (core.Preferences{}) {
		t.Errorf("bob's: %+v", got)
	}
	_, err := a.deps.Accounts.SetPreferences(t.Context(), a.ada.Caller, core.Preferences{Theme: "pink", SequentialMap: "RdBu", DivergingMap: "jet"})
	var e *core.Error
	if !errors.As(err, &e) || e.Code != core.CodeInvalid || len(e.Fields) != 3 || e.Fields[0].Field != "theme" || e.Fields[1].Field != "sequentialMap" || e.Fields[2].Field != "divergingMap" {
		t.Errorf("%v", err)
	}
	a.ada.do("GET", "/account/preferences", nil).ok(200, &got)
	if got != second {
		t.Errorf("after what was refused: %+v", got)
	}
}

// The server keeps no colour map that the pages cannot draw, and all that they can.
func TestColourMapsAreThoseOfThePages(t *testing.T) {
	source, err := os.ReadFile("../../frontend/src/lib/colormaps.ts")
	if err != nil {
		t.Skipf("skipped: the sources of the pages are not here: %v", err)
	}
	for name, want := range map[string][]string{"SEQUENTIAL": core.SequentialMaps, "DIVERGING": core.DivergingMaps} {
		m := regexp.MustCompile(`export const ` + name + `: ColormapName\[\] = \[([^\]]+)\]`).FindStringSubmatch(string(source))
		if m == nil {
			t.Fatalf("no %s in the sources of the pages", name)
		}
		if got := strings.Split(strings.ReplaceAll(m[1], "'", ""), ", "); !slices.Equal(got, want) {
			t.Errorf("%s: the pages have %v, the server %v", name, got, want)
		}
	}
}
