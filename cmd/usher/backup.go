package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/osfiles"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/sqlite"
)

type backup struct {
	Data string `help:"Data folder to back up, also while Usher serves it." required:"" type:"path"`
	To   string `help:"Folder for the backup: a new or an empty one." required:"" type:"path"`

	LogAlone bool `help:"Back up the event log alone, where the vault is in PostgreSQL, which is backed up after it." env:"-"`
	JSON     bool `help:"Write progress and receipt as JSON, one object a line." name:"json" env:"-"`
}

// The files of a backup. The manifest is written last: without it, there is none.
const (
	logFile      = "log.db"
	vaultFileIn  = "vault.db"
	manifestFile = "backup.json"
)

// manifest says what a backup has.
type manifest struct {
	Format int                  `json:"format"`
	Began  time.Time            `json:"began"` // what was answered before is in it
	Events uint64               `json:"events"`
	Log    string               `json:"log"`                 // which log it is
	Alone  bool                 `json:"log_alone,omitempty"` // without the vault
	Files  map[string]fileProof `json:"files"`
}

// names are those of its files, without the manifest's.
func (m manifest) names() []string {
	if m.Alone {
		return []string{logFile}
	}
	return []string{logFile, vaultFileIn}
}

type fileProof struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

const manifestFormat = 1

// Help implements kong.HelpProvider.
func (*backup) Help() string {
	return "A backup has the event log and the vault, or with --log-alone the log. The read models are not in it: Usher builds them anew after a restore. " +
		"Run it as the user that Usher runs as. It holds secrets: keep it as safe as the data folder."
}

// Run copies the log first and the vault then: keys are in the vault before the
// events that need them are in the log, so that the copy of the vault has the
// keys of all events in the copy of the log.
func (b *backup) Run(ctx context.Context, out *output) (err error) {
	osfiles.OwnerAlone() // what is in a backup is its owner's alone
	if err := mustNotHave(b.Data, "a node's folder, not the data folder of an Usher", nodeFile); err != nil {
		return err
	}
	if err := b.check(ctx); err != nil {
		return err
	}
	if within, err := isWithin(b.Data, b.To); err != nil || within {
		return errors.Join(err, fmt.Errorf("--to (%s) is in the data folder (%s): a backup is kept elsewhere, on another disk if possible", b.To, b.Data))
	}
	if err := makeEmpty(b.To); err != nil {
		return err
	}
	made, err := b.copy(ctx, newMeter(out, b.JSON, "bytes"))
	if err != nil {
		return fmt.Errorf("back up %s: %w", b.Data, errors.Join(err, removeAll(b.To)))
	}
	return reportBackup(out.stdout, b.JSON, "Backed up "+b.Data+" to "+b.To, made)
}

// check refuses folders that have not what is to be in the backup.
func (b *backup) check(ctx context.Context) error {
	if here, err := exists(filepath.Join(b.Data, logFile)); err != nil || !here {
		return errors.Join(err, fmt.Errorf("there is no %s in %s: this backs up the embedded event log", logFile, b.Data))
	}
	vault := filepath.Join(b.Data, vaultFileIn)
	here, err := exists(vault)
	switch {
	case err != nil:
		return err
	case !here && !b.LogAlone:
		return fmt.Errorf("there is no %s in %s. %s", vaultFileIn, b.Data, logAloneAdvice)
	case here && b.LogAlone:
		return mustBeElsewhere(ctx, vault)
	}
	return nil
}

const logAloneAdvice = "If its vault is in PostgreSQL (--read-models), back up the log with --log-alone, and PostgreSQL then"

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// mustBeElsewhere refuses to leave out a vault that is served here.
func mustBeElsewhere(ctx context.Context, file string) error {
	vault, err := sqlite.OpenVault(ctx, file)
	if errors.Is(err, sqlite.ErrLocked) {
		return fmt.Errorf("%s is in use: back it up with the log, without --log-alone", file)
	}
	if err != nil {
		return err
	}
	return errors.Join(pairing.MustHaveMoved(ctx, vault, file), vault.Close())
}

func (b *backup) copy(ctx context.Context, shown *meter) (manifest, error) {
	made := manifest{Format: manifestFormat, Began: time.Now().UTC(), Files: map[string]fileProof{}, Alone: b.LogAlone}
	tell := func(name string) func(done, all int64) {
		return func(done, all int64) { shown.tell(name, done, all) }
	}
	defer shown.end()
	end, err := eventlog.Backup(ctx, filepath.Join(b.Data, logFile), filepath.Join(b.To, logFile), tell(logFile))
	if err != nil {
		return manifest{}, err
	}
	made.Events, made.Log = end.Position.Commit, end.Mark
	if !b.LogAlone {
		fit := func(ctx context.Context, vault *sqlite.Vault) error { return pairing.FitBackup(ctx, vault, end) }
		err = sqlite.BackupVault(ctx, filepath.Join(b.Data, vaultFileIn), filepath.Join(b.To, vaultFileIn), fit, tell(vaultFileIn))
	}
	if errors.Is(err, pairing.ErrMoved) {
		err = fmt.Errorf("%w. %s", err, logAloneAdvice)
	}
	if err != nil {
		return manifest{}, err
	}
	for _, name := range made.names() {
		if made.Files[name], err = prove(filepath.Join(b.To, name)); err != nil {
			return manifest{}, err
		}
	}
	text, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return manifest{}, err
	}
	if err := osfiles.Sync(b.To); err != nil {
		return manifest{}, err
	}
	file := filepath.Join(b.To, manifestFile)
	return made, errors.Join(os.WriteFile(file, append(text, '\n'), 0o600), osfiles.Sync(file), osfiles.Sync(b.To))
}

// prove syncs a file and takes its digest.
func prove(path string) (fileProof, error) {
	if err := osfiles.Sync(path); err != nil {
		return fileProof{}, err
	}
	file, err := os.Open(path) //nolint:gosec // because the operator names the folder
	if err != nil {
		return fileProof{}, err
	}
	defer file.Close() //nolint:errcheck // because it was only read
	return copyProving(io.Discard, file)
}

func copyProving(to io.Writer, from io.Reader) (fileProof, error) {
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(to, sum), from)
	return fileProof{Bytes: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

// isWithin tells whether a path, which need not be there, is a folder or
// somewhere in it, whatever links are on the way.
func isWithin(folder, path string) (bool, error) {
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return false, err
	}
	resolved, err := filepath.EvalSymlinks(path)
	for errors.Is(err, fs.ErrNotExist) && path != filepath.Dir(path) {
		path = filepath.Dir(path) // what is not there is where its parent is
		resolved, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return false, err
	}
	inside, err := filepath.Rel(folder, resolved)
	return err == nil && filepath.IsLocal(inside), err
}

// makeEmpty makes a folder, where it is missing, and refuses one that has
// anything in it.
func makeEmpty(folder string) error {
	if err := osfiles.MakeFolder(folder); err != nil {
		return err
	}
	found, err := os.ReadDir(folder)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%s is not empty: it has %s", folder, found[0].Name())
	}
	return err
}

// removeAll empties a folder that was empty before.
func removeAll(folder string) error {
	found, err := os.ReadDir(folder)
	for _, one := range found {
		err = errors.Join(err, os.Remove(filepath.Join(folder, one.Name())))
	}
	return err
}

func reportBackup(stdout io.Writer, asJSON bool, title string, made manifest) error {
	if asJSON {
		return json.NewEncoder(stdout).Encode(map[string]manifest{"receipt": made})
	}
	fmt.Fprintf(stdout, "%s: everything that was answered before %s.\n", title, made.Began.Format(time.RFC3339Nano))
	for _, name := range made.names() {
		fmt.Fprintf(stdout, "  %-8s %12d bytes  sha256:%s\n", name, made.Files[name].Bytes, made.Files[name].SHA256)
	}
	_, err := fmt.Fprintf(stdout, "  events   %12d\n", made.Events)
	if err == nil && made.Alone {
		_, err = fmt.Fprintln(stdout, "The vault is not in it: it is in PostgreSQL, whose backup must be begun after this one, and restored with it. "+
			"docs/operations.md has the commands.")
	}
	return err
}
