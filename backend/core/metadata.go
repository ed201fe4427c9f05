package core

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MetaTable is a table of values that was joined to the regions of a set: its metadata.
type MetaTable struct {
	ID        int64        `json:"id"`
	DatasetID int64        `json:"datasetId"`
	Name      string       `json:"name"`
	FileName  string       `json:"fileName" doc:"as uploaded; never used as a path"`
	Size      int64        `json:"size" doc:"bytes of the file as uploaded"`
	SHA256    string       `json:"sha256" doc:"of the file as uploaded"`
	Facts     MetaFacts    `json:"facts"`
	Columns   []MetaColumn `json:"columns"`
	CreatedBy string       `json:"createdBy" doc:"empty when the account is gone"`
	CreatedAt time.Time    `json:"createdAt"`

	State        string `json:"-"`
	CreatedByID  int64  `json:"-"`
	ValuesSHA256 string `json:"-"` // the joined columns, row i = region i
	ValuesSize   int64  `json:"-"`
}

// States of a table.
const (
	MetaDraft = "draft" // uploaded, not joined yet
	MetaReady = "ready"
)

// MetaColumnType says how the values of a column are taken.
type MetaColumnType string

const (
	MetaNumeric     MetaColumnType = "numeric" // what is not a number counts as missing
	MetaCategorical MetaColumnType = "categorical"
)

// MetaColumn is one joined column. Its name is unique among all columns of the region set.
type MetaColumn struct {
	ID       int64          `json:"id"`
	Position int            `json:"-"` // in the file of values
	Name     string         `json:"name"`
	Source   string         `json:"source" doc:"what the uploaded file calls it"`
	Type     MetaColumnType `json:"type" enum:"numeric,categorical"`
	Present  int            `json:"present" doc:"regions with a value"`
	Numbers  int            `json:"numbers" doc:"of these, values that are numbers"`
	Distinct int            `json:"distinct" doc:"different values, counted up to 1000"`
}

// MetaJoin is how rows find their regions.
type MetaJoin string

const (
	JoinOrder       MetaJoin = "order"       // row i belongs to region i
	JoinName        MetaJoin = "name"        // equal text in a column of the table and in one of the set
	JoinCoordinates MetaJoin = "coordinates" // equal chromosome, start and end (of both anchors)
)

// MetaFacts is how a table was joined, and what came of it.
type MetaFacts struct {
	By               MetaJoin `json:"by" enum:"order,name,coordinates"`
	Rows             int      `json:"rows" doc:"of the table"`
	Matched          int      `json:"matched" doc:"regions that found a row"`
	UnmatchedRegions int      `json:"unmatchedRegions" doc:"regions without a row; their values are missing"`
	UnmatchedRows    int      `json:"unmatchedRows" doc:"rows without a region; they were left out"`
	Ambiguous        int      `json:"ambiguous,omitempty" doc:"keys that several rows with different values have"`
}

// MetadataStore keeps the tables of region sets. The rows of a dataset go with it.
type MetadataStore interface {
	Create(ctx context.Context, t *MetaTable) error // a draft, without columns; sets ID
	ByID(ctx context.Context, id int64) (*MetaTable, error)
	// List gives the ready tables of a region set, oldest first, with their columns in order.
	List(ctx context.Context, datasetID int64) ([]MetaTable, error)
	// Files gives every blob of a region set's tables, drafts included.
	Files(ctx context.Context, datasetID int64) ([]string, error)
	// Commit makes a draft ready, with its columns. ErrConflict: another column of the set has one of the names; ErrState:
	// it is no draft any more.
	Commit(ctx context.Context, t *MetaTable) error
	Rename(ctx context.Context, id int64, name string) error
	Delete(ctx context.Context, id int64) error
	Column(ctx context.Context, id int64) (*MetaColumn, *MetaTable, error)
	UpdateColumn(ctx context.Context, c *MetaColumn) error // name, type; ErrConflict when the name is taken
	DeleteColumn(ctx context.Context, id int64) error
	// DeleteDrafts clears away what was never joined.
	DeleteDrafts(ctx context.Context, before time.Time) (int, error)
}

// Columns gives the columns that were joined to region sets. It decides no rights: who sees the regions sees these.
type Columns struct {
	stores Stores
	blobs  Blobs
}

// NewColumns builds the reader.
func NewColumns(stores Stores, blobs Blobs) *Columns { return &Columns{stores, blobs} }

// Tables gives the joined tables of a region set, oldest first.
func (c *Columns) Tables(ctx context.Context, datasetID int64) ([]MetaTable, error) {
	list, err := c.stores.Metadata().List(ctx, datasetID)
	if err != nil {
		return nil, fmt.Errorf("metadata of dataset %d: %w", datasetID, err)
	}
	return list, nil
}

// Open opens the joined values of a table, for sheet.ReadValues. The caller closes them.
func (c *Columns) Open(ctx context.Context, t *MetaTable) (Blob, error) {
	b, err := c.blobs.Open(ctx, t.ValuesSHA256)
	if errors.Is(err, ErrNotFound) {
		return nil, Errorf(CodeInternal, "The values of the table %q are missing from the data volume. Tell the administrator.", t.Name).WithCause(err)
	}
	return b, err
}
