package commands_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// nobodysRange is a number as long as French mobiles are, in a range that no plan lists.
const nobodysRange = "+33712345678"

// way is one of those by which a contact or a name comes in. It is the founder's, or
// that of whoever has the caller.
type way struct {
	typed, normal string // what looks wrong
	doubt         domain.Doubt
	by            *commands.Caller
	ask           func(w *commandstest.World, typed string, confirmed []string) asking
}

// rowOf makes of the only row's refusal that of the request.
func rowOf(invited commands.Invited, err error) error {
	if err == nil {
		err = invited.Rows[0].Refused
	}
	return err
}

func textingOne(phone string, confirmed []string) asking {
	return func(app *commands.App, r commands.Request) error {
		return rowOf(app.InviteBySMS(context.Background(), r, commands.InviteBySMS{Phones: []string{phone}, Confirmed: confirmed}))
	}
}

func invitingOne(email string, confirmed []string) asking {
	return func(app *commands.App, r commands.Request) error {
		return rowOf(app.InviteByEmail(context.Background(), r, commands.InviteByEmail{Emails: []string{email}, Confirmed: confirmed}))
	}
}

func ways() map[string]way {
	operator, holder := commands.Operator(), commands.LinkHolder()
	directly := func(change func(*commands.RegisterDirectly, string)) func(*commandstest.World, string, []string) asking {
		return func(_ *commandstest.World, typed string, confirmed []string) asking {
			c := cleo()
			change(&c, typed)
			c.Confirmed = confirmed
			return registering(c, new(commands.Registered))
		}
	}
	byForm := func(change func(*commands.UseLink, string)) func(*commandstest.World, string, []string) asking {
		return func(w *commandstest.World, typed string, confirmed []string) asking {
			form := w.JoinForm("nora@mill.example")
			change(&form, typed)
			form.Confirmed = confirmed
			return using(form, new(commands.LinkUsed))
		}
	}
	foundingWith := func(change func(*commands.FoundAccount, string)) func(*commandstest.World, string, []string) asking {
		return func(_ *commandstest.World, typed string, confirmed []string) asking {
			c := mill()
			change(&c, typed)
			c.Confirmed = confirmed
			return founding(c, new(commands.Founded))
		}
	}
	return map[string]way{
		"inviting by SMS": {nobodysRange, nobodysRange, domain.UnknownRange, nil, func(_ *commandstest.World, typed string, confirmed []string) asking {
			return textingOne(typed, confirmed)
		}},
		"inviting by e-mail": {" Ben@GMAIL.con", "Ben@gmail.con", domain.UnknownEnding, nil, func(_ *commandstest.World, typed string, confirmed []string) asking {
			return invitingOne(typed, confirmed)
		}},
		"registering an address directly":   {"cleo@gmial.com", "cleo@gmial.com", domain.NearProvider, nil, directly(func(c *commands.RegisterDirectly, typed string) { c.Email = typed })},
		"registering a first name directly": {"SYSTEM", "SYSTEM", domain.SystemName, nil, directly(func(c *commands.RegisterDirectly, typed string) { c.FirstName = typed })},
		"registering a last name directly":  {" Support ", "Support", domain.SystemName, nil, directly(func(c *commands.RegisterDirectly, typed string) { c.LastName = typed })},
		"correcting a contact": {"ben@hotnail.com", "ben@hotnail.com", domain.NearProvider, nil, func(w *commandstest.World, typed string, confirmed []string) asking {
			of := commands.InvitationOf{Person: w.Someone("bem@mill.example").Person}
			return func(app *commands.App, r commands.Request) error {
				_, err := app.Correct(context.Background(), r, commands.CorrectContact{InvitationOf: of, Contact: typed, Confirmed: confirmed})
				return err
			}
		}},
		"changing one's login": {"ann@acme.lan", "ann@acme.lan", domain.UnknownEnding, nil, func(_ *commandstest.World, typed string, confirmed []string) asking {
			return func(app *commands.App, r commands.Request) error {
				_, err := app.ChangeLogin(context.Background(), r, commands.ChangeLogin{Login: typed, Current: commandstest.Password, Confirmed: confirmed})
				return err
			}
		}},
		"changing somebody's login": {"+33 7 12 34 56 78", nobodysRange, domain.UnknownRange, nil, func(w *commandstest.World, typed string, confirmed []string) asking {
			eve := w.Someone("eve@acme.example").Person
			return func(app *commands.App, r commands.Request) error {
				_, err := app.ChangeLoginOf(context.Background(), r, eve, typed, confirmed)
				return err
			}
		}},
		"founding with an address": {"mo@mill.con", "mo@mill.con", domain.UnknownEnding, &operator, foundingWith(func(c *commands.FoundAccount, typed string) { c.Email = typed })},
		"founding with a name":     {"Support", "Support", domain.SystemName, &operator, foundingWith(func(c *commands.FoundAccount, typed string) { c.LastName = typed })},
		"joining with an address":  {"nora@gmail.co", "nora@gmail.co", domain.NearProvider, &holder, byForm(func(c *commands.UseLink, typed string) { c.Email = typed })},
	}
}

func TestNobodyConfirmsANameOfTheSystemsForThemselves(t *testing.T) {
	w := commandstest.New(t)
	w.Invited("bem@mill.example")
	eve := w.Employee("eve@acme.example")
	invited := commandstest.Form(w.Token(w.Someone("bem@mill.example")))
	for _, name := range []string{"System", "Ѕuрроrt", "Acme"} {
		for _, form := range []commands.UseLink{w.JoinForm("nora@mill.example"), invited} {
			form.FirstName, form.LastName, form.Confirmed = name, "", []string{name}
			w.As(commands.LinkHolder()).When(using(form, new(commands.LinkUsed))).ThenRefused(domain.ConfirmName)
		}
		naming := commands.ChangeName{FirstName: &name, LastName: new(""), Confirmed: []string{name}}
		changing := done((*commands.App).ChangeOwnName, naming)
		w.By(eve).When(changing).ThenRefused(domain.ConfirmName)
	}
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
	require.NoError(t, w.By(eve).When(done((*commands.App).ChangeOwnName, commands.ChangeName{FirstName: new("System"), Confirmed: []string{"System"}})).Err)
}

func TestANameInTwoStepsIsAskedBackAsInOne(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	require.NoError(t, w.By(eve).When(done((*commands.App).ChangeOwnName, commands.ChangeName{FirstName: new("Help")})).Err)
	w.By(eve).When(done((*commands.App).ChangeOwnName, commands.ChangeName{LastName: new("Desk")})).ThenRefused(domain.ConfirmName)
}

func TestADoubtAboutAnAddressConfirmsNoName(t *testing.T) {
	w := commandstest.New(t)
	c := cleo()
	c.Email, c.FirstName, c.LastName, c.Confirmed = "cleo@gmail.con", "Acme", "Team", []string{"cleo@gmail.con"}
	w.When(registering(c, new(commands.Registered))).ThenRefused(domain.ConfirmName)
	c.FirstName, c.LastName, c.Confirmed = "Support", "Team", []string{"cleo@gmail.con", "Support Team"}
	require.NoError(t, w.When(registering(c, new(commands.Registered))).Err)
}

func TestAWholeNameThatPassesForTheCompanysIsAskedBack(t *testing.T) {
	w := commandstest.New(t)
	c := cleo()
	c.FirstName, c.LastName = "Acme", "Team"
	refusal := w.When(registering(c, new(commands.Registered))).ThenRefused(domain.ConfirmName)
	require.Equal(t, "last_name", refusal.Field)
	for _, confirmed := range []string{"Team", "Acme Team"} {
		w := commandstest.New(t)
		c.Confirmed = []string{confirmed}
		o := w.When(registering(c, new(commands.Registered)))
		require.NoError(t, o.Err)
		require.Equal(t, []domain.Doubt{domain.SystemName}, confirmedIn(o), "once")
	}
	form := w.JoinForm("nora@mill.example")
	form.FirstName, form.LastName = "Help", "Desk"
	w.As(commands.LinkHolder()).When(using(form, new(commands.LinkUsed))).ThenRefused(domain.ConfirmName)
}

func TestNamesThatBeginLikeAnotherCompanysAreAskedBack(t *testing.T) {
	w := commandstest.New(t)
	c := mill()
	c.Name = "Асме Польша"
	refusal := w.As(commands.Operator()).When(founding(c, new(commands.Founded))).ThenRefused(domain.ConfirmName)
	require.Equal(t, "name", refusal.Field)
	c.Confirmed = []string{c.Name}
	require.Contains(t, confirmedIn(w.As(commands.Operator()).When(founding(c, new(commands.Founded)))), domain.OtherScript)

	rules := []string{"mill.example", "раураӏ-оплата.рф"}
	changing := func(confirmed ...string) asking {
		return done((*commands.App).ChangeRegistration, commands.ChangeRegistration{Domains: &rules, Confirmed: confirmed})
	}
	refusal = w.When(changing()).ThenRefused(domain.ConfirmName)
	require.Equal(t, "domains", refusal.Field)
	o := w.When(changing("раураӏ-Оплата.рф"))
	require.NoError(t, o.Err)
	require.Equal(t, []domain.Doubt{domain.OtherScript}, confirmedIn(o))
	w.When(changing()).ThenNothing()
	rules = append(rules, "acme.example")
	require.NoError(t, w.When(changing()).Err, "what stands is not asked about again")
}

func (y way) when(w *commandstest.World, ask asking) commandstest.Outcome {
	if y.by == nil {
		return w.When(ask)
	}
	return w.As(*y.by).When(ask)
}

// confirmedIn is what the events of an outcome say that was confirmed.
func confirmedIn(o commandstest.Outcome) (doubts []domain.Doubt) {
	for _, events := range o.Appended {
		for _, event := range events {
			if member := reflect.ValueOf(event).FieldByName("Confirmed"); member.IsValid() {
				some, _ := member.Interface().([]domain.Doubt)
				doubts = append(doubts, some...)
			}
		}
	}
	return doubts
}

func TestWhatLooksWrongIsAskedBackHoweverItComesIn(t *testing.T) {
	for name, y := range ways() {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			w.Invited("bem@mill.example")
			w.Employee("eve@acme.example")
			refusal := y.when(w, y.ask(w, y.typed, nil)).ThenRefused(y.doubt.Code())
			require.Equal(t, y.doubt, refusal.Doubt)
			y.when(w, y.ask(w, y.typed, []string{"ben@mill.example", "+4915123456789", ""})).ThenRefused(y.doubt.Code())

			for _, confirmed := range []string{y.typed, y.normal} {
				w := commandstest.New(t)
				w.Invited("bem@mill.example")
				w.Employee("eve@acme.example")
				o := y.when(w, y.ask(w, y.typed, []string{"somebody@else.example", confirmed}))
				require.NoError(t, o.Err)
				require.Contains(t, confirmedIn(o), y.doubt, "it is on record")
			}
		})
	}
}

func TestWhatLooksRightIsNotOnRecordAsConfirmed(t *testing.T) {
	w := commandstest.New(t)
	o := w.When(invitingOne("ben@mill.example", []string{"ben@mill.example"}))
	require.NoError(t, o.Err)
	require.Empty(t, confirmedIn(o))
}

func TestOnlyAdministratorsConfirmUnknownRanges(t *testing.T) {
	w := commandstest.New(t)
	require.NoError(t, w.When(done((*commands.App).ChangeInviting, account.ChangeInviting{EveryoneMayInvite: true})).Err)
	eve, ada := w.Employee("eve@acme.example"), w.Administrator("ada@acme.example")
	w.By(eve).When(textingOne(nobodysRange, nil)).ThenRefused(domain.ConfirmUnknownRange)
	refusal := w.By(eve).When(textingOne(nobodysRange, []string{nobodysRange})).ThenRefused(domain.NotPermitted)
	require.Contains(t, refusal.Message, "only an administrator")
	require.NoError(t, w.By(eve).When(invitingOne("ben@gmail.con", []string{"ben@gmail.con"})).Err, "what is no range, whoever may invite confirms")
	require.NoError(t, w.By(ada).When(textingOne(nobodysRange, []string{nobodysRange})).Err)
}

func TestWhoeverIsInTheLogIsFoundWithoutAsking(t *testing.T) {
	w := commandstest.New(t)
	require.NoError(t, w.When(done((*commands.App).ChangeInviting, account.ChangeInviting{EveryoneMayInvite: true})).Err)
	eve := w.Employee("eve@acme.example")
	require.NoError(t, w.When(textingOne(nobodysRange, []string{nobodysRange})).Err)
	ben := w.Someone(nobodysRange)
	require.Equal(t, domain.AlreadyInvited, domain.CodeOf(w.By(eve).When(textingOne(nobodysRange, nil)).Err))
	require.NoError(t, w.When(done((*commands.App).Revoke, commands.InvitationOf{Person: ben.Person})).Err)
	o := w.By(eve).When(textingOne("+33 7 12 34 56 78", []string{nobodysRange}))
	require.NoError(t, o.Err, "who was confirmed once is known")
	require.NoError(t, w.When(func(app *commands.App, r commands.Request) error {
		_, err := app.Resend(context.Background(), r, commands.InvitationOf{Person: ben.Person})
		return err
	}).Err)
	_, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: nobodysRange, Password: commandstest.Password})
	require.Equal(t, domain.LoginFailed, domain.CodeOf(err), "signing in never asks")
}

// A stranger at the join form is told nothing of who is in the account.
func TestTheJoinFormAsksBackWhoeverIsKnown(t *testing.T) {
	w := commandstest.New(t)
	require.NoError(t, w.When(invitingOne("ben@gmail.con", []string{"ben@gmail.con"})).Err)
	w.As(commands.LinkHolder()).When(using(w.JoinForm("ben@gmail.con"), new(commands.LinkUsed))).ThenRefused(domain.ConfirmContact)
}

func TestACorrectedContactKeepsWhatWasConfirmedOfIt(t *testing.T) {
	w := commandstest.New(t)
	require.NoError(t, w.When(invitingOne("bem@gmail.con", []string{"bem@gmail.con"})).Err)
	bem := w.Someone("bem@gmail.con")
	require.Equal(t, []domain.Doubt{domain.UnknownEnding}, w.State(bem).Invitations[0].Confirmed)
	require.NoError(t, w.When(func(app *commands.App, r commands.Request) error {
		_, err := app.Correct(context.Background(), r, commands.CorrectContact{
			InvitationOf: commands.InvitationOf{Person: bem.Person}, Contact: "ben@gmial.com", Confirmed: []string{"ben@gmial.com"},
		})
		return err
	}).Err)
	require.Equal(t, []domain.Doubt{domain.NearProvider}, w.State(w.Someone("ben@gmial.com")).Invitations[0].Confirmed)
}
