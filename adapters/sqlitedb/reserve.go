package sqlitedb

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// drawn is how much of a reserve is given up at once, in bytes.
const drawn = 64 << 10

// Reserve is a file that only takes space, so that there is some for what must
// go on when others have filled the disk: it is cut short by as much as is
// lacking, and made whole again when there is room. Where it is on the disk
// does not matter, as long as it is on the same one.
type Reserve struct {
	path  string
	size  int64
	whole atomic.Bool

	mutex sync.Mutex
	has   int64 // bytes
}

// OpenReserve makes the file, or takes the one that is there, and makes it as
// large as there is space for.
func OpenReserve(path string, size int64) (*Reserve, error) {
	r := &Reserve{path: path, size: size}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil && !lacksSpace(err) {
		return nil, fmt.Errorf("reserve: %w", err)
	}
	if err == nil {
		var info os.FileInfo
		if info, err = file.Stat(); err == nil {
			r.has = info.Size()
		}
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("reserve: %w", err)
		}
	}
	return r, r.Refill()
}

// Size returns how many bytes the reserve has when it is whole; 0 for a nil one.
func (r *Reserve) Size() int64 {
	if r == nil {
		return 0
	}
	return r.size
}

// Whole says whether nothing of the reserve is in use. A nil Reserve is whole.
func (r *Reserve) Whole() bool { return r == nil || r.whole.Load() }

// Refill makes the reserve whole where there is space for that; no space is no
// error.
func (r *Reserve) Refill() error {
	if r == nil {
		return nil
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	err := r.refill()
	if lacksSpace(err) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("reserve: %w", err)
	}
	return nil
}

func (r *Reserve) refill() error {
	file, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		r.has = info.Size() // 0 where somebody has removed it
	}
	if err == nil && r.has < r.size {
		if err = allocate(file, r.has, r.size-r.has); err != nil {
			err = errors.Join(err, file.Truncate(r.has))
		} else {
			r.has = r.size
		}
	}
	r.whole.Store(err == nil && r.has >= r.size)
	return errors.Join(err, file.Close())
}

// draw gives some of the reserve to whoever is the first to write, but not of the
// bytes that are to be left.
func (r *Reserve) draw(leave int64) bool {
	if r == nil {
		return false
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.whole.Store(false)
	if r.has <= leave {
		return false
	}
	left := max(0, r.has-drawn)
	if os.Truncate(r.path, left) != nil {
		return false
	}
	r.has = left
	return true
}

// scribble takes space by writing what no file system can make smaller.
func scribble(file *os.File, offset, bytes int64) error {
	block := make([]byte, drawn)
	for end := offset + bytes; offset < end; {
		rand.Read(block) // which never fails
		n, err := file.WriteAt(block[:min(int64(len(block)), end-offset)], offset)
		if err != nil {
			return err
		}
		offset += int64(n)
	}
	return file.Sync()
}
