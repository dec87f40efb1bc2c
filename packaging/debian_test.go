package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// dpkg runs dpkg on a root of its own, as root or as somebody who seems to be.
func dpkg(t *testing.T, root string, args ...string) string {
	t.Helper()
	all := append([]string{"dpkg", "--root=" + root, "--force-depends", "--force-script-chrootless", "--force-confdef", "--force-confold"}, args...)
	if os.Geteuid() != 0 {
		all = append([]string{"fakeroot"}, all...)
	}
	return command(t, root, all[0], all[1:]...)
}

func debianPackage(t *testing.T, folder, program string) {
	t.Helper()
	root := t.TempDir()
	for _, needed := range []string{"var/lib/dpkg/updates", "var/lib/dpkg/info", "etc", "var/lib/usher"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, needed), 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o644))
	dpkg(t, root, "-i", filepath.Join(folder, "usher_1.2.3_amd64.deb"))

	require.Contains(t, command(t, root, filepath.Join(root, "usr/bin/usher"), "--version"), version)
	settings := filepath.Join(root, "etc/usher/usher.env")
	for path, mode := range map[string]os.FileMode{
		settings: 0o600, filepath.Join(root, "usr/lib/systemd/system/usher.service"): 0o644, filepath.Join(root, "usr/share/man/man1/usher.1.gz"): 0o644,
		filepath.Join(root, "usr/share/bash-completion/completions/usher"): 0o644, filepath.Join(root, "usr/share/zsh/vendor-completions/_usher"): 0o644,
		filepath.Join(root, "usr/share/fish/vendor_completions.d/usher.fish"): 0o644,
		filepath.Join(root, "usr/share/doc/usher/copyright"):                  0o644, filepath.Join(root, "usr/share/doc/usher/THIRD_PARTY_NOTICES"): 0o644, filepath.Join(root, "usr/bin"): 0o755,
	} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), path)
	}
	users, err := os.ReadFile(filepath.Join(root, "etc/passwd"))
	require.NoError(t, err)
	require.Regexp(t, `(?m)^usher:x:\d+:\d+:Usher:/var/lib/usher:/usr/sbin/nologin$`, string(users))

	// An upgrade leaves the settings as they were changed.
	require.NoError(t, os.WriteFile(settings, []byte("USHER_LISTEN=:80\n"), 0o600))
	newer := t.TempDir()
	d := dist{sources: "..", out: newer, version: "v1.3.0", when: time.Unix(1700000000, 0)}
	require.NoError(t, d.debian(context.Background(), system{"linux", "amd64"}, program, filepath.Join(folder, "usher-v1.2.3-linux-amd64.cdx.json")))
	dpkg(t, root, "-i", filepath.Join(newer, "usher_1.3.0_amd64.deb"))
	kept, err := os.ReadFile(settings)
	require.NoError(t, err)
	require.Equal(t, "USHER_LISTEN=:80\n", string(kept))

	// Nothing but its data outlives it.
	require.NoError(t, os.WriteFile(filepath.Join(root, "var/lib/usher/vault.db"), []byte("keys"), 0o600))
	dpkg(t, root, "--remove", "usher")
	require.NoFileExists(t, filepath.Join(root, "usr/bin/usher"))
	require.FileExists(t, settings)
	require.Contains(t, dpkg(t, root, "--purge", "usher"), "data stay in /var/lib/usher")
	require.NoFileExists(t, settings)
	require.FileExists(t, filepath.Join(root, "var/lib/usher/vault.db"))
}

// mostExposed is what systemd may find at most of dangers, of 100.
const mostExposed = "15"

func TestTheUnitIsWellFormedAndShutsAllOut(t *testing.T) {
	text, err := os.ReadFile("systemd/usher.service")
	require.NoError(t, err)
	// The program is not installed here: another stands for it.
	stand, err := exec.LookPath("true")
	require.NoError(t, err)
	unit := filepath.Join(t.TempDir(), "usher.service")
	write := func(text string) {
		require.NoError(t, os.WriteFile(unit, []byte(text), 0o644))
	}
	write(replaceOnce(t, string(text), "/usr/bin/usher serve", stand))
	require.Empty(t, command(t, ".", "systemd-analyze", "verify", "--man=no", unit))
	command(t, ".", "systemd-analyze", "--offline=yes", "--threshold="+mostExposed, "security", unit)

	write(replaceOnce(t, string(text), "ProtectHome=yes", "ProtectHome=certainly"))
	said, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", unit).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "certainly")
	write(replaceOnce(t, string(text), "User=usher\n", "User=root\n"))
	require.Error(t, exec.CommandContext(t.Context(), "systemd-analyze", "--offline=yes", "--threshold=10", "security", unit).Run())
}
