package core

import (
	"context"
	"io"
)

// PipelineImport fetches the file of a dataset from elsewhere. Its runs carry the dataset as RegionSetID, of whatever kind.
const PipelineImport Pipeline = "import"

// Import is where a dataset is fetched from.
type Import struct {
	DatasetID    int64
	URL          string
	RepositoryID int64 // 0 = a plain address
	Accession    string
	MD5, SHA256  string // what the file should have, as far as known
	Size         int64  // 0 = not known
}

// ImportStore keeps repositories, keys for them, and where datasets come from.
type ImportStore interface {
	Repositories(ctx context.Context) ([]Repository, error) // by name
	Repository(ctx context.Context, id int64) (*Repository, error)
	SaveRepository(ctx context.Context, r *Repository) error // new when ID is 0; ErrConflict when the name is taken
	DeleteRepository(ctx context.Context, id int64) error
	Keys(ctx context.Context, userID int64) (map[int64]RepositoryKey, error) // by repository
	AllKeys(ctx context.Context) (map[int64][]RepositoryKey, error)          // by user
	SetKey(ctx context.Context, userID int64, k RepositoryKey) error
	DeleteKey(ctx context.Context, userID, repositoryID int64) error
	Create(ctx context.Context, i *Import) error
	ByDataset(ctx context.Context, datasetID int64) (*Import, error)
	// FillDataset writes what is known once the file is here: file name, size, hash, dimension, facts.
	FillDataset(ctx context.Context, d *Dataset) error
}

// RemoteFile is what a repository, or a web server, says of a file before it is fetched.
type RemoteFile struct {
	Accession    string `json:"accession,omitempty"`
	RepositoryID int64  `json:"repositoryId,omitempty"`
	Repository   string `json:"repository,omitempty" doc:"name of the repository"`
	URL          string `json:"url"`
	FileName     string `json:"fileName"`
	Size         int64  `json:"size,omitempty" doc:"0 = not known"`
	MD5          string `json:"md5,omitempty"`
	SHA256       string `json:"sha256,omitempty"`
	Format       string `json:"format,omitempty" doc:"as the repository calls it"`
	Kind         Kind   `json:"kind,omitempty" enum:"regions,signal,contacts"`
	Assembly     string `json:"assembly,omitempty" doc:"as the repository calls it"`
	AssemblyID   int64  `json:"assemblyId,omitempty" doc:"the assembly here that this is, if any"`
	Name         string `json:"name"`
	Description  string `json:"description,omitempty"`
	CellType     string `json:"cellType,omitempty"`
	Perturbation string `json:"perturbation,omitempty"`
	Page         string `json:"page,omitempty" doc:"the page of the file at the repository"`
}

// Credential is an access key of a user for a repository, in clear text.
type Credential struct{ KeyID, Secret string }

// Remote speaks to other people's servers, and to no address inside our own network. Its errors are Errors for users; those
// that another attempt cannot mend are Final.
type Remote interface {
	// Describe asks a repository about one file.
	Describe(ctx context.Context, r Repository, accession string, key *Credential) (*RemoteFile, error)
	// Look asks a web server about a plain address, without fetching it.
	Look(ctx context.Context, url string) (*RemoteFile, error)
	// Download fetches a file. Connections that break are taken up where they broke; to.Reset tells that the server begins
	// anew. progress hears of bytes done, and of all bytes (0 = not known).
	Download(ctx context.Context, f Fetch, to Sink, progress func(done, total int64)) error
}

// Fetch is one file to download.
type Fetch struct {
	URL string
	// Key is sent to Host and to nobody else.
	Key     *Credential
	Host    string
	MaxSize int64
}

// Sink takes what is downloaded.
type Sink interface {
	io.Writer
	Reset() error
}

// Sealer encrypts what is stored. context binds the text to its place: it opens nowhere else.
type Sealer interface {
	Seal(plain, context string) (string, error)
	// Open also tells whether another key than the present one was used.
	Open(sealed, context string) (plain string, old bool, err error)
}
