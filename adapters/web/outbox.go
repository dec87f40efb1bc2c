package web

import (
	"context"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// outbox is the messages that this server kept instead of sending them, their links
// filled in. Like all answers of pages it is neither kept nor compressed.
func (p *Pages) outbox(v *visit) error {
	if p.Outbox == nil {
		return domain.Refuse(domain.NotFound, "this server keeps no messages")
	}
	if _, err := p.App.Permit(v.Context(), v.x.Caller, v.x.Account, commands.SeeOutbox); err != nil {
		return err
	}
	v.awaitMessages()
	kept, next, err := p.Outbox.List(v.Context(), v.x.Account, v.FormValue("cursor"), pageRows)
	if err != nil {
		return err
	}
	data := views.OutboxData{Next: next}
	for _, one := range kept {
		filled, err := p.Secrets.FillFor(v.Context(), v.x.Caller, one)
		if err != nil {
			return err
		}
		data.Letters = append(data.Letters, views.Letter{Message: one, Filled: filled})
	}
	return v.page(v.t.BoxTitle(), views.Outbox(v.frame(v.t.BoxTitle()), data))
}

// awaitMessages lets the messages come that follow from what was just done.
func (v *visit) awaitMessages() {
	if v.Settled == nil {
		return
	}
	least, limit := v.least, v.Sources.WaitLimit
	if least.IsZero() {
		least, limit = v.App.Newest(), questions.CatchUp
	}
	waiting, cancel := context.WithTimeout(v.Context(), limit)
	defer cancel()
	v.late = v.Settled(waiting, least) != nil && !v.least.IsZero()
}
