package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
)

// Problem is every error answer: application/problem+json (RFC 9457) with a stable code and, where it helps, complaints
// about fields or lines.
type Problem struct {
	Type   string       `json:"type" doc:"urn of the code"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail" doc:"what happened and what to do, for people"`
	Code   core.Code    `json:"code" doc:"for programs"`
	Errors []core.Field `json:"errors,omitempty"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var statusOf = map[core.Code]int{
	core.CodeNotFound:     http.StatusNotFound,
	core.CodeForbidden:    http.StatusForbidden,
	core.CodeUnauthorized: http.StatusUnauthorized,
	core.CodeUnconfirmed:  http.StatusForbidden,
	core.CodeInvalid:      http.StatusUnprocessableEntity,
	core.CodeConflict:     http.StatusConflict,
	core.CodeState:        http.StatusConflict,
	core.CodeTooLarge:     http.StatusRequestEntityTooLarge,
	core.CodeRateLimited:  http.StatusTooManyRequests,
	core.CodeUnavailable:  http.StatusUnprocessableEntity,
	core.CodeBadFile:      http.StatusUnprocessableEntity,
	core.CodeStorageFull:  http.StatusInsufficientStorage,
	core.CodeStorageAway:  http.StatusServiceUnavailable,
	core.CodeQuota:        http.StatusRequestEntityTooLarge,
	core.CodeChecksum:     http.StatusUnprocessableEntity,
	core.CodeInternal:     http.StatusInternalServerError,
	core.CodeInTrash:      http.StatusGone,
}

func newProblem(status int, code core.Code, detail string, fields []core.Field) *Problem {
	return &Problem{Type: "urn:regioscope:problem:" + string(code), Title: http.StatusText(status), Status: status,
		Detail: detail, Code: code, Errors: fields}
}

// problem turns an error of a service into an answer; what users may not see goes to the log with the request's id.
func problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var e *core.Error
	if errors.As(err, &e) {
		status, known := statusOf[e.Code]
		if !known {
			status = http.StatusUnprocessableEntity
		}
		if cause := errors.Unwrap(e); status >= http.StatusInternalServerError {
			slog.ErrorContext(ctx, "request failed", "code", e.Code, "cause", cause)
		} else if cause != nil {
			slog.InfoContext(ctx, "request refused", "code", e.Code, "cause", cause)
		}
		return newProblem(status, e.Code, e.Message, e.Fields)
	}
	switch {
	case errors.Is(err, core.ErrAway) && ctx.Err() == nil:
		slog.ErrorContext(ctx, "request failed", "cause", err)
		return newProblem(http.StatusServiceUnavailable, core.CodeInternal, "The database does not answer at the moment. Please try again in a moment.", nil)
	case errors.Is(err, syscall.ENOSPC):
		slog.ErrorContext(ctx, "disk full", "cause", err)
		return newProblem(http.StatusInsufficientStorage, core.CodeStorageFull, "The server's disk is full. Nothing was kept.", nil)
	case errors.Is(err, context.Canceled):
		return newProblem(499, core.CodeInternal, "The client went away.", nil)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return newProblem(http.StatusRequestTimeout, core.CodeInternal, "The request took too long to arrive.", nil)
	}
	slog.ErrorContext(ctx, "request failed", "cause", err)
	return newProblem(http.StatusInternalServerError, core.CodeInternal,
		"Something went wrong on the server. The log has the cause, under request "+requestID(ctx)+".", nil)
}

// sentence says what huma says in a few words, to people.
func sentence(status int, msg string) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		_, limit, _ := strings.Cut(msg, "limit=")
		if n, err := strconv.ParseInt(strings.TrimSuffix(limit, " bytes"), 10, 64); err == nil {
			return "The request is larger than " + humanBytes(n) + ", which is the limit here."
		}
		return "The request is too large."
	case http.StatusUnsupportedMediaType:
		return "The body must be JSON, sent as application/json."
	case http.StatusRequestTimeout:
		return "The request took too long to arrive."
	case http.StatusBadRequest:
		if msg == "validation failed" {
			return "The body is not JSON that can be read."
		}
	}
	if msg == "" { // huma asks for the form of its errors, too, with neither status nor text
		return "The request is not valid."
	}
	return strings.ToUpper(msg[:1]) + strings.TrimSuffix(msg[1:], ".") + "."
}

func init() {
	// huma's own complaints (validation, malformed JSON) take the same form. The variables are huma's way to say so.
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		code := core.CodeInvalid
		switch {
		case status == http.StatusRequestEntityTooLarge:
			code = core.CodeTooLarge
		case status >= 500:
			code = core.CodeInternal
			msg = "Something went wrong on the server."
		}
		p := newProblem(status, code, sentence(status, msg), nil)
		for _, err := range errs {
			var d huma.ErrorDetailer
			if err == nil || !errors.As(err, &d) {
				continue // the text of other errors is not for users
			}
			detail := d.ErrorDetail()
			f := core.Field{Field: strings.TrimPrefix(detail.Location, "body."), Message: detail.Message}
			if detail.Value != nil && f.Field != "password" && f.Field != "body" {
				f.Value = fmt.Sprintf("%.100v", detail.Value)
			}
			p.Errors = append(p.Errors, f)
		}
		if len(p.Errors) > 0 && status == http.StatusUnprocessableEntity {
			p.Detail = fmt.Sprintf("The request is not valid: %s.", strings.TrimPrefix(p.Errors[0].Field+": "+p.Errors[0].Message, ": "))
		}
		return p
	}
}
