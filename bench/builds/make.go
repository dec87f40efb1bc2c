package builds

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Build is a program made from one state of the sources.
type Build struct {
	Commit  string `json:"commit"`
	Changed bool   `json:"changed,omitzero"` // whether there is more in the tree than in the commit
	Go      string `json:"go"`               // what it was compiled by
	Program string `json:"-"`
}

// Short returns how people call the commit.
func (b Build) Short() string {
	name := b.Commit[:min(7, len(b.Commit))]
	if b.Changed {
		name += " with changes"
	}
	return name
}

// Maker makes builds from a repository, all with the same flags.
type Maker struct {
	Tree    string // the repository's work tree
	Cache   string // where programs of commits are kept from run to run
	Scratch string // a folder that is removed after the run
}

// Present makes the build of the tree as it is, whether committed or not.
func (m Maker) Present(ctx context.Context) (Build, error) {
	commit, err := m.git(ctx, "rev-parse", "HEAD")
	if err != nil {
		return Build{}, err
	}
	changes, err := m.git(ctx, "status", "--porcelain")
	if err != nil {
		return Build{}, err
	}
	program := filepath.Join(m.Scratch, "usher-present")
	if err := compile(ctx, m.Tree, program); err != nil {
		return Build{}, err
	}
	return described(Build{Commit: commit, Changed: changes != "", Program: program})
}

// At makes the build of a commit, or finds the one that the same compiler with
// the same settings made before.
func (m Maker) At(ctx context.Context, revision string) (Build, error) {
	commit, err := m.git(ctx, "rev-parse", "--verify", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return Build{}, fmt.Errorf("%w (a shallow clone lacks old commits: git fetch --unshallow)", err)
	}
	settings, err := run(ctx, m.Tree, "go", "env", "GOVERSION", "GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOFLAGS", "CGO_ENABLED")
	if err != nil {
		return Build{}, err
	}
	digest := sha256.Sum256([]byte(settings))
	program := filepath.Join(m.Cache, "usher-"+commit+"-"+hex.EncodeToString(digest[:4]))
	if _, err := os.Stat(program); errors.Is(err, os.ErrNotExist) {
		if err := m.compileAt(ctx, commit, program); err != nil {
			return Build{}, err
		}
	}
	return described(Build{Commit: commit, Program: program})
}

// compileAt takes the sources from the repository's history. The program appears
// in the cache whole, or not at all.
func (m Maker) compileAt(ctx context.Context, commit, program string) error {
	folder, err := os.MkdirTemp(m.Scratch, "source-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // because the whole scratch folder is removed anyway
	packed, source, made := filepath.Join(folder, "source.zip"), filepath.Join(folder, "source"), filepath.Join(folder, "usher")
	if _, err := m.git(ctx, "archive", "--format=zip", "--output="+packed, commit); err != nil {
		return err
	}
	archive, err := zip.OpenReader(packed)
	if err != nil {
		return fmt.Errorf("open the sources of %s: %w", commit, err)
	}
	err = errors.Join(os.CopyFS(source, archive), archive.Close())
	if err != nil {
		return fmt.Errorf("unpack the sources of %s: %w", commit, err)
	}
	if err := compile(ctx, source, made); err != nil {
		return err
	}
	return os.Rename(made, program)
}

func compile(ctx context.Context, source, program string) error {
	_, err := run(ctx, source, "go", "build", "-buildvcs=false", "-o", program, "./cmd/usher")
	return err
}

func described(b Build) (Build, error) {
	info, err := buildinfo.ReadFile(b.Program)
	if err != nil {
		return Build{}, fmt.Errorf("read what %s was made by: %w", b.Program, err)
	}
	b.Go = info.GoVersion
	return b, nil
}

func (m Maker) git(ctx context.Context, args ...string) (string, error) {
	return run(ctx, m.Tree, "git", args...)
}

// run returns what a program printed; where it fails, the error is what it said.
func run(ctx context.Context, folder, name string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, name, args...) //nolint:gosec // because only this package calls it, for git and go
	command.Dir, command.Stdout, command.Stderr = folder, &stdout, &stderr
	command.Env = append(os.Environ(), "GOWORK=off")
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%s %s: %w: %s", name, args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(stdout.String()), nil
}
