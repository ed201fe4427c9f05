package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type listTrashIn struct {
	All bool `query:"all" doc:"of everybody; admins only"`
}

// Emptied tells how much was deleted.
type Emptied struct {
	Deleted int `json:"deleted"`
}

func (s *server) trashRoutes() {
	route(s, spec{id: "listTrash", method: http.MethodGet, path: "/trash", summary: "Datasets and collections that were deleted and can be restored", tag: "trash"},
		func(ctx context.Context, in *listTrashIn) (*body[list[core.TrashItem]], error) {
			items, err := s.Trash.List(ctx, caller(ctx), in.All)
			if err != nil {
				return nil, err
			}
			return &body[list[core.TrashItem]]{list[core.TrashItem]{Items: full(items)}}, nil
		})
	route(s, spec{id: "restoreTrash", method: http.MethodPost, path: "/trash/{id}/restore", summary: "Bring a dataset or collection back, into its collections, too", tag: "trash"},
		func(ctx context.Context, in *IDPath) (*body[core.TrashItem], error) {
			item, err := s.Trash.Restore(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[core.TrashItem]{*item}, nil
		})
	route(s, spec{id: "deleteTrash", method: http.MethodDelete, path: "/trash/{id}", summary: "Delete a dataset or collection for good", tag: "trash", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Trash.Delete(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "emptyTrash", method: http.MethodDelete, path: "/trash", summary: "Delete everything in one's trash for good", tag: "trash"},
		func(ctx context.Context, _ *struct{}) (*body[Emptied], error) {
			n, err := s.Trash.Empty(ctx, caller(ctx))
			if err != nil {
				return nil, err
			}
			return &body[Emptied]{Emptied{n}}, nil
		})
}
