package sqlitedb

import (
	"errors"
	"os"
	"syscall"
)

// allocate takes space for a part of a file.
func allocate(file *os.File, offset, bytes int64) error {
	for {
		err := syscall.Fallocate(int(file.Fd()), 0, offset, bytes)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EOPNOTSUPP):
			return scribble(file, offset, bytes)
		case err != nil:
			return &os.PathError{Op: "allocate", Path: file.Name(), Err: err}
		}
		return nil
	}
}
