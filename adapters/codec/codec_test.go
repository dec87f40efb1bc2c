package codec_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

func codecWith(t testing.TB, keys codec.DataKeys) *codec.Codec {
	t.Helper()
	c, err := codec.New(keys)
	require.NoError(t, err)
	return c
}

func TestAnErasedKeyIsANormalValue(t *testing.T) {
	event, ok := invited(t).(person.InvitedByEmail)
	require.True(t, ok)
	record := written(t, newCodec(t), event)
	erased := map[domain.PersonID]bool{}
	c := codecWith(t, everybodysKeys{erased: erased})
	require.Equal(t, event, read(t, c, record).Event)

	erased[event.Person] = true
	recorded := read(t, c, record)

	blank := event
	blank.Personal = person.Invitee{}
	require.True(t, recorded.Erased)
	require.Equal(t, blank, recorded.Event)
	t.Run("it is rendered as such", func(t *testing.T) {
		text, err := c.Render(recorded)
		require.NoError(t, err)
		require.Contains(t, string(text), `"tenure":1`)
		require.Contains(t, string(text), `"personal":{"erased":true}`)
	})
	t.Run("and nothing is written under it", func(t *testing.T) {
		_, err := c.Encode(context.Background(), streamOf(event.Type()), []commands.Uncommitted{uncommitted(event)})
		require.ErrorIs(t, err, codec.ErrNoDataKey)
	})
}

func TestRenderShowsPersonalDataInClear(t *testing.T) {
	c := newCodec(t)
	text, err := c.Render(read(t, c, written(t, c, invited(t))))
	require.NoError(t, err)
	require.Contains(t, string(text), `"personal":{"contact":{"kind":"email","address":"grace@example.com"}}`)
}

func TestAKeyThatNeverWasIsNotAnErasedOne(t *testing.T) {
	event, ok := invited(t).(person.InvitedByEmail)
	require.True(t, ok)
	record := written(t, newCodec(t), event)
	c := codecWith(t, everybodysKeys{missing: map[domain.PersonID]bool{event.Person: true}})

	refused(t, c, record, codec.MissingKey)
	_, err := c.Encode(context.Background(), streamOf(event.Type()), []commands.Uncommitted{uncommitted(event)})
	require.ErrorIs(t, err, codec.ErrNoDataKey)
}

func TestUnderAnotherKeyNothingOpens(t *testing.T) {
	record := written(t, newCodec(t), invited(t))
	refused(t, codecWith(t, sameKey{Bytes: make([]byte, 32)}), record, codec.Tampering)
}

func TestAFailingVaultIsNotABrokenEvent(t *testing.T) {
	record := written(t, newCodec(t), invited(t))
	c := codecWith(t, brokenVault{})

	events, err := c.Decode(context.Background(), []journal.Record{record})

	require.Empty(t, events)
	require.ErrorIs(t, err, errVault)
	var poison *projections.Poison
	require.NotErrorAs(t, err, &poison)
}

func TestADamagedKeyConcernsItsPersonAlone(t *testing.T) {
	record := written(t, newCodec(t), invited(t))
	refused(t, codecWith(t, sameKey{Bytes: make([]byte, 31)}), record, codec.MissingKey)
}

func TestAKeyOfTheWrongLengthIsRefused(t *testing.T) {
	c := codecWith(t, sameKey{Bytes: make([]byte, 16)})
	_, err := c.Encode(context.Background(), streamOf(person.InvitedByEmailType), []commands.Uncommitted{uncommitted(invited(t))})
	require.ErrorContains(t, err, "16 bytes instead of 32")
}

func TestTheSameEventIsNeverSealedTwiceAlike(t *testing.T) {
	c := newCodec(t)
	require.NotEqual(t, written(t, c, invited(t)).Data, written(t, c, invited(t)).Data)
}

func TestKeysAreAskedForOncePerBatch(t *testing.T) {
	c := newCodec(t)
	record := written(t, c, invited(t))
	counting := &countingKeys{}
	_, err := codecWith(t, counting).Decode(context.Background(), []journal.Record{record, record, record})
	require.NoError(t, err)
	require.Equal(t, []int{1}, counting.asked)
}

func TestWhatCouldNotBeReadIsNotWritten(t *testing.T) {
	c := newCodec(t)
	full := maker{constants: readDomain(t).constants}
	link, ok := full.event(t, person.PasswordLinkIssued{}).(person.PasswordLinkIssued)
	require.True(t, ok)
	tooLate, invalid := link, full.event(t, person.RegistrationRejected{}).(person.RegistrationRejected)
	tooLate.ExpiresAt = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	invalid.Personal.Reason = "\xff"
	noKind, ok := invited(t).(person.InvitedByEmail)
	require.True(t, ok)
	noKind.Personal.Contact.Kind = "fax"
	long := invalid
	long.Personal.Reason = string(make([]byte, 1<<20))
	for what, event := range map[string]domain.Event{
		"a year of five digits": tooLate, "no UTF-8": invalid, "an unknown contact": noKind, "a megabyte": long,
		"an event that is not registered": secondShape{}, "a pointer": &link,
	} {
		t.Run("given "+what, func(t *testing.T) {
			_, err := c.Encode(context.Background(), streamOf(event.Type()), []commands.Uncommitted{uncommitted(event)})
			require.Error(t, err)
		})
	}
	for what, spoil := range map[string]func(*commands.Uncommitted){
		"no id":                func(u *commands.Uncommitted) { u.ID = uuid.Nil },
		"no schema":            func(u *commands.Uncommitted) { u.Metadata.Schema = 0 },
		"no kind of actor":     func(u *commands.Uncommitted) { u.Metadata.Actor.Kind = "" },
		"a stream of no kind":  func(u *commands.Uncommitted) { u.Event = full.event(t, person.Employed{}) },
		"an account elsewhere": func(u *commands.Uncommitted) { u.Metadata.Account = domain.AccountID{} },
	} {
		t.Run("given "+what, func(t *testing.T) {
			u := uncommitted(full.event(t, structureEvent()))
			stream := streamOf(u.Event.Type())
			spoil(&u)
			_, err := c.Encode(context.Background(), stream, []commands.Uncommitted{u})
			require.Error(t, err)
		})
	}
}

type sameKey codec.Key

func (k sameKey) DataKeys(_ context.Context, people []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	keys := map[domain.PersonID]codec.Key{}
	for _, person := range people {
		keys[person] = codec.Key(k)
	}
	return keys, nil
}

type countingKeys struct {
	everybodysKeys
	asked []int
}

func (k *countingKeys) DataKeys(ctx context.Context, people []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	k.asked = append(k.asked, len(people))
	return k.everybodysKeys.DataKeys(ctx, people)
}

var errVault = errors.New("the disk is gone")

type brokenVault struct{}

func (brokenVault) DataKeys(context.Context, []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	return nil, errVault
}
