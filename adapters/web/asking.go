package web

import (
	"errors"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
)

// asked is a question as a page asks it.
type asked[In any] struct {
	least domain.Position
	in    In
}

func (a asked[In]) Least() (domain.Position, error) { return a.least, nil }
func (a asked[In]) Query() (In, error)              { return a.in, nil }

func (v *visit) asker() questions.Asker { return v.Sources.Asker(v.x.Caller, v.x.Account) }

// ask asks a question of the table. Where the answer does not reflect yet what was just
// done, it is the answer without it, and the visit is late.
func ask[In, Out any](v *visit, question questions.Question[In, Out], in In) (Out, error) {
	answer, err := questions.Ask(v.Context(), v.asker(), question, asked[In]{v.least, in})
	if lag, behind := errors.AsType[*questions.Lag](err); behind && !v.least.IsZero() {
		v.late, v.least = true, lag.Reflected
		return questions.Ask(v.Context(), v.asker(), question, asked[In]{domain.Position{}, in})
	}
	if domain.CodeOf(err) == domain.PositionUnknown { // of an address that somebody kept
		v.least = domain.Position{}
		return questions.Ask(v.Context(), v.asker(), question, asked[In]{domain.Position{}, in})
	}
	return answer, err
}
