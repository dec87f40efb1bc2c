// Package httpapi is Usher over HTTP: the routes under /v1, their OpenAPI
// document with a page to try it, and the engine room's own routes.
//
// It decides nothing: commands go to commands.App, questions to projections.
// What every route has in common (callers, idempotency keys, positions,
// problems) is written once. Read httpapi.go first, then route.go.
package httpapi
