package tasks

import (
	"fmt"
	"testing"

	"regioscope/worker/compute/enrich"
)

// What was prepared stays while there is room, the last used the longest; one that failed is tried again.
func TestMemo(t *testing.T) {
	var c memo[*enrich.Index]
	built := map[int64]int{}
	get := func(id, limit int64) {
		t.Helper()
		_, err := c.get(id, limit, func() (*enrich.Index, error) {
			built[id]++
			if id == 9 && built[id] == 1 {
				return nil, fmt.Errorf("not yet")
			}
			return &enrich.Index{}, nil
		})
		if (err != nil) != (id == 9 && built[id] == 1) {
			t.Error(err)
		}
	}
	for _, id := range []int64{1, 2, 1, 9, 9, 9, 2} {
		get(id, 1<<20)
	}
	if built[1] != 1 || built[2] != 1 || built[9] != 2 {
		t.Errorf("built %v", built)
	}
	c = memo[*enrich.Index]{entries: []*memoEntry[*enrich.Index]{{id: 1, bytes: 40}, {id: 2, bytes: 40}, {id: 3, bytes: 40}}}
	get(4, 99) // takes next to nothing itself
	if len(c.entries) != 3 || c.entries[0].id != 2 {
		t.Errorf("%d kept, the oldest %d", len(c.entries), c.entries[0].id)
	}
	c.grown(c.entries[0], 100, 99) // one that is too large alone stays alone
	if len(c.entries) != 1 || c.entries[0].id != 2 {
		t.Errorf("%d kept, the oldest %d", len(c.entries), c.entries[0].id)
	}
}
