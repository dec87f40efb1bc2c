package web

import (
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain/batch"
)

// inviteByList is the form for many contacts.
func (p *Pages) inviteByList(channel batch.Channel) func(*visit) error {
	return func(v *visit) error {
		list, err := v.list(channel)
		if err != nil {
			return err
		}
		return v.showList(list)
	}
}

func (v *visit) showList(list views.InviteList) (err error) {
	way := string(batch.SMS)
	if !list.SMS {
		way = string(batch.Email)
		if list.Placing, err = v.placed(); err != nil {
			return err
		}
	}
	return v.way(way, list.Faults, func(f views.Frame) templ.Component { return views.InviteByList(f, list) })
}

// list is the form of a channel, as it was filled in.
func (v *visit) list(channel batch.Channel) (list views.InviteList, err error) {
	list.SMS, list.Typed = channel == batch.SMS, plainLines(v.field("contacts"))
	if list.Terms, err = v.App.InvitationTerms(v.Context(), v.x.Caller, v.x.Account); err != nil || list.SMS {
		return list, err
	}
	if list.Message = plainLines(v.field("message")); list.Message == "" {
		list.Message = list.Terms.Email
	}
	list.Placing = views.Placing{Department: v.field("department"), Chosen: v.PostForm["workgroup"]}
	return list, nil
}

// named is the contacts that a form names, and those among them that are confirmed.
type named struct {
	contacts, confirmed []string
	lines               []int // of the text that they were pasted in; none where they are in fields of their own
}

// named reads the contacts: each in a field of its own where they were refused before, and
// otherwise from a text.
func (v *visit) named(channel batch.Channel) (all named) {
	fields, again := v.PostForm["contact"]
	if !again {
		for _, row := range v.App.ReadPasted(v.field("contacts"), channel).Rows {
			all.contacts, all.lines = append(all.contacts, row.Contact), append(all.lines, row.Line)
		}
		return all
	}
	for i, contact := range fields {
		choice := v.field(fmt.Sprintf("choice-%d", i))
		if choice == "meant" {
			contact = v.field(fmt.Sprintf("meant-%d", i))
		}
		if contact = strings.TrimSpace(contact); contact == "" {
			continue
		}
		all.contacts = append(all.contacts, contact)
		if choice == "right" {
			all.confirmed = append(all.confirmed, contact)
		}
	}
	return all
}

// sendList invites, and says what became of each.
func (p *Pages) sendList(channel batch.Channel) func(*visit) error {
	return func(v *visit) error {
		list, err := v.list(channel)
		if err != nil {
			return err
		}
		named, done := v.named(channel), commands.Invited{}
		err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
			done, err = v.invite(ctx, request, list, named, nil)
			return err
		})
		if list.Faults, err = v.listFaults(err); err != nil {
			return err
		}
		switch {
		case len(list.Faults) > 0:
			list.Typed = strings.Join(named.contacts, "\n")
			if text := v.field("contacts"); text != "" {
				list.Typed = plainLines(text)
			}
			return v.showList(list)
		case done.GoesOn:
			return v.done(v.at("batches", done.Batch.String()), done.Position)
		}
		return v.showBecame(list, done)
	}
}

func (v *visit) listFaults(err error) (views.Faults, error) {
	faults, err := v.faults(err)
	return fieldsOf(faults, map[string]string{"phones": "contacts", "emails": "contacts", "department_id": "department", "workgroup_ids": "workgroup"}), err
}

// invite invites whom a form names, or says what would become of each.
func (v *visit) invite(ctx context.Context, request commands.Request, list views.InviteList, named named, dry *commands.DryRun) (commands.Invited, error) {
	if list.SMS {
		return v.App.InviteBySMS(ctx, request, commands.InviteBySMS{Phones: named.contacts, Confirmed: named.confirmed, DryRun: dry})
	}
	department, workgroups, err := v.chosenPlaces()
	if err != nil {
		return commands.Invited{}, err
	}
	invite := commands.InviteByEmail{Emails: named.contacts, Confirmed: named.confirmed, Department: department, Workgroups: workgroups, DryRun: dry}
	if list.Message != list.Terms.Email {
		invite.Message = &list.Message
	}
	return v.App.InviteByEmail(ctx, request, invite)
}
