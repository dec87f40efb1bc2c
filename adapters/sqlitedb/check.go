package sqlitedb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/ncruces/go-sqlite3"
)

// Damage says that a file's bytes are not those that were written.
type Damage struct {
	File   string
	Offset int64 // in bytes
	Reason string
}

func (d *Damage) Error() string {
	if d.Offset == 0 {
		return fmt.Sprintf("%s is damaged: %s", d.File, d.Reason)
	}
	return fmt.Sprintf("%s is damaged at byte %d: %s", d.File, d.Offset, d.Reason)
}

// lockPage is the offset of bytes that SQLite locks and never writes.
const lockPage = 1 << 30

// looks is how often a file is looked at that changes meanwhile.
const looks = 50

// Check looks whether a file and its write-ahead log are a database that SQLite
// can open without silently leaving out what was synced, and returns a *Damage
// where they are not. A file that is not there is whole. What a power cut leaves
// behind, and SQLite repairs, is no damage, and neither is what other programs
// leave behind that read, checkpoint, copy or vacuum the file, now or earlier.
//
// It is for files that are written with Full only: after a power cut it would
// take the unsynced transactions of Normal for damaged ones.
//
// It does not say whether the rows are those that were written: who keeps them
// has to know, by digests of their own.
func Check(path string) error {
	if err := rollBack(path); err != nil {
		return err
	}
	// Another program may move the write-ahead log into the file meanwhile, or
	// start it over: what is damaged stays so, and is seen twice in the same words.
	var seen *Damage
	for range looks {
		before, err := walHeader(path)
		if err != nil {
			return err
		}
		err = look(path)
		damage, damaged := errors.AsType[*Damage](err)
		if !damaged {
			return err
		}
		after, err := walHeader(path)
		if err != nil {
			return err
		}
		if seen != nil && *seen == *damage && bytes.Equal(before, after) {
			return damage
		}
		seen = damage
	}
	return fmt.Errorf("another program keeps changing %s; stop it, and try again", path)
}

// walHeader is the first bytes of the write-ahead log, which change whenever it
// is started over; none where there is none.
func walHeader(path string) ([]byte, error) {
	file, err := os.Open(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // because it was only read
	header := make([]byte, walHeaderSize)
	n, err := io.ReadFull(file, header)
	if err != nil && !isEnd(err) {
		return nil, err
	}
	return header[:n], nil
}

func look(path string) error {
	wal, err := readWAL(path + "-wal")
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if wal.size > 0 {
			return &Damage{File: path, Reason: "the file is missing, but not its write-ahead log"}
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // because it was only read
	return checkFile(file, path, wal)
}

// rollBack lets SQLite recover a file whose making was cut off, before it had
// a write-ahead log.
func rollBack(path string) error {
	journal, err := os.Stat(path + "-journal")
	if err != nil || journal.Size() == 0 {
		return nil //nolint:nilerr // there is nothing to roll back
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		return &Damage{File: path + "-journal", Reason: "a rollback journal does not belong here"}
	}
	conn, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READWRITE)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	return errors.Join(conn.Exec("PRAGMA checksum_verification = OFF; SELECT count(*) FROM sqlite_schema"), conn.Close())
}

func checkFile(file *os.File, path string, wal walState) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	header := make([]byte, 100)
	switch _, err := file.ReadAt(header, 0); {
	case err == io.EOF && wal.size > 0:
		return &Damage{File: path, Reason: "the file is empty, but not its write-ahead log"}
	case err == io.EOF && info.Size() == 0:
		return nil
	case err == io.EOF:
		return &Damage{File: path, Reason: "the file is too short"}
	case err != nil:
		return err
	}
	pageSize, pages := wal.pageSize, wal.size
	if !wal.pages[1] {
		var damage *Damage
		if pageSize, pages, damage = readHeader(header, path); damage != nil {
			return damage
		}
	}
	// The first page is always rewritten together with the number of pages.
	return checkMissing(path, pageSize, info.Size()/int64(pageSize), int64(pages), wal.pages)
}

// readHeader reads the header of the file's first page:
// https://sqlite.org/fileformat2.html#the_database_header
func readHeader(header []byte, path string) (pageSize int, pages uint32, damage *Damage) {
	if !bytes.HasPrefix(header, []byte("SQLite format 3\x00")) {
		return 0, 0, &Damage{File: path, Reason: "this is not a database"}
	}
	pageSize = int(binary.BigEndian.Uint16(header[16:]))
	if pageSize == 1 {
		pageSize = 1 << 16
	}
	if !validPageSize(pageSize) {
		return 0, 0, &Damage{File: path, Offset: 16, Reason: "the page size is impossible"}
	}
	return pageSize, max(1, binary.BigEndian.Uint32(header[28:])), nil
}

func validPageSize(size int) bool {
	return size >= 512 && size <= 1<<16 && size&(size-1) == 0
}

// checkMissing is for pages behind the file's end: the write-ahead log must
// have them.
func checkMissing(path string, pageSize int, page, pages int64, overridden map[uint32]bool) error {
	for ; page < pages; page++ {
		if offset := page * int64(pageSize); !overridden[uint32(page+1)] && offset != lockPage {
			return &Damage{File: path, Offset: offset, Reason: "the file ends too early"}
		}
	}
	return nil
}
