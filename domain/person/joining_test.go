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

func TestSendingAProofAgain(t *testing.T) {
	again := person.ProveAgain{Registration: 1, ProveBy: week}
	sent := person.ProofSentAgain{Person: anna, Registration: 1, ProveBy: week}
	late := joined(1, person.Proof, ruled)
	late.ProveBy = over
	t.Run("given a proof whose time is out, there is a new term", func(t *testing.T) {
		given(t, late).When(again).Then(sent)
		given(t, late, sent).When(prove(1)).Then(proved(1, person.NoConcern), employed(throughRule(1)))
	})
	t.Run("given that it was sent already, nothing happens", func(t *testing.T) {
		given(t, late, sent).When(again).Then()
	})
	t.Run("given no number, the latest that waits is meant", func(t *testing.T) {
		latest := again
		latest.Registration = 0
		given(t, late, rejected(1)).When(latest).ThenRefused(domain.NothingToApprove)
		given(t, late).When(latest).Then(sent)
	})
	t.Run("given one that awaits its approval unproved, the proof can be asked for, and the approval is awaited still", func(t *testing.T) {
		waiting := because(person.RejectedBefore, joined(1, person.Approval, public))
		given(t, waiting).When(again).Then(sent)
		given(t, waiting).When(prove(1)).ThenRefused(domain.LinkUsed) // none was sent
		given(t, waiting, sent).When(prove(1)).Then(proved(1, person.RejectedBefore))
		given(t, waiting, sent, proved(1, person.RejectedBefore)).When(prove(1)).ThenRefused(domain.LinkUsed)
		given(t, waiting, sent, proved(1, person.RejectedBefore)).When(again).ThenRefused(domain.LinkUsed)
		given(t, waiting, sent, proved(1, person.RejectedBefore)).When(approve(1)).Then(approved(1), employed(throughApproval(1)))
	})
	t.Run("given a registration that does not wait for a proof, it refuses", func(t *testing.T) {
		given(t).When(again).ThenRefused(domain.NotFound)
		given(t, late, rejected(1)).When(again).ThenRefused(domain.LinkRevoked)
		given(t, late, superseded(1)).When(again).ThenRefused(domain.LinkSuperseded)
		given(t, late, proved(1, person.NoConcern), employed(throughRule(1))).When(again).ThenRefused(domain.LinkUsed)
	})
}
