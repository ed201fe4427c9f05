package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// Runs holds the rules of executions: who may start, see, cancel and retry them, and how they pass from state to state.
// Workers use the methods of runs_worker.go, and every process may call Sweep.
//
// Every change of a run is told to its user as Event{Topic: "run", Data: Run}, every change of a dataset to its owner as
// Event{Topic: "dataset", Data: Dataset}.
type Runs struct {
	stores Stores
	queue  Enqueuer
	events Publisher
	now    func() time.Time
	follow func(context.Context, *Dataset) error

	notices *Notifications
}

// FollowCollections sets what brings a smart collection up to date before it is computed with.
func (s *Runs) FollowCollections(follow func(ctx context.Context, collection *Dataset) error) {
	s.follow = follow
}

// NewRuns builds the service; clock may be nil for that of the database.
func NewRuns(stores Stores, queue Enqueuer, events Publisher, clock func() time.Time) *Runs {
	if clock == nil {
		clock = stores.Now
	}
	return &Runs{stores: stores, queue: queue, events: events, now: clock, notices: NewNotifications(stores, events, clock)}
}

// RunQuery narrows List.
type RunQuery struct {
	States      []RunState
	Mine        bool
	RegionSetID int64
	FeatureID   int64
	Queue       string
	Pipeline    Pipeline
	User        string // name, of an admin's list
	Cursor      int64  // the last id of the page before
	Limit       int    // 1..200, 0 = 50
}

// RunPage is one page of runs, newest first; Next is 0 on the last page.
type RunPage struct {
	Items []Run
	Next  int64
}

// Get gives one run. ErrNotFound when it does not exist or caller may see neither it nor its datasets.
func (s *Runs) Get(ctx context.Context, caller Caller, id int64) (Run, error) {
	run, err := s.visible(ctx, caller, id)
	if err != nil {
		return Run{}, err
	}
	list := []Run{*run}
	if !caller.IsAdmin() {
		list[0] = list[0].public()
	}
	if err := s.addPositions(ctx, list); err != nil {
		return Run{}, err
	}
	return list[0], nil
}

// List gives the runs that caller may see: all for an admin; else the own ones and, when the query names a dataset that
// caller may read, other people's runs on readable datasets.
func (s *Runs) List(ctx context.Context, caller Caller, q RunQuery) (RunPage, error) {
	if caller.UserID == 0 {
		return RunPage{}, nil
	}
	if q.Limit <= 0 || q.Limit > 200 {
		q.Limit = 50
	}
	f := RunFilter{States: q.States, RegionSetID: q.RegionSetID, FeatureID: q.FeatureID, Queue: q.Queue, Pipeline: q.Pipeline, AfterID: q.Cursor, Limit: q.Limit + 1}
	if q.Mine || (!caller.IsAdmin() && q.RegionSetID == 0 && q.FeatureID == 0) {
		f.UserID = caller.UserID
	}
	if caller.IsAdmin() {
		f.UserName = q.User
	}
	rows, err := s.stores.Runs().List(ctx, f)
	if err != nil {
		return RunPage{}, err
	}
	var page RunPage
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		page.Next = rows[len(rows)-1].ID
	}
	for _, r := range rows {
		ok, err := s.maySee(ctx, caller, &r)
		if err != nil {
			return RunPage{}, err
		}
		if !caller.IsAdmin() {
			r = r.public()
		}
		if ok {
			page.Items = append(page.Items, r)
		}
	}
	return page, s.addPositions(ctx, page.Items)
}

// Cancel asks a queued or running run to stop. It returns once the wish is recorded, not once the work has ended: watch
// the run's events for that. ErrNotFound when caller may not see it, CodeForbidden when it is somebody else's, ErrState
// when it has ended.
func (s *Runs) Cancel(ctx context.Context, caller Caller, id int64) (Run, error) {
	run, err := s.owned(ctx, caller, id)
	if err != nil {
		return Run{}, err
	}
	err = s.stores.InTx(ctx, func(tx Stores) error {
		state, ok, err := tx.Runs().Cancel(ctx, id)
		if err != nil {
			return err
		}
		if !ok {
			return Errorf(CodeState, "Run %d cannot be cancelled: it is %s.", id, state)
		}
		if state == RunCancelled {
			if err := s.abandonDataset(ctx, tx, run); err != nil {
				return err
			}
		}
		return noteRun(ctx, tx, caller, run, state)
	})
	if err != nil {
		return Run{}, err
	}
	if _, own := run.Pipeline.waiting(); own {
		s.datasetChanged(ctx, run.RegionSetID)
	}
	return s.changed(ctx, id)
}

// Retry queues a failed or cancelled run again, with a fresh allowance of attempts. Rights as for Cancel; ErrState when
// the run has not ended or succeeded, or when no retry can help; ErrConflict when the same work is under way already.
func (s *Runs) Retry(ctx context.Context, caller Caller, id int64) (Run, error) {
	run, err := s.owned(ctx, caller, id)
	if err != nil {
		return Run{}, err
	}
	if err := s.there(ctx, run); err != nil {
		return Run{}, err
	}
	err = s.stores.InTx(ctx, func(tx Stores) error {
		if _, own := run.Pipeline.waiting(); own {
			if err := reviveDataset(ctx, tx, run); err != nil {
				return err
			}
		}
		ok, err := tx.Runs().Retry(ctx, id, runKey(run.Pipeline, run.RegionSetID, run.FeatureID, run.Params), TrailOf(ctx))
		if err != nil {
			return err
		}
		if !ok {
			return Errorf(CodeState, "Run %d cannot be retried: it is %s.", id, run.State)
		}
		return noteRun(ctx, tx, caller, run, RunQueued)
	})
	if err != nil {
		return Run{}, err
	}
	if _, own := run.Pipeline.waiting(); own {
		s.datasetChanged(ctx, run.RegionSetID)
	}
	again, err := s.changed(ctx, id)
	if err != nil {
		return Run{}, err
	}
	s.enqueue(ctx, again)
	list := []Run{again}
	if err := s.addPositions(ctx, list); err != nil {
		return Run{}, err
	}
	return list[0], nil
}

// changed reads the run back and tells its user.
func (s *Runs) changed(ctx context.Context, id int64) (Run, error) {
	run, err := s.stores.Runs().ByID(ctx, id)
	if err != nil {
		return Run{}, err
	}
	s.publishRun(ctx, *run)
	if run.State.Ended() {
		s.notices.runEnded(ctx, id)
	}
	return *run, nil
}

func (s *Runs) publishRun(ctx context.Context, run Run) {
	s.events.Publish(ctx, Event{UserID: run.UserID, Topic: "run", Data: run.public()})
}

func (s *Runs) datasetChanged(ctx context.Context, id int64) {
	if d, err := s.stores.Datasets().ByID(ctx, id); err == nil {
		tidyDataset(d, LevelOwn) // the event goes to the owner
		s.events.Publish(ctx, Event{UserID: d.OwnerID, Topic: "dataset", Data: *d})
	}
}

// enqueue wakes a worker. The row is the truth, so a failure is only logged: Sweep repeats the call.
func (s *Runs) enqueue(ctx context.Context, run Run) {
	if err := s.queue.Enqueue(ctx, run); err != nil {
		slog.WarnContext(WithTrail(ctx, run.Trail()), "run not enqueued, the sweeper will", "err", err)
	}
}

// runKey is equal for runs that compute the same thing. params must be canonical.
func runKey(p Pipeline, regionSetID, featureID int64, params json.RawMessage) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%d\n%s", p, regionSetID, featureID, params))
	return hex.EncodeToString(sum[:])
}
