package web

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// batch says how far a bulk invitation is, and what became of it.
func (p *Pages) batch(v *visit) error {
	id, err := v.batchNamed()
	if err != nil {
		return err
	}
	return v.showBatch(id, nil)
}

func (v *visit) batchNamed() (id domain.BatchID, err error) {
	if id.UnmarshalText([]byte(v.PathValue("batch"))) != nil {
		return id, domain.Refuse(domain.NotFound, "there is no such batch")
	}
	return id, nil
}

func (v *visit) showBatch(id domain.BatchID, faults views.Faults) error {
	found, err := ask(v, questions.Batch(), questions.BatchQuery{Batch: id, Paging: projections.Paging{Cursor: v.URL.Query().Get("cursor"), Limit: pageRows}})
	if err != nil {
		return err
	}
	shown := views.BatchData{
		BatchReport: found, Faults: faults, Live: !found.Ended(), Whole: !v.isPartial(),
		MayEnd: v.me.MayInvite && (found.Inviter == v.me.Person || v.me.May(commands.ManageInvitations)),
	}
	for _, row := range found.Rows {
		shown.Refused = append(shown.Refused, views.BatchRow{
			Row: row.Place + 1, Contact: row.Contact, Text: v.words(httpkit.ProblemOf(row.Refused, "body")), DidYouMean: row.Refused.DidYouMean,
		})
	}
	return v.formPage(v.t.BatchTitle(), faults, func(f views.Frame) templ.Component { return views.BatchPage(f, shown) })
}

// report is all rows of a bulk invitation that were refused, as a spreadsheet has them.
func (p *Pages) report(v *visit) error {
	id, err := v.batchNamed()
	if err != nil {
		return err
	}
	lines := [][]string{{v.t.BatchRow(), v.t.FileContact(), v.t.BatchReason(), v.t.InviteDidYouMean("…")}}
	for cursor := ""; ; {
		found, err := ask(v, questions.Batch(), questions.BatchQuery{Batch: id, Paging: projections.Paging{Cursor: cursor, Limit: projections.MaxLimit}})
		if err != nil {
			return err
		}
		for _, row := range found.Rows {
			reason := v.words(httpkit.ProblemOf(row.Refused, "body"))
			lines = append(lines, []string{strconv.Itoa(row.Place + 1), httpkit.Defused(row.Contact), reason, httpkit.Defused(row.Refused.DidYouMean)})
		}
		if cursor = found.Next; cursor == "" {
			break
		}
	}
	header := v.w.Header()
	header.Set("Content-Type", "text/csv; charset=utf-8")
	header.Set("Content-Disposition", `attachment; filename="`+id.String()+`.csv"`)
	_, _ = io.WriteString(v.w, httpkit.ByteOrderMark)
	_ = csv.NewWriter(v.w).WriteAll(lines) // what was written stays written
	return nil
}

// endBatch stops a bulk invitation, or takes it back.
func (p *Pages) endBatch(end func(context.Context, commands.Request, domain.BatchID) (commands.Done, error)) func(*visit) error {
	return func(v *visit) error {
		id, err := v.batchNamed()
		if err != nil {
			return err
		}
		var done commands.Done
		err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
			done, err = end(ctx, request, id)
			return err
		})
		if err == nil {
			return v.done(v.at("batches", id.String()), done.Position)
		}
		faults, err := v.faults(err)
		if err != nil {
			return err
		}
		return v.showBatch(id, faults)
	}
}
