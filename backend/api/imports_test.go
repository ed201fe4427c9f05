package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/auth"
	"regioscope/backend/core"
)

// knownFile is a repository that has one file, ENCFF000AAA, and a web with one address. How the real ones are spoken to is
// tested in backend/fetch.
type knownFile struct{ a *app }

func (a *app) remote() core.Remote { return knownFile{a} }

func (k knownFile) Describe(_ context.Context, r core.Repository, accession string, key *core.Credential) (*core.RemoteFile, error) {
	if accession != "ENCFF000AAA" {
		return nil, core.Final(core.Errorf(core.CodeRemoteMissing, "The repository has no such file."))
	}
	f := &core.RemoteFile{Accession: accession, URL: r.BaseURL + "/x.bed.gz?X-Signature=secret", FileName: "x.bed.gz", Size: 500, MD5: strings.Repeat("ab", 16), Format: "bed",
		Kind: core.KindRegions, Assembly: k.a.toy.Name, Name: "CTCF ChIP-seq K562", Description: "peaks", CellType: "K562"}
	if key != nil {
		f.Description = "for " + key.KeyID + " with " + key.Secret
	}
	return f, nil
}

func (k knownFile) Look(_ context.Context, url string) (*core.RemoteFile, error) {
	return &core.RemoteFile{URL: url, FileName: "y.bw", Kind: core.KindSignal, Name: "y"}, nil
}

func (knownFile) Download(context.Context, core.Fetch, core.Sink, func(int64, int64)) error {
	return core.Errorf(core.CodeBadRemote, "Nothing is fetched here.")
}

func (a *app) repository() api.RepositoryFields {
	a.nameless++
	return api.RepositoryFields{Name: fmt.Sprint("repository ", a.nameless), Connector: "encode", BaseURL: "https://data.example.org/", Pattern: "LAB[0-9]+", Enabled: true}
}

func (a *app) saved(f api.RepositoryFields) *core.Repository {
	a.t.Helper()
	r := &core.Repository{Name: f.Name, Connector: f.Connector, BaseURL: f.BaseURL, Pattern: f.Pattern, Enabled: f.Enabled}
	check(a.t, a.db.Imports().SaveRepository(a.t.Context(), r))
	return r
}

func (c *client) startImport(body map[string]any) *answer {
	c.t.Helper()
	return c.do("POST", "/imports", body)
}

// An import needs an accession and nothing else: the repository tells the rest, and what a person says counts more.
func TestImportByAccession(t *testing.T) {
	a := newApp(t)
	var f core.RemoteFile
	a.ada.do("POST", "/imports/describe", map[string]any{"accession": "encff000aaa "}).ok(200, &f)
	if f.Repository != "ENCODE" || f.AssemblyID != a.toy.ID || f.Name != "CTCF ChIP-seq K562" || f.Kind != core.KindRegions {
		t.Errorf("%+v", f)
	}
	var d core.Dataset
	a.ada.startImport(map[string]any{"accession": "ENCFF000AAA", "meta": map[string]any{"name": "mine", "tags": []string{"t"}}}).ok(202, &d)
	if d.State != core.DatasetUploading || d.Name != "mine" || d.CellType != "K562" || d.SampleID != "ENCFF000AAA" || d.AssemblyID != a.toy.ID || d.Size != 500 || d.RunID == 0 {
		t.Errorf("%+v", d)
	}
	if s := d.Facts.Source; s == nil || s.Repository != "ENCODE" || s.Accession != "ENCFF000AAA" || strings.Contains(s.URL, "secret") {
		t.Errorf("source %+v", s)
	}
	var run core.Run
	answer := a.ada.do("GET", "/runs/"+itoa(d.RunID), nil).ok(200, &run)
	if run.Pipeline != core.PipelineImport || run.Queue != core.QueueShort || strings.Contains(string(answer.body), "secret") {
		t.Errorf("%s", answer.body)
	}
	says(t, a.ada.startImport(map[string]any{"accession": "ENCFF000BBB"}).refused(422, core.CodeRemoteMissing), "no such file")
	says(t, a.ada.startImport(map[string]any{"accession": "ENCSR000AAA"}).refused(422, core.CodeInvalid), "those of their files")
	a.ada.startImport(map[string]any{}).refused(422, core.CodeInvalid)
	a.ada.startImport(map[string]any{"accession": "ENCFF000AAA", "md5": "xyz"}).refused(422, core.CodeInvalid)
}

// A cancelled import leaves a failed dataset, whose run can be started again.
func TestImportIsCancelledAndTriedAgain(t *testing.T) {
	a := newApp(t)
	var d core.Dataset
	a.ada.startImport(map[string]any{"accession": "ENCFF000AAA"}).ok(202, &d)
	a.ada.do("POST", "/runs/"+itoa(d.RunID)+"/cancel", nil).ok(200, nil)
	a.ada.do("GET", "/datasets/"+itoa(d.ID), nil).ok(200, &d)
	if d.State != core.DatasetFailed || d.Error == nil || !strings.Contains(d.Error.Message, "import was cancelled") {
		t.Errorf("%+v", d)
	}
	a.ada.do("POST", "/runs/"+itoa(d.RunID)+"/retry", nil).ok(200, nil)
	var again core.Dataset
	a.ada.do("GET", "/datasets/"+itoa(d.ID), nil).ok(200, &again)
	if again.State != core.DatasetUploading || again.Error != nil {
		t.Errorf("%+v", again)
	}
}

func TestImportByURL(t *testing.T) {
	a := newApp(t)
	for url, words := range map[string]string{"ftp://x.org/a.bw": "https:// or http://", "file:///etc/passwd": "not an address", "https://me:pw@x.org/a.bw": "password", "x": "not an address", "gopher://x/": "https:// or http://"} {
		says(t, a.ada.startImport(map[string]any{"url": url}).refused(422, core.CodeInvalid), words)
	}
	says(t, a.ada.startImport(map[string]any{"url": "https://x.org/y.bw"}).refused(422, core.CodeInvalid), "no such assembly") // nobody has said which
	var d core.Dataset
	a.ada.startImport(map[string]any{"url": "https://x.org/y.bw", "meta": map[string]any{"assemblyId": a.toy.ID}}).ok(202, &d)
	if d.Kind != core.KindSignal || d.Name != "y" || d.State != core.DatasetUploading {
		t.Errorf("%+v", d)
	}
}

// What people paste: single accessions, addresses, ENCODE's files.txt and metadata.tsv, 4DN's manifest, a table of their own.
func TestManifests(t *testing.T) {
	a := newApp(t)
	for name, c := range map[string]struct {
		text string
		want []string // accession or URL, with MD5 if there is one, or the begin of the error
	}{
		"words":         {"ENCFF000AAA, encff000aab;4DNFIRCHWS8M\n\nhttps://x.org/a.bw ENCFF000AAA", []string{"ENCFF000AAA", "ENCFF000AAB", "4DNFIRCHWS8M", "https://x.org/a.bw"}},
		"files.txt":     {"\"https://www.encodeproject.org/metadata/?type=Experiment\"\r\nhttps://www.encodeproject.org/files/ENCFF000AAA/@@download/ENCFF000AAA.bed.gz\r\n", []string{"! This is the table", "ENCFF000AAA"}},
		"metadata.tsv":  {"File accession\tFile format\tmd5sum\tFile download URL\nENCFF000AAA\tbed\t00ff\thttps://www.encodeproject.org/files/x\n", []string{"ENCFF000AAA 00ff"}},
		"4DN manifest":  {"###MetadataTSV: 4DN\nFile Download URL\tFile Accession\tmd5sum\n#skipped\nhttps://data.4dnucleome.org/files-processed/4DNFIRCHWS8M/@@download/4DNFIRCHWS8M.bed.gz\t4DNFIRCHWS8M\t11\n", []string{"4DNFIRCHWS8M 11"}},
		"table":         {"name,url,sha256\nx,https://x.org/x.bw,22\ny,https://x.org/y.bw,\n", []string{"https://x.org/x.bw", "https://x.org/y.bw"}},
		"nothing known": {"ENCSR000AAA\nhello\nftp://x.org/x", []string{"! ENCSR000AAA is neither", "! hello is neither", "! Only addresses"}},
	} {
		t.Run(name, func(t *testing.T) {
			var list struct{ Items []core.ManifestEntry }
			a.ada.do("POST", "/imports/parse", map[string]any{"text": c.text}).ok(200, &list)
			var got []string
			for _, e := range list.Items {
				text := e.Accession + e.URL
				if e.Error != "" {
					text = "! " + e.Error
				} else if e.MD5 != "" {
					text += " " + e.MD5
				}
				got = append(got, text)
			}
			ok := len(got) == len(c.want)
			for i := range got {
				ok = ok && (got[i] == c.want[i] || strings.HasPrefix(c.want[i], "!") && strings.HasPrefix(got[i], c.want[i]))
			}
			if !ok {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	says(t, a.ada.do("POST", "/imports/parse", map[string]any{"text": strings.Repeat("a ", 2) + many(1001)}).refused(413, core.CodeTooLarge), "1000 files")
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "https://x.org/%d\n", i)
	}
	return b.String()
}

// Access keys are encrypted in the database, for one user and one repository, and never given back.
func TestRepositoryKeys(t *testing.T) {
	a := newApp(t)
	repositories := func(c *client) []core.Repository {
		var list struct{ Items []core.Repository }
		r := c.do("GET", "/repositories", nil).ok(200, &list)
		if strings.Contains(string(r.body), "hunter2") {
			t.Errorf("%s", r.body)
		}
		return list.Items
	}
	var encode core.Repository
	for _, r := range repositories(a.ada) {
		if r.Name == "ENCODE" {
			encode = r
		}
	}
	path := fmt.Sprintf("/repositories/%d/key", encode.ID)
	a.ada.do("PUT", path, map[string]any{"keyId": "ada-key", "secret": "hunter2"}).ok(204, nil)
	a.ada.do("PUT", path, map[string]any{"keyId": "ada-key"}).refused(422, core.CodeInvalid)
	var f core.RemoteFile
	describe := func(c *client) string {
		c.do("POST", "/imports/describe", map[string]any{"accession": "ENCFF000AAA"}).ok(200, &f)
		return f.Description
	}
	if got := describe(a.ada); got != "for ada-key with hunter2" {
		t.Errorf("%q", got)
	}
	if got := describe(a.bob); got != "peaks" {
		t.Errorf("bob's: %q", got)
	}
	keys, err := a.db.Imports().Keys(t.Context(), a.ada.UserID)
	check(t, err)
	if raw, _ := json.Marshal(keys); strings.Contains(string(raw), "hunter2") || !strings.HasPrefix(keys[encode.ID].Sealed, "v1.") {
		t.Errorf("%s", raw)
	}
	// Copied to another account, the text does not open.
	check(t, a.db.Imports().SetKey(t.Context(), a.bob.UserID, keys[encode.ID]))
	says(t, a.bob.do("POST", "/imports/describe", map[string]any{"accession": "ENCFF000AAA"}).refused(409, core.CodeState), "enter it again")
	a.ada.do("DELETE", path, nil).ok(204, nil)
	if got := describe(a.ada); got != "peaks" {
		t.Errorf("%q", got)
	}
}

// A start of a server seals with its present key what an older one has sealed, and leaves alone what no key opens.
func TestKeysOfRepositoriesAreSealedAnew(t *testing.T) {
	a := newApp(t)
	old, err := auth.NewVault(auth.ParseKeyring("an old key of thirty-two bytes.."))
	check(t, err)
	both, err := auth.NewVault(auth.Keyring{signingKey, []byte("an old key of thirty-two bytes..")})
	check(t, err)
	present, err := auth.NewVault(auth.Keyring{signingKey})
	check(t, err)
	set := func(user, repository int64, sealer *auth.Vault, context string) {
		sealed, err := sealer.Seal("hunter2", context)
		check(t, err)
		check(t, a.db.Imports().SetKey(t.Context(), user, core.RepositoryKey{RepositoryID: repository, KeyID: "key", Sealed: sealed}))
	}
	place := func(user, repository int64) string { return fmt.Sprintf("repository-key/%d/%d", user, repository) }
	list, err := a.db.Imports().Repositories(t.Context())
	check(t, err)
	one, two := list[0].ID, list[1].ID
	set(a.ada.UserID, one, old, place(a.ada.UserID, one))
	set(a.ada.UserID, two, present, place(a.ada.UserID, two))
	set(a.bob.UserID, one, old, place(a.ada.UserID, two)) // of another place
	imports := core.NewImports(a.db, nil, nil, nil, nil, both)
	for i, want := range [][2]int{{1, 1}, {0, 1}} {
		resealed, closed, err := imports.Reseal(t.Context())
		check(t, err)
		if resealed != want[0] || closed != want[1] {
			t.Errorf("start %d: %d sealed anew, %d closed, want %v", i+1, resealed, closed, want)
		}
	}
	keys, err := a.db.Imports().Keys(t.Context(), a.ada.UserID)
	check(t, err)
	for _, repository := range []int64{one, two} {
		if text, old, err := present.Open(keys[repository].Sealed, place(a.ada.UserID, repository)); text != "hunter2" || old || err != nil || keys[repository].KeyID != "key" {
			t.Errorf("%q, %v, %v", text, old, err)
		}
	}
}

func TestRepositoriesAreConfigured(t *testing.T) {
	a := newApp(t)
	var r core.Repository
	fields := a.repository()
	a.root.do("POST", "/admin/repositories", fields).ok(201, &r)
	if r.BaseURL != "https://data.example.org" || r.ID == 0 {
		t.Errorf("%+v", r)
	}
	a.root.do("POST", "/admin/repositories", fields).refused(409, core.CodeConflict)
	for _, bad := range []map[string]any{{"connector": "dropbox"}, {"baseUrl": "ftp://x"}, {"accessionPattern": "("}, {"name": " "}} {
		body := map[string]any{"name": "new", "connector": "4dn", "baseUrl": "https://x.org", "accessionPattern": "X", "enabled": true}
		for k, v := range bad {
			body[k] = v
		}
		a.root.do("POST", "/admin/repositories", body).refused(422, core.CodeInvalid)
	}
	fields.Enabled = false
	a.root.do("PUT", fmt.Sprintf("/admin/repositories/%d", r.ID), fields).ok(200, nil)
	var list struct{ Items []core.Repository }
	a.ada.do("GET", "/repositories", nil).ok(200, &list)
	if len(list.Items) != 2 {
		t.Errorf("%+v", list.Items)
	}
	a.root.do("DELETE", fmt.Sprintf("/admin/repositories/%d", r.ID), nil).ok(204, nil)
	a.root.do("DELETE", fmt.Sprintf("/admin/repositories/%d", r.ID), nil).refused(404, core.CodeNotFound)
}
