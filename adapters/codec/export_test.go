package codec

import (
	"errors"

	"github.com/usher-engine/usher/domain"
)

// ReadClear reads a payload whose personal part is in clear, in the shape of its
// own name, by the same steps as Decode.
func (c *Codec) ReadClear(name domain.EventType, data []byte) (domain.Event, error) {
	entry := c.registry.entries[name]
	personal, f := entry.facts.check(data)
	if f != nil {
		return nil, errors.New(f.String())
	}
	if entry.personal != nil {
		if _, f := entry.personal.check(data[personal.from:personal.to]); f != nil {
			return nil, errors.New(f.String())
		}
	}
	return entry.decode(data)
}
