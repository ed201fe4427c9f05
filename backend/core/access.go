package core

import (
	"context"
	"fmt"
)

// Level is how much somebody may do with a thing.
type Level string

const (
	LevelNone Level = "none"
	// LevelShown is what a link to a session gives: the pictures of the data that the session shows, not the data.
	LevelShown Level = "shown"
	LevelRead  Level = "read" // see it, download it, compute with it
	LevelEdit  Level = "edit" // change what it says
	LevelOwn   Level = "own"  // share and delete it, too
)

var levelRank = map[Level]int{LevelNone: 0, LevelShown: 1, LevelRead: 2, LevelEdit: 3, LevelOwn: 4}

// Covers tells whether l is enough for what needs want.
func (l Level) Covers(want Level) bool { return levelRank[l] >= levelRank[want] }

// ThingKind is what rights are given on. Collections are rows of datasets.
type ThingKind string

const (
	ThingDataset  ThingKind = "dataset"
	ThingAssembly ThingKind = "assembly"
	ThingSession  ThingKind = "session"
)

// Thing is what a decision about rights needs to know of a dataset, collection, assembly or session.
type Thing struct {
	Kind    ThingKind
	ID      int64
	OwnerID int64
	Public  bool // everyone with an account may read it
}

// Thing gives the dataset or collection as a thing that rights are given on.
func (d *Dataset) Thing() Thing { return Thing{ThingDataset, d.ID, d.OwnerID, d.Public} }

// Thing gives the session as a thing that rights are given on.
func (x *Session) Thing() Thing { return Thing{ThingSession, x.ID, x.OwnerID, x.Public} }

// Thing gives the assembly as a thing that rights are given on; the built-in ones are everyone's to read.
func (a *Assembly) Thing() Thing {
	return Thing{ThingAssembly, a.ID, a.OwnerID, a.Public || a.OwnerID == 0}
}

// Access decides, for every question of the program, what caller may do with a thing. Nothing else decides.
func Access(ctx context.Context, stores Stores, caller Caller, t Thing) (Level, error) {
	levels, err := AccessAll(ctx, stores, caller, []Thing{t})
	if err != nil {
		return LevelNone, err
	}
	return levels[0], nil
}

// AccessAll decides about many things of one kind with at most one query; the answers are in their order.
func AccessAll(ctx context.Context, stores Stores, caller Caller, things []Thing) ([]Level, error) {
	out := make([]Level, len(things))
	var ask []int64
	for i, t := range things {
		if out[i] = unasked(caller, t); out[i] != LevelOwn && caller.UserID != 0 {
			ask = append(ask, t.ID)
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	granted, err := stores.Access().Granted(ctx, things[0].Kind, ask, caller.UserID)
	if err != nil {
		return nil, fmt.Errorf("rights on %ss: %w", things[0].Kind, err)
	}
	for i, t := range things {
		if g := granted[t.ID]; !out[i].Covers(g) {
			out[i] = g
		}
	}
	return out, nil
}

// unasked is what can be known without asking who was given what.
func unasked(caller Caller, t Thing) Level {
	switch {
	case caller.UserID != 0 && (caller.UserID == t.OwnerID || caller.IsAdmin()):
		return LevelOwn
	case caller.UserID != 0 && t.Public:
		return LevelRead
	case caller.Link.shows(t), caller.Link != nil && t.Kind == ThingAssembly && t.OwnerID == 0:
		return LevelShown
	}
	return LevelNone
}

// may tells whether caller's level on t covers want.
func may(ctx context.Context, stores Stores, caller Caller, t Thing, want Level) (bool, error) {
	l, err := Access(ctx, stores, caller, t)
	return err == nil && l.Covers(want), err
}

// MayRead is the right to see a dataset, to download it, and to compute with it.
func MayRead(ctx context.Context, stores Stores, caller Caller, d *Dataset) (bool, error) {
	return may(ctx, stores, caller, d.Thing(), LevelRead)
}

// datasetLevels decides about a list of datasets.
func datasetLevels(ctx context.Context, stores Stores, caller Caller, list []Dataset) ([]Level, error) {
	things := make([]Thing, len(list))
	for i := range list {
		things[i] = list[i].Thing()
	}
	return AccessAll(ctx, stores, caller, things)
}

// allow is the one answer to a wish: nil when level covers want; not found when the thing may not even be seen, so that
// nobody learns what there is; forbidden with what to do otherwise.
func allow(level, want Level, noun, advice string) error {
	switch {
	case level.Covers(want):
		return nil
	case level == LevelNone:
		return nounNotFound(ErrNotFound, noun)
	}
	return Errorf(CodeForbidden, "%s", advice)
}

// assemblyAccess: an assembly is also readable to who may read a dataset of it, which cannot be understood without its
// chromosomes.
func assemblyAccess(ctx context.Context, stores Stores, caller Caller, a *Assembly) (Level, error) {
	level, err := Access(ctx, stores, caller, a.Thing())
	if err != nil || level.Covers(LevelRead) || caller.UserID == 0 {
		return level, err
	}
	list, err := stores.Datasets().List(ctx, DatasetFilter{Visible: caller, AssemblyID: a.ID, Limit: 1})
	if err != nil {
		return LevelNone, fmt.Errorf("datasets of assembly %d: %w", a.ID, err)
	}
	if len(list) > 0 {
		return LevelRead, nil
	}
	return level, nil
}
