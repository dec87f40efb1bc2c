// Command packaging makes what is distributed of Usher, for each system: an
// archive, with the list of what the program is made of (an SBOM) in it and
// beside it, and for Debian a package; and the checksums of all. The same
// sources, version and Go give the same bytes.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// dist is one distribution.
type dist struct {
	sources string // the folder of Usher's sources
	out     string // where all of it goes
	version string
	when    time.Time // the time of all files
}

// system is one that a program is built for.
type system struct{ goos, goarch string }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var d dist
	var only string
	var seconds int64
	flags := flag.NewFlagSet("packaging", flag.ContinueOnError)
	flags.StringVar(&d.sources, "sources", "..", "the folder of Usher's sources")
	flags.StringVar(&d.out, "out", "../dist", "the folder for what is made; it is emptied")
	flags.StringVar(&d.version, "version", "unknown", "the version that the program says it is")
	flags.Int64Var(&seconds, "time", 0, "the time of all files, in seconds since 1970: that of the commit")
	flags.StringVar(&only, "systems", "", "the systems, as linux/amd64,windows/amd64; without it, those in packaging/systems")
	if err := flags.Parse(args); err != nil {
		return err
	}
	d.when = time.Unix(seconds, 0).UTC()
	all, err := systems(d.sources, only)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(d.out), os.MkdirAll(d.out, 0o755)); err != nil {
		return err
	}
	for _, one := range all {
		if err := d.make(ctx, one); err != nil {
			return fmt.Errorf("%s/%s: %w", one.goos, one.goarch, err)
		}
	}
	return d.sum()
}

func systems(sources, only string) ([]system, error) {
	named := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	if only == "" {
		text, err := os.ReadFile(filepath.Join(sources, "packaging", "systems"))
		if err != nil {
			return nil, err
		}
		named = strings.Fields(string(text))
	}
	all := make([]system, len(named))
	for i, name := range named {
		goos, goarch, ok := strings.Cut(name, "/")
		if !ok {
			return nil, fmt.Errorf("%q is no system, such as linux/amd64", name)
		}
		all[i] = system{goos, goarch}
	}
	return all, nil
}

// make makes what there is for one system.
func (d dist) make(ctx context.Context, one system) error {
	scratch, err := os.MkdirTemp("", "usher-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	program := filepath.Join(scratch, one.program())
	if err := d.build(ctx, one, program); err != nil {
		return err
	}
	name := fmt.Sprintf("usher-%s-%s-%s", d.version, one.goos, one.goarch)
	bom := filepath.Join(d.out, name+".cdx.json")
	if err := writeBOM(program, d.version, bom); err != nil {
		return err
	}
	files := []file{{from: program, to: one.program(), mode: 0o755}, {from: bom, to: "usher.cdx.json"}}
	for _, document := range []string{"LICENSE", "NOTICE", "THIRD_PARTY_NOTICES", "README.md", "CHANGELOG.md", "docs/install.md", "docs/operations.md"} {
		files = append(files, file{from: filepath.Join(d.sources, document), to: document})
	}
	if one.goos == "linux" {
		files = append(files, file{from: filepath.Join(d.sources, "packaging/systemd/usher.service"), to: "systemd/usher.service"},
			file{from: filepath.Join(d.sources, "packaging/debian/usher.env"), to: "systemd/usher.env", mode: 0o600})
	}
	if err := d.archive(one, name, files); err != nil {
		return err
	}
	fmt.Println("made", name)
	if one.goos != "linux" {
		return nil
	}
	return d.debian(ctx, one, program, bom)
}

func (s system) program() string {
	if s.goos == "windows" {
		return "usher.exe"
	}
	return "usher"
}

// build builds the program without cgo, so that it needs nothing of a system.
func (d dist) build(ctx context.Context, one system, to string) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=auto", "-ldflags", "-s -w -X main.released="+d.version, "-o", to, "./cmd/usher")
	command.Dir = d.sources
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+one.goos, "GOARCH="+one.goarch, "GOWORK=off")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Run()
}

// sum writes the checksums, as `sha256sum --check` reads them.
func (d dist) sum() error {
	entries, err := os.ReadDir(d.out)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, entry := range entries {
		sum, err := digest(filepath.Join(d.out, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sum, entry.Name())
	}
	return os.WriteFile(filepath.Join(d.out, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

func digest(path string) ([]byte, error) {
	opened, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, opened)
	return sum.Sum(nil), err
}

// file is one that is put somewhere.
type file struct {
	from, to string
	mode     os.FileMode // 0644 where it is not said
}

func (f file) perm() os.FileMode {
	if f.mode == 0 {
		return 0o644
	}
	return f.mode
}

// inOrder are files in the order of their names, which is always the same.
func inOrder(files []file) []file {
	return slices.SortedFunc(slices.Values(files), func(a, b file) int { return strings.Compare(a.to, b.to) })
}
