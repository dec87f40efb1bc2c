package limits

import (
	"fmt"
	"math"
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

	// CodesLast is how long a code for a forgotten password can be used.
	CodesLast = 10 * time.Minute

	attemptsLast       = 15 * time.Minute
	attemptsPerLogin   = 10 // from one network, or on one device
	attemptsAtOnce     = 5  // for one login
	attemptsPerCode    = 5  // from one network, or on one device
	attemptsPerAddress = 100

	// From all networks together that somebody has not signed in from before.
	attemptsByStrangers = 100
	codesByStrangers    = 25

	// On all devices together on which somebody has signed in before.
	attemptsByDevices = 50
	codesByDevices    = 15

	attemptsAtOncePerAddress = 20 // so that many who are right at once are not taken for so many who are wrong
)

// Message is one that an event leads to, and that counts.
type Message struct {
	To     domain.Contact
	Asked  bool            // by whoever gets it
	Login  domain.PersonID // who wants to sign in by the contact, and holds it
	Link   bool            // an administrator's, for a password: nobody else can use up how many there are
	Code   bool            // for a password, which counted for the contact before it was known whose that is
	Notice bool            // of what has happened: it counts, and is never refused
}

// MessageOf returns the message that an event about a person leads to and that counts;
// false where there is none.
func MessageOf(event domain.Event, after person.State) (Message, bool) {
	switch e := event.(type) {
	case person.InvitedBySMS, person.InvitedByEmail, person.PasswordGenerated, person.PasswordLinkIssued:
		return Message{To: after.Contact}, true
	case person.ContactCorrected:
		return Message{To: e.Personal.Contact}, true
	case person.Registered:
		return Message{To: after.Contact, Asked: true}, e.Awaits == person.Proof
	case person.PasswordResetAsked:
		if e.By.IsZero() {
			return Message{To: after.Contact, Code: true}, after.Contact.Kind == domain.ContactPhone
		}
		return Message{To: after.Contact, Link: true}, true
	case person.PasswordChanged, person.PasswordReset, person.RegistrationApproved, person.RegistrationRejected:
		return Message{To: after.Contact, Notice: true}, after.Contact.Kind == domain.ContactPhone
	case person.LoginChanged:
		return Message{To: e.Personal.Before, Notice: true}, e.Personal.Before.Kind == domain.ContactPhone
	case person.ProofSentAgain:
		return Message{To: after.Contact, Asked: true}, true
	case person.LoginClaimed:
		return Message{To: e.Personal.Contact, Asked: true, Login: e.By}, true
	}
	return Message{}, false
}

// Shares returns what sending the message takes of which limits.
func (m Message) Shares(keys Keys, company account.State, by domain.PersonID, smsPerDay int) []Share {
	id, limits := company.Account.String(), company.Limits
	if m.Code || m.Notice {
		return m.sharesOfSMS(keys, company, smsPerDay)
	}
	shares := []Share{m.shareOfContact(keys, company)}
	if m.To.Kind == domain.ContactPhone {
		shares = append(shares, m.sharesOfSMS(keys, company, smsPerDay)...)
	} else {
		shares = append(shares,
			Share{Key: keys.Of("emails of", id), Most: limits.Emails, Window: day, Code: domain.AccountLimit, Reason: fmt.Sprintf("the account sends at most %d e-mails a day", limits.Emails)})
	}
	if !m.Login.IsZero() {
		shares = append(shares, Share{
			Key: keys.Of("logins of", m.Login.String()), Most: loginsPerPerson, Window: day, Code: domain.TooManyAttempts,
			Reason: fmt.Sprintf("one person asks for at most %d logins a day", loginsPerPerson),
		})
	}
	if !by.IsZero() && !m.Link && m.Login.IsZero() {
		shares = append(shares, Share{
			Key: keys.Of("messages by", by.String()), Most: limits.InvitationsPerInviter, Window: day, Code: domain.InviterLimit,
			Reason: fmt.Sprintf("one person invites at most %d people a day", limits.InvitationsPerInviter),
		})
	}
	return shares
}

// sharesOfSMS is what an SMS takes of what SMS cost.
func (m Message) sharesOfSMS(keys Keys, company account.State, smsPerDay int) []Share {
	id, limits := company.Account.String(), company.Limits
	shares := append(m.sharesAbroad(keys, company),
		Share{Key: keys.Of("sms of", id), Most: limits.SMS, Window: day, Code: domain.AccountLimit, Reason: fmt.Sprintf("the account sends at most %d SMS a day", limits.SMS)},
		Share{Key: keys.Of("sms"), Most: smsPerDay, Window: day, Code: domain.InstallationLimit, Reason: "as many SMS were sent within a day as this installation allows"})
	if m.Notice {
		for i := range shares {
			shares[i].Most = math.MaxInt
		}
	}
	return shares
}

func (m Message) shareOfContact(keys Keys, company account.State) Share {
	if m.Link {
		return Share{
			Key: keys.Of("password links to", company.Account.String(), m.To.Form), Most: messagesPerContact, Window: day, Code: domain.ContactLimit,
			Reason: "as many links for a password were sent to this contact as are within a day",
		}
	}
	if m.Asked {
		return Share{
			Key: keys.Of("messages to", mailbox(m.To)), Most: messagesPerContact, Window: day, Code: domain.ContactLimit,
			Reason: "as many messages were asked for this contact as are sent within a day",
		}
	}
	return Share{
		Key: keys.Of("invitations to", mailbox(m.To)), Most: invitationsPerContact, Window: day, Code: domain.ContactLimit,
		Reason: "this contact was invited three times within a day",
	}
}

// mailbox is a contact without what its owner adds to it as they like: a+b@c.d reaches
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

func (m Message) sharesAbroad(keys Keys, company account.State) []Share {
	if !abroad(company, m.To) {
		return nil
	}
	country := domain.DialledAs(m.To.Country)
	id, limits, block := company.Account.String(), company.Limits, m.To.Address[:min(len(m.To.Address), 1+digitsOfBlock)]
	shares := []Share{
		{
			Key: keys.Of("sms of", id, "to block", block), Most: limits.SMSPerBlockAbroad, Window: time.Hour, Code: domain.NumberBlockLimit,
			Reason: fmt.Sprintf("the account sends at most %d SMS an hour to numbers abroad that have the first %d digits of this one", limits.SMSPerBlockAbroad, digitsOfBlock),
		},
		{
			Key: keys.Of("sms of", id, "to country", country), Most: limits.SMSPerCountryAbroad, Window: day, Code: domain.CountryLimit,
			Reason:  fmt.Sprintf("the account sends at most %d SMS a day to %s", limits.SMSPerCountryAbroad, country),
			Country: country, Answers: keys.answers(company.Account, country),
		},
	}
	if m.Code || m.Notice {
		shares = append(shares, came(keys, company, country)) // long ago
	}
	return shares
}

// abroad reports whether a number is one of another country than the account's.
func abroad(company account.State, contact domain.Contact) bool {
	return company.Country != "" && contact.Country != "" && domain.DialledAs(contact.Country) != domain.DialledAs(company.Country)
}
