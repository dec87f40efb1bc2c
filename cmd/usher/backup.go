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
	"syscall"
	"time"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/sqlite"
)

type backup struct {
	Data string `help:"Data folder to back up, also while Usher serves it." required:"" type:"path"`
	To   string `help:"Folder for the backup: a new or an empty one." required:"" type:"path"`
	JSON bool   `help:"Write progress and receipt as JSON, one object a line." name:"json" env:"-"`
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
	Log    string               `json:"log"` // which log it is
	Files  map[string]fileProof `json:"files"`
}

type fileProof struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

const manifestFormat = 1

// Help implements kong.HelpProvider.
func (*backup) Help() string {
	return "A backup has the event log and the vault. The read models are not in it: Usher builds them anew after a restore. " +
		"Run it as the user that Usher runs as. It holds secrets: keep it as safe as the data folder."
}

// Run copies the log first and the vault then: keys are in the vault before the
// events that need them are in the log, so that the copy of the vault has the
// keys of all events in the copy of the log.
func (b *backup) Run(ctx context.Context, out *output) (err error) {
	syscall.Umask(0o077) // what is in a backup is its owner's alone
	if err := mustNotHave(b.Data, "a node's folder, not the data folder of an Usher", nodeFile); err != nil {
		return err
	}
	for _, name := range []string{logFile, vaultFileIn} {
		if _, err := os.Stat(filepath.Join(b.Data, name)); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no %s in %s: this backs up the embedded event log with its vault", name, b.Data)
		} else if err != nil {
			return err
		}
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

func (b *backup) copy(ctx context.Context, shown *meter) (manifest, error) {
	made := manifest{Format: manifestFormat, Began: time.Now().UTC(), Files: map[string]fileProof{}}
	tell := func(name string) func(done, all int64) {
		return func(done, all int64) { shown.tell(name, done, all) }
	}
	defer shown.end()
	head, mark, err := eventlog.Backup(ctx, filepath.Join(b.Data, logFile), filepath.Join(b.To, logFile), tell(logFile))
	if err != nil {
		return manifest{}, err
	}
	made.Events, made.Log = head.Commit, mark
	err = sqlite.BackupVault(ctx, filepath.Join(b.Data, vaultFileIn), filepath.Join(b.To, vaultFileIn), mark, head, tell(vaultFileIn))
	if err != nil {
		return manifest{}, err
	}
	for _, name := range []string{logFile, vaultFileIn} {
		if made.Files[name], err = prove(filepath.Join(b.To, name)); err != nil {
			return manifest{}, err
		}
	}
	text, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return manifest{}, err
	}
	if err := sync(b.To); err != nil {
		return manifest{}, err
	}
	file := filepath.Join(b.To, manifestFile)
	return made, errors.Join(os.WriteFile(file, append(text, '\n'), 0o600), sync(file), sync(b.To))
}

// prove syncs a file and takes its digest.
func prove(path string) (fileProof, error) {
	if err := sync(path); err != nil {
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

// sync has a file, or a folder's entries, on the disk.
func sync(path string) error {
	file, err := os.Open(path) //nolint:gosec // because the operator names the folder
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// makeEmpty makes a folder, where it is missing, and refuses one that has
// anything in it.
func makeEmpty(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
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
	for _, name := range []string{logFile, vaultFileIn} {
		fmt.Fprintf(stdout, "  %-8s %12d bytes  sha256:%s\n", name, made.Files[name].Bytes, made.Files[name].SHA256)
	}
	_, err := fmt.Fprintf(stdout, "  events   %12d\n", made.Events)
	return err
}
