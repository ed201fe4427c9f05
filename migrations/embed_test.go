package migrations

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// Both dialects have the same steps under the same numbers, without a gap, and every step can be taken back.
func TestDialectsHaveTheSameSteps(t *testing.T) {
	names := func(dialect string) (out []string) {
		entries, err := fs.ReadDir(FS, dialect)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			text, err := fs.ReadFile(FS, dialect+"/"+e.Name())
			if err != nil {
				t.Fatal(err)
			}
			up, down, ok := strings.Cut(string(text), "-- +goose Down")
			if !ok || !strings.Contains(up, "-- +goose Up") || !strings.Contains(down, ";") {
				t.Errorf("%s/%s cannot be taken back", dialect, e.Name())
			}
			out = append(out, e.Name())
		}
		return out
	}
	sqlite, mysql := names("sqlite"), names("mysql")
	if !slices.Equal(sqlite, mysql) {
		t.Errorf("sqlite has %v, mysql %v", sqlite, mysql)
	}
	for i, name := range sqlite {
		if want := fmt.Sprintf("%05d_", i+1); !strings.HasPrefix(name, want) {
			t.Errorf("%s should begin with %s", name, want)
		}
	}
}
