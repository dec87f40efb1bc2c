package policies_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/policies"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

var acme = domain.AccountID{1}

var errCrash = errors.New("the process is gone")

// world is an account with a founder, who is number 0, and employees, all in
// memory.
type world struct {
	t         require.TestingT
	log       *memoryLog
	vault     *memoryVault
	app       *commands.App
	policies  []policies.Policy
	people    int
	delivered int // how many events the policies have seen
	// callers is who gave a command, for the next time that it is given.
	callers map[domain.CommandID]commands.Caller
}

func newWorld(t require.TestingT, people int) *world {
	log := &memoryLog{t: t, streams: map[domain.StreamName][]domain.Recorded{}}
	w := &world{t: t, log: log, vault: &memoryVault{}, people: people, callers: map[domain.CommandID]commands.Caller{}}
	founder := account.Founder{Person: w.person(0), Slot: slot(0)}
	log.write(domain.AccountStream(acme), account.Founded{Account: acme, Slug: "acme", Name: "Acme", Administrator: founder})
	for i := range people {
		employed := person.Employed{Person: w.person(i), Tenure: 1, Epoch: 1, Role: domain.RoleEmployee}
		if i == 0 {
			employed.Role, employed.Basis.Kind = domain.RoleAdministrator, person.Founding
		}
		log.write(domain.PersonStream(slot(i)), person.RegisteredDirectly{Person: w.person(i), Tenure: 1}, employed,
			person.PasswordSet{Person: w.person(i), Credential: chosen})
	}
	w.restart()
	return w
}

// chosen is everybody's password.
var chosen = domain.CredentialID{1}

// restart forgets all that is not in the log.
func (w *world) restart() {
	w.app = commands.NewApp(commands.Ports{
		Store: w.log, Vault: w.vault, Directory: w, Random: rand.Reader, Now: func() time.Time { return now },
	})
	w.policies = policies.All(w.app, nil)
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func named(name string) func(policies.Policy) bool {
	return func(policy policies.Policy) bool { return policy.Name == name }
}

func slot(who int) domain.Slot { return domain.Slot{2, byte(who)} }

func (w *world) person(who int) domain.PersonID { return domain.PersonIDFor(slot(who), 1) }

func (w *world) state(who int) person.State { return w.log.person(slot(who)) }

// caller is somebody as he would be signed in now.
func (w *world) caller(who int) commands.Caller {
	return commands.Caller{Kind: domain.ActorPerson, Session: commands.Session{
		Account: acme, Person: w.person(who), Slot: slot(who), Tenure: 1, Credential: chosen, Epoch: w.state(who).Employment.Epoch,
	}}
}

// SlotOf implements commands.Directory.
func (w *world) SlotOf(_ context.Context, _ domain.AccountID, id domain.PersonID, _ domain.Position) (domain.Slot, bool, error) {
	for i := range w.people {
		if w.person(i) == id {
			return slot(i), true, nil
		}
	}
	return domain.Slot{}, false, nil
}

// SlotsOf implements commands.Directory.
func (w *world) SlotsOf(context.Context, domain.AccountID, []domain.PersonID, domain.Position) (map[domain.PersonID]domain.Slot, error) {
	return nil, errors.New("nobody asks")
}

// memoryVault notes whose sessions were ended.
type memoryVault struct {
	commands.Vault
	mu    sync.Mutex
	ended []domain.PersonID
}

func (v *memoryVault) EndVoidSessions(_ context.Context, id domain.PersonID, _ int, _ domain.CredentialID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ended = append(v.ended, id)
	return nil
}

func (v *memoryVault) EnsureDataKeys(context.Context, []domain.PersonID) error { return nil }

// memoryLog is a log that checks after each append who is an administrator.
type memoryLog struct {
	t       require.TestingT
	mu      sync.Mutex
	all     []domain.Recorded
	streams map[domain.StreamName][]domain.Recorded
	// crashAfter is how many appends are left before nothing works any more;
	// zero for no crash.
	crashAfter int
	// before is what comes in between right before the next append.
	before func()
}

// Append implements commands.EventStore.
func (l *memoryLog) Append(_ context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	if between := l.before; between != nil {
		l.before = nil
		between()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.crashAfter < 0 {
		return commands.Appended{}, errCrash
	}
	if actual := end(l.streams[stream]); actual != expected {
		return commands.Appended{}, &domain.Conflict{Stream: stream, Expected: expected, Actual: actual}
	}
	for _, event := range events {
		l.record(stream, event)
	}
	l.check()
	if l.crashAfter > 0 {
		if l.crashAfter--; l.crashAfter == 0 {
			l.crashAfter = -1
		}
	}
	last := l.all[len(l.all)-1]
	return commands.Appended{Revision: last.Revision, Position: last.Position}, nil
}

// Read implements commands.EventStore.
func (l *memoryLog) Read(_ context.Context, stream domain.StreamName, from uint64) iter.Seq2[domain.Recorded, error] {
	l.mu.Lock()
	defer l.mu.Unlock()
	events, crashed := slices.Clone(l.streams[stream]), l.crashAfter < 0
	return func(yield func(domain.Recorded, error) bool) {
		if crashed {
			yield(domain.Recorded{}, errCrash)
			return
		}
		for _, event := range events[min(from, uint64(len(events))):] {
			if !yield(event, nil) {
				return
			}
		}
	}
}

func end(events []domain.Recorded) domain.Expected {
	if len(events) == 0 {
		return domain.NoStream{}
	}
	return domain.Revision(uint64(len(events) - 1))
}

func (l *memoryLog) write(stream domain.StreamName, events ...domain.Event) {
	for _, event := range events {
		l.record(stream, commands.Uncommitted{Event: event, Metadata: domain.Metadata{Account: acme}})
	}
}

func (l *memoryLog) record(stream domain.StreamName, event commands.Uncommitted) {
	place := uint64(len(l.all) + 1)
	recorded := domain.Recorded{
		ID: event.ID, Stream: stream, Revision: uint64(len(l.streams[stream])), Position: domain.Position{Commit: place, Prepare: place},
		Event: event.Event, Metadata: event.Metadata, Time: now,
	}
	l.all = append(l.all, recorded)
	l.streams[stream] = append(l.streams[stream], recorded)
}

// check fails where nobody is counted, or somebody who is no administrator.
func (l *memoryLog) check() {
	counted, actual := l.counted(), l.administrators()
	require.NotEmpty(l.t, counted, "an account without an administrator, after %v", l.story())
	for _, one := range counted {
		require.Contains(l.t, actual, one, "counted, and no administrator, after %v", l.story())
	}
}

// counted is the administrators that the account counts, each with its number.
func (l *memoryLog) counted() []string {
	state := account.State{}
	for _, recorded := range l.streams[domain.AccountStream(acme)] {
		event, _ := recorded.Event.(account.Event)
		state = account.Evolve(state, event)
	}
	var all []string
	for _, appointment := range state.Appointments {
		if appointment.Counted {
			all = append(all, fmt.Sprint(appointment.Person, " ", appointment.N))
		}
	}
	slices.Sort(all)
	return all
}

// administrators is those who are administrators by their own streams.
func (l *memoryLog) administrators() []string {
	var all []string
	for who := range 10 {
		if state := l.person(slot(who)); state.CountsAs() != 0 {
			all = append(all, fmt.Sprint(state.Person, " ", state.CountsAs()))
		}
	}
	slices.Sort(all)
	return all
}

func (l *memoryLog) person(slot domain.Slot) person.State {
	state := person.State{}
	for _, recorded := range l.streams[domain.PersonStream(slot)] {
		event, _ := recorded.Event.(person.Event)
		state = person.Evolve(state, event)
	}
	return state
}

func (l *memoryLog) story() []string {
	var events []string
	for _, recorded := range l.all {
		events = append(events, fmt.Sprintf("%T%+v", recorded.Event, recorded.Event))
	}
	return events
}
