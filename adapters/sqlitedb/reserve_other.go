//go:build !linux

package sqlitedb

import "os"

// allocate takes space for a part of a file.
func allocate(file *os.File, offset, bytes int64) error { return scribble(file, offset, bytes) }
