package codec_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
)

// An event as it might change twice: a name in one text, then in two, and then
// with a title.
type (
	firstShape struct {
		Person   domain.PersonID `json:"person"`
		Personal firstDetails    `json:"personal"`
	}
	firstDetails struct {
		Name string `json:"name"`
	}
	secondShape struct {
		Person   domain.PersonID `json:"person"`
		Personal secondDetails   `json:"personal"`
	}
	secondDetails struct {
		First string `json:"first"`
		Last  string `json:"last"`
	}
	thirdShape struct {
		Person   domain.PersonID `json:"person"`
		Titled   bool            `json:"titled"`
		Personal secondDetails   `json:"personal"`
	}
)

func (firstShape) Type() domain.EventType  { return "person.named" }
func (secondShape) Type() domain.EventType { return "person.named.v2" }
func (thirdShape) Type() domain.EventType  { return "person.named.v3" }

func (e firstShape) About() domain.PersonID  { return e.Person }
func (e secondShape) About() domain.PersonID { return e.Person }
func (e thirdShape) About() domain.PersonID  { return e.Person }

func (e firstShape) Subject() domain.PersonID  { return e.Person }
func (e secondShape) Subject() domain.PersonID { return e.Person }
func (e thirdShape) Subject() domain.PersonID  { return e.Person }

func firstToSecond(old firstShape) secondShape {
	return secondShape{Person: old.Person, Personal: secondDetails{First: old.Personal.Name}}
}

func secondToThird(old secondShape) thirdShape {
	return thirdShape{Person: old.Person, Personal: old.Personal}
}

func TestNamesOfThePastAreReadInTheShapeOfToday(t *testing.T) {
	person := domain.PersonIDFor(domain.Slot(anAccount()), 1)
	before := withEntries(t, everybodysKeys{}, map[domain.EventType]codec.Entry{"person.named": codec.Of[firstShape]()})
	record := written(t, before, firstShape{Person: person, Personal: firstDetails{Name: "Grace"}})
	today := map[domain.EventType]codec.Entry{
		"person.named":    codec.Upcast(firstToSecond),
		"person.named.v2": codec.Upcast(secondToThird),
		"person.named.v3": codec.Of[thirdShape](),
	}

	t.Run("step by step", func(t *testing.T) {
		recorded := read(t, withEntries(t, everybodysKeys{}, today), record)
		require.Equal(t, thirdShape{Person: person, Personal: secondDetails{First: "Grace"}}, recorded.Event)
		require.Equal(t, record.Data, recorded.Data)
	})
	t.Run("with their personal data erased", func(t *testing.T) {
		c := withEntries(t, everybodysKeys{erased: map[domain.PersonID]bool{person: true}}, today)
		recorded := read(t, c, record)
		require.True(t, recorded.Erased)
		require.Equal(t, thirdShape{Person: person}, recorded.Event)
	})
	t.Run("and not written any more", func(t *testing.T) {
		old := firstShape{Person: person}
		_, err := withEntries(t, everybodysKeys{}, today).Encode(context.Background(), streamOf(old.Type()), []commands.Uncommitted{uncommitted(old)})
		require.ErrorContains(t, err, "write person.named.v2")
	})
	t.Run("but refused where they are not of their own shape", func(t *testing.T) {
		moved := record
		moved.Type = "person.named.v3"
		refused(t, withEntries(t, everybodysKeys{}, today), moved, codec.BrokenPayload)
	})
}

func withEntries(t testing.TB, keys codec.DataKeys, entries map[domain.EventType]codec.Entry) *codec.Codec {
	t.Helper()
	registry, err := codec.NewRegistry(entries)
	require.NoError(t, err)
	c, err := codec.NewWith(registry, keys)
	require.NoError(t, err)
	return c
}

type (
	noSubject struct {
		Personal firstDetails `json:"personal"`
	}
	openKind struct {
		Kind kind `json:"kind"`
	}
	kind string
)

func (noSubject) Type() domain.EventType { return "person.named" }
func (openKind) Type() domain.EventType  { return "person.named" }

func (noSubject) About() domain.PersonID { return domain.Nobody() }
func (openKind) About() domain.PersonID  { return domain.Nobody() }

func TestARegistryMustHoldTogether(t *testing.T) {
	for what, entries := range map[string]map[domain.EventType]codec.Entry{
		"a name that is not the event's own":  {"person.renamed": codec.Of[firstShape]()},
		"an upcast to nowhere":                {"person.named": codec.Upcast(firstToSecond)},
		"a personal part without a subject":   {"person.named": codec.Of[noSubject]()},
		"a type whose values are not listed":  {"person.named": codec.Of[openKind]()},
		"an upcast that comes back to itself": {"person.named": codec.Upcast(func(old firstShape) firstShape { return old })},
	} {
		t.Run("given "+what, func(t *testing.T) {
			_, err := codec.NewRegistry(entries)
			require.Error(t, err)
		})
	}
}

func TestEveryEventOfTheDomainIsRegistered(t *testing.T) {
	registry := newCodec(t).Registry()
	for constant, name := range readDomain(t).eventType {
		require.NotNil(t, registry.Prototype(domain.EventType(name)), "put %s into codec.Events", constant)
	}
}

func structureEvent() domain.Event { return structure.WorkgroupCreated{} }
