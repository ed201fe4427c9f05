package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type usersIn struct {
	Q      string `query:"q" maxLength:"255" doc:"part of name or e-mail"`
	Cursor int64  `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"200"`
}

type patchUserIn struct {
	IDPath
	Body core.UserPatch
}

type registrationIn struct{ Body core.Registration }

type inviteIn struct{ Body core.InvitationWish }

func (s *server) adminUserRoutes() {
	const tag = "admin"
	route(s, spec{id: "listUsers", method: http.MethodGet, path: "/admin/users", summary: "Accounts with what they hold", tag: tag},
		func(ctx context.Context, in *usersIn) (*body[list[core.UserUse]], error) {
			items, err := s.Accounts.Users(ctx, caller(ctx), core.UserFilter{Q: in.Q, AfterID: in.Cursor, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			out := list[core.UserUse]{Items: full(items)}
			if len(items) > in.Limit {
				out.Items, out.NextCursor = items[:in.Limit], items[in.Limit-1].ID
			}
			return &body[list[core.UserUse]]{out}, nil
		})
	route(s, spec{id: "patchUser", method: http.MethodPatch, path: "/admin/users/{id}", summary: "Change the role of an account, disable or confirm it", tag: tag},
		func(ctx context.Context, in *patchUserIn) (*body[core.User], error) {
			return wrap(s.Accounts.PatchUser(ctx, caller(ctx), in.ID, in.Body))
		})
	route(s, spec{id: "resetSecret", method: http.MethodPost, path: "/admin/users/{id}/reset", summary: "Make a secret with which somebody sets their password anew: page /reset#TOKEN", tag: tag, status: http.StatusCreated},
		func(ctx context.Context, in *IDPath) (*body[core.Secret], error) {
			return wrap(s.Accounts.ResetSecret(ctx, caller(ctx), in.ID))
		})
	route(s, spec{id: "setRegistration", method: http.MethodPut, path: "/admin/registration", summary: "Say who may register", tag: tag},
		func(ctx context.Context, in *registrationIn) (*body[core.SignUpRules], error) {
			return wrap(s.Accounts.SetRegistration(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "listInvitations", method: http.MethodGet, path: "/admin/invitations", summary: "Invitations, newest first, without their secrets", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[list[core.Invitation]], error) {
			return wrapList(s.Accounts.Invitations(ctx, caller(ctx)))
		})
	route(s, spec{id: "invite", method: http.MethodPost, path: "/admin/invitations", summary: "Invite somebody", tag: tag, status: http.StatusCreated},
		func(ctx context.Context, in *inviteIn) (*body[core.NewInvitation], error) {
			return wrap(s.Accounts.Invite(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "uninvite", method: http.MethodDelete, path: "/admin/invitations/{id}", summary: "Withdraw an invitation", tag: tag, status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Accounts.Uninvite(ctx, caller(ctx), in.ID)
		})
}
