// Package postgres keeps read models and the vault in PostgreSQL, for any
// number of running Ushers.
//
// ReadModels (schema readmodels) is disposable: it can be dropped and is built
// anew. Vault (schema vault) is precious. The role that serves owns no table;
// row-level security keeps accounts apart even where a query forgets to.
//
// Read open.go first, then table.go and readmodels.go; for the vault, vault.go.
package postgres
