package account_test

import (
	"testing"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/domaintest"
)

func TestNoticeApprovals(t *testing.T) {
	now := domaintest.Now()
	noticed := func(arrivals, waiting int, at time.Time) account.Event {
		return account.ApprovalsNoticed{Arrivals: arrivals, Waiting: waiting, At: at}
	}
	t.Run("the first is told of at once", func(t *testing.T) {
		given(t).When(account.NoticeApprovals{Arrivals: 1, Waiting: 1}).Then(noticed(1, 1, now))
	})
	t.Run("a flood is one notice within an hour", func(t *testing.T) {
		told := given(t, noticed(1, 1, now))
		told.At(now.Add(time.Second)).When(account.NoticeApprovals{Arrivals: 9_000, Waiting: 9_000}).ThenNothing()
		told.At(now.Add(time.Hour - 1)).When(account.NoticeApprovals{Arrivals: 9_000, Waiting: 9_000}).ThenNothing()
		later := now.Add(time.Hour)
		told.At(later).When(account.NoticeApprovals{Arrivals: 9_000, Waiting: 8_000}).Then(noticed(9_000, 8_000, later))
	})
	t.Run("without news it is quiet, however many wait", func(t *testing.T) {
		given(t, noticed(5, 5, now)).At(now.AddDate(0, 0, 9)).When(account.NoticeApprovals{Arrivals: 5, Waiting: 5}).ThenNothing()
		given(t, noticed(5, 5, now)).At(now.AddDate(0, 0, 9)).When(account.NoticeApprovals{Arrivals: 4, Waiting: 4}).ThenNothing()
		given(t).When(account.NoticeApprovals{}).ThenNothing()
	})
	t.Run("that nobody waits any more is put on record, so that it is not looked for again", func(t *testing.T) {
		given(t).When(account.NoticeApprovals{Arrivals: 3}).Then(noticed(3, 0, now))
	})
	t.Run("nobody is told in an account that there is not, or that is closed", func(t *testing.T) {
		givenNothing(t).When(account.NoticeApprovals{Arrivals: 1, Waiting: 1}).ThenRefused(domain.NotFound)
		given(t, account.Closed{Grounds: "unpaid"}).When(account.NoticeApprovals{Arrivals: 1, Waiting: 1}).ThenRefused(domain.AccountClosed)
	})
}
