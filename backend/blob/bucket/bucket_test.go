package bucket

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"regioscope/backend/blob/blobtest"
	"regioscope/backend/testkit/fakes3"
)

// hurry does not let tests wait.
var hurry = Patience{Tries: 3, Pause: time.Millisecond, Attempt: 5 * time.Second}

func options(t *testing.T, s *fakes3.Server) Options {
	t.Helper()
	a, err := ParseAddress(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	return Options{Address: a, Login: Login{"key", "secret"}, Folder: t.TempDir(), CacheBytes: 64 << 20, Patience: hurry}
}

func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// files lists what lies in a folder, the cache left out.
func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "blocks" {
			return filepath.SkipDir
		}
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestVolume: what a bucket must do as every data volume does.
func TestVolume(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blobtest.Bench {
		storage := fakes3.New(t)
		o := options(t, storage)
		s := open(t, o)
		return blobtest.Bench{BlobVolume: s, Left: func() []string { return append(storage.Keys(t), files(t, o.Folder)...) }}
	})
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]Address{
		"s3://b":                                     {Bucket: "b", Host: "s3.amazonaws.com", TLS: true, Region: "us-east-1"},
		"s3://b/a/c/?region=eu-central-1":            {Bucket: "b", Prefix: "a/c/", Host: "s3.amazonaws.com", TLS: true, Region: "eu-central-1"},
		"s3://b?endpoint=http://minio:9000":          {Bucket: "b", Host: "minio:9000", Region: "us-east-1", PathStyle: true},
		"s3://b?endpoint=https://h&path-style=false": {Bucket: "b", Host: "h", TLS: true, Region: "us-east-1"},
	} {
		if got, err := ParseAddress(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "b", "s3://", "https://b", "s3://key:secret@b", "s3://b?endpoint=minio:9000", "s3://b?endpoint=http://h/path",
		"s3://b?path-style=perhaps", "s3://b?regoin=x"} {
		if got, err := ParseAddress(text); err == nil {
			t.Errorf("%q was taken for %+v", text, got)
		}
	}
}

// Objects of others in the same bucket are left alone.
func TestOnlyItsOwnPrefix(t *testing.T) {
	storage := fakes3.New(t)
	one := open(t, options(t, storage))
	o := options(t, storage)
	o.Address.Prefix = "some/other/"
	two := open(t, o)
	ref := blobtest.Put(t, one, []byte("mine"))
	blobtest.Put(t, two, []byte("mine"))
	if err := two.Condemn(t.Context(), ref.SHA256); err != nil {
		t.Fatal(err)
	}
	list, err := two.Condemned(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := two.Purge(t.Context(), list[0]); err != nil {
		t.Fatal(err)
	}
	if keys := storage.Keys(t); len(keys) != 1 || !strings.HasPrefix(keys[0], "some/place/blobs/"+ref.SHA256) {
		t.Errorf("%v", keys)
	}
	foreign := list[0]
	for _, name := range []string{"", "../x", foreign.Name + "/..", strings.ToUpper(foreign.Name), "some/place/" + foreign.Name} {
		foreign.Name = name
		if two.Purge(t.Context(), foreign) == nil || two.PutBack(t.Context(), foreign) == nil {
			t.Errorf("%q was taken for a mark", name)
		}
	}
}

// More objects than one page of a listing has.
func TestListingsOfManyPages(t *testing.T) {
	storage := fakes3.New(t)
	s := open(t, options(t, storage))
	const n = 2100
	var want []string
	for i := range n {
		key := strings.Repeat("0", 60) + string([]byte{hexDigit(i >> 12), hexDigit(i >> 8), hexDigit(i >> 4), hexDigit(i)})
		if err := s.remote.put(t.Context(), s.blobs()+key+"/"+unique(), nil, 0); err != nil {
			t.Fatal(err)
		}
		want = append(want, key)
	}
	var got []string
	err := s.stored(t.Context(), func(sha string, _ []object) error { got = append(got, sha); return nil })
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%d of %d (%v)", len(got), n, err)
	}
}

func hexDigit(i int) byte { return "0123456789abcdef"[i&15] }

// Workers clean their folder every few seconds: that must not list the bucket.
func TestCleaningTheFolderAsksNothing(t *testing.T) {
	storage := fakes3.New(t)
	s := open(t, options(t, storage))
	before := storage.Asked()
	if _, err := s.CleanTemp(0); err != nil || storage.Asked() != before {
		t.Errorf("asked %d times (%v)", storage.Asked()-before, err)
	}
	if _, err := s.Tidy(t.Context(), 0); err != nil || storage.Asked() == before {
		t.Errorf("tidied without asking (%v)", err)
	}
}
