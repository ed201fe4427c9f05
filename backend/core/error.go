package core

import (
	"errors"
	"fmt"
)

// Code names a kind of failure in a stable way; clients branch on it, people read Message.
type Code string

const (
	CodeNotFound     Code = "not_found" // also: not readable by the caller
	CodeForbidden    Code = "forbidden"
	CodeUnauthorized Code = "unauthorized"
	CodeUnconfirmed  Code = "unconfirmed" // the password is right, the account is not confirmed yet
	CodeInvalid      Code = "invalid"
	CodeConflict     Code = "conflict"
	CodeState        Code = "wrong_state"
	CodeTooLarge     Code = "too_large"
	CodeRateLimited  Code = "rate_limited"
	CodeUnavailable  Code = "unavailable" // what was asked is not in the data: a resolution, a weight column
	CodeBadFile      Code = "bad_file"
	CodeStorageFull  Code = "storage_full"
	CodeStorageAway  Code = "storage_away" // the storage of the files does not answer; later it may
	CodeQuota        Code = "quota_exceeded"
	CodeChecksum     Code = "checksum_mismatch" // what arrived is not what was sent
	// Of other people's servers:
	CodeBadRemote        Code = "remote_failed"
	CodeRemoteMissing    Code = "remote_missing"
	CodeAccessDenied     Code = "remote_denied"
	CodeForbiddenAddress Code = "address_forbidden" // leads inside a private network

	CodeInternal Code = "internal"
	CodeInTrash  Code = "in_trash" // the caller's own, and to be had back
)

// ErrAway: the database cannot be asked at the moment. Nothing was changed, or nobody knows whether it was.
var ErrAway = errors.New("core: the database does not answer")

// Field is one complaint about one input field, or about one line of an uploaded file.
type Field struct {
	Field   string `json:"field,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Value   string `json:"value,omitempty"`
	Message string `json:"message"`
}

// Error is what services return: Message is safe for users and says what to do, cause is for the log only.
type Error struct {
	Code    Code
	Message string
	Fields  []Field
	cause   error
}

func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

func (e *Error) Unwrap() error { return e.cause }

// Is matches any *Error of the same code, so errors.Is(err, core.ErrNotFound) works for every message.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// Errorf builds an Error. Wrap the cause with WithCause.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// WithCause returns a copy that carries the cause for the log.
func (e *Error) WithCause(err error) *Error {
	c := *e
	c.cause = err
	return &c
}

// WithFields returns a copy that carries complaints about fields or lines.
func (e *Error) WithFields(f ...Field) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), f...)
	return &c
}

// Errors for errors.Is.
var (
	ErrNotFound = &Error{Code: CodeNotFound, Message: "not found"}
	ErrState    = &Error{Code: CodeState, Message: "not possible in this state"}
	// ErrStorageAway: the storage of the files cannot be asked at the moment. Whatever needed it may be tried again.
	ErrStorageAway = &Error{Code: CodeStorageAway, Message: "the storage of the files does not answer"}
	ErrConflict    = &Error{Code: CodeConflict, Message: "changed by someone else"}
)
