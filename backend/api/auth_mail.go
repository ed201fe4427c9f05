package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type confirmIn struct {
	Peer
	Body struct {
		Token string `json:"token" maxLength:"128" doc:"from the message"`
	}
}

type askResetIn struct {
	Peer
	Body struct {
		Login string `json:"login" maxLength:"255" doc:"user name or e-mail address"`
	}
}

type resetIn struct {
	Peer
	Body struct {
		Token    string `json:"token" maxLength:"128" doc:"from the message, or from an administrator"`
		Password string `json:"password" maxLength:"1024" doc:"the new one, at least 8 characters"`
	}
}

func (s *server) authMailRoutes() {
	route(s, spec{id: "getRules", method: http.MethodGet, path: "/auth/rules", summary: "Who may register, and what this server can do", tag: "auth", public: true},
		func(ctx context.Context, _ *struct{}) (*body[core.SignUpRules], error) {
			return wrap(s.Accounts.Rules(ctx))
		})
	route(s, spec{id: "confirm", method: http.MethodPost, path: "/auth/confirm", summary: "Confirm an e-mail address", tag: "auth", status: http.StatusNoContent, public: true},
		func(ctx context.Context, in *confirmIn) (*struct{}, error) {
			return nil, s.Accounts.Confirm(ctx, in.client(), in.Body.Token)
		})
	route(s, spec{id: "resendConfirmation", method: http.MethodPost, path: "/auth/resend", summary: "Send the message that confirms an account once more", tag: "auth", status: http.StatusNoContent, public: true},
		func(ctx context.Context, in *loginIn) (*struct{}, error) {
			return nil, s.Accounts.Resend(ctx, in.client(), in.Body.Username, in.Body.Password)
		})
	route(s, spec{id: "askReset", method: http.MethodPost, path: "/auth/forgotten", summary: "Ask for a message with which the password can be set anew; the answer is the same for unknown names", tag: "auth", status: http.StatusNoContent, public: true},
		func(ctx context.Context, in *askResetIn) (*struct{}, error) {
			return nil, s.Accounts.AskReset(ctx, in.client(), in.Body.Login)
		})
	route(s, spec{id: "reset", method: http.MethodPost, path: "/auth/reset", summary: "Set the password anew, once", tag: "auth", status: http.StatusNoContent, public: true},
		func(ctx context.Context, in *resetIn) (*struct{}, error) {
			return nil, s.Accounts.Reset(ctx, in.client(), in.Body.Token, in.Body.Password)
		})
}
