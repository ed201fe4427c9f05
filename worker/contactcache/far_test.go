package contactcache

import (
	"context"
	"os"
	"slices"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
)

// question asks for obs/exp and balanced averages of pairs that lie in the band, beyond it, between arms and between
// chromosomes.
func (l *lab) question(s *Store, level Level, threads int) answer {
	l.t.Helper()
	q := s.Ask(level, l.sites(true), jobs, pileup.Options{Values: []pileup.Value{pileup.ICCF, pileup.OE}, Oriented: true, CrossArm: true, Threads: threads})
	if err := q.Expected(context.Background(), expected.Options{IgnoreDiags: 2, Threads: threads}); err != nil {
		l.t.Fatal(err)
	}
	if len(q.Options.Between.Arms) == 0 || len(q.Options.Between.Chroms) == 0 {
		l.t.Fatal("no pairs between arms, or between chromosomes")
	}
	results, err := q.Results(context.Background())
	if err != nil {
		l.t.Fatal(err)
	}
	return answer{l.whole(s, level, q.Options.Expected), results}
}

// whole is the table that a question has the averages of, which must not differ by a bit.
func (l *lab) whole(s *Store, level Level, averages *expected.Table) *expected.Table {
	l.t.Helper()
	if averages.Regions[0].NValid != nil {
		return averages
	}
	table, err := s.Expected(context.Background(), level, expected.Options{IgnoreDiags: 2})
	if err != nil {
		l.t.Fatal(err)
	}
	stripped := *table
	stripped.Regions = slices.Clone(table.Regions)
	for i := range stripped.Regions {
		r := &stripped.Regions[i]
		r.NValid, r.CountSum, r.BalancedSum = nil, nil, nil
	}
	same(l.t, "averages alone", answer{table: averages}, answer{table: &stripped})
	return table
}

// The first question about pairs beyond the band and between chromosomes reads every chunk once, for the band, all
// expected and all windows; the next reads only the rows of the windows beyond the band. Not a bit differs.
func TestFarPairsAreReadOnce(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		l := newLab(t, dir, 100_000)
		plain, _ := l.level(1000)
		want := l.question(nil, plain, 1)
		all, once := l.level(1000)
		if _, err := expected.Compute(context.Background(), all, arms, all.Weights, expected.Options{}); err != nil {
			t.Fatal(err)
		}
		level, read := l.level(1000)
		same(t, "first", l.question(l.Store, level, 2), want)
		if *read > *once+*once/10 {
			t.Errorf("folder %q: %d bytes were read, one pass reads %d", dir, *read, *once)
		}
		if dir == "" {
			continue
		}
		level, read = l.level(1000)
		same(t, "other process", l.question(l.store(Options{Dir: dir, Reach: 100_000}), level, 2), want)
		if *read == 0 || *read > *once+*once/10 {
			t.Errorf("the second question read %d bytes, all are %d", *read, *once)
		}
		if len(l.warns) > 0 {
			t.Error(l.warns)
		}
		l.checkBetweenFile(dir, want)
	}
}

// checkBetweenFile damages the file of the expected between pairs, which must be noticed and mended.
func (l *lab) checkBetweenFile(dir string, want answer) {
	l.t.Helper()
	files := l.files(dir, ".between")
	if len(files) != 1 {
		l.t.Fatalf("files %v", l.files(dir, ""))
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		l.t.Fatal(err)
	}
	for _, content := range [][]byte{good[:len(good)/2], nil, append(append([]byte(nil), good[:len(good)-9]...), good[len(good)-8:]...)} {
		l.mended(files[0], content, want)
	}
	for _, at := range []int{0, 9, 13, 17, 40, len(good) / 2, len(good) - 1} {
		broken := append([]byte(nil), good...)
		broken[at] ^= 0x10
		l.mended(files[0], broken, want)
	}
}

func (l *lab) mended(path string, content []byte, want answer) {
	l.t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		l.t.Fatal(err)
	}
	l.warns = nil
	level, _ := l.level(1000)
	same(l.t, "damaged", l.question(l.Store, level, 1), want)
	now, err := os.ReadFile(path)
	if err != nil || len(l.warns) == 0 || string(now) == string(content) {
		l.t.Errorf("%v, warnings %v", err, l.warns)
	}
	l.warns = nil
}

// When there is more beyond the band than is kept in memory, the map is read again: only the time differs.
func TestTooMuchBeyondTheBand(t *testing.T) {
	before := maxFar
	maxFar = 100
	defer func() { maxFar = before }()
	l := newLab(t, t.TempDir(), 100_000)
	plain, _ := l.level(1000)
	level, _ := l.level(1000)
	same(t, "too much", l.question(l.Store, level, 2), l.question(nil, plain, 1))
}

// Windows beyond the band that need no expected are gathered, too, when the band is made.
func TestFarWindowsOfBalancedCounts(t *testing.T) {
	l := newLab(t, t.TempDir(), 100_000)
	opt := pileup.Options{Values: []pileup.Value{pileup.ICCF}, CrossArm: true, Threads: 2}
	all, once := l.level(1000)
	if _, err := expected.Compute(context.Background(), all, arms, all.Weights, expected.Options{}); err != nil {
		t.Fatal(err)
	}
	plain, _ := l.level(1000)
	want, err := (*Store)(nil).Pileup(context.Background(), plain, l.sites(true), jobs, opt)
	if err != nil {
		t.Fatal(err)
	}
	level, read := l.level(1000)
	got, err := l.Pileup(context.Background(), level, l.sites(true), jobs, opt)
	if err != nil || *read > *once+*once/10 {
		t.Errorf("%v, %d bytes were read, one pass reads %d", err, *read, *once)
	}
	empty := &expected.Table{}
	same(t, "balanced", answer{empty, got}, answer{empty, want})
}
