package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// debian makes a package for Debian and its like.
func (d dist) debian(ctx context.Context, one system, program, bom string) error {
	root, err := os.MkdirTemp("", "usher-debian-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	ours := func(name string) string { return filepath.Join(d.sources, "packaging", name) }
	const documents = "usr/share/doc/usher/"
	for _, f := range []file{
		{from: program, to: "usr/bin/usher", mode: 0o755},
		{from: ours("systemd/usher.service"), to: "usr/lib/systemd/system/usher.service"},
		{from: ours("debian/usher.sysusers"), to: "usr/lib/sysusers.d/usher.conf"},
		{from: ours("debian/usher.env"), to: "etc/usher/usher.env", mode: 0o600},
		{from: filepath.Join(d.sources, "cmd/usher/completions/usher.bash"), to: "usr/share/bash-completion/completions/usher"},
		{from: filepath.Join(d.sources, "cmd/usher/completions/_usher"), to: "usr/share/zsh/vendor-completions/_usher"},
		{from: filepath.Join(d.sources, "cmd/usher/completions/usher.fish"), to: "usr/share/fish/vendor_completions.d/usher.fish"},
		{from: ours("debian/copyright"), to: documents + "copyright"},
		{from: filepath.Join(d.sources, "NOTICE"), to: documents + "NOTICE"},
		{from: filepath.Join(d.sources, "THIRD_PARTY_NOTICES"), to: documents + "THIRD_PARTY_NOTICES"},
		{from: filepath.Join(d.sources, "docs/install.md"), to: documents + "install.md"},
		{from: filepath.Join(d.sources, "docs/operations.md"), to: documents + "operations.md"},
		{from: bom, to: documents + "usher.cdx.json"},
		{from: ours("debian/conffiles"), to: "DEBIAN/conffiles"},
		{from: ours("debian/postinst"), to: "DEBIAN/postinst", mode: 0o755},
		{from: ours("debian/prerm"), to: "DEBIAN/prerm", mode: 0o755},
		{from: ours("debian/postrm"), to: "DEBIAN/postrm", mode: 0o755},
	} {
		if err := f.put(root); err != nil {
			return err
		}
	}
	if err := d.packed(filepath.Join(d.sources, "CHANGELOG.md"), filepath.Join(root, documents, "changelog.gz")); err != nil {
		return err
	}
	if err := d.packed(ours("debian/usher.1"), filepath.Join(root, "usr/share/man/man1/usher.1.gz")); err != nil {
		return err
	}
	control, err := os.ReadFile(ours("debian/control"))
	if err != nil {
		return err
	}
	version := debianVersion(d.version)
	text := strings.NewReplacer("@VERSION@", version, "@ARCHITECTURE@", one.goarch).Replace(string(control))
	if err := os.WriteFile(filepath.Join(root, "DEBIAN/control"), []byte(text), 0o644); err != nil {
		return err
	}
	return d.packDebian(ctx, root, filepath.Join(d.out, fmt.Sprintf("usher_%s_%s.deb", version, one.goarch)))
}

func (d dist) packDebian(ctx context.Context, root, to string) error {
	// Folders are as this says, whatever the umask here.
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	})
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "dpkg-deb", "-Zgzip", "--root-owner-group", "--build", root, to)
	command.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", d.when.Unix()))
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w", said, err)
	}
	return nil
}

// debianVersion is a version as Debian orders it: it begins with a digit, and
// what has no release is older than all that have.
func debianVersion(version string) string {
	if released := strings.TrimPrefix(version, "v"); regexp.MustCompile(`^\d`).MatchString(released) && released != version {
		return released
	}
	return "0.0.0~" + version
}

// put copies a file to its place below a folder.
func (f file) put(root string) error {
	to := filepath.Join(root, f.to)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	created, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, f.perm())
	if err != nil {
		return err
	}
	return errors.Join(f.copy(created), created.Close(), os.Chmod(to, f.perm()))
}

// packed puts a file to its place as Debian has texts: packed, without its time.
func (d dist) packed(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	created, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	writer, err := gzip.NewWriterLevel(created, gzip.BestCompression)
	if err != nil {
		return errors.Join(err, created.Close())
	}
	return errors.Join(file{from: from}.copy(writer), writer.Close(), created.Close())
}
