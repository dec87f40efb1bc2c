package codec_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// refused expects that the record cannot be read, for this kind of reason.
func refused(t require.TestingT, c *codec.Codec, record journal.Record, kind string) {
	events, err := c.Decode(context.Background(), []journal.Record{record})
	require.Empty(t, events)
	var position domain.Position
	var reason string
	var foreign *journal.Foreign
	var poison *projections.Poison
	if kind == codec.NewerVersion || kind == codec.MissingKey {
		require.ErrorAs(t, err, &poison)
		position, reason = poison.Position, poison.Reason
	} else {
		require.ErrorAs(t, err, &foreign)
		position, reason = foreign.Position, foreign.Reason
	}
	require.Equal(t, record.Position, position)
	require.True(t, strings.HasPrefix(reason, kind+": "), "%q is not of kind %q", reason, kind)
}

func invited(t testing.TB) domain.Event {
	t.Helper()
	return maker{constants: readDomain(t).constants}.event(t, person.InvitedByEmail{})
}

func TestASealedPartIsBoundToWhatWasWritten(t *testing.T) {
	c := newCodec(t)
	intact := written(t, c, invited(t))
	other := written(t, c, maker{constants: readDomain(t).constants}.event(t, person.Registered{}))

	t.Run("any changed byte of it is noticed", func(t *testing.T) {
		from := bytes.Index(intact.Data, []byte(`"sealed":"`)) + len(`"sealed":"`)
		to := from + bytes.IndexByte(intact.Data[from:], '"')
		for at := from; at < to; at++ {
			for _, flip := range []byte{1, 2, 4, 8, 16, 32, 64, 128} {
				changed := intact
				changed.Data = bytes.Clone(intact.Data)
				changed.Data[at] ^= flip
				events, err := c.Decode(context.Background(), []journal.Record{changed})
				var foreign *journal.Foreign
				require.ErrorAs(t, err, &foreign, "byte %d with %d flipped", at, flip)
				require.Empty(t, events)
			}
		}
	})
	t.Run("nothing can be cut off it or put to it", rapid.MakeCheck(func(rt *rapid.T) {
		changed := intact
		sealed := []byte(rapid.StringMatching(`[A-Za-z0-9_=-]{0,200}|(\\n){1,3}`).Draw(rt, "sealed"))
		from := bytes.Index(intact.Data, []byte(`"sealed":"`)) + len(`"sealed":"`)
		end := from + bytes.IndexByte(intact.Data[from:], '"')
		keep := from + rapid.IntRange(0, end-from).Draw(rt, "kept")
		changed.Data = bytes.Join([][]byte{intact.Data[:keep], sealed, intact.Data[end:]}, nil)
		if !bytes.Equal(changed.Data, intact.Data) {
			refused(rt, c, changed, codec.Tampering)
		}
	}))
	t.Run("in another stream it does not open", func(t *testing.T) {
		moved := intact
		moved.Stream = "person-" + uuid.NameSpaceDNS.String()
		refused(t, c, moved, codec.Tampering)
	})
	t.Run("under another event id it does not open", func(t *testing.T) {
		moved := intact
		moved.ID = uuid.NameSpaceDNS
		refused(t, c, moved, codec.Tampering)
	})
	t.Run("under another type it does not open", func(t *testing.T) {
		moved := intact
		moved.Type = string(person.InvitedBySMSType)
		moved.Data = without(t, without(t, without(t, intact.Data, "department"), "workgroups"), "fixed_text")
		refused(t, c, moved, codec.Tampering)
	})
	t.Run("another event's part does not open", func(t *testing.T) {
		moved := intact
		moved.Data = bytes.Replace(intact.Data, sealedText(t, intact.Data), sealedText(t, other.Data), 1)
		refused(t, c, moved, codec.Tampering)
	})
	t.Run("it does not pass as erased under the key of somebody who is", func(t *testing.T) {
		gone := domain.PersonID(uuid.NameSpaceDNS)
		withErased, err := codec.New(everybodysKeys{erased: map[domain.PersonID]bool{gone: true}})
		require.NoError(t, err)
		moved := intact
		at := bytes.LastIndex(moved.Data, []byte(`"key":"`)) + len(`"key":"`)
		moved.Data = bytes.Clone(moved.Data)
		copy(moved.Data[at:], gone.String())
		refused(t, withErased, moved, codec.Tampering)
	})
}

// sealedText is the sealed part in the payload of an event.
func sealedText(t testing.TB, data []byte) []byte {
	t.Helper()
	_, after, found := bytes.Cut(data, []byte(`"sealed":"`))
	require.True(t, found)
	text, _, found := bytes.Cut(after, []byte(`"`))
	require.True(t, found)
	return text
}
