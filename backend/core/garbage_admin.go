package core

import "context"

// ChangeStorage is a collection of garbage that an administrator started.
const ChangeStorage = "storage"

// CollectFor is Collect with the usual grace, for an administrator; the audit log keeps what it did.
func (g *Garbage) CollectFor(ctx context.Context, caller Caller) (GarbageReport, error) {
	if err := caller.admin(); err != nil {
		return GarbageReport{}, err
	}
	r, err := g.Collect(ctx, GarbageGrace)
	if err != nil {
		return r, err
	}
	return r, note(ctx, g.stores, caller, ChangeStorage, "garbage", nil, r)
}

// ReportFor is Report for an administrator. It looks at every file, and may take a while on a large volume.
func (g *Garbage) ReportFor(ctx context.Context, caller Caller) (*StorageReport, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	return g.Report(ctx)
}
