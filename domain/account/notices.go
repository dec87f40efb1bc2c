package account

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// NoticesEvery is how often, at most, administrators are told that people wait.
const NoticesEvery = time.Hour

// NoticeApprovals is to tell administrators that people wait for approval. Arrivals is
// how many have begun to wait since the account was founded, and Waiting how many of
// them do.
type NoticeApprovals struct{ Arrivals, Waiting int }

func (NoticeApprovals) accountCommand() {}

const ApprovalsNoticedType domain.EventType = "account.approvals_noticed"

// ApprovalsNoticed says that administrators are told of all who have begun to wait for
// approval up to now, or need not be, as nobody waits any more.
type ApprovalsNoticed struct {
	Arrivals int       `json:"arrivals"` // since the account was founded
	Waiting  int       `json:"waiting"`  // of them; 0: nobody is told
	At       time.Time `json:"at"`
}

func (ApprovalsNoticed) Type() domain.EventType { return ApprovalsNoticedType }
func (ApprovalsNoticed) About() domain.PersonID { return domain.Nobody() }
func (ApprovalsNoticed) accountEvent()          {}

// Notice is the last that administrators were told.
type Notice struct {
	Arrivals int
	At       time.Time // zero for never
}

// Next returns from when on they are told of others; the zero time for at once.
func (n Notice) Next() time.Time {
	if n.At.IsZero() {
		return time.Time{}
	}
	return n.At.Add(NoticesEvery)
}

func noticeApprovals(now time.Time, s State, c NoticeApprovals) []Event {
	if c.Arrivals <= s.Notice.Arrivals || now.Before(s.Notice.Next()) {
		return nil
	}
	return []Event{ApprovalsNoticed{Arrivals: c.Arrivals, Waiting: c.Waiting, At: now}}
}
