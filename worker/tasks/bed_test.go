package tasks

import (
	"bytes"
	"compress/gzip"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"regioscope/backend/core"
)

// upload adds a region set that waits for its check, and the run that checks it.
func (l *lab) upload(name string, content []byte) (*core.Dataset, core.Run) {
	l.t.Helper()
	d := l.add(core.Dataset{Name: name, Kind: core.KindRegions, State: core.DatasetChecking}, content)
	run, err := l.Runs.SubmitBed(l.t.Context(), l.user, d.ID)
	check(l.t, err)
	return d, run
}

func (l *lab) dataset(d *core.Dataset) *core.Dataset {
	l.t.Helper()
	got, err := l.db.Datasets().ByID(l.t.Context(), d.ID)
	check(l.t, err)
	return got
}

func gz(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.Bytes()
}

const goodBed = "# a comment\nchr1\t100\t300\ta\t1\t+\nchr2\t1000\t1100\tb\t2\t-\n1\t50\t450\tc\t3\t+\nchrUn\t1\t2\td\t4\t.\n"

func TestBedAccepted(t *testing.T) {
	for name, content := range map[string][]byte{"plain": []byte(goodBed), "gzip": gz(goodBed)} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			d, run := l.upload("peaks.bed", content)
			l.finished(run)
			got := l.dataset(d)
			if got.State != core.DatasetReady || got.SizeType != core.SizePoint || got.Dimension != 1 || got.Error != nil {
				t.Fatalf("%+v", got)
			}
			want := &core.RegionFacts{Format: "bed", Count: 4, Columns: []string{"name", "score", "strand"}, Plus: 2, Minus: 1, BothStrands: true,
				MedianWidth: 150, // of 1, 100, 200, 400
				PerChrom:    []core.ChromCount{{Name: "chr1", Count: 2}, {Name: "chr2", Count: 1}},
				Unknown:     []core.ChromCount{{Name: "chrUn", Count: 1, FirstLine: 5}},
				AliasRules:  map[string]int{"exact": 2, "1 → chr1": 1, "unmatched": 1}}
			f := got.Facts.Regions
			delete(f.AliasRules, "unmatched")
			delete(want.AliasRules, "unmatched")
			if !reflect.DeepEqual(f, want) {
				t.Errorf("\ngot  %+v\nwant %+v", f, want)
			}
			if w := strings.Join(got.Facts.Warnings, "; "); !strings.Contains(w, "1 of 4 regions") || !strings.Contains(w, "chrUn, line 5") {
				t.Errorf("warnings: %q", w)
			}
		})
	}
}

func TestBedpeIsTwoDimensional(t *testing.T) {
	l := newLab(t)
	d, run := l.upload("loops", []byte("chr1\t100\t200\tchr1\t5000\t5100\nchr1\t100\t200\tchr2\t5000\t5100\n"))
	l.finished(run)
	if got := l.dataset(d); got.Dimension != 2 || got.Facts.Regions.Format != "bedpe" {
		t.Errorf("%+v", got)
	}
}

// A refused file: its own message, every bad line, and nothing left of it.
func TestBedRefused(t *testing.T) {
	long := strings.Repeat("chr1\t100\t200\n", 999) + "chr1\t200\tabc\n" + strings.Repeat("chr1\t100\t200\n", 10)
	many := strings.Repeat("chr1\t5\t1\n", 250)
	for name, c := range map[string]struct {
		content []byte
		says    string
		lines   int
		count   int
		first   int
	}{
		"a bad line 1,000": {[]byte(long), "Line 1000 of the file is malformed: ", 1, 1, 1000},
		"all lines bad":    {[]byte(many), "250 lines", 100, 250, 1},
		"beyond the end":   {[]byte("chr1\t100\t200\nchr1\t100\t99000000\n"), "Line 2", 1, 1, 2},
		"empty":            {nil, "no regions", 0, 0, 0},
		"comments only":    {[]byte("# x\n#y\n"), "no regions", 0, 0, 0},
		"HTML":             {[]byte("<!DOCTYPE html>\n<html><body>404</body></html>\n"), "", 0, 0, 0},
		"0xFF bytes":       {bytes.Repeat([]byte{0xff}, 5000), "not a text file", 0, 0, 0},
		"truncated gzip":   {gz(goodBed)[:40], "damaged", 0, 0, 0},
		"wrong assembly":   {[]byte("2L\t100\t200\n3R\t100\t200\n"), "demo1tiny", 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			d, run := l.upload("x.bed", c.content)
			message := l.failed(run, core.CodeBadFile)
			got := l.dataset(d)
			if got.State != core.DatasetFailed || got.Error == nil || got.Error.Code != core.CodeBadFile {
				t.Fatalf("%+v", got)
			}
			if message == "" || !strings.Contains(message, c.says) {
				t.Errorf("message %q, want one with %q", message, c.says)
			}
			if last := message[len(message)-1]; !unicode.IsUpper(rune(message[0])) && !unicode.IsDigit(rune(message[0])) || last != '.' && last != '?' {
				t.Errorf("%q is no sentence", message)
			}
			if len(got.Error.Lines) != c.lines && name != "HTML" || c.count > 0 && got.Error.Count != c.count {
				t.Errorf("%d lines of %d, want %d of %d", len(got.Error.Lines), got.Error.Count, c.lines, c.count)
			}
			if c.first > 0 && got.Error.Lines[0].Line != c.first {
				t.Errorf("first line %+v", got.Error.Lines[0])
			}
			if left := l.blobs(); len(left) != 0 {
				t.Errorf("left on the volume: %v", left)
			}
		})
	}
}

// The same bytes under another dataset stay.
func TestRefusedFileThatIsUsedElsewhereStays(t *testing.T) {
	l := newLab(t)
	content := []byte("2L\t100\t200\n")
	l.add(core.Dataset{Name: "elsewhere", Kind: core.KindRegions}, content)
	_, run := l.upload("here", content)
	l.failed(run, core.CodeBadFile)
	if left := l.blobs(); len(left) != 1 {
		t.Errorf("on the volume: %v", left)
	}
}

func TestBedOfAVanishedFile(t *testing.T) {
	l := newLab(t)
	d, run := l.upload("x.bed", []byte(goodBed))
	l.lose(d)
	if text := l.failed(run, core.CodeUnavailable); !strings.Contains(text, "upload it again") {
		t.Error(text)
	}
	if got := l.dataset(d); got.State != core.DatasetFailed {
		t.Errorf("%+v", got)
	}
}

func TestChosenSizeTypeStays(t *testing.T) {
	l := newLab(t)
	d := l.add(core.Dataset{Name: "x", Kind: core.KindRegions, State: core.DatasetChecking, SizeType: core.SizeInterval}, []byte(goodBed))
	run, err := l.Runs.SubmitBed(t.Context(), l.user, d.ID)
	check(t, err)
	l.finished(run)
	if got := l.dataset(d); got.SizeType != core.SizeInterval {
		t.Errorf("the uploader chose interval, now it is %s", got.SizeType)
	}
}
