// Package storetest holds every store to its port's promises: one suite for
// each kind of store, run by the tests of each adapter that implements it.
//
// A suite gets a function that opens the store and knows nothing else about it.
// What only one technology promises is tested beside that technology.
//
// Read log.go for logs, local.go for those in this process, readmodels.go for
// read models, vault.go for vaults.
package storetest
