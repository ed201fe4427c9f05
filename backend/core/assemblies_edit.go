package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// AssemblyPatch changes what is not nil. Chromosomes and arms never change: data were checked against them.
type AssemblyPatch struct {
	Name     *string `json:"name,omitempty"`
	Organism *string `json:"organism,omitempty"`
}

// Patch renames an assembly, for who may edit it.
func (s *Assemblies) Patch(ctx context.Context, caller Caller, id int64, p AssemblyPatch) (*Assembly, error) {
	a, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if a.OwnerID == 0 {
		return nil, Errorf(CodeForbidden, "%s is built in and cannot be changed.", a.Name)
	}
	if err := allow(a.Access, LevelEdit, "assembly", "You may use this assembly, not change it. Ask its owner for the right to edit."); err != nil {
		return nil, err
	}
	was := a.Name
	if p.Name != nil {
		a.Name = strings.TrimSpace(*p.Name)
	}
	if p.Organism != nil {
		a.Organism = strings.TrimSpace(*p.Organism)
	}
	if err := checkAssembly(a); err != nil {
		return nil, err
	}
	if a.Name != was {
		if err := s.notBuiltin(ctx, a.Name); err != nil {
			return nil, err
		}
	}
	if err := s.stores.Assemblies().Update(ctx, a); errors.Is(err, ErrConflict) {
		return nil, nameTaken(a.Name, err)
	} else if err != nil {
		return nil, fmt.Errorf("edit assembly: %w", err)
	}
	return a, nil
}

// notBuiltin keeps own assemblies from being taken for built-in ones.
func (s *Assemblies) notBuiltin(ctx context.Context, name string) error {
	list, err := s.stores.Assemblies().List(ctx, Caller{})
	if err != nil {
		return fmt.Errorf("check assembly: %w", err)
	}
	for i := range list {
		if list[i].OwnerID == 0 && strings.EqualFold(list[i].Name, name) {
			e := Errorf(CodeConflict, "%s is built in. Give yours another name, such as %s-mine.", list[i].Name, list[i].Name)
			return e.WithFields(Field{Field: "name", Value: name, Message: e.Message})
		}
	}
	return nil
}

func nameTaken(name string, cause error) error {
	e := Errorf(CodeConflict, "You have an assembly named %q already.", name).WithCause(cause)
	return e.WithFields(Field{Field: "name", Value: name, Message: e.Message})
}

// AssemblyDependants is what an assembly is used by.
type AssemblyDependants struct {
	Datasets    []Relative `json:"datasets" doc:"datasets and collections on it that the caller may read, at most 100; while there are any, the assembly stays"`
	Count       int        `json:"count" doc:"of all datasets and collections on it, also of other people"`
	Trashed     int        `json:"trashed" doc:"of these, in the trash"`
	Annotations []string   `json:"annotations" doc:"names of the gene annotations that are deleted with it"`
}

// Dependants lists what uses the assembly, for who may delete it.
func (s *Assemblies) Dependants(ctx context.Context, caller Caller, id int64) (*AssemblyDependants, error) {
	a, err := s.owned(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	out := &AssemblyDependants{Datasets: []Relative{}, Annotations: []string{}}
	if out.Count, err = s.stores.Assemblies().CountDatasets(ctx, id); err != nil {
		return nil, fmt.Errorf("dependants of assembly %d: %w", id, err)
	}
	live, err := s.stores.Assemblies().Datasets(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dependants of assembly %d: %w", id, err)
	}
	out.Trashed = out.Count - len(live)
	levels, err := datasetLevels(ctx, s.stores, caller, live)
	if err != nil {
		return nil, err
	}
	for i := range live {
		if levels[i].Covers(LevelRead) && len(out.Datasets) < 100 {
			out.Datasets = append(out.Datasets, Relative{ID: live[i].ID, Name: live[i].Name, Kind: live[i].Kind})
		}
	}
	annotations, err := s.stores.Genes().Annotations(ctx, id, Caller{UserID: a.OwnerID, Role: RoleAdmin})
	if err != nil {
		return nil, fmt.Errorf("dependants of assembly %d: %w", id, err)
	}
	for i := range annotations {
		name := annotations[i].Name
		if !annotations[i].level(caller).Covers(LevelRead) {
			name = "an annotation of somebody else"
		}
		out.Annotations = append(out.Annotations, name)
	}
	return out, nil
}

// Delete removes an assembly with its gene annotations, while no dataset uses it.
func (s *Assemblies) Delete(ctx context.Context, caller Caller, id int64) error {
	a, err := s.owned(ctx, caller, id)
	if err != nil {
		return err
	}
	n, err := s.stores.Assemblies().CountDatasets(ctx, id)
	if err != nil {
		return fmt.Errorf("delete assembly: %w", err)
	}
	live, err := s.stores.Assemblies().Datasets(ctx, id)
	if err != nil {
		return fmt.Errorf("delete assembly: %w", err)
	}
	switch {
	case n > 0 && len(live) == 0:
		return Errorf(CodeConflict, "%s use %s. Delete them from the trash for good first.", counted(n, "dataset in the trash", "datasets in the trash"), a.Name)
	case n == 1:
		return Errorf(CodeConflict, "A dataset uses %s. Delete it first.", a.Name)
	case n > 1:
		return Errorf(CodeConflict, "%d datasets use %s. Delete them first.", n, a.Name)
	}
	return s.stores.Assemblies().Delete(ctx, id)
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (s *Assemblies) owned(ctx context.Context, caller Caller, id int64) (*Assembly, error) {
	a, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if a.OwnerID == 0 {
		return nil, Errorf(CodeForbidden, "%s is built in and cannot be deleted.", a.Name)
	}
	return a, allow(a.Access, LevelOwn, "assembly", "Only an owner of this assembly may delete it.")
}
