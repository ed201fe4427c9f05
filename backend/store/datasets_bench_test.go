package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
)

// manyDatasets fills the database with n datasets of ada's, each with facts of 24 chromosomes, as of a human peak set.
func manyDatasets(b *testing.B, s *Store, n int) core.Caller {
	b.Helper()
	ctx := b.Context()
	ada := &core.User{Username: "ada", Role: core.RoleUser, PasswordHash: "x"}
	a := &core.Assembly{Name: "toy"}
	fail := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	fail(s.Users().Create(ctx, ada))
	fail(s.Assemblies().Create(ctx, a))
	facts := &core.RegionFacts{Format: "bed", Columns: strings.Fields("name score strand signalValue pValue qValue peak")}
	for i := range 24 {
		facts.PerChrom = append(facts.PerChrom, core.ChromCount{Name: fmt.Sprint("chr", i+1), Count: 1000 + i})
	}
	for first := 0; first < n; first += 1000 {
		fail(s.InTx(ctx, func(tx core.Stores) error {
			for i := first; i < min(n, first+1000); i++ {
				facts.Count = i * 7919 % 100_000
				d := &core.Dataset{Name: fmt.Sprintf("%s peaks replicate %d", []string{"CTCF", "RAD21", "H3K27ac", "NIPBL"}[i%4], i), Kind: core.KindRegions,
					AssemblyID: a.ID, OwnerID: ada.ID, State: core.DatasetReady, Dimension: 1, SizeType: core.SizePoint, CellType: fmt.Sprint("line ", i%37),
					Perturbation: []string{"", "auxin", "DMSO"}[i%3], Tags: []string{fmt.Sprint("batch ", i%50), "chip"}, Description: "Peaks called with the usual settings.",
					FileName: fmt.Sprintf("peaks_%d.bed", i), SHA256: fmt.Sprintf("%064x", i), Size: int64(i) * 131, Facts: core.Facts{Regions: facts}}
				if err := tx.Datasets().Create(ctx, d); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return core.Caller{UserID: ada.ID, Role: core.RoleUser}
}

// What a table of 10,000 datasets costs the database: the ids of everything in order, what facets are counted from, the
// rows in view, and a page by cursor in the middle.
func BenchmarkTables(b *testing.B) {
	for name, dsn := range map[string]func(*testing.B) string{
		"sqlite":  func(b *testing.B) string { return "sqlite://" + filepath.Join(b.TempDir(), "many.db") },
		"mariadb": func(b *testing.B) string { return testkit.MariaDB(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s, err := Open(b.Context(), dsn(b))
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { s.Close() })
			if err := s.MigrateUp(b.Context()); err != nil {
				b.Fatal(err)
			}
			caller := manyDatasets(b, s, 10_000)
			of := func(q core.DatasetQuery, by core.DatasetSort) core.DatasetFilter {
				return core.DatasetFilter{Visible: caller, Query: q, Sort: by}
			}
			all, err := s.Datasets().IDs(b.Context(), of(core.DatasetQuery{}, core.SortName))
			if err != nil || len(all) != 10_000 {
				b.Fatal(len(all), err)
			}
			ids := func(f core.DatasetFilter) func() (int, error) {
				return func() (int, error) { list, err := s.Datasets().IDs(b.Context(), f); return len(list), err }
			}
			rows := func(f core.DatasetFilter) func() (int, error) {
				return func() (int, error) { list, err := s.Datasets().List(b.Context(), f); return len(list), err }
			}
			middle := of(core.DatasetQuery{}, core.SortName)
			key, err := s.Datasets().SortKey(b.Context(), all[5000], core.SortName)
			if err != nil {
				b.Fatal(err)
			}
			middle.After, middle.Limit = &core.DatasetCursor{Key: key, ID: all[5000]}, 100
			for _, c := range []struct {
				what string
				run  func() (int, error)
				want int
			}{
				{"ids by name", ids(of(core.DatasetQuery{}, core.SortName)), 10_000},
				{"ids by owner", ids(of(core.DatasetQuery{}, core.SortOwner)), 10_000},
				{"ids of a search", ids(of(core.DatasetQuery{Q: "ctcf replicate 99"}, core.SortSize)), 0},
				{"ids of a tag", ids(of(core.DatasetQuery{Tags: []string{"batch 7"}}, "")), 200},
				{"facets", func() (int, error) {
					list, err := s.Datasets().Briefs(b.Context(), of(core.DatasetQuery{}, ""))
					return len(list), err
				}, 10_000},
				{"100 rows", rows(core.DatasetFilter{Visible: caller, IDs: all[5000:5100]}), 100},
				{"100 rows by cursor", rows(middle), 100},
			} {
				b.Run(c.what, func(b *testing.B) {
					for b.Loop() {
						if n, err := c.run(); err != nil || c.want > 0 && n != c.want {
							b.Fatal(n, err)
						}
					}
				})
			}
		})
	}
}
