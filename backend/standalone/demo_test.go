package standalone

import (
	"context"
	"log/slog"
	"testing"

	"regioscope/backend/config"
	"regioscope/backend/core"
	"regioscope/worker/demo"
)

type nobody struct{}

func (nobody) Enqueue(context.Context, core.Run) error { return nil }
func (nobody) Publish(context.Context, core.Event)     {}

// The demo data have genes that everybody may search; a start that is taken up again adds nothing twice.
func TestDemoDataHaveGenes(t *testing.T) {
	ctx := t.Context()
	local, err := Open(ctx, &config.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	users := map[string]core.Caller{}
	for _, name := range []string{"ada", "bob"} {
		u := &core.User{Username: name, Role: core.RoleUser}
		if err := local.Store.Users().Create(ctx, u); err != nil {
			t.Fatal(err)
		}
		users[name] = core.Caller{UserID: u.ID, Name: name, Role: u.Role}
	}
	assemblies := core.NewAssemblies(local.Store)
	runs := core.NewRuns(local.Store, nobody{}, nobody{}, nil)
	d := &Demo{Stores: local.Store, Blobs: local.Blobs, Assemblies: assemblies, Datasets: core.NewDatasets(local.Store, local.Blobs, nobody{}, runs), Runs: runs,
		Sessions: core.NewSessions(local.Store), Genes: core.NewGenes(assemblies, local.Blobs), Log: slog.New(slog.DiscardHandler), Dir: local.Dir,
		Say: func(string, ...any) {}, Options: demo.Options{Preset: "tiny"}}
	first, err := d.upload(ctx, users["ada"])
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.upload(ctx, users["ada"])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range shown {
		if first[name] == 0 || first[name] != again[name] {
			t.Errorf("%s: dataset %d, then %d", name, first[name], again[name])
		}
	}
	set, err := d.Datasets.Get(ctx, users["ada"], first["promoters.bed"])
	if err != nil {
		t.Fatal(err)
	}
	list, err := d.Genes.List(ctx, users["ada"], set.AssemblyID)
	if err != nil || len(list) != 1 || !list[0].Public || list[0].Name != "Synthetic genes" {
		t.Fatalf("%+v, %v", list, err)
	}
	genes, err := d.Genes.Search(ctx, users["ada"], set.AssemblyID, "GENE_1", 5)
	if err != nil || len(genes) == 0 || genes[0].Name != "GENE_1" || len(genes[0].Exons) == 0 {
		t.Errorf("%+v, %v", genes, err)
	}
}
