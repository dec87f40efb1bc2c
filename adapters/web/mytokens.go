package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

const defaultTokenDays = "90"

// myToken is where one makes an API token.
func (p *Pages) myToken(v *visit) error {
	return v.tokenPage(views.TokenForm{Days: defaultTokenDays, Scopes: []person.Scope{person.ReadLists}})
}

// tokenPage offers the scopes that the role makes something of.
func (v *visit) tokenPage(form views.TokenForm) error {
	form.May = []person.Scope{person.ReadLists}
	if v.me.May(commands.SeeHistory) {
		form.May = append(form.May, person.ReadHistory)
	}
	if v.me.MayInvite {
		form.May = append(form.May, person.InviteScope)
	}
	return v.formPage(v.t.MakeToken(), form.Faults, func(f views.Frame) templ.Component { return views.MakeToken(f, form) })
}

// makeMyToken answers with the token itself, which no other page shows.
func (p *Pages) makeMyToken(v *visit) error {
	form := views.TokenForm{Name: v.field("name"), Days: strings.TrimSpace(v.field("days"))}
	for _, scope := range v.PostForm["scope"] {
		form.Scopes = append(form.Scopes, person.Scope(scope))
	}
	days, err := strconv.Atoi(form.Days)
	if err != nil {
		days = 0 // which no token lives
	}
	var made commands.TokenMade
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		made, err = p.App.MakeToken(ctx, request, commands.MakeToken{Name: form.Name, Scopes: slices.Clone(form.Scopes), Days: days})
		return err
	})
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	if form.Faults != nil {
		return v.tokenPage(form)
	}
	return v.page(v.t.TokenMade(), views.TokenMade(v.frame(v.t.TokenMade()), made.Secret))
}

func (p *Pages) revokeMyToken(v *visit) error {
	var id domain.TokenID // of what is no id: nobody's
	_ = id.UnmarshalText([]byte(v.PathValue("id")))
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = p.App.RevokeToken(ctx, request, id)
		return err
	})
	if err != nil && domain.CodeOf(err) != domain.NotFound { // which has ended already
		return err
	}
	return v.doneByMe("token", done.Position)
}
