package standalone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
	"regioscope/worker/demo"
)

// Demo fills a new data folder with a synthetic genome, through the same services that people's uploads pass.
type Demo struct {
	Stores     core.Stores
	Blobs      core.Blobs
	Assemblies *core.Assemblies
	Datasets   *core.Datasets
	Runs       *core.Runs
	Sessions   *core.Sessions
	Genes      *core.Genes
	Log        *slog.Logger
	Dir        string // of the data folder
	// Say tells the person at the terminal how far it is.
	Say     func(format string, args ...any)
	Options demo.Options
}

// demoSetting remembers how far it got, so that an interrupted start is taken up again and a finished one is not repeated.
const demoSetting = "demo"

type demoState struct {
	State   string `json:"state"` // pending, done
	OwnerID int64  `json:"ownerId"`
}

// shown are the files of the demo data set that are added, in the order of the lists. Sets for statistics that nothing
// shows yet are left out.
var shown = []string{"CTCF_peaks.bed", "TAD_boundaries.bed", "TADs.bed", "loops.bedpe", "promoters.bed", "compartment_borders.bed",
	"random_control.bed", "wild_type.mcool", "cohesin_depleted.mcool", "CTCF.bw", "H3K27ac.bw", "H3K9me3.bw", "AB_compartments.bw"}

// Plan notes that owner is to get demo data; Run does the work, now or after a restart.
func (d *Demo) Plan(ctx context.Context, owner int64) error {
	return d.save(ctx, demoState{"pending", owner})
}

func (d *Demo) save(ctx context.Context, s demoState) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return d.Stores.Settings().Set(ctx, demoSetting, raw)
}

// Run does what Plan noted, if that is not done. Every step looks first whether an earlier start has done it.
func (d *Demo) Run(ctx context.Context) error {
	raw, err := d.Stores.Settings().Get(ctx, demoSetting)
	if errors.Is(err, core.ErrNotFound) {
		return nil
	}
	var state demoState
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil || state.State != "pending" {
		return err
	}
	u, err := d.Stores.Users().ByID(ctx, state.OwnerID)
	if err != nil {
		return err
	}
	owner := core.Caller{UserID: u.ID, Name: u.Username, Role: u.Role}
	d.Say("Preparing demo data (a synthetic genome); the pages work meanwhile.")
	ids, err := d.upload(ctx, owner)
	if err != nil {
		return err
	}
	if err := d.ready(ctx, owner, ids); err != nil {
		return err
	}
	if err := d.session(ctx, owner, ids); err != nil {
		return err
	}
	if err := d.preprocess(ctx, owner, ids); err != nil {
		return err
	}
	d.Say("Demo data are there: open the session %q under Sessions. Its pictures are being computed; see Runs.", sessionName)
	state.State = "done"
	return d.save(ctx, state)
}

// upload gives the ids by file name.
func (d *Demo) upload(ctx context.Context, owner core.Caller) (map[string]int64, error) {
	dir := filepath.Join(d.Dir, "demo")
	defer os.RemoveAll(dir)
	began := time.Now()
	set, err := demo.Generate(ctx, dir, d.Options)
	if err != nil {
		return nil, err
	}
	d.Log.InfoContext(ctx, "demo data generated", "took", time.Since(began))
	assembly, err := d.assembly(ctx, owner, set)
	if err != nil {
		return nil, err
	}
	have, err := d.Datasets.List(ctx, owner, core.DatasetFilter{AssemblyID: assembly.ID, Limit: 1000})
	if err != nil {
		return nil, err
	}
	ids := map[string]int64{}
	for _, x := range have {
		ids[x.FileName] = x.ID
	}
	for _, name := range shown {
		i := slices.IndexFunc(set.Files, func(f demo.File) bool { return f.Name == name })
		if i < 0 || ids[name] != 0 {
			continue
		}
		x, err := d.add(ctx, owner, assembly, set.Path(name), set.Files[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		ids[name] = x.ID
	}
	return ids, d.genes(ctx, owner, assembly, set)
}

// genes adds the annotation of the synthetic genome, which everybody may search.
func (d *Demo) genes(ctx context.Context, owner core.Caller, a *core.Assembly, set *demo.Set) error {
	i := slices.IndexFunc(set.Files, func(f demo.File) bool { return f.Kind == demo.KindGenes })
	if i < 0 {
		return nil
	}
	f := set.Files[i]
	have, err := d.Genes.List(ctx, owner, a.ID)
	if err != nil || slices.ContainsFunc(have, func(x core.Annotation) bool { return x.FileName == f.Name }) {
		return err
	}
	w, err := d.copy(ctx, set.Path(f.Name))
	if err != nil {
		return err
	}
	defer w.Abort()
	genes := inspect.Genes(io.NewSectionReader(w, 0, w.Size()), f.Name, a)
	if err := genes.Load(); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	ref, err := w.Commit(ctx)
	if err != nil {
		return err
	}
	_, err = d.Genes.Create(ctx, owner, a.ID, core.AnnotationMeta{Name: f.Title, Public: true}, f.Name, ref, genes)
	return err
}

// copy brings a generated file to the data volume; the caller commits or aborts it.
func (d *Demo) copy(ctx context.Context, path string) (core.BlobWriter, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	w, err := d.Blobs.Create(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(w, in); err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	return w, nil
}

func (d *Demo) assembly(ctx context.Context, owner core.Caller, set *demo.Set) (*core.Assembly, error) {
	list, err := d.Assemblies.List(ctx, owner)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Name == set.Assembly.Name && list[i].OwnerID == owner.UserID {
			return &list[i], nil
		}
	}
	return d.Assemblies.Create(ctx, owner, core.Assembly{Name: set.Assembly.Name, Organism: "synthetic", Chroms: set.Assembly.Chroms,
		Arms: set.Assembly.Arms, Aliases: set.Assembly.Aliases})
}

func (d *Demo) add(ctx context.Context, owner core.Caller, a *core.Assembly, path string, f demo.File) (*core.Dataset, error) {
	meta := core.DatasetMeta{Name: f.Title, AssemblyID: a.ID, Description: f.Description, Tags: []string{"demo"}, CellType: "synthetic", Public: true}
	switch f.Kind {
	case demo.KindMap:
		meta.Kind = core.KindContacts
	case demo.KindTrack:
		meta.Kind = core.KindSignal
	default:
		meta.Kind, meta.SizeType = core.KindRegions, core.SizeType(f.SizeType)
	}
	if _, err := d.Datasets.Check(ctx, owner, &meta); err != nil {
		return nil, err
	}
	w, err := d.copy(ctx, path)
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	dimension, facts, err := inspect.File(ctx, w, w.Size(), f.Name, meta.Kind, a)
	if err != nil {
		return nil, err
	}
	ref, err := w.Commit(ctx)
	if err != nil {
		return nil, err
	}
	return d.Datasets.Create(ctx, owner, meta, f.Name, dimension, ref, facts, nil)
}

// ready waits until a worker has checked the region sets.
func (d *Demo) ready(ctx context.Context, owner core.Caller, ids map[string]int64) error {
	for name, id := range ids {
		for {
			x, err := d.Datasets.Get(ctx, owner, id)
			if err != nil {
				return err
			}
			if x.State == core.DatasetReady {
				break
			}
			if x.State == core.DatasetFailed {
				return fmt.Errorf("%s was refused: %s", name, x.Error.Message)
			}
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// preprocess queues every region set × feature; what the session shows comes first.
func (d *Demo) preprocess(ctx context.Context, owner core.Caller, ids map[string]int64) error {
	var sets, features []int64
	for _, name := range shown {
		id := ids[name]
		switch ext := filepath.Ext(name); {
		case id == 0:
		case ext == ".bed" || ext == ".bedpe":
			sets = append(sets, id)
		default:
			features = append(features, id)
		}
	}
	for _, p := range demoPanels {
		var used []int64
		for _, w := range p.widgets {
			for _, f := range w.features {
				if id := ids[f]; id != 0 && !slices.Contains(used, id) {
					used = append(used, id)
				}
			}
		}
		if set := ids[p.set]; set != 0 && len(used) > 0 {
			if _, err := d.Runs.Preprocess(ctx, owner, core.PreprocessRequest{RegionSetIDs: []int64{set}, FeatureIDs: used, OnlyMissing: true}); err != nil {
				return err
			}
		}
	}
	// A picture that is not in the grid gets a run of its own.
	for _, p := range demoPanels {
		for _, w := range p.widgets {
			for _, f := range w.features {
				if ids[p.set] == 0 || ids[f] == 0 {
					continue
				}
				if _, err := d.Runs.Preprocess(ctx, owner, core.PreprocessRequest{RegionSetIDs: []int64{ids[p.set]}, FeatureIDs: []int64{ids[f]},
					Pairs: []core.WindowBin{{Window: p.window, Bin: w.bin}}, OnlyMissing: true}); err != nil {
					return err
				}
			}
		}
	}
	if len(sets) == 0 || len(features) == 0 {
		return nil
	}
	_, err := d.Runs.Preprocess(ctx, owner, core.PreprocessRequest{RegionSetIDs: sets, FeatureIDs: features, OnlyMissing: true})
	return err
}
