package web

import (
	"cmp"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	funnelview "github.com/usher-engine/usher/projections/funnel"
)

// funnel is how far people get on their way in, for some weeks.
func (p *Pages) funnel(v *visit) error {
	query := v.URL.Query()
	data := views.FunnelData{Asked: funnelview.Query{
		By: funnelview.By(cmp.Or(query.Get("by"), string(funnelview.ByWay))), From: funnelview.Week(query.Get("from")), To: funnelview.Week(query.Get("to")),
	}}
	var err error
	data.Figures, err = ask(v, questions.Funnel(), data.Asked)
	if data.Faults, err = v.wrong(err); err != nil {
		return err
	}
	return v.formPage(v.t.FunnelTitle(), data.Faults, func(f views.Frame) templ.Component { return views.Funnel(f, data) })
}
