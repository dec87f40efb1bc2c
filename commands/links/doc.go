// Package links makes and reads the secrets that Usher gives to people: the
// tokens of links, generated passwords, and what sessions and devices are known by.
//
// What is sent is derived from a key when a message is made and again when it is
// used, and stored nowhere. Whether one may still be used is not said here: the
// person's stream knows. Read links.go first, then signed.go.
package links
