// Package httpapi is Usher over HTTP: the routes under /v1, their OpenAPI
// document with a page to try it, and the engine room's own routes.
//
// It decides nothing: commands go to commands.App, questions to the table in
// adapters/questions. What every route has in common is written once, and what
// other faces need of that, too, is in adapters/httpkit. Read httpapi.go first,
// whose register lists what is where, then route.go.
package httpapi
