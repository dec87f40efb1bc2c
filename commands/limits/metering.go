package limits

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/turns"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// Ports is what Limits needs from outside.
type Ports struct {
	Vault Vault
	Texts Texts
	// Company is the account whose own limits count; of none it is the zero state.
	Company func(context.Context, domain.AccountID) (account.State, error)
	Now     func() time.Time
	// SMSPerDay is how many SMS all accounts together send at most within a day.
	SMSPerDay int
	// Unanswered is told what may be an abuse of SMS.
	Unanswered func(context.Context, Unanswered)
}

// Vault keeps the counters, and the key by which they are named.
type Vault interface {
	Counters
	LookupKey(ctx context.Context, account domain.AccountID) ([]byte, error)
}

// Counters holds how much of each limit is used.
type Counters interface {
	// ChangeCounters shows the counters of some keys to change, and keeps what it makes of
	// them; nobody else is at them meanwhile. Those that are not there are not in
	// the map. change may be called again, with other counters.
	ChangeCounters(ctx context.Context, keys []Key, change func(map[Key]Counter)) error
}

// Texts reads contacts.
type Texts interface {
	Contact(text, country string) (domain.Contact, error)
}

// Limits counts what is limited in this process's installation.
type Limits struct {
	ports    Ports
	counting counting
	guessing *turns.Of[Key]
	knocking *turns.Of[Key]
	pace     pace
}

// New returns limits over their ports.
func New(ports Ports) *Limits {
	return &Limits{ports: ports, guessing: turns.New[Key](attemptsAtOnce), knocking: turns.New[Key](attemptsAtOncePerAddress)}
}

func (l *Limits) keys(ctx context.Context) (Keys, error) {
	key, err := l.ports.Vault.LookupKey(ctx, domain.AccountID{}) // the installation's own: some limits hold over all accounts
	if err != nil {
		return nil, fmt.Errorf("lookup key: %w", err)
	}
	return key, nil
}

// Pseudonym names something that must not be kept in clear, nor guessed.
func (l *Limits) Pseudonym(ctx context.Context, of string) (string, error) {
	keys, err := l.keys(ctx)
	if err != nil {
		return "", err
	}
	name := keys.Of("pseudonym", of)
	return hex.EncodeToString(name[:]), nil
}

// NetworkOf names a network that somebody was on; for each person it has another name.
func (l *Limits) NetworkOf(ctx context.Context, who domain.PersonID, network string) ([32]byte, error) {
	keys, err := l.keys(ctx)
	if err != nil {
		return [32]byte{}, err
	}
	return keys.Of("network of", who.String(), network), nil
}

// messagesOf is the messages that events about a person lead to. What Usher follows
// up with was counted before.
func messagesOf(request access.Request, events []domain.Event, after any) (messages []Message) {
	somebody, about := after.(person.State)
	if !about || request.Caller.Kind == domain.ActorPolicy {
		return nil
	}
	for _, event := range events {
		if message, counts := MessageOf(event, somebody); counts && !message.To.IsZero() {
			messages = append(messages, message)
		}
	}
	return messages
}

// spending is what messages cost on its way to the counters.
type spending struct {
	*use
	limits *Limits

	before bool // paid, by the same command
	found  []Unanswered
}

// spending returns what messages cost; nil where there are none.
func (l *Limits) spending(ctx context.Context, request access.Request, messages []Message) (*spending, error) {
	if len(messages) == 0 {
		return nil, nil //nolint:nilnil // because nothing is used
	}
	messages = slices.Clone(messages)
	keys, err := l.keys(ctx)
	if err != nil {
		return nil, err
	}
	for i, message := range messages {
		if messages[i].To, err = l.ReadAgain(message.To); err != nil {
			return nil, err
		}
	}
	shares := func(company account.State) (shares []Share, err error) {
		for _, message := range messages {
			if !message.Notice && !company.Limits.Allows(message.To.Country) {
				return nil, domain.Refuse(domain.CountryNotAllowed, "the account sends no SMS to "+message.To.Country+"; an administrator can allow it in the settings")
			}
			shares = append(shares, message.Shares(keys, company, request.Caller.Person, l.ports.SMSPerDay)...)
		}
		if !request.Command.IsZero() {
			shares = append(shares, keys.receipt(request.Command, messages))
		}
		return shares, nil
	}
	return &spending{use: &use{account: request.Account, shares: shares}, limits: l}, nil
}

// admit is a Change: it takes what is asked for, unless the same command has done so.
func (s *spending) admit(counters map[Key]Counter, shares []Share, now time.Time) error {
	s.found = nil
	if s.before = paid(counters, shares, now); s.before {
		return nil
	}
	err := Admit(counters, shares, now)
	if err == nil {
		s.found = FindUnanswered(counters, shares, now)
	}
	return err
}

// spent is what is to be given back where nothing comes of it; nil where another try
// of the command has taken it. It tells of what goes unanswered.
func (s *spending) spent(ctx context.Context) *use {
	for _, one := range s.found {
		one.Account = s.account
		s.limits.ports.Unanswered(ctx, one)
	}
	if s.before {
		return nil
	}
	return s.use
}

// Answered counts that somebody came who was invited by SMS abroad.
func (l *Limits) Answered(ctx context.Context, company account.State, contact domain.Contact) error {
	if contact.Kind != domain.ContactPhone {
		return nil
	}
	contact, err := l.ReadAgain(contact)
	if err != nil || !abroad(company, contact) {
		return err
	}
	keys, err := l.keys(ctx)
	if err != nil {
		return err
	}
	return l.settle(ctx, only(came(keys, company, domain.DialledAs(contact.Country))), Admit)
}

// Asked counts that a link or a code was asked for that replaces a forgotten password,
// whoever has the login, and reports whether anything is sent. Nothing is, and nothing
// counts, while what was sent last is still on its way; what is sent can be guessed anew.
// It refuses with contact_limit and too_many_attempts. Where somebody has signed in
// before, what others asked for is refused all the same, and sent.
func (l *Limits) Asked(ctx context.Context, who Guesser) (sends bool, err error) {
	keys, err := l.keys(ctx)
	if err != nil {
		return false, err
	}
	byOthers := l.settle(ctx, only(attemptsFrom(keys, who.Network)), Admit) // what is costly counts whatever comes of it
	if isFailure(byOthers) || byOthers != nil && !who.Known {
		return false, byOthers
	}
	if who.Device != "" {
		byOthers = nil // whoever shows it is told the same by it
	}
	if err := l.settle(ctx, only(justAsked(keys, who.Account, who.Login)), Admit); err != nil {
		if isFailure(err) {
			return false, err
		}
		return false, byOthers
	}
	own, err := l.askedByOwner(ctx, keys, who)
	if err != nil {
		return false, err
	}
	refused := l.settle(ctx, resetsOf(keys, who), admitResets)
	if isFailure(refused) {
		return false, refused
	}
	if sends = own || byOthers == nil && refused == nil; sends {
		err = l.settle(ctx, these(codesAnew(keys, who)...), Forget)
	}
	if own && who.Device != "" {
		return sends, err
	}
	return sends, orElse(err, orElse(byOthers, refused))
}

// codesAnew is what is forgotten where a new code is sent.
func codesAnew(keys Keys, who Guesser) []Share {
	onDevice, onNetwork := codesOf(keys, who), who
	onNetwork.Device = ""
	return slices.Concat(onDevice.own[:1], codesOf(keys, onNetwork).own, onDevice.anywhere)
}

// askedByOwner reports whether somebody may ask whatever others have asked for.
func (l *Limits) askedByOwner(ctx context.Context, keys Keys, who Guesser) (bool, error) {
	if !who.Known {
		return false, nil
	}
	place := []string{"from", who.Network}
	if who.Device != "" {
		place = []string{"on", who.Device}
	}
	err := l.settle(ctx, only(Share{
		Key: keys.Of(append([]string{"resets of", who.Account.String(), mailbox(who.Login)}, place...)...), Most: messagesPerContact, Window: day, Code: domain.ContactLimit,
	}), Admit)
	if isFailure(err) {
		return false, err
	}
	return err == nil, nil
}

// resetsOf is what is asked for a login from anywhere: so many a day, and after those
// one in the time in which the one before it can be used. So nobody who asks for
// another's leaves them without.
func resetsOf(keys Keys, who Guesser) *use {
	const reason = "as many messages were asked for this contact as are sent within a day, and then one an hour"
	of := []string{"resets of", who.Account.String(), mailbox(who.Login)}
	return these(
		Share{Key: keys.Of(of...), Most: messagesPerContact, Window: day, Code: domain.ContactLimit, Reason: reason},
		Share{Key: keys.Of(append(of, "late")...), Most: 1, Window: time.Hour, Code: domain.ContactLimit, Reason: reason},
	)
}

// admitResets admits by the first share or, where that is used up, by the second, which
// is always taken: no two are closer than it says once the first is used up.
func admitResets(counters map[Key]Counter, shares []Share, now time.Time) error {
	if err := Admit(counters, shares[:1], now); err != nil {
		return Admit(counters, shares[1:], now)
	}
	late := counters[shares[1].Key]
	late.Used, late.Until = 1, now.Add(shares[1].Window)
	counters[shares[1].Key] = late
	return nil
}

// isFailure reports whether something failed that is no refusal.
func isFailure(err error) bool {
	_, refused := errors.AsType[*domain.Refusal](err)
	return err != nil && !refused
}

func justAsked(keys Keys, id domain.AccountID, contact domain.Contact) Share {
	return Share{Key: keys.Of("reset just asked of", id.String(), contact.Form), Most: 1, Window: person.BetweenResets}
}

// ReadAgain returns a contact with what is not stored of it.
func (l *Limits) ReadAgain(contact domain.Contact) (domain.Contact, error) {
	return l.ports.Texts.Contact(contact.Address, "")
}
