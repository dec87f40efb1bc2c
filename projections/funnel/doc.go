// Package funnel is how far people get on their way in: how many were invited, opened
// the link, registered, were let in and have logged in, by way, inviter, department
// and week.
//
// It is no list of anybody: a row is one person's ways, with ids alone, and what is
// asked for is added up as rows change. Read way.go first, then fold.go.
package funnel
