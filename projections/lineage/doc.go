// Package lineage is who let in whom: every admission of an account with its
// grounds, by inviter, batch and join link.
//
// It is not who has access now, which is package employees. Read lineage.go
// first.
package lineage
