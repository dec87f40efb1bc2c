package domaintest

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
)

// Laws are what holds for every aggregate, whatever it is about.
type Laws[S, C, E any] struct {
	Decider domain.Decider[S, C, E]
	// Command draws a command, hostile ones too; mostly such that they mean
	// something in the state.
	Command func(*rapid.T, S) C
	// Event draws any event at all, whether or not it can follow the others.
	Event func(*rapid.T) E
	// Again reports whether a command that comes twice means two things, as each
	// throw of a die does. Nil means that none does.
	Again func(Told[S, C, E]) bool
}

// Told is one command of a random history, and what it led to.
type Told[S, C, E any] struct {
	Now     time.Time
	Before  S
	Command C
	Events  []E
	Err     error
	After   S
}

const rounds = 10

// Check tries a property on about a thousand random cases; USHER_SOAK in the
// environment multiplies them.
func Check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	soak, _ := strconv.Atoi(os.Getenv("USHER_SOAK")) // unset or no number means once
	for range rounds * max(1, soak) {
		rapid.Check(t, property)
	}
}

// Hold tries the laws on random histories.
func (l Laws[S, C, E]) Hold(t *testing.T) {
	t.Helper()
	t.Run("any events in any order fold, and change no earlier state", func(t *testing.T) { Check(t, l.foldsAnything) })
	t.Run("a prefix and then the rest fold as the whole does", func(t *testing.T) { Check(t, l.foldsInParts) })
	t.Run("no command panics after any events in any order", func(t *testing.T) { Check(t, l.decidesAnything) })
	t.Run("no answer is both events and a refusal, and each refusal says what to do", func(t *testing.T) { Check(t, l.answersClearly) })
	t.Run("the same command again leads to nothing or is refused", func(t *testing.T) { Check(t, l.isQuietAgain) })
}

func (l Laws[S, C, E]) foldsAnything(t *rapid.T) {
	state := l.Decider.Fold(l.Decider.Initial(), l.anyEvents(t)...)
	stateThen := picture(state)
	future := l.Decider.Fold(state, l.anyEvents(t)...)
	futureThen := picture(future)
	l.Decider.Fold(state, l.anyEvents(t)...) // another future of the same state must show in neither
	if now := picture(state); now != stateThen {
		t.Fatalf("a state has changed with its future\nwas %s\nis  %s", stateThen, now)
	}
	if now := picture(future); now != futureThen {
		t.Fatalf("a state has changed with another future\nwas %s\nis  %s", futureThen, now)
	}
}

func (l Laws[S, C, E]) foldsInParts(t *rapid.T) {
	events := l.anyEvents(t)
	cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
	whole := l.Decider.Fold(l.Decider.Initial(), events...)
	parts := l.Decider.Fold(l.Decider.Fold(l.Decider.Initial(), events[:cut]...), events[cut:]...)
	if picture(whole) != picture(parts) {
		t.Fatalf("the whole  %s\nthe parts %s", picture(whole), picture(parts))
	}
}

func (l Laws[S, C, E]) decidesAnything(t *rapid.T) {
	state := l.Decider.Fold(l.Decider.Initial(), l.anyEvents(t)...)
	for range 5 {
		_, _ = l.Decider.Decide(anyTime(t, Now()), state, l.Command(t, state)) // whatever the answer, it must not panic
	}
}

func (l Laws[S, C, E]) answersClearly(t *rapid.T) {
	for _, told := range Tell(t, l.Decider, l.Command) {
		if told.Err == nil {
			continue
		}
		refusal, ok := errors.AsType[*domain.Refusal](told.Err)
		if !ok || refusal.Code == "" || refusal.Message == "" || len(told.Events) != 0 {
			t.Fatalf("%+v\nis answered by %v with events %+v", told.Command, told.Err, told.Events)
		}
	}
}

func (l Laws[S, C, E]) isQuietAgain(t *rapid.T) {
	for _, told := range Tell(t, l.Decider, l.Command) {
		if told.Err != nil || l.Again != nil && l.Again(told) {
			continue
		}
		if events, err := l.Decider.Decide(told.Now, told.After, told.Command); err == nil && len(events) != 0 {
			t.Fatalf("%+v\nled to %+v\nand when it came again to %+v", told.Command, told.Events, events)
		}
	}
}

func (l Laws[S, C, E]) anyEvents(t *rapid.T) []E {
	events := make([]E, anyLength(t))
	for i := range events {
		events[i] = l.Event(t)
	}
	return events
}

// Tell gives random commands one after the other, from the beginning. Time
// passes meanwhile, and sometimes runs back a little, as from one machine to another.
func Tell[S, C, E any](t *rapid.T, decider domain.Decider[S, C, E], command func(*rapid.T, S) C) []Told[S, C, E] {
	now, state := Now(), decider.Initial()
	story := make([]Told[S, C, E], anyLength(t))
	for i := range story {
		now = anyTime(t, now)
		told := Told[S, C, E]{Now: now, Before: state, Command: command(t, state)}
		told.Events, told.Err = decider.Decide(now, state, told.Command)
		told.After = decider.Fold(state, told.Events...)
		story[i], state = told, told.After
	}
	return story
}

// Samples lean to both ends: what is to be common stands there, in an
// aggregate's draws too.
func anyLength(t *rapid.T) int { return rapid.SampledFrom([]int{40, 5, 1, 10, 20}).Draw(t, "length") }

func anyTime(t *rapid.T, now time.Time) time.Time {
	return now.Add(rapid.SampledFrom([]time.Duration{
		time.Second, time.Minute, 15 * 24 * time.Hour, -2 * time.Second, 25 * time.Hour, 0, time.Hour,
	}).Draw(t, "passes"))
}

// AnyNumber draws the number of one of count things, the last one mostly, or
// sometimes a number that none has.
func AnyNumber(t *rapid.T, count int) int {
	hostile := []int{0, -1, count + 1, 1_000_000_000, math.MinInt, math.MaxInt}
	if count > 0 && rapid.SampledFrom([]bool{true, true, false, true}).Draw(t, "sensible") {
		return rapid.SampledFrom([]int{count, max(1, count-1), 1, count}).Draw(t, "number")
	}
	return rapid.SampledFrom(hostile).Draw(t, "number")
}

// picture is all that a value holds, as text: it stays when the value changes.
func picture(value any) string { return fmt.Sprintf("%#v", value) }
