// Package texts is what the pages say, per language: an interface with a method for each
// text, and a type for each language, so that a text that is missing does not compile.
//
// Texts are whole sentences; what is put into them comes as arguments. Each subject has a
// file with its part of the interface and both languages. Read texts.go first.
package texts
