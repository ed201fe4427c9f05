package contactcache

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

var jobs = []pileup.Job{{Window: 10_000}, {Window: 30_000}}

// answer is all that two questions give: the expected, and averages with snippets.
type answer struct {
	table   *expected.Table
	results []*pileup.Result
}

// ask asks for obs/exp and balanced averages; points only when pairs is false.
func (l *lab) ask(s *Store, level Level, pairs bool, threads int) answer {
	l.t.Helper()
	table, err := s.Expected(context.Background(), level, expected.Options{IgnoreDiags: 2, Threads: threads})
	if err != nil {
		l.t.Fatal(err)
	}
	results, err := s.Pileup(context.Background(), level, l.sites(pairs), jobs, pileup.Options{
		Values: []pileup.Value{pileup.ICCF, pileup.OE}, Expected: table, Oriented: true, Threads: threads})
	if err != nil {
		l.t.Fatal(err)
	}
	return answer{table, results}
}

// sites are the regions, as pairs or as points.
func (l *lab) sites(pairs bool) []genome.Region {
	if pairs {
		return l.regions
	}
	points := make([]genome.Region, 0, len(l.regions))
	for _, r := range l.regions {
		r.B = r.A
		points = append(points, r)
	}
	return points
}

func same(t *testing.T, what string, a, b answer) {
	t.Helper()
	bits := func(v []float64) []uint64 {
		out := make([]uint64, len(v))
		for i, x := range v {
			if out[i] = math.Float64bits(x); x != x {
				out[i] = 1
			}
		}
		return out
	}
	for i, r := range a.table.Regions {
		q := b.table.Regions[i]
		if r.Arm != q.Arm || !reflect.DeepEqual(r.NValid, q.NValid) || !reflect.DeepEqual(bits(r.CountSum), bits(q.CountSum)) ||
			!reflect.DeepEqual(bits(r.BalancedSum), bits(q.BalancedSum)) || !reflect.DeepEqual(bits(r.BalancedAvg), bits(q.BalancedAvg)) {
			t.Fatalf("%s: the expected of %s differs", what, r.Interval)
		}
	}
	if len(a.table.Regions) != len(b.table.Regions) || !reflect.DeepEqual(a.table.Missing, b.table.Missing) {
		t.Fatalf("%s: other regions", what)
	}
	for i, r := range a.results {
		q := b.results[i]
		if !reflect.DeepEqual(bits(r.Sum), bits(q.Sum)) || !reflect.DeepEqual(bits(r.SumSq), bits(q.SumSq)) || !reflect.DeepEqual(r.N, q.N) || !reflect.DeepEqual(r.Ledger, q.Ledger) {
			t.Fatalf("%s: %v %s differs", what, r.Job, r.Value)
		}
		for k, s := range r.Scores {
			o := q.Scores[k]
			if !reflect.DeepEqual(bits([]float64{s.Centre, s.Corners, s.Ratio}), bits([]float64{o.Centre, o.Corners, o.Ratio})) {
				t.Fatalf("%s: score of region %d differs", what, k)
			}
		}
	}
}

// Without a cache, the first time, the second time and in another process, on any number of cores and with bands of any
// width: the same bits. What fits into the band reads no pixel of the map the second time.
func TestCacheChangesNoBit(t *testing.T) {
	for _, pairs := range []bool{false, true} {
		for _, kept := range []bool{false, true} {
			for _, reach := range []int64{1, 600_000} {
				dir := ""
				if kept {
					dir = t.TempDir()
				}
				l := newLab(t, dir, reach)
				for _, binSize := range []int64{1000, 2000} {
					level, _ := l.level(binSize)
					want := l.ask(nil, level, pairs, 1)
					fresh, first := l.level(binSize)
					same(t, "first", l.ask(l.Store, fresh, pairs, 2), want)
					before := *first
					same(t, "second", l.ask(l.Store, fresh, pairs, 3), want)
					if again := *first - before; dir != "" && !pairs && again > 0 {
						t.Errorf("asking again read %d bytes", again)
					}
					if dir == "" {
						continue
					}
					other, read := l.level(binSize)
					same(t, "other process", l.ask(l.store(Options{Dir: dir, Reach: reach}), other, pairs, 2), want)
					if !pairs && *read > 0 {
						t.Errorf("another process read %d bytes", *read)
					}
				}
				if len(l.warns) > 0 {
					t.Error(l.warns)
				}
			}
		}
	}
}

// Expected and average together read the pixels once, also without a folder.
func TestOnePass(t *testing.T) {
	l := newLab(t, "", 0)
	once, read := l.level(1000)
	if _, err := expected.Compute(context.Background(), once, arms, once.Weights, expected.Options{}); err != nil {
		t.Fatal(err)
	}
	all := *read
	for _, dir := range []string{"", t.TempDir()} {
		level, read := l.level(1000)
		l.ask(l.store(Options{Dir: dir}), level, false, 2)
		if *read > all+all/10 {
			t.Errorf("folder %q: %d bytes, one pass reads %d", dir, *read, all)
		}
	}
}

// A question for balanced averages leaves the expected behind, too.
func TestFirstQuestionServesTheOthers(t *testing.T) {
	l := newLab(t, t.TempDir(), 0)
	level, _ := l.level(1000)
	opt := pileup.Options{Values: []pileup.Value{pileup.ICCF}}
	if _, err := l.Pileup(context.Background(), level, l.sites(false), jobs, opt); err != nil {
		t.Fatal(err)
	}
	level, read := l.level(1000)
	got := l.ask(l.Store, level, false, 1)
	if *read > 0 {
		t.Errorf("%d bytes were read for obs/exp", *read)
	}
	same(t, "after another question", got, l.ask(nil, level, false, 1))
	level, read = l.level(1000) // raw counts need no weights
	level.Weights = nil
	if _, err := l.Pileup(context.Background(), level, l.sites(false), jobs, pileup.Options{Values: []pileup.Value{pileup.Raw}}); err != nil || *read > 0 {
		t.Errorf("raw: %v, %d bytes", err, *read)
	}
}

// Other weights and other arms find an expected of their own, another map a band of its own.
func TestKeys(t *testing.T) {
	l := newLab(t, t.TempDir(), 0)
	level, _ := l.level(1000)
	l.ask(l.Store, level, false, 1)
	other := level
	other.Weights = append([]float64(nil), level.Weights...)
	other.Weights[77] *= 2
	same(t, "other weights", l.ask(l.Store, other, false, 1), l.ask(nil, other, false, 1))
	other = level
	other.View = arms[1:]
	same(t, "other arms", l.ask(l.Store, other, false, 1), l.ask(nil, other, false, 1))
	other.Weights = nil
	same(t, "no weights", l.ask(l.Store, other, false, 1), l.ask(nil, other, false, 1))
	l.write(2)
	level, _ = l.level(1000)
	same(t, "another map", l.ask(l.Store, level, false, 1), l.ask(nil, level, false, 1))
}

func (l *lab) files(dir, suffix string) []string {
	l.t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		l.t.Fatal(err)
	}
	return paths
}

// A byte changed anywhere in any file of the cache is either not used, or noticed and the file made anew: the answer is
// the same, and the next process finds a sound cache.
func TestDamageIsMended(t *testing.T) {
	dir := t.TempDir()
	l := newLab(t, dir, 0)
	level, _ := l.level(1000)
	want := l.ask(nil, level, true, 1)
	l.ask(l.Store, level, true, 1)
	for _, path := range append(l.files(dir, ".band"), l.files(dir, ".expected")...) {
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		places := []int{0, 9, 13, 30, 50, 75, 81, 90, 97, 2000, 4096, 4096 + 2052, len(good) / 3, len(good) / 2, len(good) - 1}
		for _, at := range places {
			broken := append([]byte(nil), good...)
			broken[at] ^= 0x10
			l.damage(path, broken, want, level, at)
		}
		l.damage(path, good[:len(good)/2], want, level, -1)
		l.damage(path, nil, want, level, -2)
	}
}

func (l *lab) damage(path string, content []byte, want answer, level Level, at int) {
	l.t.Helper()
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		l.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil { // what is mapped stays as it was
		l.t.Fatal(err)
	}
	l.warns = nil
	s := l.store(Options{Dir: filepath.Dir(path)})
	same(l.t, filepath.Base(path), l.ask(s, level, true, 2), want)
	noticed := len(l.warns) > 0
	l.warns = nil
	same(l.t, "after it was made anew", l.ask(l.store(Options{Dir: filepath.Dir(path)}), level, true, 2), want)
	if len(l.warns) > 0 {
		l.t.Errorf("damage at %d is still there: %v", at, l.warns)
	}
	now, err := os.ReadFile(path)
	if err != nil || noticed == (string(now) == string(content)) {
		l.t.Errorf("damage at %d: noticed %v, file made anew %v (%v)", at, noticed, string(now) != string(content), err)
	}
}

// Goroutines and processes that ask at the same time all get the answer.
func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	l := newLab(t, dir, 0)
	level, _ := l.level(1000)
	want := l.ask(nil, level, true, 1)
	var wait sync.WaitGroup
	for range 3 { // processes
		s := l.store(Options{Dir: dir})
		for range 3 {
			fresh, _ := l.level(1000)
			wait.Go(func() { same(t, "at once", l.ask(s, fresh, true, 1), want) })
		}
	}
	wait.Wait()
	if n := len(l.files(dir, "")); n != 2 {
		t.Errorf("files %v", l.files(dir, ""))
	}
}

// The folder keeps to its limit; what is used stays, and what others put there, too.
func TestEviction(t *testing.T) {
	dir := t.TempDir()
	l := newLab(t, dir, 0)
	level, _ := l.level(1000)
	l.ask(l.Store, level, false, 1)
	var size int64
	for _, path := range l.files(dir, "") {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	for name, age := range map[string]time.Duration{"mine.txt": 48 * time.Hour, "tmp-old": 2 * time.Hour, "tmp-new": time.Minute} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, 10), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	coarse, _ := l.level(2000)
	small := l.store(Options{Dir: dir, Limit: size})
	l.ask(small, coarse, false, 1)
	if left := l.files(dir, "-1000.band"); len(left) != 0 {
		t.Errorf("not evicted: %v", left)
	}
	if left := l.files(dir, "-2000*"); len(left) != 2 {
		t.Errorf("of the new files are left: %v", left)
	}
	for name, want := range map[string]bool{"mine.txt": true, "tmp-old": false, "tmp-new": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What has been deleted while it was mapped still answers.
	same(t, "evicted", l.ask(l.Store, level, false, 1), l.ask(nil, level, false, 1))
}

// A cache that cannot be written answers all the same, and says so.
func TestCacheThatFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	l := newLab(t, dir, 0)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	level, _ := l.level(1000)
	same(t, "no folder", l.ask(l.Store, level, false, 1), l.ask(nil, level, false, 1))
	if len(l.warns) == 0 || !strings.Contains(l.warns[0], "not cached") {
		t.Error(l.warns)
	}
	if _, err := Open(Options{Dir: filepath.Join(l.path, "x")}); err == nil {
		t.Error("a folder inside a file")
	}
}

func TestCancel(t *testing.T) {
	dir := t.TempDir()
	l := newLab(t, dir, 0)
	level, _ := l.level(1000)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := l.Expected(ctx, level, expected.Options{})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left := l.files(dir, ""); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	unlock, err := l.lock(context.Background(), l.bandName(level))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := l.Expected(ctx, level, expected.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("while another makes the band: %v", err)
	}
}

// The hash of a file is known until the file changes, or is another of the same name.
func TestIdentity(t *testing.T) {
	l := newLab(t, t.TempDir(), 0)
	hour := time.Now().Add(-time.Hour)
	open := func() *os.File {
		f, err := os.Open(l.path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	l.Remember(open(), l.sum)
	if _, ok := l.Known(open()); ok {
		t.Error("a file that was written just now is trusted")
	}
	os.Chtimes(l.path, hour, hour)
	if _, ok := l.Known(open()); ok {
		t.Error("known before it was remembered")
	}
	l.Remember(open(), l.sum)
	if sum, ok := l.Known(open()); !ok || sum != l.sum {
		t.Errorf("%q, %v", sum, ok)
	}
	os.Chtimes(l.path, hour, hour.Add(time.Nanosecond))
	if _, ok := l.Known(open()); ok {
		t.Error("a touched file is known")
	}
	os.Chtimes(l.path, hour, hour)
	os.Rename(l.path, l.path+"2")
	l.write(3)
	os.Chtimes(l.path, hour, hour)
	if _, ok := l.Known(open()); ok {
		t.Error("another file of the same name is known")
	}
	var none *Store
	none.Remember(open(), l.sum)
	if _, ok := none.Known(open()); ok {
		t.Error("no cache knows a file")
	}
}
