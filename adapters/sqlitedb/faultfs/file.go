package faultfs

import (
	"github.com/ncruces/go-sqlite3/vfs"
)

type file struct {
	vfs.File
	disk    *Disk
	path    string
	content *content
}

var _ vfs.FileSharedMemory = (*file)(nil)

func (f *file) SharedMemory() vfs.SharedMemory {
	if shared, ok := f.File.(vfs.FileSharedMemory); ok {
		return shared.SharedMemory()
	}
	return nil
}

func (f *file) WriteAt(data []byte, offset int64) (int, error) {
	f.disk.mutex.Lock()
	defer f.disk.mutex.Unlock()
	size, err := f.Size()
	if err != nil {
		return 0, err
	}
	end := offset + int64(len(data))
	if err := f.disk.call(Write, f.path, end > size); err != nil {
		return 0, err
	}
	f.content.spoil(min(offset, size), end)
	return f.File.WriteAt(data, offset)
}

func (f *file) Truncate(size int64) error {
	f.disk.mutex.Lock()
	defer f.disk.mutex.Unlock()
	if err := f.disk.call(Truncate, f.path, false); err != nil {
		return err
	}
	f.content.spoil(size, int64(len(f.content.durable)))
	return f.File.Truncate(size)
}

func (f *file) Sync(vfs.SyncFlag) error {
	f.disk.mutex.Lock()
	defer f.disk.mutex.Unlock()
	if err := f.disk.call(Sync, f.path, false); err != nil {
		return err
	}
	return f.content.sync(f.File)
}
