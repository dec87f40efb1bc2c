package projections

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"time"
)

// comparePage is how many rows of each side are looked at together.
const comparePage = 1000

// ScanRows is rows behind a key in the order of accounts and ids, at most limit.
type ScanRows func(after Key, limit int) ([]Row, error)

// Compare sets rows against each other, in pages.
func Compare(a, b ScanRows) (c Comparison, err error) {
	left, right := newSide(a), newSide(b)
	for {
		rowA, err := left.row()
		if err != nil {
			return c, err
		}
		rowB, err := right.row()
		if err != nil {
			return c, err
		}
		order, over := orderOf(rowA, rowB)
		if over {
			break
		}
		if order != 0 || !sameRow(rowA, rowB) {
			if c.Differences++; c.Differences == 1 {
				c.First = firstOf(order, rowA, rowB)
			}
		}
		if order <= 0 {
			left.next()
		}
		if order >= 0 {
			right.next()
		}
	}
	c.RowsA, c.RowsB = left.count, right.count
	c.DigestA, c.DigestB = left.sum(), right.sum()
	return c, nil
}

// side is one of the two sequences of rows.
type side struct {
	scan   ScanRows
	page   []Row
	after  Key
	end    bool
	count  int
	digest hash.Hash
}

func newSide(scan ScanRows) *side { return &side{scan: scan, digest: sha256.New()} }

// row is the row at which the side stands; nil behind the last.
func (s *side) row() (*Row, error) {
	if len(s.page) == 0 && !s.end {
		page, err := s.scan(s.after, comparePage)
		if err != nil {
			return nil, err
		}
		s.page, s.end = page, len(page) == 0
	}
	if s.end {
		return nil, nil //nolint:nilnil // because behind the last there is no row, and no error
	}
	return &s.page[0], nil
}

func (s *side) next() {
	s.count++
	s.after = s.page[0].Key
	s.digest.Write(digestible(s.page[0]))
	s.page = s.page[1:]
}

func (s *side) sum() (sum [32]byte) {
	s.digest.Sum(sum[:0])
	return sum
}

// orderOf says which of two rows comes first; over when there is none left.
func orderOf(a, b *Row) (order int, over bool) {
	switch {
	case a == nil && b == nil:
		return 0, true
	case a == nil:
		return 1, false
	case b == nil:
		return -1, false
	}
	return cmp.Or(bytes.Compare(a.Account[:], b.Account[:]), cmp.Compare(a.ID, b.ID)), false
}

func firstOf(order int, a, b *Row) Key {
	if order <= 0 {
		return a.Key
	}
	return b.Key
}

func sameRow(a, b *Row) bool {
	return a.Sort == b.Sort && a.At.Equal(b.At) && slices.Equal(a.Facets, b.Facets) && a.Search == b.Search && bytes.Equal(a.Doc, b.Doc)
}

// digestible is a row as bytes, each part with its length before it.
func digestible(row Row) []byte {
	parts := []string{string(row.Account[:]), row.ID, row.Sort, row.At.UTC().Format(time.RFC3339Nano), row.Search, string(row.Doc)}
	var all []byte
	for _, part := range append(parts, row.Facets...) {
		all = binary.AppendUvarint(all, uint64(len(part)))
		all = append(all, part...)
	}
	return all
}
