package commandstest

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/adapters/pasted"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/policies"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// T is what a world is tested with: *testing.T, or *rapid.T.
type T interface {
	require.TestingT
	Helper()
}

// Password is everybody's.
const Password = "an unlikely passphrase"

// World is a company with a founder, and all that an App stands on.
type World struct {
	T     T
	Ports commands.Ports
	App   *commands.App
	Log   *Log
	Vault *Vault
	// Acme is the company, in the US; Founder is its first administrator.
	Acme    domain.AccountID
	Founder Someone
	// Sent is the messages that were handed over, in order.
	Sent []commands.Message
	// Seen is the commands that ended, in order.
	Seen []Seen

	mu        sync.Mutex
	now       time.Time
	random    *rand.ChaCha8
	delivered int // how many events the policies have seen
	given     int
}

// Seen is a command as an observer sees it.
type Seen struct {
	execution.Began
	execution.Ended
}

// Someone is a person of the company.
type Someone struct {
	Slot    domain.Slot
	Person  domain.PersonID
	Contact domain.Contact
}

// Stream returns where the person's events are.
func (s Someone) Stream() domain.StreamName { return domain.PersonStream(s.Slot) }

// texts are read from files once.
var texts = sync.OnceValue(contacts.New)

// New returns the company, founded a moment ago by ann@acme.example, who has logged in.
func New(t T) *World {
	t.Helper()
	w := &World{
		T: t, Vault: NewVault(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), random: rand.NewChaCha8([32]byte{1}),
	}
	w.Log = NewLog(w.Now)
	w.Ports = commands.Ports{
		Store: w.Log, Vault: w.Vault, Texts: texts(), Lists: pasted.Reader{}, Passwords: passwords.New(passwords.Cost{Passes: 1, MemoryKiB: 8, Threads: 1, Waiting: 1000}),
		Finders: views{w.Log},
		Now:     w.Now, Random: locked{w}, SMSPerDay: 50_000, SessionLength: 12 * time.Hour,
		Unanswered: func(context.Context, commands.Unanswered) {},
		Observe:    w.observe,
	}
	w.Restart()
	founded, err := w.App.FoundAccount(context.Background(), commands.Request{Command: w.App.NewCommand(), Caller: commands.Operator()}, commands.FoundAccount{
		Slug: "acme", Name: "Acme", Country: "US", Language: "en", Email: "ann@acme.example", FirstName: "Ann", LastName: "Able", Password: Password,
	})
	require.NoError(t, err)
	w.Acme = founded.Account
	w.Founder = w.Someone("ann@acme.example")
	w.Given(w.Founder.Stream(), person.FirstLogin{Person: w.Founder.Person})
	return w
}

// Restart forgets all that is neither in the log nor in the vault, and mends a crash.
func (w *World) Restart() {
	w.Log.CrashAfter = 0
	w.App = commands.NewApp(w.Ports)
}

// Beside returns another instance over the same log and vault.
func (w *World) Beside() *commands.App { return commands.NewApp(w.Ports) }

// Now returns the time.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Pass lets time pass.
func (w *World) Pass(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(by)
}

// Given puts into a stream what has happened before.
func (w *World) Given(stream domain.StreamName, events ...domain.Event) {
	w.given++
	command := domain.CommandID(w.Acme.Derive("given " + uuid.UUID{byte(w.given >> 8), byte(w.given)}.String()))
	uncommitted := make([]commands.Uncommitted, len(events))
	for i, event := range events {
		uncommitted[i] = commands.Uncommitted{ID: domain.EventID(command, stream, i), Event: event, Metadata: domain.Metadata{
			Correlation: uuid.UUID(command), Causation: command, Account: w.Acme, Schema: 1, Actor: domain.Actor{Kind: domain.ActorPolicy},
		}}
	}
	w.Log.write(stream, uncommitted...)
}

// Someone returns whoever lives, or would live, by a contact in the company.
func (w *World) Someone(typed string) Someone {
	w.T.Helper()
	contact, err := w.App.Contact(typed, "US")
	require.NoError(w.T, err)
	slot, err := w.App.SlotOf(context.Background(), w.Acme, contact)
	require.NoError(w.T, err)
	return Someone{Slot: slot, Person: w.stateOf(slot).PersonIn(slot), Contact: contact}
}

// Employee returns somebody who came, chose the Password and has logged in before.
func (w *World) Employee(email string) Someone {
	w.T.Helper()
	return w.employ(email, domain.RoleEmployee)
}

// Auditor returns an employee who may read everything.
func (w *World) Auditor(email string) Someone {
	w.T.Helper()
	return w.employ(email, domain.RoleAuditor)
}

// Administrator returns an employee whom the founder has made one.
func (w *World) Administrator(email string) Someone {
	w.T.Helper()
	somebody := w.Employee(email)
	_, err := w.App.ChangeRole(context.Background(), w.Request(w.Founder), somebody.Person, domain.RoleAdministrator)
	require.NoError(w.T, err)
	return somebody
}

func (w *World) employ(email string, role domain.Role) Someone {
	w.T.Helper()
	somebody := w.Someone(email)
	credential := domain.CredentialFor(domain.CommandID(somebody.Slot.Derive("password")))
	hash, err := w.Ports.Passwords.Hash(context.Background(), commands.HashFor{}, Password)
	require.NoError(w.T, err)
	require.NoError(w.T, w.Vault.SaveCredential(context.Background(), credential, hash, w.Now()))
	w.Given(somebody.Stream(),
		person.RegisteredDirectly{
			Person: somebody.Person, Tenure: 1, Inviter: w.Founder.Person,
			Personal: person.Colleague{Contact: somebody.Contact, FirstName: "Hilda", LastName: "Hired"},
		},
		person.Employed{Person: somebody.Person, Tenure: 1, Epoch: 1, Role: role, Basis: person.Basis{Kind: person.DirectRegistration, Inviter: w.Founder.Person}},
		person.PasswordSet{Person: somebody.Person, Credential: credential},
		person.FirstLogin{Person: somebody.Person})
	return somebody
}

// Invited returns somebody invited by e-mail by the founder, whose invitation is open.
func (w *World) Invited(emails ...string) []Someone {
	w.T.Helper()
	invited, err := w.App.InviteByEmail(context.Background(), w.Request(w.Founder), commands.InviteByEmail{Emails: emails})
	require.NoError(w.T, err)
	people := make([]Someone, len(emails))
	for i, row := range invited.Rows {
		require.NoError(w.T, row.Refused)
		people[i] = w.Someone(emails[i])
	}
	return people
}

// State returns a person as decisions see it.
func (w *World) State(who Someone) person.State { return w.stateOf(who.Slot) }

func (w *World) stateOf(slot domain.Slot) person.State {
	var state person.State
	for _, recorded := range w.Log.Of(domain.PersonStream(slot)) {
		if event, ok := recorded.Event.(person.Event); ok {
			state = person.Evolve(state, event)
		}
	}
	return state
}

// Company returns the company as decisions see it.
func (w *World) Company() account.State {
	var state account.State
	for _, recorded := range w.Log.Of(domain.AccountStream(w.Acme)) {
		if event, ok := recorded.Event.(account.Event); ok {
			state = account.Evolve(state, event)
		}
	}
	return state
}

// Caller returns somebody as if signed in just now.
func (w *World) Caller(who Someone) commands.Caller {
	state := w.State(who)
	return commands.Caller{Kind: domain.ActorPerson, Session: commands.Session{
		Account: w.Acme, Person: who.Person, Slot: who.Slot, Tenure: state.Tenure, Epoch: state.Employment.Epoch, Credential: state.SignsInWith(),
	}}
}

// Request returns a new request of somebody.
func (w *World) Request(by Someone) commands.Request {
	return commands.Request{Command: w.App.NewCommand(), Caller: w.Caller(by), Account: w.Acme}
}

// Deliver lets policies follow up on the next events, as many as there are: all
// policies, or those named.
func (w *World) Deliver(most int, names ...string) {
	w.T.Helper()
	all := policies.All(w.App, w)
	for events := w.Log.All(); most > 0 && w.delivered < len(events); most-- {
		for _, policy := range all {
			if len(names) == 0 || slices.Contains(names, policy.Name) {
				require.NoError(w.T, policy.Handle(context.Background(), events[w.delivered]), "%s", policy.Name)
			}
		}
		w.delivered++
		events = w.Log.All()
	}
}

// Settle lets policies follow up until there is nothing left to do.
func (w *World) Settle() {
	w.T.Helper()
	w.Deliver(1_000_000)
}

// Send implements commands.Messenger.
func (w *World) Send(_ context.Context, message commands.Message) error {
	if !slices.ContainsFunc(w.Sent, func(m commands.Message) bool { return m.ID == message.ID }) {
		w.Sent = append(w.Sent, message)
	}
	return nil
}

// Token returns the token of the link that a contact was sent last; Code is the code.
func (w *World) Token(to Someone) string {
	w.T.Helper()
	return w.lastTo(to).Link
}

// Code returns the code that a contact was sent last.
func (w *World) Code(to Someone) string {
	w.T.Helper()
	return w.lastTo(to).Code
}

func (w *World) lastTo(to Someone) commands.Filled {
	w.T.Helper()
	w.Settle()
	for _, message := range slices.Backward(w.Sent) {
		if message.To.Form == to.Contact.Form || message.To.Address == to.Contact.Address {
			filled, err := commands.Secrets{Keyring: w.Vault}.Fill(context.Background(), message)
			require.NoError(w.T, err)
			return filled
		}
	}
	require.Fail(w.T, "no message was sent", "to %s", to.Contact.Address)
	return commands.Filled{}
}

func (w *World) observe(ctx context.Context, began execution.Began) (context.Context, func(execution.Ended)) {
	return ctx, func(ended execution.Ended) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.Seen = append(w.Seen, Seen{began, ended})
	}
}

// locked is the world's random numbers, for many at once.
type locked struct{ *World }

func (l locked) Read(into []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.random.Read(into)
}
