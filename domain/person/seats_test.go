package person_test

import (
	"testing"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestSeatsOfTheJoinLink(t *testing.T) {
	forfeit := person.ForfeitSeat{Slot: slot, Seat: 5}
	forfeited := person.SeatForfeited{Person: anna, Seat: 5}
	seated := join(1, public).(person.RegisterByJoinLink)
	seated.Seat, seated.Department = 5, sales
	registered, employed := joined(1, person.Nothing, public), employed(throughPublicLink(1))
	registered.Seat, registered.Department, employed.Department = 5, sales, sales

	t.Run("given a seat, the registration says which, and where its person stands", func(t *testing.T) {
		given(t).When(seated).Then(registered, employed)
	})
	t.Run("given a seat that nobody used, it is fenced", func(t *testing.T) {
		given(t).When(forfeit).Then(forfeited)
		given(t, forfeited).When(forfeit).Then()
	})
	t.Run("given a seat that was used, it stays", func(t *testing.T) {
		given(t, registered, employed).When(forfeit).Then()
	})
	t.Run("given a fence, whoever comes late must try again", func(t *testing.T) {
		given(t, forfeited).When(seated).ThenRefused(domain.Contended)
	})
}
