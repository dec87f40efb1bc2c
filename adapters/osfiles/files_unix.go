//go:build unix

package osfiles

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// OwnerAlone has all files and folders that this process makes from now on be
// for their owner alone. Windows has nothing of the kind: there MakeFolder says
// it of all that comes to be in a folder.
func OwnerAlone() { unix.Umask(0o077) }

// MakeFolder makes a folder, and those that it is in, where they are missing,
// for its owner alone.
func MakeFolder(path string) error { return os.MkdirAll(path, 0o700) }

// Sync has a file, or a folder's entries, on the disk.
func Sync(path string) error {
	file, err := os.Open(path) //nolint:gosec // because the operator names the folder
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// tryLock is false where another process has the lock.
func tryLock(file *os.File) (taken bool, err error) {
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
