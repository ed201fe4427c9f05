// Package auth turns passwords into hashes (argon2id), accounts into access tokens (JWT) and requests into callers, and
// counts attempts in Redis. The rules of sign-in live in core.Accounts.
package auth
