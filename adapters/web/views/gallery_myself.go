package views

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func myselfExamples() []Example {
	of := func(page, state string, title func(texts.Texts) string, content func(Frame) templ.Component) Example {
		return Example{Page: page, State: state, Title: title, Content: content}
	}
	me := func(state string, data MyselfData) Example {
		return of("me", state, texts.Texts.Me, func(f Frame) templ.Component { return Myself(f, data) })
	}
	wrong := func(f Frame, field string, code domain.Code, said string) Faults {
		return Faults{{Field: field, Code: code, Text: f.Refusal(code, said)}}
	}
	all := []person.Scope{person.ReadLists, person.ReadHistory, person.InviteScope}
	return []Example{
		me("one", MyselfData{Me: galleryMe("Ada", "Baker"), Sessions: gallerySessions()[:1]}),
		me("many", MyselfData{Me: galleryMe("نور", strings.Repeat("Wolfeschlegelsteinhausen", 4)), Sessions: gallerySessions(), Tokens: galleryTokens(), Done: "session"}),
		of("my-name", "empty", texts.Texts.ChangeMyName, func(f Frame) templ.Component { return MyName(f, NameForm{FirstName: "Ada", LastName: "Baker"}) }),
		of("my-name", "error", texts.Texts.ChangeMyName, func(f Frame) templ.Component {
			return MyName(f, NameForm{FirstName: "Sunrise", LastName: "Bakery", Doubted: "Sunrise Bakery", Faults: wrong(f, "last_name", domain.ConfirmName, "this name could pass for the company's or the system's own: write the person's name, or confirm it")})
		}),
		of("my-login", "empty", texts.Texts.ChangeMyLogin, func(f Frame) templ.Component { return MyLogin(f, LoginForm{}) }),
		of("my-login", "error", texts.Texts.ChangeMyLogin, func(f Frame) templ.Component {
			return MyLogin(f, LoginForm{Login: "ada@gmail.con", Doubted: "ada@gmail.con", DidYouMean: "ada@gmail.com", Faults: wrong(f, "login", domain.ConfirmContact, "there is no such ending of a domain: check it, or confirm it")})
		}),
		of("my-password", "empty", texts.Texts.ChangeMyPassword, func(f Frame) templ.Component { return MyPassword(f, PasswordForm{Length: 12}) }),
		of("my-password", "error", texts.Texts.ChangeMyPassword, func(f Frame) templ.Component {
			return MyPassword(f, PasswordForm{Length: 12, Faults: wrong(f, "current", domain.PasswordWrong, "the current password is wrong")})
		}),
		of("first-password", "empty", texts.Texts.FirstPassword, func(f Frame) templ.Component { return FirstPassword(f, PasswordForm{Length: 12}) }),
		of("my-token", "empty", texts.Texts.MakeToken, func(f Frame) templ.Component { return MakeToken(f, TokenForm{Days: "90", May: all, Scopes: all[:1]}) }),
		of("my-token", "error", texts.Texts.MakeToken, func(f Frame) templ.Component {
			return MakeToken(f, TokenForm{Name: "Nightly list", Days: "400", May: all, Faults: append(
				wrong(f, "scopes", domain.InvalidScope, "name one or more scopes"), wrong(f, "days", domain.InvalidDays, "a token lives 1 to 365 days")...,
			)})
		}),
		of("my-token", "made", texts.Texts.TokenMade, func(f Frame) templ.Component {
			return TokenMade(f, "usher_"+strings.Repeat("example", 7))
		}),
		of("my-token", "made-before", texts.Texts.TokenMade, func(f Frame) templ.Component { return TokenMade(f, "") }),
	}
}

func galleryMe(first, last string) questions.Myself {
	return questions.Myself{Me: commands.Me{FirstName: first, LastName: last, Login: "ada@sunrise.example", Role: domain.RoleAdministrator}}
}

func gallerySessions() []questions.OpenSession {
	var all []questions.OpenSession
	for i, agent := range []string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
		"curl/8.5.0", "",
	} {
		used := galleryNow.Add(-time.Duration(i) * 5 * time.Hour)
		all = append(all, questions.OpenSession{Current: i == 0, Session: commands.Session{
			ID: domain.SessionID{byte(i)}, Agent: agent, UsedAt: used, CreatedAt: used.Add(-time.Hour),
		}})
	}
	return all
}

func galleryTokens() []commands.OwnToken {
	until := galleryNow.AddDate(0, 3, 0)
	return []commands.OwnToken{
		{Token: person.Token{ID: domain.TokenID{1}, Name: "Nightly list", Scopes: []person.Scope{person.ReadLists, person.ReadHistory}, ExpiresAt: until}, UsedAt: galleryNow},
		{Token: person.Token{ID: domain.TokenID{2}, Name: strings.Repeat("Wolfeschlegelsteinhausen", 3), Scopes: []person.Scope{person.InviteScope}, ExpiresAt: until}},
	}
}
