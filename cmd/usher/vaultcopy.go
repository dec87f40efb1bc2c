package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/usher-engine/usher/adapters/moving/vaults"
	"github.com/usher-engine/usher/adapters/osfiles"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/cmd/usher/engine"
)

type vaultCommands struct {
	Copy vaultCopy `cmd:"" help:"Copy credentials, keys, sessions and messages into a new vault."`
}

type vaultCopy struct {
	From string `help:"Vault to copy: embedded:DIR, or PostgreSQL's connection string (postgres://...)." required:""`
	To   string `help:"Vault to copy into, which nobody has used: embedded:DIR, or postgres://..." required:""`
	JSON bool   `help:"Write progress and receipt as JSON, one object a line." name:"json" env:"-"`
}

// Help implements kong.HelpProvider.
func (*vaultCopy) Help() string {
	return "Stop Usher first. In PostgreSQL, connect as the role that owns the tables. " +
		"A copy that was stopped is begun anew by the same command. Nothing secret is printed."
}

// Run copies.
func (c *vaultCopy) Run(ctx context.Context, out *output) (err error) {
	osfiles.OwnerAlone() // what is in a vault is its owner's alone
	from, err := openVaultAt(ctx, c.From, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	to, err := openVaultAt(ctx, c.To, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.close()) }()

	if err := pairing.MayCopy(ctx, from, from.name, to.name); err != nil {
		return err
	}
	shown := newMeter(out, c.JSON, "rows")
	receipt, err := vaults.Copy(ctx, from, to, func(p vaults.Progress) { shown.tell(p.Table, p.Rows, p.From) })
	shown.end()
	if err == nil { // who came meanwhile may have changed something
		err = errors.Join(from.idle(ctx), to.idle(ctx))
	}
	if err == nil {
		err = pairing.TakePlace(ctx, from, to, to.name)
	}
	if err != nil {
		return fmt.Errorf("copy the vault of %s into %s: %w", from.name, to.name, err)
	}
	return c.report(out.stdout, from.name, to.name, receipt)
}

func (c *vaultCopy) report(stdout io.Writer, from, to string, receipt vaults.Receipt) error {
	if c.JSON {
		return json.NewEncoder(stdout).Encode(map[string]any{"receipt": map[string]any{
			"from": from, "to": to, "copied": receipt.Copied, "tables": receipt.Tables,
		}})
	}
	fmt.Fprintf(stdout, "%s and %s keep the same%s.\n", from, to, map[bool]string{false: ", and did before"}[receipt.Copied])
	for _, table := range receipt.Tables {
		fmt.Fprintf(stdout, "  %-12s %9d rows  sha256:%s\n", table.Table, table.Rows, table.Digest)
	}
	_, err := fmt.Fprintf(stdout, "Serve with %s from now on. The other is marked as moved, and is not served any more.\n", to)
	return err
}

// openedVault is a vault that this program opened.
type openedVault struct {
	vaults.Vault
	name  string
	idle  func(context.Context) error // refuses while an Usher works with it
	close func() error
}

func openVaultAt(ctx context.Context, text string, create bool) (*openedVault, error) {
	if folder, ok := strings.CutPrefix(text, "embedded:"); ok && folder != "" {
		return openEmbeddedVault(ctx, folder, create)
	}
	if !engine.IsPostgres(text) {
		return nil, errors.New("a vault is embedded:DIR, or a connection string that begins with postgres://")
	}
	db, err := postgres.Open(ctx, postgres.Options{URL: text})
	if err != nil {
		return nil, err
	}
	opened := &openedVault{Vault: db.Vault(), name: withoutPassword(text), close: func() error { db.Close(); return nil }}
	opened.idle = func(ctx context.Context) error {
		living, err := db.Living(ctx)
		if err == nil && living > 0 {
			err = fmt.Errorf("%s is in use by %d instances of Usher; stop them, and try again a few seconds after", opened.name, living)
		}
		return err
	}
	if err := opened.idle(ctx); err != nil {
		return nil, errors.Join(err, opened.close())
	}
	return opened, nil
}

func openEmbeddedVault(ctx context.Context, folder string, create bool) (*openedVault, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if err := mustNotHave(folder, "a node's folder, not the data folder of an Usher", nodeFile); err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "vault.db")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) && !create {
		return nil, fmt.Errorf("there is no vault.db in %s", folder)
	}
	vault, err := sqlite.OpenVault(ctx, file)
	if errors.Is(err, sqlite.ErrLocked) {
		return nil, fmt.Errorf("%s is in use; stop what uses it: %w", file, err)
	}
	if err != nil {
		return nil, err
	}
	alone := func(context.Context) error { return nil } // by the file's lock
	return &openedVault{Vault: vault, name: "embedded:" + folder, idle: alone, close: vault.Close}, nil
}

// withoutPassword names a database without user, password and settings.
func withoutPassword(connection string) string {
	address, err := url.Parse(connection)
	if err != nil {
		return "the database"
	}
	return (&url.URL{Scheme: "postgres", Host: address.Host, Path: address.Path}).String()
}
