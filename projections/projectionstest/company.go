package projectionstest

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// Company is an account whose commands are decided by the domain and whose
// events go into a log.
type Company struct {
	*Log
	ID      domain.AccountID
	Founder domain.PersonID
	Account account.State
	Tree    structure.State
	People  map[domain.Slot]person.State
}

// Found founds a company; Max Miller is its founder.
func Found(log *Log, slug string) *Company {
	id := domain.AccountIDFor(uuid.Nil, slug)
	company := &Company{Log: log, ID: id, People: map[domain.Slot]person.State{}}
	slot := company.Slot("founder")
	company.Founder = domain.PersonIDFor(slot, 1)
	founder := person.Registrant{Contact: EmailOf("max.miller"), FirstName: "Max", LastName: "Miller"}
	company.must(company.Change(account.Found{
		Account: id, Slug: slug, Name: "Company " + slug,
		Administrator: account.Founder{Person: company.Founder, Slot: slot},
		Details:       account.FounderDetails{Email: founder.Contact.Address, FirstName: "Max", LastName: "Miller"},
	}))
	company.must(company.Do("founder", person.RegisterFounder{Slot: slot, Details: founder}))
	return company
}

// Slot returns the slot of somebody's contact.
func (c *Company) Slot(who string) domain.Slot { return domain.Slot(c.ID.Derive("slot " + who)) }

// Person returns the id of somebody's first tenure.
func (c *Company) Person(who string) domain.PersonID { return domain.PersonIDFor(c.Slot(who), 1) }

// Do gives a command to somebody's stream.
func (c *Company) Do(who string, command person.Command) error {
	slot := c.Slot(who)
	state := c.People[slot]
	events, err := person.Decide(c.Now, state, command)
	if err != nil {
		return err
	}
	c.People[slot] = person.Decider().Fold(state, events...)
	record(c, domain.PersonStream(slot), events)
	return nil
}

// Change gives a command to the account's stream.
func (c *Company) Change(command account.Command) error {
	events, err := account.Decide(c.Now, c.Account, command)
	if err != nil {
		return err
	}
	c.Account = account.Decider().Fold(c.Account, events...)
	record(c, domain.AccountStream(c.ID), events)
	return nil
}

// Arrange gives a command to the structure's stream.
func (c *Company) Arrange(command structure.Command) error {
	events, err := structure.Decide(c.Now, c.Tree, command)
	if err != nil {
		return err
	}
	c.Tree = structure.Decider().Fold(c.Tree, events...)
	record(c, domain.StructureStream(c.ID), events)
	return nil
}

// InviteBySMS invites somebody in a batch, by the founder.
func (c *Company) InviteBySMS(who string, batch domain.BatchID) error {
	return c.Do(who, person.Invite{
		Slot: c.Slot(who), Contact: PhoneOf(who), Inviter: c.Founder, Batch: batch, ExpiresAt: c.Now.AddDate(0, 0, 14),
	})
}

// InviteByEmail invites somebody in a batch, by the founder.
func (c *Company) InviteByEmail(who string, batch domain.BatchID, department domain.DepartmentID, workgroups ...domain.WorkgroupID) error {
	return c.Do(who, person.Invite{
		Slot: c.Slot(who), Contact: EmailOf(who), Inviter: c.Founder, Batch: batch,
		Department: department, Workgroups: workgroups, ExpiresAt: c.Now.AddDate(0, 0, 14),
	})
}

// Register fills in the join link's form, judged as the account's settings say.
func (c *Company) Register(who, firstName, lastName string) error {
	contact := EmailOf(who)
	return c.Do(who, person.RegisterByJoinLink{
		Slot: c.Slot(who), Generation: c.Account.JoinLink.Generation,
		InForce: c.judged(contact.Domain()),
		ProveBy: c.Now.AddDate(0, 0, 7),
		Details: person.Registrant{Contact: contact, FirstName: firstName, LastName: lastName},
	})
}

// Redeem fills in the form behind somebody's latest personal link.
func (c *Company) Redeem(who, firstName, lastName string) error {
	return c.Do(who, person.Redeem{
		Invitation: len(c.People[c.Slot(who)].Invitations), InForce: c.judged(""),
		Concern: c.concern(), FirstName: firstName, LastName: lastName,
	})
}

// LogIn has somebody log in.
func (c *Company) LogIn(who string) error {
	return c.Do(who, person.NoteLogin{Epoch: c.People[c.Slot(who)].Employment.Epoch})
}

func (c *Company) judged(emailDomain string) person.InForce {
	return person.InForce{
		Mode: string(c.Account.Mode), Rule: c.Account.RuleFor(emailDomain, ""), ModerateInvited: c.Account.ModerateInvited,
	}
}

func (c *Company) concern() person.Concern {
	if c.Account.ModerateInvited {
		return person.InvitedWait
	}
	return person.NoConcern
}

// RegisterDirectly registers somebody as a colleague, by the founder.
func (c *Company) RegisterDirectly(who, firstName, lastName, jobTitle string, withoutConfirmation bool) error {
	return c.Do(who, person.RegisterDirectly{
		Slot: c.Slot(who), Inviter: c.Founder, WithoutConfirmation: withoutConfirmation,
		PasswordExpiresAt: c.Now.AddDate(0, 0, 7), LinkExpiresAt: c.Now.AddDate(0, 0, 7),
		Details: person.Colleague{Contact: EmailOf(who), FirstName: firstName, LastName: lastName, JobTitle: jobTitle},
	})
}

// EmailOf returns somebody's e-mail address.
func EmailOf(who string) domain.Contact {
	return domain.Contact{Kind: domain.ContactEmail, Address: who + "@example.com"}
}

// PhoneOf returns somebody's phone number.
func PhoneOf(who string) domain.Contact {
	sum := domain.Slot{}.Derive(who)
	return domain.Contact{Kind: domain.ContactPhone, Address: fmt.Sprintf("+1415555%04d", int(sum[0])<<4|int(sum[1])>>4)}
}

func (c *Company) must(err error) {
	if err != nil {
		panic(err)
	}
}

func record[E domain.Event](c *Company, stream domain.StreamName, events []E) {
	actor := domain.Actor{Kind: domain.ActorPerson, Person: c.Founder}
	for _, event := range events {
		c.Append(c.ID, stream, actor, event)
	}
}
