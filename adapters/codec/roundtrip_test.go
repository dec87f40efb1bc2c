package codec_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
)

func TestEveryEventComesBackAsItWasWritten(t *testing.T) {
	c, constants := newCodec(t), readDomain(t).constants
	for _, name := range c.Registry().Types() {
		t.Run(string(name), rapid.MakeCheck(func(rt *rapid.T) {
			event := maker{constants: constants, draw: rt}.event(t, c.Registry().Prototype(name))
			record := written(rt, c, event)

			recorded := read(rt, c, record)

			require.Equal(rt, domain.Recorded{
				ID: record.ID, Stream: streamOf(name), Revision: record.Revision, Position: record.Position,
				Time: record.Time, Event: event, Metadata: metadata(),
				Data: record.Data, RawMetadata: record.Metadata,
			}, recorded)
		}))
	}
}
