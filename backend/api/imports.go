package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type importIn struct {
	Body struct {
		core.ImportSource
		Meta ImportMeta `json:"meta,omitempty" required:"false"`
	}
}

// ImportMeta is what a person says about a file elsewhere; what is left out is taken from the repository.
type ImportMeta struct {
	Name         string        `json:"name,omitempty" maxLength:"255"`
	Kind         core.Kind     `json:"kind,omitempty" enum:"regions,signal,contacts"`
	AssemblyID   int64         `json:"assemblyId,omitempty"`
	SizeType     core.SizeType `json:"sizeType,omitempty" enum:"point,interval"`
	Description  string        `json:"description,omitempty"`
	Tags         []string      `json:"tags,omitempty"`
	CellType     string        `json:"cellType,omitempty"`
	Perturbation string        `json:"perturbation,omitempty"`
	SampleID     string        `json:"sampleId,omitempty" doc:"the accession when absent"`
	Public       bool          `json:"public,omitempty"`
}

type parseIn struct {
	Body struct {
		Text string `json:"text" maxLength:"1000000" doc:"accessions, addresses, or a manifest"`
	}
}

type describeIn struct{ Body core.ImportSource }

// RepositoryFields is what an administrator says of a repository.
type RepositoryFields struct {
	Name      string `json:"name" minLength:"1" maxLength:"64"`
	Connector string `json:"connector" enum:"4dn,encode" doc:"which language it speaks"`
	BaseURL   string `json:"baseUrl" maxLength:"255"`
	BrowseURL string `json:"browseUrl,omitempty" maxLength:"255" doc:"where people look for data"`
	Pattern   string `json:"accessionPattern" maxLength:"255" doc:"regular expression that a whole accession matches"`
	Enabled   bool   `json:"enabled"`
}

type repositoryIn struct {
	IDPath
	Body RepositoryFields
}

type newRepositoryIn struct{ Body RepositoryFields }

type keyIn struct {
	IDPath
	Body struct {
		KeyID  string `json:"keyId" minLength:"1" maxLength:"255"`
		Secret string `json:"secret" minLength:"1" maxLength:"1000" doc:"stored encrypted; never given back"`
	}
}

type quotaIn struct {
	IDPath
	Body struct {
		Bytes *int64 `json:"bytes" required:"false" minimum:"0" doc:"0 = without limit; null = what the setting says"`
	}
}

type limitsIn struct{ Body core.UploadLimits }

func (s *server) importRoutes() {
	route(s, spec{id: "parseImports", method: http.MethodPost, path: "/imports/parse", summary: "Which files a pasted text names", tag: "imports"},
		func(ctx context.Context, in *parseIn) (*body[list[core.ManifestEntry]], error) {
			items, err := s.Imports.Parse(ctx, caller(ctx), in.Body.Text)
			return &body[list[core.ManifestEntry]]{list[core.ManifestEntry]{Items: full(items)}}, err
		})
	route(s, spec{id: "describeImport", method: http.MethodPost, path: "/imports/describe", summary: "What a file elsewhere is, before it is fetched", tag: "imports"},
		func(ctx context.Context, in *describeIn) (*body[core.RemoteFile], error) {
			f, err := s.Imports.Describe(ctx, caller(ctx), in.Body)
			if err != nil {
				return nil, err
			}
			return &body[core.RemoteFile]{*f}, nil
		})
	route(s, spec{id: "createImport", method: http.MethodPost, path: "/imports", summary: "Make a dataset of a file elsewhere; a run fetches it", tag: "imports",
		status: http.StatusAccepted},
		func(ctx context.Context, in *importIn) (*body[core.Dataset], error) {
			d, err := s.Imports.Start(ctx, caller(ctx), in.Body.ImportSource, core.DatasetMeta(in.Body.Meta))
			if err != nil {
				return nil, err
			}
			return &body[core.Dataset]{*d}, nil
		})
	s.repositoryRoutes()
	s.spaceRoutes()
}

func (s *server) repositoryRoutes() {
	route(s, spec{id: "listRepositories", method: http.MethodGet, path: "/repositories", summary: "Where files can be imported from by accession", tag: "imports"},
		func(ctx context.Context, _ *struct{}) (*body[list[core.Repository]], error) {
			items, err := s.Imports.Repositories(ctx, caller(ctx))
			return &body[list[core.Repository]]{list[core.Repository]{Items: full(items)}}, err
		})
	route(s, spec{id: "setRepositoryKey", method: http.MethodPut, path: "/repositories/{id}/key", summary: "Keep the caller's access key for a repository, encrypted",
		tag: "imports", status: http.StatusNoContent},
		func(ctx context.Context, in *keyIn) (*struct{}, error) {
			return nil, s.Imports.SetKey(ctx, caller(ctx), in.ID, core.Credential{KeyID: in.Body.KeyID, Secret: in.Body.Secret})
		})
	route(s, spec{id: "deleteRepositoryKey", method: http.MethodDelete, path: "/repositories/{id}/key", summary: "Forget the caller's access key", tag: "imports",
		status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Imports.DeleteKey(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "createRepository", method: http.MethodPost, path: "/admin/repositories", summary: "Add a repository", tag: "admin", status: http.StatusCreated},
		func(ctx context.Context, in *newRepositoryIn) (*body[core.Repository], error) {
			return s.saveRepository(ctx, 0, in.Body)
		})
	route(s, spec{id: "updateRepository", method: http.MethodPut, path: "/admin/repositories/{id}", summary: "Change a repository", tag: "admin"},
		func(ctx context.Context, in *repositoryIn) (*body[core.Repository], error) {
			return s.saveRepository(ctx, in.ID, in.Body)
		})
	route(s, spec{id: "deleteRepository", method: http.MethodDelete, path: "/admin/repositories/{id}", summary: "Forget a repository, with everybody's keys for it",
		tag: "admin", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Imports.DeleteRepository(ctx, caller(ctx), in.ID)
		})
}

func (s *server) saveRepository(ctx context.Context, id int64, f RepositoryFields) (*body[core.Repository], error) {
	saved, err := s.Imports.SaveRepository(ctx, caller(ctx), core.Repository{ID: id, Name: f.Name, Connector: f.Connector, BaseURL: f.BaseURL,
		BrowseURL: f.BrowseURL, Pattern: f.Pattern, Enabled: f.Enabled})
	if err != nil {
		return nil, err
	}
	return &body[core.Repository]{*saved}, nil
}

// spaceRoutes are about how much may be stored.
func (s *server) spaceRoutes() {
	route(s, spec{id: "getRoom", method: http.MethodGet, path: "/room", summary: "How much the caller stores and may still store", tag: "uploads"},
		func(ctx context.Context, _ *struct{}) (*body[core.Room], error) {
			r, err := s.Uploads.Room(ctx, caller(ctx))
			return &body[core.Room]{r}, err
		})
	route(s, spec{id: "getUploadLimits", method: http.MethodGet, path: "/admin/upload-limits", summary: "Quota, time uploads are kept, reserve of space", tag: "admin"},
		func(ctx context.Context, _ *struct{}) (*body[core.UploadLimits], error) {
			l, err := s.Uploads.ReadLimits(ctx, caller(ctx))
			return &body[core.UploadLimits]{l}, err
		})
	route(s, spec{id: "setUploadLimits", method: http.MethodPut, path: "/admin/upload-limits", summary: "Change them, for all processes at once", tag: "admin"},
		func(ctx context.Context, in *limitsIn) (*body[core.UploadLimits], error) {
			l, err := s.Uploads.SetLimits(ctx, caller(ctx), in.Body)
			return &body[core.UploadLimits]{l}, err
		})
	route(s, spec{id: "listUsage", method: http.MethodGet, path: "/admin/usage", summary: "What every user stores", tag: "admin"},
		func(ctx context.Context, _ *struct{}) (*body[list[core.QuotaUse]], error) {
			items, err := s.Uploads.Usage(ctx, caller(ctx))
			return &body[list[core.QuotaUse]]{list[core.QuotaUse]{Items: full(items)}}, err
		})
	route(s, spec{id: "setQuota", method: http.MethodPut, path: "/admin/users/{id}/quota", summary: "Give one user a limit of their own", tag: "admin",
		status: http.StatusNoContent},
		func(ctx context.Context, in *quotaIn) (*struct{}, error) {
			return nil, s.Uploads.SetQuota(ctx, caller(ctx), in.ID, in.Body.Bytes)
		})
}
