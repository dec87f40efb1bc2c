// Package web is Usher's pages: for the administrator at a desk, the newcomer on a phone
// and the auditor with a question.
//
// The pages are one more client of commands and of the table of questions; no rule lives
// in them. They work without script: that makes them live, and saves a way. What they say
// is in texts, how they look in views and assets.
//
// Read routes.go first, whose register lists what is where, then visit.go, what every
// page has in common.
package web
