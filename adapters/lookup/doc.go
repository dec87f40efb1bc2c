// Package lookup finds people and invitations for commands, by the read models.
//
// It decides nothing: what it finds is judged again on the streams. Read
// finders.go first.
package lookup
