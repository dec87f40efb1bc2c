package messaging

import (
	"errors"
	"fmt"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// unanswered is a question to a store or the log, say where a follower stands,
// that failed. Whatever kept the answer, be it an event of another stream that
// nobody can read, it is no event that the follower has to take.
type unanswered struct{ cause error }

func (u *unanswered) Error() string { return u.cause.Error() }

func (u *unanswered) Unwrap() error { return u.cause }

// asking is the error of a question.
func asking(err error) error {
	if err == nil {
		return nil
	}
	return &unanswered{err}
}

// asPoison is the event at which taking events ended, if that is why.
func asPoison(err error) (*projections.Poison, bool) {
	if _, asked := errors.AsType[*unanswered](err); asked {
		return nil, false
	}
	return errors.AsType[*projections.Poison](err)
}

// panicking is a view or a policy that panicked, in words for all to see.
type panicking struct{ said string }

func (p *panicking) Error() string { return p.said }

// unnamed says what may be logged, and shown, of an error. The error of a view, a
// policy or another follower may name somebody: there it is a refusal's code, a
// known outage, or the type of what was at fault at first.
func unnamed(err error) string {
	if refusal, is := errors.AsType[*domain.Refusal](err); is {
		return "refused as " + string(refusal.Code)
	}
	if fault, is := errors.AsType[*panicking](err); is {
		return fault.Error()
	}
	if question, is := errors.AsType[*unanswered](err); is {
		return question.Error()
	}
	if poison, is := errors.AsType[*projections.Poison](err); is {
		return poison.Error()
	}
	first := innermost(err)
	if Away(first) {
		return first.Error()
	}
	return fmt.Sprintf("a %T", first)
}

// innermost is the error with which others began.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if several, is := any(err).(interface{ Unwrap() []error }); is && len(several.Unwrap()) > 0 {
			inner = several.Unwrap()[0]
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}
