package projections

import (
	"encoding/base32"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/usher-engine/usher/domain"
)

// SearchText folds what people search by, on both sides: the rows' text and
// the words looked for. Folding folded text changes nothing.
func SearchText(parts ...string) string {
	var words []string
	for _, part := range parts {
		words = append(words, strings.Fields(fold(part))...)
	}
	return strings.Join(words, " ")
}

// SortText orders rows by what people read: by the first part, then the second
// and so on, as dictionaries do, whatever their case and accents. It is never empty.
func SortText(parts ...string) string {
	collator := collators.Get().(*collator) //nolint:errcheck,forcetypeassert // because nothing else is put there
	defer collators.Put(collator)
	var key []byte
	for _, part := range parts {
		key = append(key, collator.key(part)...)
		key = append(key, 0) // before any letter's weight
	}
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(key) // which orders as the bytes do
}

// longestKey is how many bytes of a part's key count: those of a hundred Chinese
// characters. Stores index what they sort by, and cannot index texts of any length.
const longestKey = 320

// collator makes the keys by which texts are ordered by Unicode's root collation.
type collator struct {
	collate *collate.Collator
	buffer  collate.Buffer
}

var collators = sync.Pool{ //nolint:gochecknoglobals // because one is dear to make, and for one at a time
	New: func() any { return &collator{collate: collate.New(language.Und, collate.Loose)} },
}

// key is of the small letters: the tables of the collation are older than some
// capitals, as the Georgian ones.
func (c *collator) key(text string) []byte {
	c.buffer.Reset()
	key := c.collate.KeyFromString(&c.buffer, strings.ToLower(strings.Map(usual, domain.TrimPasted(text))))
	return key[:min(len(key), longestKey)]
}

// InLogOrder returns a sort text that lists events, or what began with them, in the
// order of the log.
func InLogOrder(position domain.Position) string {
	return fmt.Sprintf("%016x%016x", position.Commit, position.Prepare)
}

// positionIn is the position that InLogOrder made a text of, which may go on.
func positionIn(sort string) (position domain.Position) {
	_, _ = fmt.Sscanf(sort, "%16x%16x", &position.Commit, &position.Prepare) // zero where it is none
	return position
}
