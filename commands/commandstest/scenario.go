package commandstest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Asking is somebody who asks.
type Asking struct {
	world   *World
	request func() commands.Request
}

// By returns somebody of the company, signed in.
func (w *World) By(who Someone) Asking {
	return Asking{w, func() commands.Request { return w.Request(who) }}
}

// As lets any caller at all ask.
func (w *World) As(caller commands.Caller) Asking {
	return Asking{w, func() commands.Request {
		return commands.Request{Command: w.App.NewCommand(), Caller: caller, Account: w.Acme}
	}}
}

// Again gives the same request once more.
func (w *World) Again(request commands.Request) Asking {
	return Asking{w, func() commands.Request { return request }}
}

// When is asked by the founder.
func (w *World) When(ask func(*commands.App, commands.Request) error) Outcome {
	w.T.Helper()
	return w.By(w.Founder).When(ask)
}

// When asks an App.
func (a Asking) When(ask func(*commands.App, commands.Request) error) Outcome {
	w := a.world
	w.T.Helper()
	request := a.request()
	before := len(w.Log.All())
	err := ask(w.App, request)
	o := Outcome{world: w, Request: request, Err: err, Appended: map[domain.StreamName][]domain.Event{}}
	judged(w.T, w.Log.All()[before:])
	for _, recorded := range w.Log.All()[before:] {
		o.Appended[recorded.Stream] = append(o.Appended[recorded.Stream], recorded.Event)
	}
	for _, seen := range w.Seen {
		require.NotEmpty(w.T, seen.Name, "each command has a name")
	}
	return o
}

// Outcome is what was appended meanwhile, and the answer.
type Outcome struct {
	Request  commands.Request
	Err      error
	Appended map[domain.StreamName][]domain.Event

	world *World
}

// Appended is the events that a stream is expected to have got.
type Appended struct {
	stream domain.StreamName
	events []domain.Event
}

// Events returns what is expected in a stream, in this order.
func Events(stream domain.StreamName, events ...domain.Event) Appended {
	return Appended{stream, events}
}

// Then expects exactly these events in exactly these streams, and no error.
func (o Outcome) Then(want ...Appended) Outcome {
	o.world.T.Helper()
	require.NoError(o.world.T, o.Err)
	o.appended(want...)
	return o
}

// ThenNothing expects that it is already so: no events and no error.
func (o Outcome) ThenNothing() {
	o.world.T.Helper()
	o.Then()
}

// ThenRefused expects a refusal with this code that says what to do, and exactly these
// events: none, mostly.
func (o Outcome) ThenRefused(code domain.Code, want ...Appended) *domain.Refusal {
	t := o.world.T
	t.Helper()
	refusal, ok := errors.AsType[*domain.Refusal](o.Err)
	require.True(t, ok, "want refusal %s, got error %v", code, o.Err)
	require.Equal(t, code, refusal.Code, "%s", refusal.Message)
	require.NotEmpty(t, refusal.Message)
	o.appended(want...)
	return refusal
}

// ThenFails expects an error that is no refusal, and exactly these events.
func (o Outcome) ThenFails(because error, want ...Appended) {
	t := o.world.T
	t.Helper()
	require.ErrorIs(t, o.Err, because)
	o.appended(want...)
}

func (o Outcome) appended(want ...Appended) {
	o.world.T.Helper()
	expected := map[domain.StreamName][]domain.Event{}
	for _, one := range want {
		if len(one.events) > 0 {
			expected[one.stream] = append(expected[one.stream], one.events...)
		}
	}
	require.Equal(o.world.T, told(expected), told(o.Appended))
	require.Equal(o.world.T, expected, o.Appended)
}

// told is events as somebody can read them.
func told(streams map[domain.StreamName][]domain.Event) string {
	var text strings.Builder
	for _, stream := range slices.Sorted(maps.Keys(streams)) {
		fmt.Fprintf(&text, "%s\n", stream)
		for _, event := range streams[stream] {
			fmt.Fprintf(&text, "  %s %+v\n", event.Type(), event)
		}
	}
	return text.String()
}
