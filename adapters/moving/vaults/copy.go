package vaults

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
)

var (
	// ErrUnused says that there is nothing to copy.
	ErrUnused = errors.New("the source was never used")

	// ErrAnother says that the target is in use, and keeps something else.
	ErrAnother = errors.New("the target is a vault in use that does not keep the same as the source")

	// ErrDiffers says that the target does not have what was put into it, or
	// that the source changed meanwhile.
	ErrDiffers = errors.New("source and target differ after the copy")
)

// Progress is how far a copy has come.
type Progress struct {
	Table      string
	Rows, From int64 // read so far, of all that there are to read in both vaults
}

// Receipt is what both vaults keep.
type Receipt struct {
	Tables []Count
	Copied bool // false where the target kept the same before
}

// Count is how much is in a table. The digest is of its rows in order.
type Count struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"` // SHA-256, in hexadecimal
}

// batch is how many rows are written at once.
const batch = 1000

// Copy puts all that one vault keeps into an unused one, and reads it again
// there. A target that has the same already is left as it is; one that is in
// use otherwise gives ErrAnother. What a copy that was stopped has left in the
// target is deleted first.
func Copy(ctx context.Context, from, to Vault, tell func(Progress)) (Receipt, error) {
	used, err := from.Used(ctx)
	if err != nil {
		return Receipt{}, err
	}
	if !used {
		return Receipt{}, ErrUnused
	}
	c := copier{from: from, to: to, tell: tell}
	if err := c.count(ctx); err != nil {
		return Receipt{}, err
	}
	if used, err = to.Used(ctx); err != nil {
		return Receipt{}, err
	}
	if used {
		return c.compare(ctx)
	}
	if err := to.Empty(ctx); err != nil {
		return Receipt{}, fmt.Errorf("empty the target: %w", err)
	}
	receipt := Receipt{Copied: true}
	for _, table := range Tables() {
		count, err := c.copy(ctx, table)
		if err != nil {
			return Receipt{}, fmt.Errorf("%s: %w", table.Name, err)
		}
		receipt.Tables = append(receipt.Tables, count)
	}
	return receipt, nil
}

type copier struct {
	from, to Vault
	tell     func(Progress)
	progress Progress
}

func (c *copier) count(ctx context.Context) error {
	for _, table := range Tables() {
		rows, err := c.from.Count(ctx, table)
		if err != nil {
			return fmt.Errorf("count %s: %w", table.Name, err)
		}
		c.progress.From += 2 * rows
	}
	return nil
}

// copy copies a table and compares what came to be there.
func (c *copier) copy(ctx context.Context, table Table) (Count, error) {
	var waiting []Row
	flush := func() error {
		rows := waiting
		waiting = nil
		if len(rows) == 0 {
			return nil
		}
		return c.to.Insert(ctx, table, rows)
	}
	source, err := c.read(ctx, c.from, table, func(row Row) error {
		if waiting = append(waiting, row); len(waiting) < batch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return Count{}, err
	}
	target, err := c.read(ctx, c.to, table, func(Row) error { return nil })
	if err == nil && source != target {
		err = ErrDiffers
	}
	return source, err
}

// compare says whether both vaults keep the same.
func (c *copier) compare(ctx context.Context) (receipt Receipt, err error) {
	nothing := func(Row) error { return nil }
	for _, table := range Tables() {
		source, err := c.read(ctx, c.from, table, nothing)
		if err != nil {
			return Receipt{}, fmt.Errorf("%s: %w", table.Name, err)
		}
		target, err := c.read(ctx, c.to, table, nothing)
		if err != nil {
			return Receipt{}, fmt.Errorf("%s: %w", table.Name, err)
		}
		if source != target {
			return Receipt{}, fmt.Errorf("%w: it has %d rows in %s, and the source %d", ErrAnother, target.Rows, table.Name, source.Rows)
		}
		receipt.Tables = append(receipt.Tables, source)
	}
	return receipt, nil
}

// read shows a table's rows and takes their digest.
func (c *copier) read(ctx context.Context, vault Vault, table Table, show func(Row) error) (Count, error) {
	count, sum := Count{Table: table.Name}, sha256.New()
	c.progress.Table = table.Name
	c.tell(c.progress)
	err := vault.Rows(ctx, table, func(row Row) error {
		if err := digest(sum, row); err != nil {
			return err
		}
		count.Rows++
		c.progress.Rows++
		c.tell(c.progress)
		return show(row)
	})
	count.Digest = hex.EncodeToString(sum.Sum(nil))
	return count, err
}

// digest takes each value with its kind and its length, so that no two rows
// look alike.
func digest(sum hash.Hash, row Row) error {
	for _, value := range row {
		kind, data := byte(0), []byte(nil)
		switch value := value.(type) {
		case nil:
		case int64:
			kind, data = 1, binary.BigEndian.AppendUint64(nil, uint64(value)) //nolint:gosec // because its bits matter only
		case string:
			kind, data = 2, []byte(value)
		case []byte:
			kind, data = 3, value
		default:
			return fmt.Errorf("a vault does not keep a %T", value)
		}
		sum.Write(append(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(data))), data...))
	}
	return nil
}
