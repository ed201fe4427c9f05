package core_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/store"
	"regioscope/backend/testkit"
)

// BenchmarkAdminPages prints how long what the pages of administrators ask takes while 10,000 runs of 20 users are queued, on
// MariaDB: operations.md wants less than 200 ms.
//
//	go test ./backend/core -run '^$' -bench AdminPages
func BenchmarkAdminPages(b *testing.B) {
	for name, ask := range adminPages(b, 10_000) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				must(b, ask())
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1e3, "p50-ms")
			b.ReportMetric(float64(took[min(len(took)-1, len(took)*99/100)].Microseconds())/1e3, "p99-ms")
		})
	}
}

// Issue 6: with 10,000 queued runs what the pages of administrators ask for takes less than 200 ms. Only the soak judges
// the time, of the middle one of 21 requests, because it needs a machine that does nothing else; outside of it there are 300 runs.
func TestAdminPagesWithManyQueuedRuns(t *testing.T) {
	n, soak := 300, os.Getenv("REGIOSCOPE_TEST_SOAK") != ""
	if soak {
		n = 10_000
	}
	for name, ask := range adminPages(t, n) {
		var took []time.Duration
		for range 21 {
			began := time.Now()
			must(t, ask())
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		t.Logf("%d runs queued, %s: p50 %s, slowest %s", n, name, took[10], took[20])
		if soak && took[10] >= 200*time.Millisecond {
			t.Errorf("%s takes %s with %d runs queued", name, took[10], n)
		}
	}
}

// adminPages gives what the pages of administrators ask for, on MariaDB with n queued runs of 20 users.
func adminPages(b testing.TB, n int) map[string]func() error {
	b.Helper()
	ctx := b.Context()
	db, err := store.Open(ctx, "mysql://"+testkit.MariaDB(b))
	must(b, err)
	b.Cleanup(func() { db.Close() })
	must(b, db.MigrateUp(ctx))
	toy := &core.Assembly{Name: "toy"}
	must(b, db.Assemblies().Create(ctx, toy))
	var users []core.User
	for i := range 20 {
		u := core.User{Username: fmt.Sprint("user", i), Role: core.RoleAdmin}
		must(b, db.Users().Create(ctx, &u))
		users = append(users, u)
	}
	set := &core.Dataset{Name: "set", OwnerID: users[0].ID, AssemblyID: toy.ID, SHA256: "a", FileName: "x", Kind: core.KindRegions, State: core.DatasetReady, Dimension: 1}
	must(b, db.Datasets().Create(ctx, set))
	pipelines := []core.Pipeline{core.PipelinePileup, core.PipelineStackup, core.PipelineEnrichment, core.PipelineBed}
	must(b, db.InTx(ctx, func(tx core.Stores) error {
		for i := range n {
			_, _, err := tx.Runs().Insert(ctx, &core.Run{Pipeline: pipelines[i%4], RegionSetID: set.ID, UserID: users[i%20].ID, Queue: core.Queues[i%3],
				Attempt: 1, MaxAttempts: 3, Params: json.RawMessage(`{}`)}, fmt.Sprint("key", i))
			if err != nil {
				return err
			}
		}
		return nil
	}))
	runs := core.NewRuns(db, silent{}, silent{}, nil)
	admin := core.NewAdmin(db, runs, nil, nil, silent{}, nil)
	root := core.Caller{UserID: users[0].ID, Role: core.RoleAdmin}
	seen, err := runs.List(ctx, root, core.RunQuery{States: []core.RunState{core.RunQueued}, Limit: 200})
	if err != nil || len(seen.Items) != 200 || seen.Next == 0 {
		b.Fatalf("%d of %d runs are listed: %v", len(seen.Items), n, err)
	}
	return map[string]func() error{
		"queues": func() error { _, err := admin.Overview(ctx, root, 60); return err },
		"runs":   func() error { _, err := runs.List(ctx, root, core.RunQuery{Limit: 50}); return err },
		"whose-turn": func() error {
			_, _, _, err := runs.Next(ctx, core.QueueSettings{Name: core.QueueLong, Mode: core.QueueOpen})
			return err
		},
	}
}

type silent struct{}

func (silent) Publish(context.Context, core.Event)     {}
func (silent) Enqueue(context.Context, core.Run) error { return nil }

func must(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
