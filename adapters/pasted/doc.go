// Package pasted takes lists apart as people have them: text that was copied from a mail,
// a chat or a spreadsheet, and files that address books and HR systems export.
//
// It finds out which words are contacts, and judges none: whatever has a letter or a digit
// comes out somewhere, understood or not. Standard parsers (net/mail, encoding/csv) come
// first; only what they do not take is looked at here. Read reader.go first.
package pasted
