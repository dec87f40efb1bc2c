package commands

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// Limits that hold for everybody; an account's own are in account.Limits.
const (
	day = 24 * time.Hour

	invitationsPerContact = 3  // a day, over all accounts
	messagesPerContact    = 10 // a day, those that people ask for themselves
	loginsPerPerson       = 5  // a day, which nobody else can have meanwhile

	attemptsLast       = 15 * time.Minute
	attemptsPerLogin   = 10
	attemptsAtOnce     = 5 // for one login
	attemptsPerCode    = 5
	attemptsPerAddress = 100

	attemptsAtOncePerAddress = 20 // so that many who are right at once are not taken for so many who are wrong
)

// share is what one use takes of one limit.
type share struct {
	key    CounterKey
	most   int
	window time.Duration
	code   domain.Code
	reason string

	// Of SMS to a country abroad: the country, and how many came from there.
	country string
	answers CounterKey
}

// admit takes what all shares ask for, or nothing where a limit is reached.
func admit(counters map[CounterKey]Counter, shares []share, now time.Time) error {
	var full share // the one that clears last
	var clears time.Time
	for _, c := range shares {
		if counter := counters[c.key]; now.Before(counter.Until) && counter.Used >= c.most && counter.Until.After(clears) {
			full, clears = c, counter.Until
		}
	}
	if !clears.IsZero() {
		return domain.Refuse(full.code, fmt.Sprintf("%s; the next is possible from %s on", full.reason, clears.UTC().Format(time.RFC3339))).From(clears)
	}
	for _, c := range shares {
		counter := counters[c.key]
		if !now.Before(counter.Until) {
			counter = Counter{Until: now.Add(c.window)}
		}
		counter.Used++
		counters[c.key] = counter
	}
	return nil
}

// giveBack undoes an admission of what came to nothing.
func giveBack(counters map[CounterKey]Counter, shares []share, now time.Time) error {
	for _, c := range shares {
		if counter := counters[c.key]; counter.Used > 0 && now.Before(counter.Until) {
			counter.Used--
			counters[c.key] = counter
		}
	}
	return nil
}

// forget begins the limits anew.
func forget(counters map[CounterKey]Counter, shares []share, _ time.Time) error {
	for _, c := range shares {
		if counter, known := counters[c.key]; known {
			counter.Used = 0
			counters[c.key] = counter
		}
	}
	return nil
}

// counterKeys name counters by keyed digests, so that the vault's rows do not
// say whose they are.
type counterKeys []byte

func (a *App) counterKeys(ctx context.Context) (counterKeys, error) {
	key, err := a.Vault.LookupKey(ctx, domain.AccountID{}) // the installation's own: some limits hold over all accounts
	if err != nil {
		return nil, fmt.Errorf("lookup key: %w", err)
	}
	return key, nil
}

func (k counterKeys) of(parts ...string) CounterKey {
	mac := hmac.New(sha256.New, k)
	for _, part := range parts {
		fmt.Fprintf(mac, "%d:%s", len(part), part)
	}
	return CounterKey(mac.Sum(nil))
}

// Pseudonym names something that must not be kept in clear, nor guessed.
func (a *App) Pseudonym(ctx context.Context, of string) (string, error) {
	keys, err := a.counterKeys(ctx)
	if err != nil {
		return "", err
	}
	name := keys.of("pseudonym", of)
	return hex.EncodeToString(name[:]), nil
}

// sent is a message that an event leads to, and that counts.
type sent struct {
	to     domain.Contact
	asked  bool            // by whoever gets it
	login  domain.PersonID // who wants to sign in by the contact, and holds it
	link   bool            // an administrator's, for a password: nobody else can use up how many there are
	code   bool            // for a password, which counted for the contact before it was known whose that is
	notice bool            // of what has happened: it counts, and is never refused
}

// counted is the message that an event about a person leads to and that counts;
// false where there is none.
func counted(event domain.Event, after person.State) (sent, bool) {
	switch e := event.(type) {
	case person.InvitedBySMS, person.InvitedByEmail, person.PasswordGenerated, person.PasswordLinkIssued:
		return sent{to: after.Contact}, true
	case person.ContactCorrected:
		return sent{to: e.Personal.Contact}, true
	case person.Registered:
		return sent{to: after.Contact, asked: true}, e.Awaits == person.Proof
	case person.PasswordResetAsked:
		if e.By.IsZero() {
			return sent{to: after.Contact, code: true}, after.Contact.Kind == domain.ContactPhone
		}
		return sent{to: after.Contact, link: true}, true
	case person.PasswordChanged, person.PasswordReset, person.RegistrationApproved, person.RegistrationRejected:
		return sent{to: after.Contact, notice: true}, after.Contact.Kind == domain.ContactPhone
	case person.LoginChanged:
		return sent{to: e.Personal.Before, notice: true}, e.Personal.Before.Kind == domain.ContactPhone
	case person.ProofSentAgain:
		return sent{to: after.Contact, asked: true}, true
	case person.LoginClaimed:
		return sent{to: e.Personal.Contact, asked: true, login: e.By}, true
	}
	return sent{}, false
}

// shares is what sending the message takes of which limits.
func (m sent) shares(keys counterKeys, company account.State, by domain.PersonID, smsPerDay int) []share {
	id, limits := company.Account.String(), company.Limits
	if m.code || m.notice {
		return m.sharesOfSMS(keys, company, smsPerDay)
	}
	shares := []share{m.shareOfContact(keys, company)}
	if m.to.Kind == domain.ContactPhone {
		shares = append(shares, m.sharesOfSMS(keys, company, smsPerDay)...)
	} else {
		shares = append(shares,
			share{key: keys.of("emails of", id), most: limits.Emails, window: day, code: domain.AccountLimit, reason: fmt.Sprintf("the account sends at most %d e-mails a day", limits.Emails)})
	}
	if !m.login.IsZero() {
		shares = append(shares, share{
			key: keys.of("logins of", m.login.String()), most: loginsPerPerson, window: day, code: domain.TooManyAttempts,
			reason: fmt.Sprintf("one person asks for at most %d logins a day", loginsPerPerson),
		})
	}
	if !by.IsZero() && !m.link && m.login.IsZero() {
		shares = append(shares, share{
			key: keys.of("messages by", by.String()), most: limits.InvitationsPerInviter, window: day, code: domain.InviterLimit,
			reason: fmt.Sprintf("one person invites at most %d people a day", limits.InvitationsPerInviter),
		})
	}
	return shares
}

// sharesOfSMS is what an SMS takes of what SMS cost.
func (m sent) sharesOfSMS(keys counterKeys, company account.State, smsPerDay int) []share {
	id, limits := company.Account.String(), company.Limits
	shares := append(m.sharesAbroad(keys, company),
		share{key: keys.of("sms of", id), most: limits.SMS, window: day, code: domain.AccountLimit, reason: fmt.Sprintf("the account sends at most %d SMS a day", limits.SMS)},
		share{key: keys.of("sms"), most: smsPerDay, window: day, code: domain.InstallationLimit, reason: "as many SMS were sent within a day as this installation allows"})
	if m.notice {
		for i := range shares {
			shares[i].most = math.MaxInt
		}
	}
	return shares
}

func (m sent) shareOfContact(keys counterKeys, company account.State) share {
	if m.link {
		return share{
			key: keys.of("password links to", company.Account.String(), m.to.Form), most: messagesPerContact, window: day, code: domain.ContactLimit,
			reason: "as many links for a password were sent to this contact as are within a day",
		}
	}
	if m.asked {
		return share{
			key: keys.of("messages to", mailbox(m.to)), most: messagesPerContact, window: day, code: domain.ContactLimit,
			reason: "as many messages were asked for this contact as are sent within a day",
		}
	}
	return share{
		key: keys.of("invitations to", mailbox(m.to)), most: invitationsPerContact, window: day, code: domain.ContactLimit,
		reason: "this contact was invited three times within a day",
	}
}

// mailbox is a contact without what its owner adds to it as he likes: a+b@c.d reaches
// whoever has a@c.d (RFC 5233).
func mailbox(contact domain.Contact) string {
	local, host, isEmail := strings.Cut(contact.Form, "@")
	if !isEmail {
		return contact.Form
	}
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + host
}

// digitsOfBlock is how many digits numbers that are handed out together share.
const digitsOfBlock = 7

func (m sent) sharesAbroad(keys counterKeys, company account.State) []share {
	if !abroad(company, m.to) {
		return nil
	}
	id, limits, block := company.Account.String(), company.Limits, m.to.Address[:min(len(m.to.Address), 1+digitsOfBlock)]
	shares := []share{
		{
			key: keys.of("sms of", id, "to block", block), most: limits.SMSPerBlockAbroad, window: time.Hour, code: domain.NumberBlockLimit,
			reason: fmt.Sprintf("the account sends at most %d SMS an hour to numbers abroad that begin with %s", limits.SMSPerBlockAbroad, block),
		},
		{
			key: keys.of("sms of", id, "to country", m.to.Country), most: limits.SMSPerCountryAbroad, window: day, code: domain.CountryLimit,
			reason:  fmt.Sprintf("the account sends at most %d SMS a day to %s", limits.SMSPerCountryAbroad, m.to.Country),
			country: m.to.Country, answers: keys.answers(company.Account, m.to.Country),
		},
	}
	if m.code || m.notice {
		shares = append(shares, came(keys, company, m.to.Country)) // long ago
	}
	return shares
}

// abroad reports whether a number is one of another country than the account's.
func abroad(company account.State, contact domain.Contact) bool {
	return company.Country != "" && contact.Country != "" && !strings.EqualFold(contact.Country, company.Country)
}

// spend takes what messages cost; nil where there are none, or where one is too many.
func (a *App) spend(ctx context.Context, request Request, messages []sent) (*use, error) {
	if len(messages) == 0 {
		return nil, nil //nolint:nilnil // because nothing is used
	}
	messages = slices.Clone(messages)
	keys, err := a.counterKeys(ctx)
	if err != nil {
		return nil, err
	}
	for i, message := range messages {
		if messages[i].to, err = a.readAgain(message.to); err != nil {
			return nil, err
		}
	}
	all := &use{account: request.Account, shares: func(company account.State) (shares []share, err error) {
		for _, message := range messages {
			if !message.notice && !company.Limits.Allows(message.to.Country) {
				return nil, domain.Refuse(domain.CountryNotAllowed, "the account sends no SMS to "+message.to.Country+"; an administrator can allow it in the settings")
			}
			shares = append(shares, message.shares(keys, company, request.Caller.Person, a.SMSPerDay)...)
		}
		return shares, nil
	}}
	if err := a.admitAndWatch(ctx, all); err != nil {
		return nil, err
	}
	return all, nil
}

// admitAndWatch tells, too, of what goes unanswered.
func (a *App) admitAndWatch(ctx context.Context, u *use) error {
	var found []Unanswered
	err := a.settle(ctx, u, func(counters map[CounterKey]Counter, shares []share, now time.Time) error {
		err := admit(counters, shares, now)
		if err == nil {
			found = unanswered(counters, shares, now)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range found {
		one.Account = u.account
		a.Unanswered(ctx, one)
	}
	return nil
}

// countedOf is the messages that events about a person lead to. What Usher follows
// up with was counted before.
func countedOf(request Request, events []domain.Event, after any) (messages []sent) {
	somebody, about := after.(person.State)
	if !about || request.Caller.Kind == domain.ActorPolicy {
		return nil
	}
	for _, event := range events {
		if message, counts := counted(event, somebody); counts && !message.to.IsZero() {
			messages = append(messages, message)
		}
	}
	return messages
}

// unspend gives back what was counted for events that did not come about.
func (a *App) unspend(ctx context.Context, spent *use) error {
	if spent == nil {
		return nil
	}
	return a.settle(context.WithoutCancel(ctx), spent, giveBack)
}

// readAgain is a contact with what is not stored of it.
func (a *App) readAgain(contact domain.Contact) (domain.Contact, error) {
	if contact.Kind == domain.ContactPhone {
		return a.Texts.Phone(contact.Address, "")
	}
	return a.Texts.Email(contact.Address)
}
