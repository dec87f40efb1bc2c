// Package bounded keeps in memory what is looked up often, up to a bound, and
// forgets it at once when somebody is erased. Read cache.go.
//
// The cache is our own: libraries of this kind know no lookup that must not be
// remembered because something was forgotten while it went on, and a lock
// around theirs that does is as long as the list itself.
package bounded
