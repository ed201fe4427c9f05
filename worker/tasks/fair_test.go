package tasks

import (
	"context"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
	"regioscope/backend/queue"
	"regioscope/backend/testkit"
	"regioscope/worker/format/mutants"
)

// Issue 6, fairness, from the request to the result: while one user has 500 runs waiting (60 outside of the soak) and a
// worker has one slot, another user's single run begins within two run lengths: at most two others begin after it was asked
// for.
func TestSingleRunOfAnotherUserIsNotKeptWaiting(t *testing.T) {
	l := newLab(t)
	rdb := redis.NewClient(&redis.Options{Addr: testkit.Redis(t)})
	defer rdb.Close()
	l.Runs = core.NewRuns(l.db, queue.NewClient(rdb), l, nil)
	n := 60
	if mutants.Soak() {
		n = 500
	}
	var theirs []core.Run
	for i := range n {
		_, run := l.upload(fmt.Sprint("set", i), []byte(goodBed))
		theirs = append(theirs, run)
	}
	bob := &core.User{Username: "bob", Role: core.RoleUser}
	check(t, l.db.Users().Create(t.Context(), bob))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Work(ctx, l.Deps, rdb, map[string]int{core.QueueShort: 1}) }()
	l.await("the first runs to end", func() bool { return l.run(theirs[n-1].ID).State.Ended() || l.ended(theirs) >= 3 })
	ada := l.user
	l.user = core.Caller{UserID: bob.ID, Role: bob.Role}
	_, single := l.upload("single", []byte(goodBed))
	l.user = ada
	l.await("bob's run to begin", func() bool { return l.run(single.ID).StartedAt != nil })
	single = l.run(single.ID)
	overtook, waiting := 0, 0
	for _, r := range theirs {
		r = l.run(r.ID)
		switch {
		case r.StartedAt == nil || r.StartedAt.After(*single.StartedAt):
			waiting++
		case r.StartedAt.After(single.CreatedAt):
			overtook++
		}
	}
	if overtook > 2 || waiting == 0 {
		t.Errorf("%d runs of another user began before it, %d were waiting", overtook, waiting)
	}
	t.Logf("%d runs of the other user waiting: %d began between the request and the run", waiting, overtook)
	stop()
	check(t, <-done)
}

// ended counts.
func (l *lab) ended(runs []core.Run) (n int) {
	for _, r := range runs {
		if l.run(r.ID).State.Ended() {
			n++
		}
	}
	return n
}
