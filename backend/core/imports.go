package core

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Imports is the service of fetching data from elsewhere.
type Imports struct {
	stores   Stores
	datasets *Datasets
	runs     *Runs
	uploads  *Uploads
	remote   Remote
	sealer   Sealer
}

// NewImports builds the service. sealer may be nil where no keys can be read.
func NewImports(stores Stores, datasets *Datasets, runs *Runs, uploads *Uploads, remote Remote, sealer Sealer) *Imports {
	return &Imports{stores: stores, datasets: datasets, runs: runs, uploads: uploads, remote: remote, sealer: sealer}
}

// ImportSource names a file elsewhere: by its address, or by its accession.
type ImportSource struct {
	URL          string `json:"url,omitempty" maxLength:"2048" doc:"http or https"`
	Accession    string `json:"accession,omitempty" maxLength:"64"`
	RepositoryID int64  `json:"repositoryId,omitempty" doc:"of the accession; found by its form when absent"`
	MD5          string `json:"md5,omitempty" maxLength:"32" doc:"that the file should have; taken from the repository when absent"`
	SHA256       string `json:"sha256,omitempty" maxLength:"64"`
}

// Describe says what a file elsewhere is, as far as its server tells.
func (s *Imports) Describe(ctx context.Context, caller Caller, src ImportSource) (*RemoteFile, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	f, err := s.describe(ctx, caller, &src)
	if err != nil {
		return nil, unFinal(err)
	}
	if f.AssemblyID, err = s.assemblyNamed(ctx, caller, f.Assembly); err != nil {
		return nil, err
	}
	return f, nil
}

func (s *Imports) describe(ctx context.Context, caller Caller, src *ImportSource) (*RemoteFile, error) {
	src.URL, src.Accession = strings.TrimSpace(src.URL), strings.ToUpper(strings.TrimSpace(src.Accession))
	if (src.URL == "") == (src.Accession == "") {
		return nil, Errorf(CodeInvalid, "Give either an address or an accession.").WithFields(Field{Field: "url", Message: "or accession"})
	}
	if src.URL != "" {
		if err := CheckURL(src.URL); err != nil {
			return nil, err
		}
		return s.remote.Look(ctx, src.URL)
	}
	r, err := s.repositoryOf(ctx, src)
	if err != nil {
		return nil, err
	}
	key, err := s.key(ctx, caller.UserID, r.ID)
	if err != nil {
		return nil, err
	}
	f, err := s.remote.Describe(ctx, *r, src.Accession, key)
	if err != nil {
		return nil, err
	}
	f.RepositoryID, f.Repository = r.ID, r.Name
	return f, nil
}

// CheckURL refuses addresses that are never fetched. Where they lead is looked at when they are.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	bad := ""
	switch {
	case err != nil, u != nil && u.Host == "":
		bad = "This is not an address: it should begin with https:// and name a server."
	case u.Scheme != "https" && u.Scheme != "http":
		bad = "Only addresses that begin with https:// or http:// can be fetched."
	case u.User != nil:
		bad = "Addresses with a password in them are not kept. Use an access key of the repository, or fetch the file yourself and upload it."
	}
	if bad == "" {
		return nil
	}
	return Errorf(CodeInvalid, "%s", bad).WithFields(Field{Field: "url", Value: text, Message: bad})
}

// Start makes a dataset of a file elsewhere and the run that fetches it. What meta leaves open is filled in from what the
// repository says.
func (s *Imports) Start(ctx context.Context, caller Caller, src ImportSource, m DatasetMeta) (*Dataset, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	for field, sum := range map[string]string{"md5": src.MD5, "sha256": src.SHA256} {
		if sum != "" && !isHex(sum, map[string]int{"md5": 32, "sha256": 64}[field]) {
			return nil, Errorf(CodeInvalid, "This is not a checksum: %s.", sum).WithFields(Field{Field: field, Value: sum, Message: "not a checksum"})
		}
	}
	f, err := s.Describe(ctx, caller, src)
	if err != nil {
		return nil, err
	}
	fillMeta(&m, f)
	if _, err := s.datasets.Check(ctx, caller, &m); err != nil {
		return nil, err
	}
	if err := s.uploads.RoomFor(ctx, caller, f.Size); err != nil {
		return nil, err
	}
	i := &Import{URL: f.URL, RepositoryID: f.RepositoryID, Accession: f.Accession, MD5: firstOf(src.MD5, f.MD5), SHA256: firstOf(src.SHA256, f.SHA256), Size: f.Size}
	return s.begin(ctx, caller, i, m, f)
}

func (s *Imports) begin(ctx context.Context, caller Caller, i *Import, m DatasetMeta, f *RemoteFile) (*Dataset, error) {
	d := &Dataset{
		Name: m.Name, Kind: m.Kind, AssemblyID: m.AssemblyID, OwnerID: caller.UserID, OwnerName: caller.Name, State: DatasetUploading,
		Public: m.Public, SizeType: m.SizeType, Dimension: 1, Description: m.Description, Tags: m.Tags, CellType: m.CellType,
		Perturbation: m.Perturbation, SampleID: firstOf(m.SampleID, f.Accession), FileName: f.FileName, Size: f.Size,
		CreatedAt: s.datasets.now().UTC(), Mine: true,
		Facts: Facts{Source: &SourceFacts{Repository: f.Repository, Accession: f.Accession, URL: withoutQuery(firstOf(f.Page, f.URL))}},
	}
	if m.Kind != KindRegions {
		d.SizeType = ""
	}
	var run *Run
	err := s.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Datasets().Create(ctx, d); err != nil {
			return err
		}
		i.DatasetID = d.ID
		if err := tx.Imports().Create(ctx, i); err != nil {
			return err
		}
		var err error
		run, err = insertOwnRun(ctx, tx, PipelineImport, d)
		return err
	})
	if err != nil {
		var own *Error
		if errors.As(err, &own) {
			return nil, err
		}
		return nil, fmt.Errorf("begin import: %w", err)
	}
	s.runs.BedInserted(ctx, *run)
	return s.datasets.Get(ctx, caller, d.ID)
}

// fillMeta leaves alone what a person has said.
func fillMeta(m *DatasetMeta, f *RemoteFile) {
	for to, from := range map[*string]string{&m.Name: f.Name, &m.Description: f.Description, &m.CellType: f.CellType, &m.Perturbation: f.Perturbation} {
		if *to == "" {
			*to = from
		}
	}
	if m.Kind == "" {
		m.Kind = f.Kind
	}
	if m.AssemblyID == 0 {
		m.AssemblyID = f.AssemblyID
	}
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// withoutQuery leaves out what may be a secret: signed addresses carry their signature there.
func withoutQuery(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}

// unFinal gives the Error inside, which is for users.
func unFinal(err error) error {
	var f *FinalError
	if errors.As(err, &f) {
		return f.Err
	}
	return err
}

// assemblyNamed finds the assembly that a repository calls by another name; 0 when there is none.
func (s *Imports) assemblyNamed(ctx context.Context, caller Caller, name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	list, err := s.stores.Assemblies().List(ctx, caller)
	if err != nil {
		return 0, fmt.Errorf("assemblies: %w", err)
	}
	want := buildOf(name)
	for _, a := range list {
		if buildOf(a.Name) == want {
			return a.ID, nil
		}
	}
	return 0, nil
}

// builds gives the UCSC name of builds that are called otherwise, too. Patch releases have the same chromosomes.
var builds = map[string]string{
	"grch38": "hg38", "grch37": "hg19", "ncbi36": "hg18", "grcm38": "mm10", "mm10-minimal": "mm10", "grcm39": "mm39", "mgscv37": "mm9",
	"bdgp6": "dm6", "wbcel235": "ce11", "r64-1-1": "saccer3", "grcz11": "danrer11", "chm13": "hs1", "t2t-chm13": "hs1",
}

func buildOf(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if main, patch, ok := strings.Cut(name, ".p"); ok && patch != "" {
		name = main
	}
	if ucsc, ok := builds[name]; ok {
		return ucsc
	}
	return name
}
