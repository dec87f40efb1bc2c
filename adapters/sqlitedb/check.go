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
	return fmt.Sprintf("%s is damaged at byte %d: %s", d.File, d.Offset, d.Reason)
}

// lockPage is the offset of bytes that SQLite locks and never writes.
const lockPage = 1 << 30

// Check reads a file that nobody has open, with its write-ahead log, from its
// beginning to its end, and returns a *Damage for the first page whose checksum
// is wrong. A file that is not there is whole. What a power cut leaves behind,
// and SQLite repairs, is no damage.
//
// It is for files that are written with Full only: after a power cut it would
// take the unsynced transactions of Normal for damaged ones.
//
// It promises to find changed bytes, and not: that SQLite wrote sense, that a
// page is not one of zeros, or that the last transaction of a write-ahead log
// was not damaged rather than torn.
func Check(path string) error {
	if err := rollBack(path); err != nil {
		return err
	}
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
	return errors.Join(conn.Exec("SELECT count(*) FROM sqlite_schema"), conn.Close())
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
	return checkPages(file, path, pageSize, int64(pages), wal.pages)
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
	if header[20] != 8 {
		return 0, 0, &Damage{File: path, Offset: 20, Reason: "the pages are not marked as having checksums"}
	}
	return pageSize, max(1, binary.BigEndian.Uint32(header[28:])), nil
}

func validPageSize(size int) bool {
	return size >= 512 && size <= 1<<16 && size&(size-1) == 0
}

// checkPages verifies the pages that are not overridden by the write-ahead log.
func checkPages(file io.Reader, path string, pageSize int, pages int64, overridden map[uint32]bool) error {
	block := make([]byte, 1<<20)
	for page := int64(0); page < pages; {
		n, err := io.ReadFull(file, block)
		if err != nil && !isEnd(err) {
			return err
		}
		ended := err != nil
		for rest := block[:n]; len(rest) >= pageSize && page < pages; rest = rest[pageSize:] {
			offset := page * int64(pageSize)
			page++
			if !wholePage(rest[:pageSize]) && !overridden[uint32(page)] && offset != lockPage {
				return &Damage{File: path, Offset: offset, Reason: "a page has a wrong checksum"}
			}
		}
		if ended {
			return checkMissing(path, pageSize, page, pages, overridden)
		}
	}
	return nil
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

// wholePage verifies a page's checksum: https://sqlite.org/cksumvfs.html
func wholePage(page []byte) bool {
	var s1, s2 uint32
	data, stored := page[:len(page)-8], page[len(page)-8:]
	for len(data) >= 8 {
		word := binary.LittleEndian.Uint64(data)
		s1 += uint32(word) + s2
		s2 += uint32(word>>32) + s1
		data = data[8:]
	}
	return binary.LittleEndian.Uint64(stored) == uint64(s2)<<32|uint64(s1)
}
