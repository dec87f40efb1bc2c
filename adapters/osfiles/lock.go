package osfiles

import (
	"errors"
	"fmt"
	"os"
)

// Lock locks a file for this process, or gives the error that it is told where
// another process has it. The lock ends with the process, however that ends;
// the file stays, so that all lock the same one.
func Lock(path string, locked error) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // because the operator names the folder
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	taken, err := tryLock(file)
	if err == nil && !taken {
		err = fmt.Errorf("%w (%s is locked)", locked, path)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
