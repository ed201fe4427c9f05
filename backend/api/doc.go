// Package api is the REST interface: gin for routing, huma for typed operations and OpenAPI. A handler decodes, calls a
// core service and answers; rights and rules are decided in core.
package api
