package web

import (
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
	approvalsview "github.com/usher-engine/usher/projections/approvals"
)

const pageRows = 50

// home is the Activity Stream, with the General chat beside it.
func (p *Pages) home(v *visit) error {
	happened, err := ask(v, questions.Activity(), activityview.Query{Paging: projections.Paging{Cursor: v.FormValue("cursor"), Limit: pageRows}})
	if err != nil {
		return err
	}
	announced, err := ask(v, questions.Chat(), projections.Paging{Limit: pageRows})
	if err != nil {
		return err
	}
	waiting, err := v.countWaiting()
	if err != nil {
		return err
	}
	data := views.HomeData{Activity: happened, Chat: announced.Items, Waiting: waiting}
	return v.livePage(v.t.ActivityTitle(), happened.Position, views.Home(v.frame(v.t.ActivityTitle()), data), activityview.View(), approvalsview.View())
}

// countWaiting is how many wait to be let in, for those who may let them in.
func (v *visit) countWaiting() (int, error) {
	if !v.me.May(commands.DecideRegistrations) {
		return 0, nil
	}
	found, err := ask(v, questions.Approvals(), approvalsview.Query{Paging: projections.Paging{Limit: 1}})
	if err != nil || found.Total == nil {
		return len(found.Items), err
	}
	return *found.Total, nil
}
