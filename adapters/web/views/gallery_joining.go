package views

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

const galleryRef = "1a2b3c4d"

func galleryLink(kind commands.LinkKind, login string) commands.Link {
	return commands.Link{
		Kind: kind, Slug: "sunrise", Name: "Sunrise Bakery", Login: login, PasswordLength: 12,
		Greeting: "Good to have you!\nAda shows you around on your first morning; bring shoes that do not slip.",
	}
}

func joiningExamples() []Example {
	join := func(state string, link commands.Link, fill func(Frame, *JoinForm)) Example {
		form := func(f Frame) JoinForm {
			filled := JoinForm{Ref: galleryRef, Link: link}
			if fill != nil {
				fill(f, &filled)
			}
			return filled
		}
		return Example{
			Page: "join", State: state, Public: true, Content: func(f Frame) templ.Component { return Join(f, form(f)) },
			Title: func(t texts.Texts) string { return form(Frame{Texts: t}).Title(Frame{Texts: t}) },
		}
	}
	long := galleryLink(commands.LinkJoin, "")
	long.Name = "Wolfeschlegelsteinhausenbergerdorff " + strings.Repeat("und Söhne ", 6)
	long.Greeting = "أهلاً وسهلاً بكم في مخبزنا"
	proof := galleryLink(commands.LinkProof, "nora@mill.example")
	proof.Registrant = "نور الهدى"
	signedIn := join("signed-in", galleryLink(commands.LinkJoin, ""), nil)
	signedIn.Public = false
	examples := []Example{
		join("link", galleryLink(commands.LinkJoin, ""), nil),
		join("long", long, nil),
		join("sms", galleryLink(commands.LinkSMS, "+1 415 555 0100"), nil),
		join("email", galleryLink(commands.LinkEmail, "ben@mill.example"), nil),
		join("shown", galleryLink(commands.LinkEmail, "ben@mill.example"), func(_ Frame, form *JoinForm) {
			form.FirstName, form.LastName, form.Password, form.Shown = "Ben", "Miller", "seven green doors ajar", true
		}),
		join("error", galleryLink(commands.LinkJoin, ""), wrongJoin),
		join("password", galleryLink(commands.LinkSetPassword, "cleo@sunrise.example"), nil),
		join("reset", galleryLink(commands.LinkReset, "cleo@sunrise.example"), nil),
		join("proof", proof, nil),
		join("login", galleryLink(commands.LinkLogin, "ben@new.example"), nil),
		signedIn,
	}
	return append(append(examples, joinedExamples()...), deadExamples()...)
}

// wrongJoin fills in a form with everything that is asked back.
func wrongJoin(f Frame, form *JoinForm) {
	form.FirstName, form.LastName, form.Email = "Ben", "", "ben@gmail.con"
	form.Faults = Faults{
		{Field: "email", Code: domain.ConfirmContact, DidYouMean: "ben@gmail.com", Text: f.Refusal(domain.ConfirmContact, "there is no such ending of a domain: check it, or confirm it")},
		{Field: "password", Code: domain.PasswordTooShort, Text: f.Refusal(domain.PasswordTooShort, "a password has at least 12 characters: a few words make a good one")},
	}
}

func joinedExamples() []Example {
	of := func(state string, joined Joined) Example {
		joined.Ref, joined.Company, joined.Slug = galleryRef, "Sunrise Bakery", "sunrise"
		return Example{
			Page: "joined", State: state, Public: true, Content: func(f Frame) templ.Component { return JoinedPage(f, joined) },
			Title: func(t texts.Texts) string { return joined.Title(Frame{Texts: t}) },
		}
	}
	return []Example{
		of("in", Joined{Status: "employed", Kind: commands.LinkSMS, Contact: "+1 415 555 0100"}),
		of("waiting", Joined{Status: "awaiting_approval", Kind: commands.LinkJoin, Contact: "ben@mill.example"}),
		of("proof", Joined{Status: "awaiting_proof", Kind: commands.LinkJoin, Contact: "ben@mill.example"}),
		of("proof-again", Joined{Status: "awaiting_proof", Kind: commands.LinkProof, Again: true}),
		of("login", Joined{Status: "login_changed", Kind: commands.LinkLogin, Contact: "ben@new.example"}),
		of("password", Joined{Status: "employed", Kind: commands.LinkReset, Contact: "cleo@sunrise.example"}),
		of("asked", Joined{Status: JoinedAsked, Kind: commands.LinkEmail}),
	}
}

func deadExamples() []Example {
	of := func(state string, link DeadLink) Example {
		link.Ref = galleryRef
		if link.Code != domain.NotFound {
			link.Company, link.Slug = "Sunrise Bakery", "sunrise"
		}
		return Example{
			Page: "dead-link", State: state, Public: true, Content: func(f Frame) templ.Component { return Dead(f, link) },
			Title: func(t texts.Texts) string { return t.DeadTitle(link.Code, link.Kind) },
		}
	}
	return []Example{
		of("expired", DeadLink{Code: domain.LinkExpired, Kind: commands.LinkSMS, Offer: domain.NewInvitation}),
		of("expired-proof", DeadLink{Code: domain.LinkExpired, Kind: commands.LinkProof, Offer: domain.NewProof}),
		of("expired-join", DeadLink{Code: domain.LinkExpired, Kind: commands.LinkJoin}),
		of("expired-reset", DeadLink{Code: domain.LinkExpired, Kind: commands.LinkReset}),
		of("taken-back", DeadLink{Code: domain.LinkRevoked, Kind: commands.LinkEmail, Offer: domain.NewInvitation}),
		of("not-approved", DeadLink{Code: domain.LinkRevoked, Kind: commands.LinkProof}),
		of("replaced", DeadLink{Code: domain.LinkSuperseded, Kind: commands.LinkEmail}),
		of("replaced-join", DeadLink{Code: domain.LinkSuperseded, Kind: commands.LinkJoin}),
		of("used", DeadLink{Code: domain.LinkUsed, Kind: commands.LinkEmail}),
		of("declined", DeadLink{Code: domain.LinkDeclined, Kind: commands.LinkEmail, Offer: domain.NewInvitation}),
		of("closed", DeadLink{Code: domain.LinkDisabled, Kind: commands.LinkJoin}),
		of("full", DeadLink{Code: domain.LinkFull, Kind: commands.LinkJoin}),
		of("company-closed", DeadLink{Code: domain.AccountClosed, Kind: commands.LinkEmail}),
		of("none", DeadLink{Code: domain.NotFound}),
		{Page: "dead-link", State: "not-kept", Title: texts.Texts.OpenAgainTitle, Public: true, Content: OpenAgain},
	}
}
