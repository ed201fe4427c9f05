package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"regioscope/backend/testkit"
)

// The time is that of the database, whatever the clock of the machine says, and holds while the database is away.
func TestTimeIsThatOfTheDatabase(t *testing.T) {
	s, err := Open(t.Context(), "mysql://"+testkit.MariaDB(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, there, err := s.Server(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if off := s.Now().Sub(there).Abs(); off > time.Minute {
		t.Errorf("%s off", off)
	}
	// A database whose clock is far from ours, and that goes away later.
	far, away := 30*time.Hour, false
	c := startClock(t.Context(), func(context.Context) (time.Time, error) {
		if away {
			return time.Time{}, errors.New("away")
		}
		return time.Now().Add(far), nil
	})
	defer c.close()
	for _, away = range []bool{false, true} {
		c.sync(t.Context())
		if off := c.now().Sub(time.Now().Add(far)).Abs(); off > time.Minute {
			t.Errorf("away %v: %s off", away, off)
		}
	}
}
