package sqlitedb

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// disk is the file system below the connections to one file. It tells SQLite of
// a lack of space as such, whichever call meets it, and keeps why a call failed:
// of SQLite there is a number in the end, or not even that of the cause, because
// the calls by which it tidies up succeed.
type disk struct {
	vfs.VFSFilename
	name    string
	reserve *Reserve    // nil where there is none
	leaves  int64       // of the reserve, to others
	draws   atomic.Bool // whether calls that lack space may use the reserve

	mutex sync.Mutex
	wrote error // the first call to change a file that failed since forget
	read  error // the same of the others
}

// newDisk registers the file system until its close. The name is that of the
// one below; empty for the operating system's.
func newDisk(below string, reserve *Reserve, leaves int64) (*disk, error) {
	files, ok := vfs.Find(below).(vfs.VFSFilename)
	if !ok {
		return nil, fmt.Errorf("there is no file system %q", below)
	}
	d := &disk{VFSFilename: files, reserve: reserve, leaves: leaves}
	d.name = fmt.Sprintf("usher-%p", d)
	vfs.Register(d.name, d)
	return d, nil
}

func (d *disk) close() { vfs.Unregister(d.name) }

// forget begins anew with what explain tells.
func (d *disk) forget() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.wrote, d.read = nil, nil
}

// failed keeps the first cause.
func (d *disk) failed(kept *error, err error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if *kept == nil {
		*kept = err
	}
}

// failedWriting gives a cause the meaning that SQLite knows.
func (d *disk) failedWriting(err error) error {
	d.failed(&d.wrote, err)
	if lacksSpace(err) {
		return vfs.SystemError(err, sqlite3.FULL)
	}
	return err
}

// explain adds to an error of SQLite what the operating system said, and the
// extended code.
func (d *disk) explain(err, cause error) error {
	if _, explained := errors.AsType[*fault](err); explained || !ofTheFile(err) {
		return err
	}
	code, _ := errors.AsType[sqlite3.ExtendedErrorCode](err)
	return &fault{sqlite: err, code: code, cause: cause}
}

func (d *disk) explainWriting(err error) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.wrote != nil {
		return d.explain(err, d.wrote)
	}
	return d.explain(err, d.read)
}

func (d *disk) explainReading(err error) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	cause := d.read
	d.read = nil
	return d.explain(err, cause)
}

// ofTheFile tells errors for which the operating system has a cause.
func ofTheFile(err error) bool {
	for _, of := range []error{sqlite3.IOERR, sqlite3.FULL, sqlite3.CANTOPEN, sqlite3.READONLY, sqlite3.PERM} {
		if errors.Is(err, of) {
			return true
		}
	}
	return false
}

// fault is an error of SQLite with what is behind it.
type fault struct {
	sqlite error
	code   sqlite3.ExtendedErrorCode
	cause  error // with the path; nil where it is not known
}

func (f *fault) Error() string {
	said := fmt.Sprintf("%v (extended code %d)", f.sqlite, f.code)
	if f.cause != nil {
		said = f.cause.Error() + ": " + said
	}
	return said
}

func (f *fault) Unwrap() []error {
	if f.cause == nil {
		return []error{f.sqlite}
	}
	return []error{f.sqlite, f.cause}
}

// lacksSpace tells what the operating system says of a full disk, or quota.
func lacksSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// OpenFilename implements vfs.VFSFilename.
func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	opened, flags, err := d.VFSFilename.OpenFilename(name, flags)
	for lacksSpace(err) && d.draw() {
		opened, flags, err = d.VFSFilename.OpenFilename(name, flags)
	}
	if err != nil {
		d.failed(&d.wrote, err)
		return nil, flags, err
	}
	return &diskFile{File: opened, disk: d, path: name.String()}, flags, nil
}

// Delete implements vfs.VFS.
func (d *disk) Delete(path string, durable bool) error {
	err := d.VFSFilename.Delete(path, durable)
	if err != nil {
		d.failed(&d.wrote, err)
	}
	return err
}

// draw makes some space, if it may and can.
func (d *disk) draw() bool { return d.draws.Load() && d.reserve.draw(d.leaves) }

type diskFile struct {
	vfs.File
	disk *disk
	path string
}

var (
	_ vfs.FileSharedMemory = (*diskFile)(nil)
	_ vfs.FileSizeHint     = (*diskFile)(nil)
	_ vfs.FileHasMoved     = (*diskFile)(nil)
)

func (f *diskFile) ReadAt(data []byte, offset int64) (int, error) {
	n, err := f.File.ReadAt(data, offset)
	if err != nil && !errors.Is(err, io.EOF) {
		f.disk.failed(&f.disk.read, err)
	}
	return n, err
}

func (f *diskFile) WriteAt(data []byte, offset int64) (int, error) {
	n, err := f.File.WriteAt(data, offset)
	for lacksSpace(err) && f.disk.draw() {
		n, err = f.File.WriteAt(data, offset)
	}
	if err != nil {
		err = f.disk.failedWriting(err)
	}
	return n, err
}

func (f *diskFile) Truncate(size int64) error {
	err := f.File.Truncate(size)
	if err != nil {
		err = f.disk.failedWriting(err)
	}
	return err
}

// Sync fails for good, also for a lack of space: what was written before may
// have been lost.
func (f *diskFile) Sync(flags vfs.SyncFlag) error {
	err := f.File.Sync(flags)
	if err != nil {
		f.disk.failed(&f.disk.wrote, &os.PathError{Op: "sync", Path: f.path, Err: err})
	}
	return err
}

// SharedMemory implements vfs.FileSharedMemory.
func (f *diskFile) SharedMemory() vfs.SharedMemory {
	if shared, ok := f.File.(vfs.FileSharedMemory); ok {
		return shared.SharedMemory()
	}
	return nil
}

// SizeHint implements vfs.FileSizeHint. What SQLite only hints at may fail.
func (f *diskFile) SizeHint(size int64) error {
	if hinted, ok := f.File.(vfs.FileSizeHint); ok {
		return hinted.SizeHint(size)
	}
	return nil
}

// HasMoved implements vfs.FileHasMoved.
func (f *diskFile) HasMoved() (bool, error) {
	if movable, ok := f.File.(vfs.FileHasMoved); ok {
		return movable.HasMoved()
	}
	return false, nil
}

// DeviceCharacteristics implements vfs.File, without the writes in batches that
// some file systems of flash memory have: a journal of SQLite's is enough.
func (f *diskFile) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return f.File.DeviceCharacteristics() &^ vfs.IOCAP_BATCH_ATOMIC
}
