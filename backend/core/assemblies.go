package core

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regioscope/worker/genome"
)

// Assemblies is the service of genome builds.
type Assemblies struct {
	stores Stores
	now    func() time.Time
}

// NewAssemblies builds the service.
func NewAssemblies(stores Stores) *Assemblies { return &Assemblies{stores: stores, now: time.Now} }

// List gives the built-in assemblies, the caller's own and those shared with them; all of them to an admin.
func (s *Assemblies) List(ctx context.Context, caller Caller) ([]Assembly, error) {
	if caller.Nobody() {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	list, err := s.stores.Assemblies().List(ctx, caller)
	if err != nil {
		return nil, fmt.Errorf("list assemblies: %w", err)
	}
	things := make([]Thing, len(list))
	for i := range list {
		things[i] = list[i].Thing()
	}
	levels, err := AccessAll(ctx, s.stores, caller, things)
	if err != nil {
		return nil, err
	}
	for i := range list {
		tidyAssembly(&list[i])
		list[i].Access = levels[i]
	}
	return list, nil
}

// Get gives one assembly. ErrNotFound also when the caller may not read it.
func (s *Assemblies) Get(ctx context.Context, caller Caller, id int64) (*Assembly, error) {
	if caller.Nobody() {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	a, err := s.stores.Assemblies().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "assembly")
	}
	tidyAssembly(a)
	if a.Access, err = assemblyAccess(ctx, s.stores, caller, a); err != nil {
		return nil, err
	}
	return a, allow(a.Access, LevelShown, "assembly", "")
}

// Create adds an assembly of the caller. Chromosomes and arms are checked here.
func (s *Assemblies) Create(ctx context.Context, caller Caller, a Assembly) (*Assembly, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	a.Name, a.Organism = strings.TrimSpace(a.Name), strings.TrimSpace(a.Organism)
	if err := checkAssembly(&a); err != nil {
		return nil, err
	}
	if err := s.notBuiltin(ctx, a.Name); err != nil {
		return nil, err
	}
	a.ID, a.OwnerID, a.CreatedAt, a.Access = 0, caller.UserID, s.now().UTC(), LevelOwn
	tidyAssembly(&a)
	if err := s.stores.Assemblies().Create(ctx, &a); err != nil {
		if errors.Is(err, ErrConflict) {
			return nil, nameTaken(a.Name, err)
		}
		return nil, fmt.Errorf("create assembly: %w", err)
	}
	return &a, nil
}

// Seed adds built-in assemblies that are not there yet, and the further names of chromosomes that this release knows.
func (s *Assemblies) Seed(ctx context.Context, builtin []genome.BuiltinAssembly) error {
	list, err := s.stores.Assemblies().List(ctx, Caller{})
	if err != nil {
		return fmt.Errorf("seed assemblies: %w", err)
	}
	for _, g := range builtin {
		if i := slices.IndexFunc(list, func(a Assembly) bool { return a.OwnerID == 0 && a.Name == g.Name }); i >= 0 {
			if maps.Equal(list[i].Aliases, g.Aliases) {
				continue
			}
			list[i].Aliases = g.Aliases
			if err := s.stores.Assemblies().Update(ctx, &list[i]); err != nil {
				return fmt.Errorf("seed assembly %s: %w", g.Name, err)
			}
			continue
		}
		a := &Assembly{Name: g.Name, Organism: g.Organism, Chroms: g.Chroms, Arms: g.Arms, Aliases: g.Aliases, CreatedAt: s.now().UTC()}
		tidyAssembly(a)
		if err := s.stores.Assemblies().Create(ctx, a); err != nil && !errors.Is(err, ErrConflict) {
			return fmt.Errorf("seed assembly %s: %w", g.Name, err)
		}
	}
	return nil
}

func checkAssembly(a *Assembly) error {
	var f []Field
	if a.Name == "" || utf8.RuneCountInString(a.Name) > 128 {
		f = append(f, Field{Field: "name", Message: "The name must have 1 to 128 characters."})
	}
	if utf8.RuneCountInString(a.Organism) > 128 {
		f = append(f, Field{Field: "organism", Message: "The organism may have at most 128 characters."})
	}
	if len(a.Chroms) == 0 {
		f = append(f, Field{Field: "sizes", Message: "The file of chromosome sizes names no chromosome."})
	}
	length := make(map[string]int64, len(a.Chroms))
	for _, c := range a.Chroms {
		if utf8.RuneCountInString(c.Name) > 128 {
			f = append(f, Field{Field: "sizes", Value: c.Name[:60] + "…", Message: "The name of a chromosome may have at most 128 characters."})
		}
		if _, twice := length[c.Name]; twice {
			f = append(f, Field{Field: "sizes", Value: c.Name, Message: "Chromosome " + c.Name + " is named twice."})
		}
		if c.Length <= 0 {
			f = append(f, Field{Field: "sizes", Value: c.Name, Message: "Chromosome " + c.Name + " has no length."})
		}
		length[c.Name] = c.Length
	}
	for _, arm := range a.Arms {
		l, ok := length[arm.Chrom]
		switch {
		case !ok:
			f = append(f, Field{Field: "arms", Value: arm.String(), Message: "Arm on " + arm.Chrom + ", which the sizes do not name."})
		case arm.Start < 0 || arm.End > l || arm.Start >= arm.End:
			f = append(f, Field{Field: "arms", Value: arm.String(), Message: fmt.Sprintf("Arm %s does not lie on its chromosome of %d bp.", arm, l)})
		}
	}
	if len(f) > 0 {
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	return nil
}

// tidyAssembly makes lists of the JSON form lists, never null.
func tidyAssembly(a *Assembly) {
	if a.Chroms == nil {
		a.Chroms = []genome.Chrom{}
	}
	if a.Arms == nil {
		a.Arms = []genome.Interval{}
	}
}

// nounNotFound gives a missing row its name: "dataset not found".
func nounNotFound(err error, noun string) error {
	if errors.Is(err, ErrNotFound) {
		return Errorf(CodeNotFound, "There is no such %s, or you may not see it.", noun).WithCause(err)
	}
	return err
}
