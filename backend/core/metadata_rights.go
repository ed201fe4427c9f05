package core

import (
	"context"
)

func (s *Metadata) readable(ctx context.Context, caller Caller, id int64) (*MetaTable, *Dataset, error) {
	return s.table(ctx, caller, id, LevelRead)
}

func (s *Metadata) editable(ctx context.Context, caller Caller, id int64) (*MetaTable, *Dataset, error) {
	return s.table(ctx, caller, id, LevelEdit)
}

func (s *Metadata) table(ctx context.Context, caller Caller, id int64, want Level) (*MetaTable, *Dataset, error) {
	if caller.Nobody() {
		return nil, nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	t, err := s.stores.Metadata().ByID(ctx, id)
	if err != nil {
		return nil, nil, nounNotFound(err, "table")
	}
	if t.State == MetaDraft { // which readers do not know of
		want = LevelEdit
	}
	d, err := s.set(ctx, caller, t, want)
	return t, d, err
}

// set loads the region set of a table with the right that is wanted on it.
func (s *Metadata) set(ctx context.Context, caller Caller, t *MetaTable, want Level) (*Dataset, error) {
	d, err := s.datasets.Get(ctx, caller, t.DatasetID)
	if err != nil {
		return nil, nounNotFound(err, "table")
	}
	advice := "You may look at this dataset, not change it. Ask its owner for the right to edit."
	if want == LevelRead {
		advice = "This link shows the columns of the table, not its file. Ask its owner for it."
	}
	return d, allow(d.Access, want, "table", advice)
}
