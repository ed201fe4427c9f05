package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
	"regioscope/worker/genome"
)

// each runs a test on both databases with an empty, current schema.
func each(t *testing.T, run func(t *testing.T, s *Store)) {
	eachEmpty(t, func(t *testing.T, s *Store) {
		if err := s.MigrateUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		run(t, s)
	})
}

func eachEmpty(t *testing.T, run func(t *testing.T, s *Store)) {
	for name, dsn := range map[string]func(t *testing.T) string{
		"sqlite":  func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "a b?%.db") },
		"mariadb": func(t *testing.T) string { return testkit.MariaDB(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), dsn(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			run(t, s)
		})
	}
}

// world is a small population: ada owns everything, bob looks on.
type world struct {
	ada, bob      *core.User
	assembly      *core.Assembly
	peaks, public *core.Dataset // region sets
	track, hic    *core.Dataset
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func populate(t *testing.T, s *Store) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{
		ada:      &core.User{Username: "Ada", Email: "ada@example.org", Role: core.RoleUser, PasswordHash: "x"},
		bob:      &core.User{Username: "bob", Role: core.RoleUser, PasswordHash: "y"},
		assembly: &core.Assembly{Name: "toy", Organism: "none", Chroms: []genome.Chrom{{Name: "chr1", Length: 1000}}},
	}
	check(t, s.Users().Create(ctx, w.ada))
	check(t, s.Users().Create(ctx, w.bob))
	check(t, s.Assemblies().Create(ctx, w.assembly))
	add := func(name string, kind core.Kind, public bool) *core.Dataset {
		d := &core.Dataset{Name: name, Kind: kind, AssemblyID: w.assembly.ID, OwnerID: w.ada.ID, State: core.DatasetReady,
			Public: public, Dimension: 1, Tags: []string{"t1"}, FileName: name + ".bed", SHA256: "sha-" + name, Size: 10,
			Facts: core.Facts{Regions: &core.RegionFacts{Format: "bed", Count: 3}}}
		check(t, s.Datasets().Create(ctx, d))
		return d
	}
	w.peaks, w.public = add("peaks", core.KindRegions, false), add("public", core.KindRegions, true)
	w.track, w.hic = add("track", core.KindSignal, false), add("hic", core.KindContacts, false)
	return w
}

func TestInTxIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		fail := core.Errorf(core.CodeInvalid, "no")
		err := s.InTx(ctx, func(tx core.Stores) error {
			check(t, tx.Settings().Set(ctx, "k", []byte(`1`)))
			// Joined, not a transaction of its own.
			check(t, tx.InTx(ctx, func(inner core.Stores) error { return inner.Users().SetPassword(ctx, w.ada.ID, "changed") }))
			return fail
		})
		if err == nil || err.Error() != fail.Error() {
			t.Fatalf("InTx returned %v", err)
		}
		if _, err := s.Settings().Get(ctx, "k"); !isNotFound(err) {
			t.Errorf("the setting survived: %v", err)
		}
		if u := must(s.Users().ByID(ctx, w.ada.ID))(t); u.PasswordHash != "x" {
			t.Errorf("the inner change survived")
		}
	})
}

// Two transactions that lock two rows in opposite order: one of them is the deadlock's victim and must be repeated.
func TestInTxRepeatsAfterDeadlock(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		done := make(chan error, 2)
		for _, order := range [][2]int64{{w.ada.ID, w.bob.ID}, {w.bob.ID, w.ada.ID}} {
			go func() {
				done <- s.InTx(ctx, func(tx core.Stores) error {
					if err := tx.Users().SetPassword(ctx, order[0], "1"); err != nil {
						return err
					}
					time.Sleep(100 * time.Millisecond)
					return tx.Users().SetPassword(ctx, order[1], "2")
				})
			}()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Errorf("a transaction was lost: %v", err)
			}
		}
	})
}

// architecture.md: 1,600 concurrent transactions without an error.
func TestManyWritersAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		const writers, rounds = 16, 25
		errs := make(chan error, writers)
		for range writers {
			go func() {
				for range rounds {
					err := s.InTx(ctx, func(tx core.Stores) error {
						if _, err := tx.Users().ByID(ctx, w.ada.ID); err != nil {
							return err
						}
						return tx.Users().SaveRefresh(ctx, &core.RefreshToken{UserID: w.ada.ID, Family: "f",
							TokenHash: randomText(), ExpiresAt: time.Now()})
					})
					if err != nil {
						errs <- err
						return
					}
				}
				errs <- nil
			}()
		}
		for range writers {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if n := must(s.count(ctx, `SELECT COUNT(*) AS n FROM refresh_tokens`))(t); n != writers*rounds {
			t.Errorf("%d rows, want %d", n, writers*rounds)
		}
	})
}

func TestBadAddresses(t *testing.T) {
	for _, dsn := range []string{"", "sqlite://", "mysql://", "mysql://root:secret@host", "postgres://x/y", "root:secret@tcp(h:1)/"} {
		s, err := Open(context.Background(), dsn)
		if err == nil {
			s.Close()
			t.Errorf("%q was accepted", dsn)
		} else if contains(err.Error(), "secret") {
			t.Errorf("%q: the error tells the password: %v", dsn, err)
		}
	}
}

func TestMySQLAddresses(t *testing.T) {
	for _, dsn := range []string{"u:p@tcp(h:3306)/db", "mysql://u:p@tcp(h:3306)/db", "mysql://u:p@h:3306/db"} {
		cfg, err := mysqlConfig(dsn)
		if err != nil {
			t.Errorf("%q: %v", dsn, err)
			continue
		}
		if cfg.User != "u" || cfg.Passwd != "p" || cfg.Addr != "h:3306" || cfg.DBName != "db" {
			t.Errorf("%q: %+v", dsn, cfg)
		}
		if !cfg.ClientFoundRows || !cfg.ParseTime || cfg.MultiStatements {
			t.Errorf("%q: unsafe options", dsn)
		}
	}
}
