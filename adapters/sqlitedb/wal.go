package sqlitedb

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
)

// The format of the write-ahead log: https://sqlite.org/fileformat2.html#walformat
const (
	walMagic       = 0x377f0682 // the last bit says that checksums are big-endian
	walHeaderSize  = 32
	walFrameHeader = 24
)

// walState is what opening the write-ahead log will make of the file.
type walState struct {
	pageSize int
	pages    map[uint32]bool // numbers of the pages that it has whole
	size     uint32          // of the file after its last commit, in pages; 0 without one
}

// readWAL finds what SQLite will recover from a write-ahead log, and refuses one
// of which SQLite would silently drop synced transactions.
//
// SQLite takes the frames up to the first bad one. A power cut leaves bad frames
// only in the last transaction, for each is synced before the next begins. So
// where behind a bad frame another transaction has begun, the bad frame had
// been synced and was damaged later. In the last transaction the two cannot be
// told apart: it counts as torn.
func readWAL(path string) (walState, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return walState{}, nil
	}
	if err != nil {
		return walState{}, err
	}
	defer file.Close() //nolint:errcheck // because it was only read
	reader := bufio.NewReaderSize(file, 1<<20)

	header := make([]byte, walHeaderSize)
	if _, err := io.ReadFull(reader, header); isEnd(err) {
		return walState{}, nil // too short for any frame
	} else if err != nil {
		return walState{}, err
	}
	scan, ok := newWALScan(header)
	if !ok {
		// The header is one sector and is synced before the first frame, so it
		// is never torn; it may be missing as long as nothing follows.
		if empty, err := onlyZeros(io.MultiReader(bytes.NewReader(header), reader)); err != nil || empty {
			return walState{}, err
		}
		return walState{}, &Damage{File: path, Reason: "the header of the write-ahead log has a wrong checksum"}
	}
	return scan.run(reader, path)
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

func onlyZeros(reader io.Reader) (bool, error) {
	block := make([]byte, 1<<16)
	for {
		n, err := io.ReadFull(reader, block)
		if len(bytes.Trim(block[:n], "\x00")) > 0 {
			return false, nil
		}
		if isEnd(err) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

type walScan struct {
	state walState
	order binary.ByteOrder
	salt  []byte
	sum   walSum
}

// walSum is a checksum over everything from the log's beginning.
type walSum [2]uint32

func (s walSum) add(order binary.ByteOrder, data []byte) walSum {
	for ; len(data) >= 8; data = data[8:] {
		s[0] += order.Uint32(data) + s[1]
		s[1] += order.Uint32(data[4:]) + s[0]
	}
	return s
}

func storedSum(data []byte) walSum {
	return walSum{binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])}
}

func newWALScan(header []byte) (*walScan, bool) {
	scan := &walScan{order: binary.LittleEndian, salt: header[16:24]}
	magic := binary.BigEndian.Uint32(header)
	if magic&1 == 1 {
		scan.order = binary.BigEndian
	}
	scan.sum = walSum{}.add(scan.order, header[:24])
	scan.state.pageSize = int(binary.BigEndian.Uint32(header[8:]))
	scan.state.pages = map[uint32]bool{}
	whole := magic&^1 == walMagic && scan.sum == storedSum(header[24:])
	return scan, whole && validPageSize(scan.state.pageSize)
}

type walFrame []byte

func (f walFrame) page() uint32   { return binary.BigEndian.Uint32(f) }
func (f walFrame) size() uint32   { return binary.BigEndian.Uint32(f[4:]) } // not 0 in a commit frame
func (f walFrame) salt() []byte   { return f[8:16] }
func (f walFrame) stored() walSum { return storedSum(f[16:]) }

// follows says whether the frame was written after another with this sum.
func (s *walScan) follows(frame walFrame, sum walSum) (walSum, bool) {
	sum = sum.add(s.order, frame[:8]).add(s.order, frame[walFrameHeader:])
	return sum, sum == frame.stored() && bytes.Equal(frame.salt(), s.salt)
}

func (s *walScan) run(reader io.Reader, path string) (walState, error) {
	var open []uint32 // pages of the transaction that is not committed yet
	offset := int64(walHeaderSize)
	frame := make(walFrame, walFrameHeader+s.state.pageSize)
	for ; ; offset += int64(len(frame)) {
		if _, err := io.ReadFull(reader, frame); isEnd(err) {
			return s.state, nil
		} else if err != nil {
			return walState{}, err
		}
		sum, ok := s.follows(frame, s.sum)
		if !ok {
			s.sum = sum
			break
		}
		s.sum = sum
		open = append(open, frame.page())
		if frame.size() > 0 {
			for _, page := range open {
				s.state.pages[page] = true
			}
			s.state.size, open = frame.size(), open[:0]
		}
	}
	another, err := s.anotherTransaction(reader, frame)
	if another {
		err = &Damage{File: path, Offset: offset, Reason: "a frame of the write-ahead log has a wrong checksum, and later transactions stand behind it"}
	}
	return s.state, err
}

// anotherTransaction says whether behind a bad frame there is the end of a
// transaction with the next one's beginning. Each frame's checksum continues
// its predecessor's, so that a pair of frames proves itself; the bad frame's is
// taken as stored and as computed, for the damage may be in either.
func (s *walScan) anotherTransaction(reader io.Reader, bad walFrame) (bool, error) {
	commits, sums := bad.size() > 0, []walSum{bad.stored(), s.sum}
	frame := make(walFrame, len(bad))
	for {
		if _, err := io.ReadFull(reader, frame); isEnd(err) {
			return false, nil
		} else if err != nil {
			return false, err
		}
		for _, sum := range sums {
			if _, ok := s.follows(frame, sum); ok && commits {
				return true, nil
			}
		}
		commits, sums = frame.size() > 0, append(sums[:0], frame.stored())
	}
}
