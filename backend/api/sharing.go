package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
)

// SharesBody says who may do what with one thing.
type SharesBody struct {
	Everyone bool         `json:"everyone" doc:"everyone with an account may read it"`
	Grants   []core.Grant `json:"grants"`
	WithData bool         `json:"withData,omitempty" doc:"of sessions and collections: let the same people read the datasets in it that the caller owns"`
}

type sharesIn struct {
	IDPath
	Body SharesBody
}

type groupIn struct{ Body core.GroupWish }

type updateGroupIn struct {
	IDPath
	Body core.GroupWish
}

type peopleIn struct {
	Q string `query:"q" maxLength:"64" doc:"how the name begins, at least two letters"`
}

func (s *server) sharingRoutes() {
	for _, k := range []struct {
		kind         core.ShareKind
		plural, noun string
	}{{core.ShareDataset, "datasets", "Dataset"}, {core.ShareCollection, "collections", "Collection"},
		{core.ShareAssembly, "assemblies", "Assembly"}, {core.ShareSession, "sessions", "Session"}} {
		path := "/" + k.plural + "/{id}/grants"
		route(s, spec{id: "get" + k.noun + "Grants", method: http.MethodGet, path: path,
			summary: "Who may do what with this " + string(k.kind) + "; owners only", tag: "sharing"},
			func(ctx context.Context, in *IDPath) (*body[core.Shares], error) {
				return wrap(s.Sharing.Shares(ctx, caller(ctx), k.kind, in.ID))
			})
		route(s, spec{id: "put" + k.noun + "Grants", method: http.MethodPut, path: path,
			summary: "Say who may do what with this " + string(k.kind) + "; owners only", tag: "sharing"},
			func(ctx context.Context, in *sharesIn) (*body[core.Shares], error) {
				return wrap(s.Sharing.Share(ctx, caller(ctx), k.kind, in.ID, in.Body.Everyone, in.Body.Grants, in.Body.WithData))
			})
	}
	route(s, spec{id: "shareDatasets", method: http.MethodPost, path: "/datasets/share", summary: "Give people and groups a right to many datasets, or take it away; of those that the caller owns", tag: "sharing",
		adjust: func(op *huma.Operation) { op.DefaultStatus = http.StatusOK }},
		func(ctx context.Context, in *struct{ Body core.ManyShares }) (*body[core.BulkOutcome], error) {
			return wrap(s.Sharing.ShareMany(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "findPeople", method: http.MethodGet, path: "/people", summary: "Accounts whose name begins with q", tag: "sharing"},
		func(ctx context.Context, in *peopleIn) (*body[list[core.Person]], error) {
			return wrapList(s.Accounts.People(ctx, caller(ctx), in.Q))
		})
	route(s, spec{id: "listGroups", method: http.MethodGet, path: "/groups", summary: "Groups that the caller owns or is in; all of them to an admin", tag: "sharing"},
		func(ctx context.Context, _ *struct{}) (*body[list[core.Group]], error) {
			return wrapList(s.Groups.List(ctx, caller(ctx)))
		})
	route(s, spec{id: "createGroup", method: http.MethodPost, path: "/groups", summary: "Make a group", tag: "sharing", status: http.StatusCreated},
		func(ctx context.Context, in *groupIn) (*body[core.Group], error) {
			return wrap(s.Groups.Create(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "getGroup", method: http.MethodGet, path: "/groups/{id}", summary: "One group", tag: "sharing"},
		func(ctx context.Context, in *IDPath) (*body[core.Group], error) {
			return wrap(s.Groups.Get(ctx, caller(ctx), in.ID))
		})
	route(s, spec{id: "updateGroup", method: http.MethodPut, path: "/groups/{id}", summary: "Change a group; its owner and admins", tag: "sharing"},
		func(ctx context.Context, in *updateGroupIn) (*body[core.Group], error) {
			return wrap(s.Groups.Update(ctx, caller(ctx), in.ID, in.Body))
		})
	route(s, spec{id: "deleteGroup", method: http.MethodDelete, path: "/groups/{id}", summary: "Delete a group and the rights given to it", tag: "sharing", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Groups.Delete(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "leaveGroup", method: http.MethodPost, path: "/groups/{id}/leave", summary: "Leave a group", tag: "sharing", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Groups.Leave(ctx, caller(ctx), in.ID)
		})
}

// wrap makes the answer of a service an answer of the API.
func wrap[T any](v *T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{*v}, nil
}

func wrapList[T any](items []T, err error) (*body[list[T]], error) {
	if err != nil {
		return nil, err
	}
	return &body[list[T]]{list[T]{Items: full(items)}}, nil
}
