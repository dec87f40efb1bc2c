package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	invitedview "github.com/usher-engine/usher/projections/invited"
)

// meantBy is the contact that was probably meant, where that is known.
func meantBy(refused error) string {
	if refusal, is := errors.AsType[*domain.Refusal](refused); is {
		return refusal.DidYouMean
	}
	return ""
}

// mostWaysOn is for how many who are known already a way on is looked for.
const mostWaysOn = 50

// showBecame says what became of each contact.
func (v *visit) showBecame(list views.InviteList, done commands.Invited) error {
	became := views.ListBecame{InviteList: list}
	if list.Message == list.Terms.Email {
		became.Message = ""
	}
	for _, row := range done.Rows {
		if row.Refused == nil {
			became.Invited = append(became.Invited, row.Contact)
			continue
		}
		problem := httpkit.ProblemOf(row.Refused, "body")
		refused := views.RefusedContact{Contact: row.Contact, Text: v.words(problem), DidYouMean: meantBy(row.Refused), Confirms: v.confirms(problem.Code)}
		if fate := fateOf(problem.Code); fate == isWrong || fate == isLimited {
			became.Refused = append(became.Refused, refused)
			continue
		}
		if len(became.Settled) < mostWaysOn {
			if err := v.waysOn(problem.Code, &refused); err != nil {
				return err
			}
		}
		became.Settled = append(became.Settled, refused)
	}
	title := v.t.InviteResult(len(became.Invited), len(became.Refused)+len(became.Settled))
	return v.page(title, views.WhatBecame(v.frame(title), became))
}

// confirms reports whether what was asked back can be confirmed by who is signed in.
func (v *visit) confirms(code domain.Code) bool { return views.Confirms(v.me.May, code) }

// waysOn finds what can be done about somebody who is known already.
func (v *visit) waysOn(code domain.Code, refused *views.RefusedContact) error {
	only := projections.Paging{Limit: projections.DefaultLimit}
	switch code { //nolint:exhaustive // because others have no way on
	case domain.AlreadyInvited:
		found, err := ask(v, questions.Invited(), invitedview.Query{Search: projections.Search{refused.Contact}, Paging: only})
		if err != nil {
			return err
		}
		for _, one := range found.Items {
			if one.Contact == refused.Contact && (one.InvitedBy == v.me.Person || v.me.May(commands.ManageInvitations)) {
				refused.Person, refused.Invitation = one.Person.String(), one.Invitation
			}
		}
	case domain.AlreadyEmployed:
		found, err := ask(v, questions.Employees(), questions.EmployeesQuery{Search: projections.Search{refused.Contact}, Paging: only})
		if err != nil {
			return err
		}
		for _, one := range found.Items {
			if one.Login == refused.Contact {
				refused.Path, refused.Link = v.at("people", one.Person.String()), v.t.Show()
			}
		}
	case domain.AlreadyRegistered:
		if v.me.May(commands.DecideRegistrations) {
			refused.Path, refused.Link = v.at("people", "approvals"), v.t.InviteLetIn()
		}
	}
	return nil
}

// sendAgain sends an invitation again that somebody has already.
func (p *Pages) sendAgain(v *visit) error {
	var to commands.InvitationOf
	var err error
	if to.Person.UnmarshalText([]byte(v.field("person"))) != nil {
		return domain.Refuse(domain.NotFound, "there is no such person in this account")
	}
	if to.Invitation, err = strconv.Atoi(v.field("invitation")); err != nil {
		return domain.Refuse(domain.NotFound, "there is no such invitation")
	}
	var sent commands.Resent
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		sent, err = p.App.Resend(ctx, request, to)
		return err
	})
	status, done := http.StatusOK, views.AgainSent{Said: v.t.InviteSentAgain(sent.FixedText)}
	if done.Faults, err = v.faults(err); err != nil {
		return err
	}
	if len(done.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	frame := v.frame(v.t.InviteSendAgain())
	if v.isPartial() {
		return v.show(status, views.SendOneAgain(frame, v.field("number"), to.Person.String(), to.Invitation, &done))
	}
	return v.pageWith(status, frame.Title, views.SentOneAgain(frame, to.Person.String(), to.Invitation, done))
}
