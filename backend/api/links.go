package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"regioscope/backend/auth"
	"regioscope/backend/core"
)

// shareHeader carries the secret of a link. It is a header, and not part of the address, so that it gets into no log.
const shareHeader = "X-Share-Token"

// linkOperations are what somebody without an account may ask with a link in the hand; the services decide what they see.
var linkOperations = map[string]bool{
	"getShared": true, "getSession": true, "getDataset": true, "listDatasets": true, "listRegions": true, "listRegionGroups": true, "getCollection": true,
	"listCollections": true, "getAssembly": true, "listAssemblies": true, "listResults": true, "getResult": true,
	"getResultArray": true, "getResultOrder": true, "aggregateResult": true, "getGrid": true,
	"getResultClusters": true, "getResultMembers": true,
}

type createLinkIn struct {
	IDPath
	Body core.LinkWish
}

type linkPath struct {
	IDPath
	LinkID int64 `path:"linkId" minimum:"1"`
}

func (s *server) linkRoutes() {
	route(s, spec{id: "listLinks", method: http.MethodGet, path: "/sessions/{id}/links", summary: "Links to a session, newest first, without their secrets; owners only", tag: "sharing"},
		func(ctx context.Context, in *IDPath) (*body[list[core.Link]], error) {
			return wrapList(s.Links.List(ctx, caller(ctx), in.ID))
		})
	route(s, spec{id: "createLink", method: http.MethodPost, path: "/sessions/{id}/links", summary: "Make a link to a session; owners only", tag: "sharing", status: http.StatusCreated},
		func(ctx context.Context, in *createLinkIn) (*body[core.NewLink], error) {
			return wrap(s.Links.Create(ctx, caller(ctx), in.ID, in.Body))
		})
	route(s, spec{id: "revokeLink", method: http.MethodDelete, path: "/sessions/{id}/links/{linkId}", summary: "End a link at once; owners only", tag: "sharing", status: http.StatusNoContent},
		func(ctx context.Context, in *linkPath) (*struct{}, error) {
			return nil, s.Links.Revoke(ctx, caller(ctx), in.ID, in.LinkID)
		})
	route(s, spec{id: "getShared", method: http.MethodGet, path: "/shared", summary: "The session that the link in X-Share-Token shows", tag: "sharing"},
		func(ctx context.Context, _ *struct{}) (*body[core.Shared], error) {
			return wrap(s.Links.Shared(caller(ctx)))
		})
	route(s, spec{id: "copyShared", method: http.MethodPost, path: "/shared/copy", summary: "Save the session of the link as one's own", tag: "sharing", status: http.StatusCreated},
		func(ctx context.Context, _ *struct{}) (*body[core.Session], error) {
			return wrap(s.Links.Copy(ctx, caller(ctx)))
		})
}

// openLink reads the secret of a link, if there is one. One that is not good is refused on every route but those of
// signing in, so that nobody goes on without it and wonders what is missing.
func (s *server) openLink(c *gin.Context) bool {
	secret := c.GetHeader(shareHeader)
	if secret == "" {
		return true
	}
	ctx := c.Request.Context()
	who := auth.From(ctx)
	scope, err := s.Links.Open(ctx, who, secret)
	if err != nil {
		writeProblem(c, problem(ctx, err))
		return false
	}
	who.Link = scope
	c.Request = c.Request.WithContext(auth.With(ctx, who))
	return true
}
