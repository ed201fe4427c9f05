package tasks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/auth"
	"regioscope/backend/core"
	"regioscope/backend/fetch"
	"regioscope/backend/queue"
	"regioscope/backend/testkit"
	"regioscope/backend/testkit/standin"
)

// importLab is a lab beside a stand-in of a repository, whose accessions begin with 4DNF.
func importLab(t *testing.T) (*lab, *standin.Server) {
	t.Helper()
	l := newLab(t)
	s := standin.Start()
	t.Cleanup(s.Stop)
	l.connect(s)
	return l, s
}

func (l *lab) connect(s *standin.Server) {
	l.t.Helper()
	list, err := l.db.Imports().Repositories(l.t.Context())
	check(l.t, err)
	for _, r := range list {
		if r.Connector == "4dn" {
			r.BaseURL = s.URL + "/as/" + l.toy.Name
			check(l.t, l.db.Imports().SaveRepository(l.t.Context(), &r))
		}
	}
	vault, err := auth.NewVault(auth.ParseKeyring("0123456789abcdef0123456789abcdef"))
	check(l.t, err)
	client := fetch.New(fetch.Options{Allow: []netip.AddrPort{netip.MustParseAddrPort(s.Addr())}, Stall: 300 * time.Millisecond, Pauses: []time.Duration{time.Millisecond}})
	l.Imports = core.NewImports(l.db, core.NewDatasets(l.db, l.volume, l, l.Runs), l.Runs, core.NewUploads(l.db, l.volume, 1<<30, nil), client, vault)
}

// start begins an import and gives its dataset and run.
func (l *lab) startImport(src core.ImportSource, m core.DatasetMeta) (*core.Dataset, core.Run) {
	l.t.Helper()
	d, err := l.Imports.Start(l.t.Context(), l.user, src, m)
	check(l.t, err)
	if d.State != core.DatasetUploading {
		l.t.Fatalf("it begins as %s", d.State)
	}
	return d, l.run(d.RunID)
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// A region set is fetched, compared with the repository's checksum, and then checked by a run of its own.
func TestImportIsFetchedAndChecked(t *testing.T) {
	for _, way := range []string{"IGOOD001", "IMOVED01", "ICUT0001"} {
		t.Run(way, func(t *testing.T) {
			l, _ := importLab(t)
			d, run := l.startImport(core.ImportSource{Accession: "4DNF" + way, SHA256: sumOf(standin.Content(""))}, core.DatasetMeta{})
			l.finished(run)
			d = l.dataset(d)
			if d.State != core.DatasetChecking || d.RunID == run.ID || d.SHA256 != sumOf(standin.Content("")) || d.Size != int64(len(standin.Content(""))) {
				t.Fatalf("%+v", d)
			}
			l.finished(l.run(d.RunID))
			d = l.dataset(d)
			if d.State != core.DatasetReady || d.Facts.Regions == nil || d.Facts.Regions.Count != 2000 || d.SizeType != core.SizePoint {
				t.Errorf("%+v", d)
			}
			if s := d.Facts.Source; s == nil || s.Accession != "4DNF"+way {
				t.Errorf("after the check its source is %+v", s)
			}
			if got := l.blobs(); len(got) != 1 {
				t.Errorf("on the volume: %v", got)
			}
		})
	}
}

// P5: how an import ended is told as that of an import, so that its switch in the settings is about it; that a region set
// which was fetched is checked by a run of its own does not make it an upload.
func TestImportOutcomeIsNotified(t *testing.T) {
	l, _ := importLab(t)
	told := func() (out []core.Notification) {
		t.Helper()
		out, err := l.db.Notifications().List(t.Context(), l.user.UserID, true, 0, 10)
		check(t, err)
		return out
	}
	d, run := l.startImport(core.ImportSource{Accession: "4DNFIGOOD001"}, core.DatasetMeta{})
	l.finished(run)
	if got := told(); len(got) != 0 {
		t.Fatalf("before its check: %+v", got)
	}
	l.finished(l.run(l.dataset(d).RunID))
	got := told()
	if len(got) != 1 || got[0].Kind != core.NoticeImport || got[0].Link != fmt.Sprintf("/datasets/%d", d.ID) || !strings.Contains(got[0].Title, "is ready") {
		t.Fatalf("%+v", got)
	}
	wrong, run := l.startImport(core.ImportSource{Accession: "4DNFIWRONG01"}, core.DatasetMeta{})
	l.failed(run, core.CodeChecksum)
	if got = told(); len(got) != 2 || got[0].Kind != core.NoticeImportFailed || got[0].Link != fmt.Sprintf("/datasets/%d", wrong.ID) || !strings.Contains(got[0].Text, "MD5") {
		t.Fatalf("%+v", got)
	}
	check(t, l.db.Notifications().SetMuted(t.Context(), l.user.UserID, []core.NoticeKind{core.NoticeImport}))
	d, run = l.startImport(core.ImportSource{Accession: "4DNFIMOVED01"}, core.DatasetMeta{})
	l.finished(run)
	l.finished(l.run(l.dataset(d).RunID))
	if got = told(); len(got) != 2 {
		t.Errorf("switched off, and told: %+v", got)
	}
}

// Failures that another attempt cannot mend fail at once, with words for the user; nothing stays on the volume.
func TestImportsThatFailAtOnce(t *testing.T) {
	for way, c := range map[string]struct {
		code core.Code
		word string
	}{
		"IDENIED1": {core.CodeAccessDenied, "403"},
		"IKEYED01": {core.CodeAccessDenied, "access key"},
		"IWRONG01": {core.CodeChecksum, "MD5"},
		"IINSIDE1": {core.CodeForbiddenAddress, "inside a private network"},
	} {
		t.Run(way, func(t *testing.T) {
			l, _ := importLab(t)
			d, run := l.startImport(core.ImportSource{Accession: "4DNF" + way}, core.DatasetMeta{})
			if text := l.failed(run, c.code); !strings.Contains(text, c.word) {
				t.Errorf("the user reads %q", text)
			}
			if d = l.dataset(d); d.State != core.DatasetFailed || d.Error == nil || !strings.Contains(d.Error.Message, c.word) {
				t.Errorf("%+v", d)
			}
			if got := l.blobs(); len(got) != 0 {
				t.Errorf("left on the volume: %v", got)
			}
		})
	}
	t.Run("another SHA-256", func(t *testing.T) {
		l, _ := importLab(t)
		_, run := l.startImport(core.ImportSource{Accession: "4DNFIGOOD001", SHA256: strings.Repeat("0", 64)}, core.DatasetMeta{})
		l.failed(run, core.CodeChecksum)
		if got := l.blobs(); len(got) != 0 {
			t.Errorf("left on the volume: %v", got)
		}
	})
	t.Run("another kind", func(t *testing.T) {
		l, _ := importLab(t)
		_, run := l.startImport(core.ImportSource{Accession: "4DNFIGOOD001"}, core.DatasetMeta{Kind: core.KindSignal})
		if text := l.failed(run, core.CodeBadFile); !strings.Contains(text, "not a signal track") {
			t.Errorf("%q", text)
		}
	})
	t.Run("over the quota", func(t *testing.T) {
		l, _ := importLab(t)
		quota := int64(1000)
		d, run := l.startImport(core.ImportSource{Accession: "4DNFIGOOD001"}, core.DatasetMeta{})
		check(t, l.db.Uploads().SetQuota(t.Context(), l.user.UserID, &quota))
		l.failed(run, core.CodeTooLarge)
		if d = l.dataset(d); d.State != core.DatasetFailed {
			t.Errorf("%+v", d)
		}
	})
}

// Servers that have a problem of their own are asked again, in further attempts; in the end the user reads which problem.
func TestImportsThatAreTriedAgain(t *testing.T) {
	for way, word := range map[string]string{"IBROKEN1": "status 500", "ISLOW001": "sent nothing", "ICUTALL1": "broke after"} {
		t.Run(way, func(t *testing.T) {
			l, _ := importLab(t)
			d, run := l.startImport(core.ImportSource{Accession: "4DNF" + way}, core.DatasetMeta{})
			for attempt := 2; attempt <= 3; attempt++ {
				if run = l.work(run); run.State != core.RunQueued || run.Attempt != attempt {
					t.Fatalf("%s in attempt %d", run.State, run.Attempt)
				}
				if d = l.dataset(d); d.State != core.DatasetUploading {
					t.Fatalf("between attempts it is %s", d.State)
				}
			}
			if run = l.work(run); run.State != core.RunFailed || !strings.Contains(run.Error.Message, word) {
				t.Fatalf("%+v", run.Error)
			}
			if d = l.dataset(d); d.State != core.DatasetFailed || !strings.Contains(d.Error.Message, word) {
				t.Errorf("%+v", d.Error)
			}
			if got := l.blobs(); len(got) != 0 {
				t.Errorf("left on the volume: %v", got)
			}
		})
	}
}

func TestImportOfAPrivateFileWithTheKeyOfItsUser(t *testing.T) {
	l, _ := importLab(t)
	list, err := l.Imports.Repositories(t.Context(), l.user)
	check(t, err)
	for _, r := range list {
		check(t, l.Imports.SetKey(t.Context(), l.user, r.ID, core.Credential{KeyID: standin.Key[0], Secret: standin.Key[1]}))
	}
	_, run := l.startImport(core.ImportSource{Accession: "4DNFIKEYED01"}, core.DatasetMeta{})
	l.finished(run)
}

func TestImportIsCancelled(t *testing.T) {
	l, s := importLab(t)
	client := fetch.New(fetch.Options{Allow: []netip.AddrPort{netip.MustParseAddrPort(s.Addr())}, Stall: time.Hour})
	l.Imports = core.NewImports(l.db, core.NewDatasets(l.db, l.volume, l, l.Runs), l.Runs, core.NewUploads(l.db, l.volume, 1<<30, nil), client, nil)
	d, run := l.startImport(core.ImportSource{Accession: "4DNFISLOW001"}, core.DatasetMeta{})
	go func() {
		for len(s.Hits()) < 2 { // its description, and the file
			time.Sleep(5 * time.Millisecond)
		}
		if _, err := l.Runs.Cancel(context.Background(), l.user, run.ID); err != nil {
			t.Error(err)
		}
	}()
	if run = l.work(run); run.State != core.RunCancelled {
		t.Fatalf("%+v", run)
	}
	if d = l.dataset(d); d.State != core.DatasetFailed || !strings.Contains(d.Error.Message, "cancelled") {
		t.Errorf("%+v", d)
	}
	if got := l.blobs(); len(got) != 0 {
		t.Errorf("left on the volume: %v", got)
	}
}

// kill -9 of the worker at every step of an import: it finishes elsewhere, with one file and one check.
func TestKilledWorkerInAnImport(t *testing.T) {
	for _, point := range []string{"claimed", "fetching", "step 1", "step 2", "computed", "saved", "settled"} {
		t.Run(strings.ReplaceAll(point, " ", "_"), func(t *testing.T) {
			dir := t.TempDir()
			dsn := "sqlite://" + filepath.Join(dir, "db")
			addr := testkit.Redis(t)
			l := newLabOn(t, dir, dsn)
			s := standin.Start()
			defer s.Stop()
			rdb := redis.NewClient(&redis.Options{Addr: addr})
			defer rdb.Close()
			l.Runs = core.NewRuns(l.db, queue.NewClient(rdb), l, nil)
			l.connect(s)
			t.Setenv("REGIOSCOPE_TEST_FETCH_ALLOW", s.Addr())
			d, run := l.startImport(core.ImportSource{Accession: "4DNFIGOOD001"}, core.DatasetMeta{})
			l.startWorker(dsn, addr, point).killAt(t, point)
			attempts := 2
			if point == "settled" {
				attempts = 1 // all was done; only Redis was not told
			} else if before := l.run(run.ID); before.State != core.RunRunning {
				t.Fatalf("killed at %s: %s", point, before.State)
			}
			l.startWorker(dsn, addr, "")
			l.await("the dataset to be ready", func() bool { return l.dataset(d).State == core.DatasetReady })
			l.await("one file to be left", func() bool {
				tmp, err := filepath.Glob(filepath.Join(dir, "tmp", "*"))
				blobs, err2 := filepath.Glob(filepath.Join(dir, "blobs", "*", "*", "*"))
				return err == nil && err2 == nil && len(tmp) == 0 && len(blobs) == 1
			})
			if run = l.run(run.ID); run.State != core.RunFinished || run.Attempt != attempts {
				t.Errorf("%s in attempt %d", run.State, run.Attempt)
			}
		})
	}
}
