// Package changes tells whoever shows lists of an account when to look again: that a view
// has come further, and that this matters to the account. It says nothing of what
// happened.
//
// One watcher looks for all who follow, whatever their number: once for each account in
// which something happened. Read watcher.go first.
package changes
