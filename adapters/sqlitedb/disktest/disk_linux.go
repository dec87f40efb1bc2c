package disktest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Disk is a mounted file system.
type Disk struct {
	t      *testing.T
	Folder string
}

// Memory mounts a file system of so many bytes in memory until the test ends.
// The test must be inside Run.
func Memory(t *testing.T, bytes int) *Disk {
	t.Helper()
	d := &Disk{t: t, Folder: t.TempDir()}
	require.NoError(t, syscall.Mount("usher", d.Folder, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)), "mount a file system in memory")
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(d.Folder, syscall.MNT_DETACH)) })
	return d
}

// Ext4 mounts a new ext4 file system of so many bytes, in an image on a loop
// device, until the test ends. The test must be inside Run, as root.
func Ext4(t *testing.T, bytes int64) *Disk {
	t.Helper()
	image := filepath.Join(t.TempDir(), "image")
	require.NoError(t, os.WriteFile(image, nil, 0o600))
	require.NoError(t, os.Truncate(image, bytes))
	d := &Disk{t: t, Folder: t.TempDir()}
	for _, command := range [][]string{
		{"mkfs.ext4", "-q", "-m", "0", image}, // none of it is root's alone
		{"mount", "-o", "loop", image, d.Folder},
	} {
		said, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
		require.NoError(t, err, "root and loop devices are needed: %s", said)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(d.Folder, syscall.MNT_DETACH)) })
	return d
}

// Fill takes the space that is left, to the last byte, as another program might.
func (d *Disk) Fill() {
	d.t.Helper()
	file, err := os.OpenFile(d.filling(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(d.t, err)
	defer file.Close()
	for size := 1 << 20; size > 0; {
		_, err := file.Write(make([]byte, size))
		if errors.Is(err, syscall.ENOSPC) {
			size /= 2
			continue
		}
		require.NoError(d.t, err)
	}
}

// Free gives back what Fill took.
func (d *Disk) Free() {
	d.t.Helper()
	require.NoError(d.t, os.RemoveAll(d.filling()))
}

func (d *Disk) filling() string { return filepath.Join(d.Folder, "somebody else's") }
