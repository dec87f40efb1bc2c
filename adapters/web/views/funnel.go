package views

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/funnel"
)

// FunnelData is what the funnel shows.
type FunnelData struct {
	questions.Figures
	Asked  funnel.Query
	Faults Faults
}

// stages are figures in the order of the way in.
func stages(of funnel.Figures) []int {
	return []int{of.Invited, of.Opened, of.Registered, of.Approved, of.FirstLogin}
}

// bar is a stage in the picture.
type bar struct {
	name  string
	count int
	// lost is how many fewer these are than those of the stage before.
	lost int
	// width is in per cent of the widest.
	width string
}

func (d FunnelData) bars(f Frame) []bar {
	counts, names := stages(d.Total), f.FunnelStages()
	widest, bars := 1, make([]bar, len(counts))
	for _, count := range counts {
		widest = max(widest, count)
	}
	for i, count := range counts {
		bars[i] = bar{name: names[i], count: count, width: fmt.Sprintf("%.1f%%", 100*float64(count)/float64(widest))}
		if i > 0 {
			bars[i].lost = max(0, counts[i-1]-count)
		}
	}
	return bars
}

// group is what the ways of a row have in common.
func (d FunnelData) group(f Frame, one funnel.Group) string {
	switch d.Asked.By {
	case funnel.ByWay:
		return f.FunnelWay(one.Kind)
	case funnel.ByInviter:
		if name := d.Names[one.Inviter]; !name.IsZero() {
			return name.String()
		}
		return f.FunnelNobody()
	case funnel.ByDepartment:
		return d.Places.Departments[one.Department]
	case funnel.ByWeek:
	}
	return string(one.Week)
}

func byOptions(f Frame) []Option {
	var options []Option
	for _, by := range funnel.Bys() {
		options = append(options, Option{Value: string(by), Name: f.FunnelBy(by)})
	}
	return options
}

func funnelExamples() []Example {
	of := func(state string, data func(Frame) FunnelData) Example {
		return Example{Page: "funnel", State: state, Title: texts.Texts.FunnelTitle, Content: func(f Frame) templ.Component { return Funnel(f, data(f)) }}
	}
	figures := funnel.Figures{Invited: 1200, Opened: 960, Registered: 800, Approved: 790, FirstLogin: 610}
	many := FunnelData{Asked: funnel.Query{By: funnel.ByInviter}}
	many.Total, many.Names = figures, projections.Names{}
	for i, name := range galleryNames() {
		id := galleryPerson(byte(i))
		many.Names[id] = name
		many.Groups = append(many.Groups, funnel.Group{Alike: funnel.Alike{Inviter: id}, Figures: figures})
	}
	return []Example{
		of("empty", func(Frame) FunnelData { return FunnelData{Asked: funnel.Query{By: funnel.ByWay}} }),
		of("many", func(Frame) FunnelData { return many }),
		of("error", func(f Frame) FunnelData {
			return FunnelData{Asked: funnel.Query{By: funnel.ByWay, From: "2026-W09", To: "2026-W05"}, Faults: Faults{{
				Field: "from", Code: domain.InvalidRequest, Text: f.Refusal(domain.InvalidRequest, "this is after the week that to names"),
			}}}
		}),
	}
}
