// Package core holds the words and rules of the service: what a dataset, a run, a result or a session is, which states
// they pass through, who may do what, and the small interfaces that storage, queue and events implement.
// It knows no HTTP, no SQL and no Redis.
package core
