package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

const maxAttempts = 8

// InTx runs fn in one transaction. fn may run more than once: when the database gives the transaction up because of a
// deadlock or a lock it waited for too long, all is rolled back and begun again. Inside a transaction, InTx joins it.
func (s *Store) InTx(ctx context.Context, fn func(core.Stores) error) error {
	if s.inTx() {
		return fn(s)
	}
	return s.attempt(ctx, func() error {
		tx, err := s.root.BeginTx(ctx, s.kind.txOptions())
		if err != nil {
			return fmt.Errorf("store: begin: %w", err)
		}
		defer tx.Rollback() // after Commit this does nothing
		if err := fn(&Store{root: s.root, db: tx, kind: s.kind, now: s.now}); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("store: commit: %w", err)
		}
		return nil
	})
}

func (s *Store) inTx() bool {
	_, ok := s.db.(bun.Tx)
	return ok
}

// attempt repeats fn while the database says that only chance was against it. Inside a transaction it does not: the
// whole transaction is what must be repeated.
func (s *Store) attempt(ctx context.Context, fn func() error) error {
	for try := 1; ; try++ {
		err := fn()
		if err != nil && !errors.Is(err, core.ErrAway) && isAway(err) {
			err = fmt.Errorf("%w: %w", core.ErrAway, err)
		}
		if err == nil || try == maxAttempts || s.inTx() || !s.kind.isTransient(err) {
			return err
		}
		pause := time.Duration(1<<try)*time.Millisecond + rand.N(10*time.Millisecond)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
