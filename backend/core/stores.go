package core

import (
	"context"
	"encoding/json"
	"time"
)

// Stores is the metadata database. Methods return ErrNotFound for a missing row; they check no rights, services do.
type Stores interface {
	// InTx runs fn in one transaction: all of it or nothing. The Stores passed to fn must be used inside.
	InTx(ctx context.Context, fn func(Stores) error) error
	Users() UserStore
	Assemblies() AssemblyStore
	Datasets() DatasetStore
	Runs() RunStore
	Results() ResultStore
	Sessions() SessionStore
	Settings() SettingStore
	Tuning() TuningStore
	Changes() ChangeStore
	Turns() TurnStore
	Workers() WorkerStore
	Access() AccessStore
	Groups() GroupStore
	Links() LinkStore
	Keys() KeyStore
	Views() ViewStore
	Trash() TrashStore
	Notifications() NotificationStore
	Preferences() PreferenceStore
	Genes() GeneStore
	Metadata() MetadataStore
	Garbage() GarbageStore
	Leases() LeaseStore
	Uploads() UploadStore
	Imports() ImportStore
	// Now is the time by which all processes go: leases and graces of one are judged by others.
	Now() time.Time
	// Ping tells whether the database answers.
	Ping(ctx context.Context) error
}

// UserStore keeps accounts and refresh tokens.
type UserStore interface {
	Create(ctx context.Context, u *User) error // sets ID; ErrConflict when the name or e-mail is taken
	ByID(ctx context.Context, id int64) (*User, error)
	ByName(ctx context.Context, name string) (*User, error) // case-insensitive
	Count(ctx context.Context) (int, error)
	// People gives accounts that can sign in and whose name begins with prefix, by name.
	People(ctx context.Context, prefix string, limit int) ([]Person, error)
	SetPassword(ctx context.Context, id int64, hash string) error
	ByEmail(ctx context.Context, email string) (*User, error)  // case-insensitive
	List(ctx context.Context, f UserFilter) ([]UserUse, error) // by id
	// Update writes e-mail, role, disabled and unconfirmed; ErrConflict when the e-mail is taken.
	Update(ctx context.Context, u *User) error
	Delete(ctx context.Context, id int64) error
	Touch(ctx context.Context, id int64, at time.Time) error
	SaveRefresh(ctx context.Context, t *RefreshToken) error
	RefreshByHash(ctx context.Context, hash string) (*RefreshToken, error)
	// UseRefresh marks a token used, once: false when it was used or revoked before.
	UseRefresh(ctx context.Context, id int64, at time.Time) (bool, error)
	RevokeFamily(ctx context.Context, family string, at time.Time) error
	DeleteExpiredRefresh(ctx context.Context, before time.Time) error
}

// AssemblyStore keeps genome builds.
type AssemblyStore interface {
	Create(ctx context.Context, a *Assembly) error // ErrConflict when the same owner has one of that name
	ByID(ctx context.Context, id int64) (*Assembly, error)
	List(ctx context.Context, caller Caller) ([]Assembly, error) // built-in ones, the caller's, all for an admin; by name
	Delete(ctx context.Context, id int64) error
	CountDatasets(ctx context.Context, id int64) (int, error)
	// Inherit gives everything of one owner to another.
	Inherit(ctx context.Context, from, to int64) error
	Update(ctx context.Context, a *Assembly) error             // name, organism, aliases; ErrConflict as for Create
	Datasets(ctx context.Context, id int64) ([]Dataset, error) // and collections on it; CountDatasets counts those in the trash, too
}

// DatasetFilter narrows a list. Zero members do not filter. Visible is whose list it is.
type DatasetFilter struct {
	Visible    Caller
	Kind       Kind // "" = every kind but collections
	AssemblyID int64
	IDs        []int64
	Query      DatasetQuery
	Sort       DatasetSort    // "" or created: by id; newest first when Sort is ""
	Desc       bool           // ignored when Sort is ""
	After      *DatasetCursor // rows after this one in the order
	Limit      int
}

// DatasetStore keeps datasets.
type DatasetStore interface {
	Create(ctx context.Context, d *Dataset) error
	ByID(ctx context.Context, id int64) (*Dataset, error)
	List(ctx context.Context, f DatasetFilter) ([]Dataset, error)
	// IDs gives the ids of List, in the same order.
	IDs(ctx context.Context, f DatasetFilter) ([]int64, error)
	// Briefs gives what facets count, in no particular order; sort, cursor and limit do not matter.
	Briefs(ctx context.Context, f DatasetFilter) ([]DatasetBrief, error)
	// SortKey is what a list sorted by that has of the dataset: a text or a whole number, nil for SortCreated.
	SortKey(ctx context.Context, id int64, by DatasetSort) (any, error)
	Update(ctx context.Context, d *Dataset) error // name, description, tags, cell type, perturbation, sample id, public
	// SetState is a compare-and-set: false when the dataset is not in state from. It also writes facts, size type,
	// dimension, error, run and sha256 (empty once a refused file is not kept).
	SetState(ctx context.Context, d *Dataset, from DatasetState) (bool, error)
	Delete(ctx context.Context, id int64) error // with its results and runs
	// Members gives the datasets of a collection in their order; none for a dataset that is not a collection.
	Members(ctx context.Context, collectionID int64) ([]Dataset, error)
	// SetMembers replaces them and writes the hash that stands for them. Call it inside InTx.
	SetMembers(ctx context.Context, collectionID int64, ids []int64, hash string) error
	// CollectionsOf lists the collections that hold the dataset.
	CollectionsOf(ctx context.Context, datasetID int64) ([]Dataset, error)
	// SetOrigin notes where a derived dataset comes from. Call it in the transaction that creates the dataset.
	SetOrigin(ctx context.Context, id int64, o *Origin) error
	// Origin gives where the dataset comes from; nil when it was uploaded. Names are those of the time.
	Origin(ctx context.Context, id int64) (*Origin, error)
	// Children lists the datasets that were made from this one, oldest first.
	Children(ctx context.Context, id int64) ([]Dataset, error)
	// BlobInUse tells whether any dataset or result refers to the blob.
	BlobInUse(ctx context.Context, sha256 string) (bool, error)
}

// RunFilter narrows a list of runs.
type RunFilter struct {
	UserID      int64 // 0 = everybody's
	States      []RunState
	RegionSetID int64
	FeatureID   int64
	Queue       string
	Pipeline    Pipeline
	UserName    string // whole
	AfterID     int64
	Limit       int
}

// RunStore keeps runs. Every change of state is a compare-and-set.
type RunStore interface {
	// Insert adds a queued run. key is the hash of what it computes; when an active run with that key exists, that run is
	// returned instead and created is false.
	Insert(ctx context.Context, r *Run, key string) (run *Run, created bool, err error)
	ByID(ctx context.Context, id int64) (*Run, error)
	List(ctx context.Context, f RunFilter) ([]Run, error) // newest first
	// Claim: queued → running for this attempt; false when somebody else was faster or the attempt is old.
	Claim(ctx context.Context, id int64, attempt int, worker string, lease time.Time) (bool, error)
	// Renew extends the lease and writes progress; state tells a running worker of a wish to cancel. ok is false when the
	// run is no longer this attempt's.
	Renew(ctx context.Context, id int64, attempt int, lease time.Time, progress float64, message string) (state RunState, ok bool, err error)
	// End: running|cancelling → finished|failed|cancelled for this attempt only.
	End(ctx context.Context, id int64, attempt int, to RunState, e *RunError) (bool, error)
	// SetMade notes what a run has made. Call it in the transaction that ends the run.
	SetMade(ctx context.Context, id int64, made RunProducts) error
	// Requeue: running → queued with attempt+1, for this attempt only.
	Requeue(ctx context.Context, id int64, attempt int, message string) (bool, error)
	// Cancel: queued → cancelled, running → cancelling; returns the new state, false when neither applied.
	Cancel(ctx context.Context, id int64) (RunState, bool, error)
	// Stop is Cancel with a reason, which stays with the run.
	Stop(ctx context.Context, id int64, why RunError) (RunState, bool, error)
	// Retry: failed|cancelled → queued with attempt+1 and a fresh allowance of attempts, from now on for the request of asked.
	Retry(ctx context.Context, id int64, key string, asked Trail) (bool, error)
	// Move puts the queued runs of a pipeline into another queue, but for those that somebody waits for; gives the moved.
	Move(ctx context.Context, p Pipeline, from, to string) ([]Run, error)
	// OnTrashed lists runs that wait or work although one of their datasets is in the trash.
	OnTrashed(ctx context.Context, limit int) ([]Run, error)
	ExpiredLeases(ctx context.Context, now time.Time, limit int) ([]Run, error)
	Queued(ctx context.Context, createdBefore time.Time, limit int) ([]Run, error)
	// Positions gives 1, 2, … per queue for the queued runs among ids.
	Positions(ctx context.Context, ids []int64) (map[int64]int, error)
	// Active counts runs that have not ended, for a dataset in either role.
	Active(ctx context.Context, datasetID int64) (int, error)
	// KeepLog replaces the log of the attempt; one of a run that is gone is dropped.
	KeepLog(ctx context.Context, id int64, log RunLog) error
	Logs(ctx context.Context, id int64) ([]RunLog, error) // by attempt
	// Measured gives what the newest finished runs of a pipeline took, as far as their results are still there.
	Measured(ctx context.Context, p Pipeline, limit int) ([]Measure, error)
}

// ResultFilter narrows a list of results.
type ResultFilter struct {
	RegionSetID int64
	FeatureID   int64
	RunID       int64
	Pipeline    Pipeline
	Limit       int
}

// ResultStore keeps results.
type ResultStore interface {
	// Insert adds results; one whose (region set, feature, manifest hash) exists already is left as it is.
	Insert(ctx context.Context, rs []Result) error
	ByID(ctx context.Context, id int64) (*Result, error)
	List(ctx context.Context, f ResultFilter) ([]Result, error) // without manifest and ledger; by feature, window, bin, value, side
	ByManifest(ctx context.Context, regionSetID, featureID int64, hash string) (*Result, error)
	// DeleteOf removes the results of a feature or collection.
	DeleteOf(ctx context.Context, featureID int64) error
}

// SessionStore keeps sessions and drafts.
type SessionStore interface {
	Create(ctx context.Context, s *Session) error
	ByID(ctx context.Context, id int64) (*Session, error)
	List(ctx context.Context, caller Caller) ([]Session, error)                   // own and public; without documents; newest first
	Update(ctx context.Context, s *Session, ifVersion int64) (ok bool, err error) // name, public, document; version+1
	Delete(ctx context.Context, id int64) error
	Draft(ctx context.Context, userID int64) (*Draft, error)
	// SaveDraft writes the draft when its stored revision is ifRevision (0 = none stored); false otherwise.
	SaveDraft(ctx context.Context, d *Draft, ifRevision int64) (bool, error)
	// Versions gives what was saved of a session, the newest first, with documents. Those that go beyond what is kept are gone.
	Versions(ctx context.Context, id int64) ([]SessionVersion, error)
	VersionOf(ctx context.Context, id, version int64) (*SessionVersion, error)
	// Uses lists sessions whose document names the dataset.
	Uses(ctx context.Context, datasetID int64) ([]Session, error)
}

// SettingStore keeps what admins tune.
type SettingStore interface {
	Pipeline(ctx context.Context, p Pipeline) (*PipelineSettings, error)
	Pipelines(ctx context.Context) ([]PipelineSettings, error)
	Grid(ctx context.Context, p Pipeline) ([]WindowBin, error) // by window, bin; window 0 = variable
	Get(ctx context.Context, key string) (json.RawMessage, error)
	Set(ctx context.Context, key string, value json.RawMessage) error
}

// TuningStore keeps what is tuned of queues, and writes what is tuned of pipelines. Set* are compare-and-sets by Version,
// which they count up: false when it is not that of the row.
type TuningStore interface {
	Queues(ctx context.Context) ([]QueueSettings, error) // in the order of Queues
	SetQueue(ctx context.Context, q *QueueSettings) (bool, error)
	SetPipeline(ctx context.Context, p *PipelineSettings) (bool, error)
	SetGrid(ctx context.Context, p Pipeline, pairs []WindowBin) error // call it inside InTx
}
