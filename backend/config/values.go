package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Bytes is a size such as 500MB or 64GiB.
type Bytes int64

// UnmarshalText reads a number with an optional unit: B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB.
func (b *Bytes) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	units := []struct {
		name string
		size float64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1}}
	for _, u := range units {
		number, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || n < 0 || n*u.size >= 1<<62 || n != n {
			break
		}
		*b = Bytes(n * u.size)
		return nil
	}
	return fmt.Errorf("%q is not a size such as 500MB or 64GiB", s)
}

// Duration is a time such as 90s or 5m.
type Duration time.Duration

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a time such as 90s or 5m", text)
	}
	*d = Duration(v)
	return nil
}

// QueueSpec is how many runs of each queue to work on at once.
type QueueSpec map[string]int

// UnmarshalText reads name=number, comma separated; a name alone means 1.
func (q *QueueSpec) UnmarshalText(text []byte) error {
	out := QueueSpec{}
	for _, part := range strings.Split(string(text), ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, number, given := strings.Cut(part, "=")
		n := 1
		if given {
			var err error
			if n, err = strconv.Atoi(strings.TrimSpace(number)); err != nil || n < 1 || n > 1000 {
				return fmt.Errorf("%q: the number must be 1 to 1000", part)
			}
		}
		out[strings.TrimSpace(name)] = n
	}
	*q = out
	return nil
}
