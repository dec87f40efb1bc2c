package domaintest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/usher-engine/usher/domain"
)

// Scenario is a decider with its history.
type Scenario[S, C, E any] struct {
	t       testing.TB
	decider domain.Decider[S, C, E]
	events  []E
	now     time.Time
}

// Outcome is what a command led to.
type Outcome[E any] struct {
	t      testing.TB
	events []E
	err    error
}

// Now returns the time of a command where its scenario says nothing else.
func Now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// Given begins a scenario with what has happened.
func Given[S, C, E any](t testing.TB, decider domain.Decider[S, C, E], events ...E) Scenario[S, C, E] {
	t.Helper()
	return Scenario[S, C, E]{t: t, decider: decider, events: events, now: Now()}
}

// At sets the time of the command.
func (s Scenario[S, C, E]) At(now time.Time) Scenario[S, C, E] {
	s.now = now
	return s
}

// When gives the command.
func (s Scenario[S, C, E]) When(command C) Outcome[E] {
	s.t.Helper()
	state := s.decider.Fold(s.decider.Initial(), s.events...)
	events, err := s.decider.Decide(s.now, state, command)
	return Outcome[E]{t: s.t, events: events, err: err}
}

// Then expects exactly these events.
func (o Outcome[E]) Then(want ...E) {
	o.t.Helper()
	if o.err != nil {
		o.t.Fatalf("refused: %v\nwant events %+v", o.err, want)
	}
	if !reflect.DeepEqual(o.events, want) {
		o.t.Fatalf("events\n got %+v\nwant %+v", o.events, want)
	}
}

// ThenRefused expects a refusal with this code and no events.
func (o Outcome[E]) ThenRefused(code domain.Code) {
	o.t.Helper()
	refusal, ok := errors.AsType[*domain.Refusal](o.err)
	if !ok {
		o.t.Fatalf("want refusal %s, got events %+v and error %v", code, o.events, o.err)
	}
	if refusal.Code != code || len(o.events) != 0 {
		o.t.Fatalf("want refusal %s, got %s with events %+v", code, refusal.Code, o.events)
	}
	if refusal.Message == "" {
		o.t.Fatalf("refusal %s does not say what to do", code)
	}
}

// ThenNothing expects that it is already so: no events and no refusal.
func (o Outcome[E]) ThenNothing() {
	o.t.Helper()
	if o.err != nil || len(o.events) != 0 {
		o.t.Fatalf("want nothing, got events %+v and error %v", o.events, o.err)
	}
}
