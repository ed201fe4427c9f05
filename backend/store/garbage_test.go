package store

import (
	"testing"
)

// A column that names blobs must be known to the collector of garbage, or the files it names are deleted.
func TestEveryBlobColumnIsKnown(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		query := `SELECT m.name AS t, p.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`
		if s.kind == kindMySQL {
			query = `SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE()`
		}
		rows, err := all[struct {
			Table  string `bun:"t"`
			Column string `bun:"c"`
		}](t.Context(), s, query)
		check(t, err)
		// What a file is expected to have; once it has it, its dataset refers to it.
		known := map[[2]string]bool{{"uploads", "sha256"}: true, {"imports", "sha256"}: true}
		for _, c := range blobColumns {
			known[c] = true
		}
		found := 0
		for _, r := range rows {
			if !contains(r.Column, "sha256") {
				continue
			}
			if found++; !known[[2]string{r.Table, r.Column}] {
				t.Errorf("%s.%s names blobs, and Garbage would delete them: add it to blobColumns", r.Table, r.Column)
			}
		}
		if found < len(blobColumns) {
			t.Errorf("found %d of %d columns", found, len(blobColumns))
		}
	})
}
