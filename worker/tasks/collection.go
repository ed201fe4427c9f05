package tasks

import (
	"context"
	"fmt"

	"regioscope/backend/core"
)

// loadCollection reads the datasets of a run that looks at a region set through a collection. Nothing needs closing.
func (e *Executor) loadCollection(ctx context.Context, run core.Run) (*inputs, []core.Dataset, error) {
	in, err := e.references(ctx, run)
	if err != nil {
		return nil, nil, err
	}
	members, err := e.Stores.Datasets().Members(ctx, in.feature.ID)
	if err != nil {
		return nil, nil, fmt.Errorf("collection: %w", err)
	}
	if len(members) == 0 {
		return nil, nil, core.Final(core.Errorf(core.CodeInvalid, "the collection %q is empty", in.feature.Name))
	}
	for _, m := range members {
		in.more = append(in.more, input{"member", m.Name, m.SHA256})
	}
	return in, members, nil
}

// finishCollection records the results of a run, unless the collection became another one meanwhile.
func (e *Executor) finishCollection(in *inputs, results []core.Result) func(context.Context) error {
	record := e.finish(in.run, results)
	return func(ctx context.Context) error {
		now, err := e.Stores.Datasets().ByID(ctx, in.feature.ID)
		if err != nil {
			return err
		}
		if now.SHA256 != in.feature.SHA256 {
			return e.Runs.Fail(ctx, in.run, core.Final(core.Errorf(core.CodeState,
				"the members of the collection %q changed while this was computed; start it again", in.feature.Name)))
		}
		return record(ctx)
	}
}
