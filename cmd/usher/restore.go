package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/osfiles"
	"github.com/usher-engine/usher/adapters/sqlite"
)

type restore struct {
	From string `help:"Folder of a backup." required:"" type:"path"`
	Data string `help:"Data folder to restore into: a new or an empty one." required:"" type:"path"`
	JSON bool   `help:"Write the receipt as JSON." name:"json" env:"-"`
}

// Help implements kong.HelpProvider.
func (*restore) Help() string {
	return "The backup is verified on the way, byte by byte and page by page. Afterwards everybody signs in again."
}

// Run restores the vault first: a folder that has it alone is refused by serve.
func (r *restore) Run(ctx context.Context, out *output) error {
	osfiles.OwnerAlone() // what is in the data folder is its owner's alone
	made, err := readManifest(r.From)
	if err != nil {
		return err
	}
	if err := makeEmpty(r.Data); err != nil {
		return err
	}
	if err := r.copy(ctx, made); err != nil {
		return fmt.Errorf("restore %s: %w", r.From, errors.Join(err, removeAll(r.Data)))
	}
	return reportBackup(out.stdout, r.JSON, "Restored "+r.From+" to "+r.Data, made)
}

func readManifest(folder string) (made manifest, err error) {
	text, err := os.ReadFile(filepath.Join(folder, manifestFile)) //nolint:gosec // because the operator names the folder
	if errors.Is(err, os.ErrNotExist) {
		return manifest{}, fmt.Errorf("%s is no backup, or one that was not finished: it has no %s", folder, manifestFile)
	}
	if err != nil {
		return manifest{}, err
	}
	if err := json.Unmarshal(text, &made); err != nil {
		return manifest{}, fmt.Errorf("%s is damaged: %w", filepath.Join(folder, manifestFile), err)
	}
	if made.Format != manifestFormat {
		return manifest{}, fmt.Errorf("the backup has format %d, and this program knows %d", made.Format, manifestFormat)
	}
	return made, nil
}

func (r *restore) copy(ctx context.Context, made manifest) error {
	vault, unnamed := filepath.Join(r.Data, vaultFileIn), filepath.Join(r.Data, logFile+".restoring")
	if !made.Alone {
		if err := made.copyFile(r.From, vaultFileIn, vault); err != nil {
			return err
		}
		if err := errors.Join(sqlite.VerifyVault(ctx, vault), osfiles.Sync(vault)); err != nil {
			return err
		}
	}
	if err := made.copyFile(r.From, logFile, unnamed); err != nil {
		return err
	}
	end, err := eventlog.Verify(ctx, unnamed)
	if err != nil {
		return err
	}
	if end.Position.Commit != made.Events || end.Mark != made.Log {
		return fmt.Errorf("the log has %d events and begins with %s; by its %s it has %d and begins with %s",
			end.Position.Commit, end.Mark, manifestFile, made.Events, made.Log)
	}
	return errors.Join(os.Rename(unnamed, filepath.Join(r.Data, logFile)), osfiles.Sync(r.Data))
}

// copyFile copies one file that must be as it was written.
func (m manifest) copyFile(folder, name, to string) error {
	source, err := os.Open(filepath.Join(folder, name)) //nolint:gosec // because the operator names the folder
	if err != nil {
		return err
	}
	defer source.Close() //nolint:errcheck // because it was only read

	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // because the operator names the folder
	if err != nil {
		return err
	}
	found, err := copyProving(target, source)
	if err == nil && found != m.Files[name] {
		err = fmt.Errorf("%s is damaged: it has %d bytes with the digest %s, and had %d with %s when it was made",
			source.Name(), found.Bytes, found.SHA256, m.Files[name].Bytes, m.Files[name].SHA256)
	}
	return errors.Join(err, target.Sync(), target.Close())
}
