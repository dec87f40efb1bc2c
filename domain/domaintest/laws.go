package domaintest

import (
	"errors"
	"fmt"
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

const longestStory = 30

// Hold tries the laws on random histories.
func (l Laws[S, C, E]) Hold(t *testing.T) {
	t.Helper()
	t.Run("any events in any order fold, and change no earlier state", rapid.MakeCheck(l.foldsAnything))
	t.Run("a prefix and then the rest fold as the whole does", rapid.MakeCheck(l.foldsInParts))
	t.Run("no command panics after any events in any order", rapid.MakeCheck(l.decidesAnything))
	t.Run("no answer is both events and a refusal, and each refusal says what to do", rapid.MakeCheck(l.answersClearly))
	t.Run("the same command again leads to nothing or is refused", rapid.MakeCheck(l.isQuietAgain))
}

func (l Laws[S, C, E]) foldsAnything(t *rapid.T) {
	state := l.Decider.Initial()
	states, pictures := []S{state}, []string{picture(state)}
	for _, event := range l.anyEvents(t) {
		next := l.Decider.Evolve(state, event)
		states, pictures = append(states, next), append(pictures, picture(next))
		l.Decider.Evolve(state, l.Event(t)) // another future of the same state must not show in this one
		state = next
	}
	for i, earlier := range states {
		if now := picture(earlier); now != pictures[i] {
			t.Fatalf("an earlier state has changed\nwas %s\nis  %s", pictures[i], now)
		}
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
	events := make([]E, rapid.IntRange(0, longestStory).Draw(t, "events"))
	for i := range events {
		events[i] = l.Event(t)
	}
	return events
}

// Tell gives random commands one after the other, from the beginning. Time
// passes meanwhile, and sometimes runs back a little, as from one machine to another.
func Tell[S, C, E any](t *rapid.T, decider domain.Decider[S, C, E], command func(*rapid.T, S) C) []Told[S, C, E] {
	now, state := Now(), decider.Initial()
	story := make([]Told[S, C, E], rapid.IntRange(1, longestStory).Draw(t, "commands"))
	for i := range story {
		now = anyTime(t, now)
		told := Told[S, C, E]{Now: now, Before: state, Command: command(t, state)}
		told.Events, told.Err = decider.Decide(now, state, told.Command)
		told.After = decider.Fold(state, told.Events...)
		story[i], state = told, told.After
	}
	return story
}

func anyTime(t *rapid.T, now time.Time) time.Time {
	return now.Add(rapid.SampledFrom([]time.Duration{
		0, time.Second, time.Hour, -2 * time.Second, 25 * time.Hour, 15 * 24 * time.Hour,
	}).Draw(t, "passes"))
}

// AnyNumber draws the number of one of count things, or a number that none has.
func AnyNumber(t *rapid.T, count int) int {
	hostile := []int{-1, 0, count + 1, 1_000_000_000, -1 << 63, 1<<63 - 1}
	if count > 0 && rapid.IntRange(0, 3).Draw(t, "hostile") != 0 {
		return rapid.IntRange(1, count).Draw(t, "number")
	}
	return rapid.SampledFrom(hostile).Draw(t, "number")
}

// picture is all that a value holds, as text: it stays when the value changes.
func picture(value any) string { return fmt.Sprintf("%#v", value) }
