package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Limiter implements core.Limiter with one counter per key in Redis, shared by all instances.
type Limiter struct{ rdb redis.UniversalClient }

// NewLimiter uses rdb, which stays the caller's to close.
func NewLimiter(rdb redis.UniversalClient) *Limiter { return &Limiter{rdb: rdb} }

// take counts up and starts the window with the first attempt, in one step, so that no counter is left without an end.
var take = redis.NewScript(`
local n = redis.call('INCR', KEYS[1])
if n == 1 or redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {n, redis.call('PTTL', KEYS[1])}`)

// give takes one back, but never makes a counter that has no end.
var give = redis.NewScript(`
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
return 0`)

const limitPrefix = "regioscope:limit:"

// Take counts one attempt.
func (l *Limiter) Take(ctx context.Context, key string, limit int, window time.Duration) (time.Duration, error) {
	r, err := take.Run(ctx, l.rdb, []string{limitPrefix + key}, window.Milliseconds()).Int64Slice()
	if err != nil || len(r) != 2 {
		return 0, fmt.Errorf("rate limit: %w", err)
	}
	if r[0] <= int64(limit) {
		return 0, nil
	}
	return max(time.Duration(r[1])*time.Millisecond, time.Second), nil
}

// Give takes one attempt back.
func (l *Limiter) Give(ctx context.Context, key string) error {
	return give.Run(ctx, l.rdb, []string{limitPrefix + key}).Err()
}
