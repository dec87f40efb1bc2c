// Package wording is what Usher writes to people, per language. The texts are
// fixed; where a link or a generated password belongs they say {link} and
// {password}. Read wording.go first.
package wording
