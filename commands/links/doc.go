// Package links makes and reads the secrets that Usher sends to people: the
// tokens of links, and generated passwords.
//
// They are derived from a key when a message is made and again when they are
// used, and stored nowhere. Whether one may still be used is not said here: the
// person's stream knows. Read links.go first.
package links
