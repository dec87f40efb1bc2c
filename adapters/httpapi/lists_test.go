package httpapi_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

func TestPages(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	var phones []string
	for i := range 7 {
		phones = append(phones, fmt.Sprintf(`"+1415555010%d"`, i))
	}
	company.Admin.Post(t, "/invitations/sms", `{"phones":[`+strings.Join(phones, ",")+`]}`).Must(t, 200)
	company.Settled(t)

	for _, path := range []string{"/invited", "/history", "/outbox", "/activity", "/employees"} {
		t.Run(path+" page by page is the whole list", func(t *testing.T) {
			whole := company.Admin.Get(t, path).Must(t, 200)
			require.Empty(t, whole.Text(t, "next"))
			require.NotEmpty(t, whole.Text(t, "position"))
			var pieced []map[string]any
			cursor, pages := "", 0
			for {
				page := company.Admin.Get(t, path+"?limit=3"+cursor).Must(t, 200)
				pieced = append(pieced, page.Items(t)...)
				pages++
				if page.Text(t, "next") == "" {
					require.NotContains(t, string(page.Body), `"next"`)
					break
				}
				cursor = "&cursor=" + page.Text(t, "next")
				require.Len(t, page.Items(t), 3)
			}
			require.Equal(t, whole.Items(t), pieced)
			require.Equal(t, (len(pieced)+2)/3, pages)
		})
		t.Run(path+" refuses other limits and cursors", func(t *testing.T) {
			for _, limit := range []string{"0", "-1", "1001", "x", "1.5", "99999999999999999999"} {
				answer := company.Admin.Get(t, path+"?limit="+limit).Refused(t, 422, "invalid_request")
				require.Equal(t, "query.limit", answer.Text(t, "errors.0.location"))
			}
			company.Admin.Get(t, path+"?limit=1000").Must(t, 200)
			for _, cursor := range []string{"nonsense", "0", "%00", strings.Repeat("A", 500)} {
				answer := company.Admin.Get(t, path+"?cursor="+cursor).Refused(t, 400, "invalid_cursor")
				require.Equal(t, "query.cursor", answer.Text(t, "errors.0.location"))
			}
		})
	}
	t.Run("a cursor of another list is refused", func(t *testing.T) {
		cursor := company.Admin.Get(t, "/invited?limit=1").Text(t, "next")
		company.Admin.Get(t, "/history?cursor="+cursor).Refused(t, 400, "invalid_cursor")
	})
}

func TestFilters(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	admin := company.Admin.Get(t, "/me").Text(t, "person")
	batch := company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200).Text(t, "batch")
	company.Admin.Post(t, "/invitations/email", `{"emails":["ben@example.org","chloe@example.org"]}`).Must(t, 200)
	company.Employee(t, "joe@example.org")
	for query, count := range map[string]int{
		"/invited": 3, "/invited?channel=sms": 1, "/invited?channel=email": 2, "/invited?batch=" + batch: 1, "/invited?invited_by=" + admin: 3,
		"/invited?status=pending": 3, "/invited?status=expired": 0, "/invited?search=CHLOE": 1, "/invited?search=%25": 0,
		"/employees": 2, "/employees?role=administrator": 1, "/employees?role=employee&status=active": 1, "/employees?search=join": 1,
		"/employees?access=ready": 2, "/employees?access=password_pending": 0, "/employees?status=dismissed": 0,
		"/activity?kind=invitations_sent": 2, "/activity?to=2026-03-02T08:00:00Z": 0, "/activity?from=2026-03-02T09:00:00Z": 4,
		"/history?person=" + admin: 5, "/history?type=account.founded": 1, "/history?contact=joe%40EXAMPLE.org": 4,
		"/history?actor=" + admin: 10, "/history?actor=operator": 1, "/history?actor=link&type=person.registered": 1, "/history?actor=" + admin + "&type=person.registered": 0,
		"/history?contact=%2B1%20(415)%20555-0100": 1, "/history?from=2030-01-01T00:00:00Z": 0, "/history?contact=nobody%40example.org": 0,
	} {
		t.Run(query, func(t *testing.T) {
			require.Len(t, company.Admin.Get(t, query).Must(t, 200).Items(t), count)
		})
	}
	for query, code := range map[string]string{
		"/invited?status=bounced": "invalid_request", "/invited?channel=pigeon": "invalid_request", "/invited?batch=1": "invalid_id",
		"/employees?role=king": "invalid_request", "/employees?access=denied": "invalid_request", "/employees?department=x": "invalid_id",
		"/activity?from=yesterday": "invalid_request", "/history?contact=neither": "invalid_contact", "/history?person=me": "invalid_id",
		"/history?actor=me": "invalid_id", "/history?actor=person": "invalid_id",
		"/approvals?awaits=rain": "invalid_request",
	} {
		t.Run(query+" is refused", func(t *testing.T) {
			answer := company.Admin.Get(t, query).Refused(t, 422, code)
			require.True(t, strings.HasPrefix(answer.Text(t, "errors.0.location"), "query."), "%s", answer.Body)
		})
	}
}

// slow keeps a view's projector behind, as far as anybody can tell who waits.
type slow struct{ httpapi.Projectors }

func (s slow) Wait(ctx context.Context, _ string, _ domain.Position) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestPositions(t *testing.T) {
	t.Parallel()
	t.Run("a list reflects the position that is asked for", func(t *testing.T) {
		company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
		for i := range 10 {
			position := company.Admin.Post(t, "/invitations/sms", fmt.Sprintf(`{"phones":["+1415555010%d"]}`, i)).Must(t, 200).Text(t, "position")
			require.Len(t, company.Admin.With("Usher-Position", position).Get(t, "/invited").Must(t, 200).Items(t), i+1)
			require.Len(t, company.Admin.Get(t, "/outbox?position="+position).Must(t, 200).Items(t), i+1)
		}
	})
	t.Run("one's own commands are seen at once", func(t *testing.T) {
		company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
		for i := range 10 {
			company.Admin.Post(t, "/workgroups", fmt.Sprintf(`{"name":"Group %d"}`, i)).Must(t, 201)
			require.Len(t, company.Admin.Get(t, "/structure").Must(t, 200).Value(t, "workgroups"), i+1)
		}
	})
	t.Run("what cannot be reflected in time is answered with how far it is", func(t *testing.T) {
		company := httpapitest.Start(t, httpapitest.Options{
			WaitLimit:  50 * time.Millisecond,
			Projectors: func(p httpapi.Projectors) httpapi.Projectors { return slow{p} },
		}).Found(t, "acme")
		company.Settled(t)
		answer := company.Admin.With("Usher-Position", "5").Get(t, "/employees").Refused(t, 503, "not_yet")
		require.Equal(t, "1", answer.Header.Get("Retry-After"))
		require.Contains(t, answer.Text(t, "detail"), "reflects position 5 so far")
		t.Run("and without a position, it is answered as it is", func(t *testing.T) {
			require.Len(t, company.Admin.Get(t, "/employees").Must(t, 200).Items(t), 1)
		})
	})
	t.Run("a position behind the log's end is none that this log has", func(t *testing.T) {
		company := httpapitest.Start(t, httpapitest.Options{WaitLimit: 50 * time.Millisecond}).Found(t, "acme")
		for _, path := range []string{"/employees", "/structure", "/history", "/outbox", "/join-link"} {
			company.Admin.Get(t, path+"?position=999999").Refused(t, 409, "position_unknown")
		}
	})
	t.Run("what is no position is refused", func(t *testing.T) {
		company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
		for _, position := range []string{"x", "-1", "01", "1.1", "18446744073709551616", "1,2"} {
			answer := company.Admin.With("Usher-Position", position).Get(t, "/invited").Refused(t, 400, "invalid_position")
			require.Equal(t, "header.Usher-Position", answer.Text(t, "errors.0.location"))
		}
	})
}
