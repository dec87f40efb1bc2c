package account

import "github.com/usher-engine/usher/domain"

type (
	// Close shuts everybody out, until the account is opened again.
	Close struct{ Grounds string }

	// Open lets everybody in again who may.
	Open struct{ Grounds string }
)

func (Close) accountCommand() {}
func (Open) accountCommand()  {}

const (
	ClosedType domain.EventType = "account.closed"
	OpenedType domain.EventType = "account.opened"
)

type (
	// Closed shuts everybody out: nobody signs in, no link works, nothing is sent.
	Closed struct {
		Grounds string `json:"grounds"` // the operator's, for the record
	}

	// Opened lets everybody in again whom nothing else keeps out.
	Opened struct {
		Grounds string `json:"grounds"` // the operator's, for the record
	}
)

func (Closed) Type() domain.EventType { return ClosedType }
func (Opened) Type() domain.EventType { return OpenedType }

func (Closed) About() domain.PersonID { return domain.Nobody() }
func (Opened) About() domain.PersonID { return domain.Nobody() }

func (Closed) accountEvent() {}
func (Opened) accountEvent() {}

func closeAccount(state State, c Close) ([]Event, error) {
	if c.Grounds == "" {
		return nil, errNoReason()
	}
	return when(!state.Closed, Closed(c)), nil
}

func openAccount(state State, c Open) ([]Event, error) {
	if c.Grounds == "" {
		return nil, errNoReason()
	}
	return when(state.Closed, Opened(c)), nil
}

func errNoReason() error {
	return domain.Refuse(domain.InvalidReason, "say why, for the record").In("reason")
}

// whileClosed reports whether a command goes through in a closed account: what the
// operator asks for, and what finishes that which was decided before.
func whileClosed(command Command) bool {
	switch command.(type) {
	case Close, Open, ChangePlan, CountAdministrator, ReturnSeat:
		return true
	case Found, ChangeCompany, ChangeInviting, ChangeRegistration, ChangePasswordPolicy, ChangeInvitationPolicy, ChangeLimits,
		RotateJoinLink, DisableJoinLink, EnableJoinLink, LimitJoinLink, TakeSeat, UncountAdministrator, NoticeApprovals:
	}
	return false
}

// ErrClosed returns account_closed.
func ErrClosed() error {
	return domain.Refuse(domain.AccountClosed, "this account is closed; whoever runs Usher for the company can open it again")
}
