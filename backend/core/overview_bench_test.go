package core_test

import (
	"context"
	"encoding/json"
	"fmt"
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
	ctx := b.Context()
	db, err := store.Open(ctx, "mysql://"+testkit.MariaDB(b))
	must(b, err)
	defer db.Close()
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
		for i := range 10_000 {
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
	for name, ask := range map[string]func() error{
		"queues": func() error { _, err := admin.Overview(ctx, root, 60); return err },
		"runs":   func() error { _, err := runs.List(ctx, root, core.RunQuery{Limit: 50}); return err },
		"whose-turn": func() error {
			_, _, _, err := runs.Next(ctx, core.QueueSettings{Name: core.QueueLong, Mode: core.QueueOpen})
			return err
		},
	} {
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

type silent struct{}

func (silent) Publish(context.Context, core.Event)     {}
func (silent) Enqueue(context.Context, core.Run) error { return nil }

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
