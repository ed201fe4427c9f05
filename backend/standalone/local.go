// Package standalone gives one process everything that the service mode gets from outside: a database (SQLite), a Redis
// (in process), a data volume and a signing key, all in one folder. Nothing else in the code knows of it.
package standalone

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"regioscope/backend/auth"
	"regioscope/backend/config"
	"regioscope/backend/store"
	"regioscope/backend/volume"
)

// Local is an open data folder.
type Local struct {
	Dir        string
	New        bool // there was no database before
	Store      *store.Store
	Blobs      volume.Volume
	Redis      *redis.Client
	SigningKey []byte

	lock *os.File
	mini *miniredis.Miniredis
	stop chan struct{}
}

// errInUse: another process holds the lock of the folder.
var errInUse = errors.New("in use")

// Open prepares the folder cfg.Data, which one process at a time may use, and brings its schema up to date.
func Open(ctx context.Context, cfg *config.Config) (_ *Local, err error) {
	dir, err := filepath.Abs(cfg.Data)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w; choose another with --data", err)
	}
	l := &Local{Dir: dir, stop: make(chan struct{})}
	defer func() {
		if err != nil {
			l.Close()
		}
	}()
	l.lock, err = lockFolder(filepath.Join(dir, "lock"))
	if errors.Is(err, errInUse) {
		return nil, fmt.Errorf("another Regioscope is using the data folder %s: stop it, or choose another folder with --data", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be written: %w; choose another with --data", dir, err)
	}
	db := filepath.Join(dir, "regioscope.db")
	_, statErr := os.Stat(db)
	l.New = errors.Is(statErr, fs.ErrNotExist)
	if l.Store, err = store.Open(ctx, "sqlite://"+filepath.ToSlash(db)); err != nil {
		return nil, err
	}
	if err := l.Store.MigrateUp(ctx); err != nil {
		return nil, err
	}
	if l.Blobs, err = volume.Open(cfg); err != nil {
		return nil, err
	}
	if _, err := l.Blobs.CleanTemp(0); err != nil {
		return nil, err
	}
	if l.SigningKey, err = signingKey(filepath.Join(dir, "signing.key")); err != nil {
		return nil, err
	}
	if err := l.startRedis(); err != nil {
		return nil, fmt.Errorf("in-process Redis: %w", err)
	}
	return l, nil
}

// startRedis listens on a loopback port; the password keeps other users of the machine out.
func (l *Local) startRedis() error {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return err
	}
	password := hex.EncodeToString(b)
	mini := miniredis.NewMiniRedis()
	mini.RequireAuth(password)
	if err := mini.Start(); err != nil {
		return err
	}
	l.mini = mini
	l.Redis = redis.NewClient(&redis.Options{Addr: mini.Addr(), Password: password})
	go l.passTime()
	return nil
}

// passTime: in miniredis nothing expires unless time is told to pass.
func (l *Local) passTime() {
	const step = 100 * time.Millisecond
	tick := time.NewTicker(step)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-tick.C:
			l.mini.FastForward(step)
		}
	}
}

// Close gives the folder free. Redis forgets everything; the runs table does not.
func (l *Local) Close() error {
	var errs []error
	if l.Redis != nil {
		errs = append(errs, l.Redis.Close())
	}
	if l.mini != nil {
		close(l.stop)
		l.mini.Close()
	}
	if l.Store != nil {
		errs = append(errs, l.Store.Close())
	}
	if l.lock != nil {
		errs = append(errs, l.lock.Close())
	}
	return errors.Join(errs...)
}

// signingKey makes a key at the first start and keeps it, so that people stay signed in over a restart.
func signingKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		key, err := hex.DecodeString(string(text))
		if err != nil || len(key) < auth.MinKey {
			return nil, fmt.Errorf("%s does not hold a signing key; delete it to have a new one made", path)
		}
		return key, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	key := make([]byte, auth.MinKey)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if err := os.WriteFile(path, []byte(hex.EncodeToString(key)), 0o600); err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	return key, nil
}
