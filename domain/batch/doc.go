// Package batch is one bulk invitation: who sent it, how many contacts it was
// for, where its people will be placed, and the text they get.
//
// The contacts themselves are not in it; each is in its person's stream. Read
// events.go first.
package batch
