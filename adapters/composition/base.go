package composition

import (
	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/commands"
)

// Vault is what is needed of a vault.
type Vault interface {
	commands.Vault
	codec.DataKeys
}

// Base is what Apps stand on: a log and its vault. A test can put something
// before the Store, the Vault or the Passwords, for an App of its own.
type Base struct {
	Log       journal.Log
	Events    *codec.Codec // reads and writes what is in the log
	Store     commands.EventStore
	Vault     commands.Vault
	Passwords commands.Passwords
}

// NewBase returns the base of a log and the vault that belongs to it. The cost is
// how hard passwords are to guess; zero means the default.
func NewBase(log journal.Log, vault Vault, cost passwords.Cost) (Base, error) {
	events, err := codec.New(vault)
	if err != nil {
		return Base{}, err
	}
	return Base{Log: log, Events: events, Store: journal.NewStore(log, events), Vault: vault, Passwords: passwords.New(cost)}, nil
}
