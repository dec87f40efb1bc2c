package faultfs

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/ncruces/go-sqlite3/vfs"
)

// Sector is what a power cut leaves whole or untouched, in bytes.
const Sector = 512

// ErrPowerCut, returned by a hook, ends the power; all calls fail with it from
// then on.
var ErrPowerCut = errors.New("the power is cut")

// Kind is a kind of call that changes a file or makes a change durable.
type Kind int

// The kinds of calls.
const (
	Write Kind = iota
	Truncate
	Sync
	Delete
)

// Call is a call about to be carried out.
type Call struct {
	Number int // from 1, over all files
	Kind   Kind
	Path   string
	Grows  bool // whether a write needs new space
}

// Disk is the file system. Its hook sees each call before it takes place and
// makes it fail by an error: a syscall.Errno reaches SQLite as one of the
// operating system's. The files are real ones, so that they can be looked
// at; what is durable of them is in memory, and nothing is really synced.
type Disk struct {
	vfs.VFSFilename
	name string

	mutex sync.Mutex
	hook  func(Call) error
	calls int
	dark  bool
	files map[string]*content
	after map[string][]byte
}

// content is what is durable of a file, and which sectors are not.
type content struct {
	durable  []byte
	unsynced map[int64]bool
	deleted  bool // though a power cut may bring the durable part back
}

// New registers a disk until its Close. The hook may be nil.
func New(hook func(Call) error) *Disk {
	d := &Disk{
		VFSFilename: vfs.Find("os").(vfs.VFSFilename),
		hook:        hook,
		files:       map[string]*content{},
	}
	d.name = fmt.Sprintf("faultfs-%p", d)
	vfs.Register(d.name, d)
	return d
}

// Name returns what SQLite knows the disk by.
func (d *Disk) Name() string { return d.name }

// Close takes the disk out of SQLite's list.
func (d *Disk) Close() { vfs.Unregister(d.name) }

// Calls returns how many calls there were.
func (d *Disk) Calls() int {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.calls
}

// Cut cuts the power now.
func (d *Disk) Cut() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.cut()
}

// Restore writes the files as the power cut left them into a folder.
func (d *Disk) Restore(folder string) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for path, data := range d.after {
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(path)), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// OpenFilename implements vfs.VFSFilename.
func (d *Disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.dark {
		return nil, flags, ErrPowerCut
	}
	opened, flags, err := d.VFSFilename.OpenFilename(name, flags)
	if err != nil {
		return nil, flags, err
	}
	path := name.String()
	if path == "" {
		return opened, flags, nil // a temporary file
	}
	known, ok := d.files[path]
	if !ok {
		known = &content{unsynced: map[int64]bool{}}
		if known.durable, err = os.ReadFile(path); err != nil {
			return nil, flags, errors.Join(err, opened.Close())
		}
		d.files[path] = known
	}
	if known.deleted {
		known.deleted = false
		known.spoil(0, int64(len(known.durable)))
	}
	return &file{File: opened, disk: d, path: path, content: known}, flags, nil
}

// Delete implements vfs.VFS.
func (d *Disk) Delete(path string, durable bool) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if err := d.call(Delete, path, false); err != nil {
		return err
	}
	if known, ok := d.files[path]; ok {
		known.deleted = true
		if durable {
			delete(d.files, path)
		}
	}
	return d.VFSFilename.Delete(path, false)
}

// call counts a call and asks the hook.
func (d *Disk) call(kind Kind, path string, grows bool) error {
	if d.dark {
		return ErrPowerCut
	}
	d.calls++
	if d.hook == nil {
		return nil
	}
	err := d.hook(Call{Number: d.calls, Kind: kind, Path: path, Grows: grows})
	if errors.Is(err, ErrPowerCut) {
		d.cut()
	}
	return asTheSystem(kind, path, err)
}

// asTheSystem is an error in the shape in which the driver's own file system has
// it: with the call and the path, but of a sync.
func asTheSystem(kind Kind, path string, err error) error {
	errno, ok := err.(syscall.Errno) //nolint:errorlint // because only a bare one lacks its shape
	if !ok || kind == Sync {
		return err
	}
	call := map[Kind]string{Write: "write", Truncate: "truncate", Delete: "remove"}[kind]
	return &os.PathError{Op: call, Path: path, Err: errno}
}

// cut keeps what is durable and some of the rest.
func (d *Disk) cut() {
	if d.dark {
		return
	}
	d.dark = true
	d.after = map[string][]byte{}
	kept := [...]int{0, 10, 50, 90, 100}[rand.IntN(5)] // percent
	for path, known := range d.files {
		if strings.HasSuffix(path, "-shm") || (known.deleted && rand.IntN(2) == 0) {
			continue
		}
		current, err := os.ReadFile(path)
		if err != nil && !known.deleted {
			panic(err)
		}
		d.after[path] = known.torn(current, kept)
	}
}

func (c *content) torn(current []byte, kept int) []byte {
	data := append([]byte(nil), c.durable...)
	if c.deleted {
		return data
	}
	if len(current) != len(data) && rand.IntN(100) < kept {
		data = append(data, make([]byte, max(0, len(current)-len(data)))...)[:len(current)]
	}
	for sector := range c.unsynced {
		start := sector * Sector
		if rand.IntN(100) < kept && start < int64(min(len(data), len(current))) {
			copy(data[start:min(start+Sector, int64(len(data)))], current[start:])
		}
	}
	return data
}

// spoil marks bytes as no longer as they are durable.
func (c *content) spoil(start, end int64) {
	for sector := start / Sector; sector*Sector < end; sector++ {
		c.unsynced[sector] = true
	}
}

// sync makes the current bytes durable.
func (c *content) sync(current vfs.File) error {
	size, err := current.Size()
	if err != nil {
		return err
	}
	old := int64(len(c.durable))
	c.durable = append(c.durable, make([]byte, max(0, size-old))...)[:size]
	for sector := range c.unsynced {
		if start := sector * Sector; start < size {
			_, err := current.ReadAt(c.durable[start:min(start+Sector, size)], start)
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
		}
	}
	clear(c.unsynced)
	return nil
}
