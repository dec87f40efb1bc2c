package questions

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	funnelview "github.com/usher-engine/usher/projections/funnel"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// Figures is how far people got, and what the inviters and departments are called.
type Figures struct {
	funnelview.Answer
	By     funnelview.By
	Names  projections.Names
	Places projections.Places
}

// Funnel asks how far people got on their way in, whose way began in some weeks.
func Funnel() Question[funnelview.Query, Figures] {
	return Question[funnelview.Query, Figures]{
		Entry{"funnel", commands.SeeFunnel, []projections.View{funnelview.View(), employeesview.View(), structureview.View()}},
		func(ctx context.Context, asker Asker, query funnelview.Query) (Figures, error) {
			query.Account = asker.Account
			found, err := funnelview.Count(ctx, asker.rows, query)
			if err != nil {
				return Figures{}, err
			}
			var inviters []domain.PersonID
			var departments []domain.DepartmentID
			for _, one := range found.Groups {
				inviters, departments = append(inviters, one.Inviter), append(departments, one.Department)
			}
			names, err := employeesview.People(ctx, asker.rows, asker.Account, inviters...)
			if err != nil {
				return Figures{}, err
			}
			places, err := structureview.Names(ctx, asker.rows, asker.Account, departments, nil)
			return Figures{Answer: found, By: query.By, Names: names, Places: places}, err
		},
	}
}
