// Package sqlite keeps read models and the vault in two SQLite files, for one
// running Usher.
//
// ReadModels (readmodels.db) is disposable: it is made anew where it is damaged.
// Vault (vault.db) is precious: what its methods wrote is on disk when they
// return, and damage is an error. How files are opened, synced and shared is the
// business of adapters/sqlitedb; the log is in adapters/eventlog.
//
// Read readmodels.go first, then table.go; for the vault, vault.go.
package sqlite
