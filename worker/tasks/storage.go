package tasks

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"regioscope/backend/core"
)

// storage notes that bytes of a file did not come because the storage is away. A parser may have taken that for a fault of
// the file, and a computation for its end.
type storage struct {
	err atomic.Pointer[error]
}

type storageKey struct{}

func watchStorage(ctx context.Context) (context.Context, *storage) {
	s := &storage{}
	return context.WithValue(ctx, storageKey{}, s), s
}

func storageOf(ctx context.Context) *storage {
	s, _ := ctx.Value(storageKey{}).(*storage)
	return s
}

func (s *storage) note(err error) {
	if s != nil && errors.Is(err, core.ErrStorageAway) {
		s.err.CompareAndSwap(nil, &err)
	}
}

func (s *storage) away() error {
	if err := s.err.Load(); err != nil {
		return *err
	}
	return nil
}

// storagePause is how long a worker waits before it gives back a run that the storage did not answer, so that it is not
// taken up again at once.
const storagePause = 2 * time.Second

func waitForStorage(ctx context.Context, err error) {
	if !errors.Is(err, core.ErrStorageAway) {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(storagePause):
	}
}
