package vaults

import "context"

// Table is one kind of what vaults keep.
type Table struct {
	Name    string
	Columns []string
	// Key is how many of the columns, from the first on, tell rows apart and put
	// them in order. It is 0 where there is one row at most.
	Key int
}

// Row is a row's values in the order of Table.Columns, each an int64, a string,
// a []byte or nil.
type Row []any

// Tables returns all that a vault keeps. The last is the installation, which says
// that a vault is in use.
func Tables() []Table {
	return []Table{
		{Name: "lookup_keys", Key: 1, Columns: []string{"account", "key"}},
		{Name: "link_keys", Key: 1, Columns: []string{"number", "key"}},
		{Name: "data_keys", Key: 1, Columns: []string{"person", "key"}},
		{Name: "credentials", Key: 1, Columns: []string{"id", "hash", "at"}},
		{Name: "sessions", Key: 1, Columns: []string{
			"digest", "id", "account", "person", "slot", "tenure", "epoch",
			"credential", "next_credential", "agent", "created_at", "used_at", "expires_at",
		}},
		{Name: "known_networks", Key: 2, Columns: []string{"person", "network", "seen_at"}},
		{Name: "api_tokens", Key: 1, Columns: []string{"digest", "id", "account", "person", "slot", "tenure", "epoch", "made_at", "used_at", "expires_at"}},
		{Name: "requests", Key: 3, Columns: []string{"account", "scope", "key", "digest", "command", "at", "status", "answer"}},
		{Name: "messages", Key: 1, Columns: []string{
			"id", "account", "person", "slot", "tenure", "channel", "address", "subject", "text",
			"link_purpose", "link_counter", "password_counter", "at",
		}},
		{Name: "counters", Key: 1, Columns: []string{"key", "used", "until"}},
		{Name: "batches", Key: 1, Columns: []string{
			"batch", "account", "command", "key", "caller", "kept_at", "size", "invited", "refused", "next", "fence", "turn", "until", "ended_at",
		}},
		{Name: "batch_rows", Key: 2, Columns: []string{"batch", "place", "slot", "state", "person", "sealed"}},
		{Name: "policies", Key: 1, Columns: []string{"name", "position_commit", "position_prepare"}},
		{Name: "stops", Key: 2, Columns: []string{"policy", "event", "position_commit", "position_prepare", "type", "reason"}},
		{Name: "log", Columns: []string{"mark"}},
		{Name: "installation", Columns: []string{"id"}},
	}
}

// Vault is a vault whose rows can be taken out and put in. Nobody else uses it
// meanwhile.
type Vault interface {
	// Used reports whether it has an installation.
	Used(ctx context.Context) (bool, error)
	// Count returns how many rows a table has.
	Count(ctx context.Context, table Table) (int64, error)
	// Rows shows a table's rows in the order of their keys: numbers by value,
	// texts and bytes byte by byte. An error of show ends it.
	Rows(ctx context.Context, table Table, show func(Row) error) error
	// Insert puts rows into a table, all or none, none of which it has.
	Insert(ctx context.Context, table Table, rows []Row) error
	// Empty deletes all rows of all tables.
	Empty(ctx context.Context) error
	// MovedTo returns where the vault is now that this one was; empty for one that
	// is where it was. SetMovedTo notes it.
	MovedTo(ctx context.Context) (place string, err error)
	SetMovedTo(ctx context.Context, place string) error
}
