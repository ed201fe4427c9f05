package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"regioscope/worker/genome/algebra"
)

// DeriveJob is what a worker needs to make the sets of a run. Room is how many bytes their owner may still store.
type DeriveJob struct {
	*Derivable
	Room int64
}

// DerivedSet is one new region set whose file is stored.
type DerivedSet struct {
	Value    string // that a split found
	File     BlobRef
	Facts    Facts
	SizeType SizeType // as guessed from the widths
}

// Job loads what a run has to do, with the rights that its user has now.
func (s *Derivations) Job(ctx context.Context, run Run) (*DeriveJob, error) {
	var params derivationParams
	if err := json.Unmarshal(run.Params, &params); err != nil {
		return nil, Final(Errorf(CodeInternal, "the parameters of the run are damaged").WithCause(err))
	}
	user, err := s.stores.Users().ByID(ctx, run.UserID)
	if err != nil {
		return nil, fmt.Errorf("user: %w", err)
	}
	caller := Caller{UserID: user.ID, Name: user.Username, Role: user.Role}
	d, err := s.Check(ctx, caller, params.Derivation)
	var own *Error
	if errors.As(err, &own) { // a set that was deleted, or is not shared any more, does not come back by trying again
		return nil, Final(own)
	}
	if err != nil {
		return nil, err
	}
	room, err := s.uploads.Room(ctx, caller)
	if err != nil {
		return nil, err
	}
	job := &DeriveJob{Derivable: d, Room: room.Free}
	if room.Quota > 0 {
		job.Room = min(job.Room, max(0, room.Quota-room.Used))
	}
	return job, nil
}

// Finish writes the new sets, as ready datasets of the run's user with their origin, puts those of a split into a
// collection if that was asked for, and ends the run: all of it or nothing. Fenced like Runs.Finish.
func (s *Derivations) Finish(ctx context.Context, run Run, job *DeriveJob, sets []DerivedSet) error {
	var made []*Dataset
	err := s.stores.InTx(ctx, func(tx Stores) error {
		made = nil // InTx may repeat
		if err := s.runs.end(ctx, tx, run, RunFinished, nil); err != nil {
			return err
		}
		products := RunProducts{DatasetIDs: []int64{}}
		var members []Dataset
		for _, set := range sets {
			d := job.dataset(run, set)
			d.CreatedAt = s.datasets.now().UTC()
			if err := tx.Datasets().Create(ctx, d); err != nil {
				return err
			}
			origin, err := job.origin(set)
			if err != nil {
				return err
			}
			if err := tx.Datasets().SetOrigin(ctx, d.ID, origin); err != nil {
				return err
			}
			made, members = append(made, d), append(members, *d)
			products.DatasetIDs = append(products.DatasetIDs, d.ID)
		}
		if job.Collection {
			c := &Dataset{Name: job.Name, Kind: KindCollection, AssemblyID: job.Assembly.ID, OwnerID: run.UserID, State: DatasetReady, Dimension: 1,
				SHA256: membersHash(members), Facts: Facts{Collection: &CollectionFacts{Kind: MembersRegions}}, CreatedAt: s.datasets.now().UTC()}
			if err := tx.Datasets().Create(ctx, c); err != nil {
				return err
			}
			if err := tx.Datasets().SetMembers(ctx, c.ID, products.DatasetIDs, c.SHA256); err != nil {
				return err
			}
			products.CollectionID = c.ID
		}
		return tx.Runs().SetMade(ctx, run.ID, products)
	})
	if err == nil {
		for _, d := range made {
			s.runs.datasetChanged(ctx, d.ID)
		}
	}
	return s.runs.ended(ctx, run, err)
}

// dataset describes a new set: what all of its parents say alike it says, too.
func (d *Derivable) dataset(run Run, set DerivedSet) *Dataset {
	first := d.Inputs[0]
	out := &Dataset{Name: d.Name, Kind: KindRegions, AssemblyID: d.Assembly.ID, OwnerID: run.UserID, State: DatasetReady, RunID: run.ID,
		SizeType: set.SizeType, Dimension: first.Dimension, Description: d.Description, Tags: d.Tags, CellType: first.CellType,
		Perturbation: first.Perturbation, SampleID: first.SampleID, SHA256: set.File.SHA256, Size: set.File.Size, Facts: set.Facts}
	sizeType := first.SizeType
	for _, in := range d.Inputs[1:] {
		for to, from := range map[*string]string{&out.CellType: in.CellType, &out.Perturbation: in.Perturbation, &out.SampleID: in.SampleID} {
			if *to != from {
				*to = ""
			}
		}
		if d.Operation == algebra.Union && in.SizeType != sizeType {
			sizeType = ""
		}
	}
	if d.KeepsPlaces() && sizeType != "" {
		out.SizeType = sizeType
	}
	if set.Value != "" {
		out.Name = clipName(d.Name + " – " + set.Value)
	}
	extension := ".bed"
	if out.Dimension == 2 {
		extension = ".bedpe"
	}
	out.FileName = fileNameOf(out.Name) + extension
	return out
}

// origin is how the set was made: with these settings, the same operation on the same parents makes the same file.
func (d *Derivable) origin(set DerivedSet) (*Origin, error) {
	raw, err := json.Marshal(struct {
		algebra.Spec
		Value string `json:"value,omitempty"`
	}{d.Spec, set.Value})
	if err != nil {
		return nil, err
	}
	o := &Origin{Operation: string(d.Operation), Params: raw}
	for _, in := range d.Inputs {
		o.Parents = append(o.Parents, Parent{ID: in.ID, Name: in.Name})
	}
	return o, nil
}

// clipName keeps a name within its column.
func clipName(name string) string {
	if r := []rune(name); len(r) > 255 {
		return string(r[:254]) + "…"
	}
	return name
}

// fileNameOf makes a name one that file systems take.
func fileNameOf(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	for len(name) > 200 {
		r := []rune(name)
		name = string(r[:len(r)-1])
	}
	return name
}
