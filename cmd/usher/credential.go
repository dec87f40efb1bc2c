package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
)

// credential is a flag's value that the service manager hands this process in a
// file of the flag's name, so that it is in no environment: systemd's
// LoadCredential, in the folder that CREDENTIALS_DIRECTORY names. It is nil
// where there is none.
func credential(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	folder := os.Getenv("CREDENTIALS_DIRECTORY")
	if folder == "" {
		return nil, nil
	}
	text, err := os.ReadFile(filepath.Join(folder, flag.Name)) //nolint:gosec // because the service manager names the folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.TrimSpace(string(text)), err
}
