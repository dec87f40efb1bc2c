package person_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

// These tests look at every member that an invitation has, by reflection: one that
// is added later is carried wherever an invitation goes on, or is listed here.

// newEachTime is what an invitation does not hand on to the one that repeats it.
func newEachTime() map[string]string {
	return map[string]string{
		"Invitation": "its number", "ExpiresAt": "its term", "By": "who sends it now",
		"Resent": "the one that it repeats", "Corrects": "whose contact was mistyped, said once", "FixedText": "what the plan allows now",
	}
}

// newWithTheContact is what it does not hand on to the one by the right contact.
func newWithTheContact() map[string]string {
	members := newEachTime()
	members["Person"], members["Tenure"], members["Personal.Contact"] = "who is meant", "of that one", "the right one"
	members["Contact"] = members["Personal.Contact"]
	members["Confirmed"] = "said of the right one with its correction"
	return members
}

// ownFate is what became of one invitation, and of no other.
func ownFate() map[string]string {
	return map[string]string{
		"Opened": "by the holder of this link", "Asked": "by the holder of this link", "Wanted": "by the holder of this link",
		"Corrected": "who was invited instead of this one", "Refused": "why that one was not",
	}
}

func TestAnInvitationGoesOnWhole(t *testing.T) {
	right := map[domain.ContactKind]domain.Contact{
		domain.ContactEmail: newEmail, domain.ContactPhone: {Kind: domain.ContactPhone, Address: "+441632960001"},
	}
	for name, c := range map[string]struct {
		first   person.Event
		contact domain.Contact
		without map[string]string
	}{
		"by SMS": {
			filled[person.InvitedBySMS](phone), right[domain.ContactPhone],
			map[string]string{"Department": "one by SMS places nobody", "Workgroups": "one by SMS places nobody"},
		},
		"by e-mail": {filled[person.InvitedByEmail](email), right[domain.ContactEmail], nil},
	} {
		state := after(c.first)
		before := members(state.Invitations[0])
		t.Run("given one "+name+", all that was sent is known", func(t *testing.T) {
			for member, value := range before {
				if ownFate()[member] == "" && c.without[member] == "" {
					require.False(t, reflect.ValueOf(value).IsZero(), "nothing of the event becomes the invitation's %s", member)
				}
			}
		})
		t.Run("given one "+name+", it goes on when it is sent again", func(t *testing.T) {
			events := decided(t, state, person.Resend{Invitation: 1, By: carla, ExpiresAt: week})
			again := events[len(events)-1]
			requireCarried(t, newEachTime(), members(c.first), members(again))
			requireCarried(t, newEachTime(), before, members(after(with(one(c.first), events)...).Invitations[1]))
		})
		t.Run("given one "+name+", it goes on when its contact is corrected", func(t *testing.T) {
			corrected := decided(t, state, person.Correct{Invitation: 1, To: boris, By: carla, Contact: c.contact})
			mistyped := after(with(one(c.first), corrected)...)
			to, _ := corrected[0].(person.ContactCorrected)
			events := decided(t, person.State{}, mistyped.InviteInstead(to, elsewhere, c.contact, week, false))
			requireCarried(t, newWithTheContact(), members(c.first), members(events[0]))
			requireCarried(t, newWithTheContact(), before, members(after(events...).Invitations[0]))
		})
	}
}

func decided(t *testing.T, state person.State, command person.Command) []person.Event {
	t.Helper()
	events, err := person.Decide(domaintest.Now(), state, command)
	require.NoError(t, err)
	require.NotEmpty(t, events)
	return events
}

// requireCarried expects each member to be as before, but for those that are new.
func requireCarried(t *testing.T, renewed map[string]string, before, now map[string]any) {
	t.Helper()
	require.Len(t, now, len(before))
	for member, value := range before {
		if renewed[member] == "" {
			require.Equal(t, value, now[member], "%s is lost: carry it in Invitation.goesOn and State.send, or say above why it is new each time", member)
		}
	}
}

// members is what a struct holds, by the names of its members and of theirs.
func members(of any) map[string]any {
	all := map[string]any{}
	eachMember(reflect.ValueOf(of), "", func(path string, member reflect.Value) { all[path] = member.Interface() })
	return all
}

// filled is an event each of whose members says something else.
func filled[E person.Event](to domain.Contact) person.Event {
	event, count := reflect.New(reflect.TypeFor[E]()).Elem(), 0
	eachMember(event, "", func(_ string, member reflect.Value) {
		count++
		fill(member, count, to)
	})
	return event.Interface().(person.Event)
}

func fill(member reflect.Value, count int, to domain.Contact) {
	switch {
	case member.Type() == reflect.TypeFor[domain.Contact]():
		member.Set(reflect.ValueOf(to))
	case member.Type() == reflect.TypeFor[time.Time]():
		member.Set(reflect.ValueOf(open.Add(time.Duration(count) * time.Minute)))
	case member.Kind() == reflect.Array:
		member.Index(0).SetUint(uint64(count))
	case member.Kind() == reflect.Slice:
		member.Set(reflect.MakeSlice(member.Type(), 1, 1))
		fill(member.Index(0), count, to)
	case member.Kind() == reflect.String:
		member.SetString(string(rune('a' + count)))
	case member.Kind() == reflect.Bool:
		member.SetBool(true)
	case member.Kind() == reflect.Int:
		member.SetInt(int64(100 + count))
	default:
		panic("no sample for " + member.Type().String())
	}
}

func eachMember(of reflect.Value, path string, see func(path string, member reflect.Value)) {
	for i := range of.NumField() {
		member, name := of.Field(i), path+of.Type().Field(i).Name
		whole := member.Type() == reflect.TypeFor[time.Time]() || member.Type() == reflect.TypeFor[domain.Contact]()
		if member.Kind() == reflect.Struct && !whole {
			eachMember(member, name+".", see)
			continue
		}
		see(name, member)
	}
}
