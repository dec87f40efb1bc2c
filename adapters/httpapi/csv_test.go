package httpapi_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

// spreadsheet is a CSV as a spreadsheet reads it: rows by the names of the columns.
func spreadsheet(t *testing.T, answer httpapitest.Answer) []map[string]string {
	t.Helper()
	answer.Must(t, 200)
	require.Equal(t, "text/csv; charset=utf-8; header=present", answer.Header.Get("Content-Type"))
	text, marked := strings.CutPrefix(string(answer.Body), "\ufeff")
	require.True(t, marked, "Excel takes UTF-8 for something else without a mark")
	require.Equal(t, strings.Count(text, "\n"), strings.Count(text, "\r\n"))
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	rows := []map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		require.Len(t, row, len(lines[0]), "a name is there twice: %v", lines[0])
		rows = append(rows, row)
	}
	return rows
}

// behind asks for the page of a cursor, where there is one.
func behind(cursor string) string {
	if cursor == "" {
		return ""
	}
	return "&cursor=" + cursor
}

func TestListsAsCSV(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{RowsAtOnce: 3}).Found(t, "acme")
	company.Admin.Post(t, "/employees", `{"email":"dora@example.org","first_name":"Dora","last_name":"Evans, Dot","job_title":"Baker; \"senior\", night"}`).Must(t, 201)
	company.Admin.Post(t, "/workgroups", `{"name":"Night"}`).Must(t, 201)
	company.Join(t, "joe@example.org").Must(t, 201)
	emails := make([]string, 0, 20)
	for i := range cap(emails) {
		emails = append(emails, fmt.Sprintf(`"guest%02d@example.org"`, i))
	}
	company.Admin.Post(t, "/invitations/email", `{"emails":[`+strings.Join(emails, ",")+`]}`).Must(t, 200)
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
	company.Settled(t)
	asCSV := company.Admin.With("Accept", "text/csv")

	for _, path := range []string{"/invited", "/history", "/outbox", "/activity", "/employees", "/approvals", "/chat", "/lineage"} {
		t.Run(path+" as CSV is the whole list, in its order", func(t *testing.T) {
			var whole []map[string]any
			for cursor := ""; ; {
				page := company.Admin.Get(t, path+"?limit=1000"+behind(cursor)).Must(t, 200)
				whole = append(whole, page.Items(t)...)
				if cursor = page.Text(t, "next"); cursor == "" {
					break
				}
			}
			answer := asCSV.Get(t, path)
			rows := spreadsheet(t, answer)
			require.Equal(t, "attachment; filename="+path[1:]+".csv", answer.Header.Get("Content-Disposition"))
			require.Len(t, rows, len(whole))
			require.NotEmpty(t, rows)
			for i, item := range whole {
				for name, value := range item {
					if text, is := value.(string); is {
						require.Equal(t, text, strings.TrimPrefix(rows[i][name], "'"), name)
					}
				}
			}
		})
		t.Run(path+" as CSV has no pages", func(t *testing.T) {
			for _, query := range []string{"limit=10", "cursor=x"} {
				answer := asCSV.Get(t, path+"?"+query).Refused(t, 422, "invalid_request")
				name, _, _ := strings.Cut(query, "=")
				require.Equal(t, "query."+name, answer.Text(t, "errors.0.location"))
			}
			asCSV.Get(t, path+"?nonsense=1").Refused(t, 422, "invalid_request")
		})
	}
	t.Run("filters, the order and the position hold", func(t *testing.T) {
		rows := spreadsheet(t, asCSV.Get(t, "/invited?channel=sms"))
		require.Len(t, rows, 1)
		require.Equal(t, "'+14155550100", rows[0]["contact"], "and no number for a spreadsheet to shorten")
		sorted := spreadsheet(t, asCSV.Get(t, "/invited?channel=email&sort=-contact"))
		require.Len(t, sorted, 20)
		require.True(t, slices.IsSortedFunc(sorted, func(a, b map[string]string) int { return -strings.Compare(a["contact"], b["contact"]) }))
		position := company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550101"]}`).Must(t, 200).Text(t, "position")
		require.Len(t, spreadsheet(t, asCSV.With("Usher-Position", position).Get(t, "/invited?channel=sms")), 2)
	})
	t.Run("quotation marks and separators stay, and places have their names", func(t *testing.T) {
		row := spreadsheet(t, asCSV.Get(t, "/employees?search=dora"))[0]
		require.Equal(t, `Baker; "senior", night`, row["job_title"])
		require.Equal(t, `Evans, Dot`, row["last_name"])
		require.Equal(t, "The Company", row["department"])
	})
	t.Run("members within others are columns, and what happened is JSON", func(t *testing.T) {
		row := spreadsheet(t, asCSV.Get(t, "/history?type=account.founded"))[0]
		require.Equal(t, "operator", row["actor.kind"])
		require.Contains(t, row["data"], `"slug":"acme"`)
		require.Equal(t, "1", row["metadata.schema"])
	})
	t.Run("a list without items is its columns", func(t *testing.T) {
		answer := asCSV.Get(t, "/invited?status=declined").Must(t, 200)
		require.True(t, strings.HasPrefix(string(answer.Body), "\ufeffperson,contact,channel,"), "%s", answer.Body)
		require.Empty(t, spreadsheet(t, answer))
	})
	t.Run("whoever may not see the list may not as CSV", func(t *testing.T) {
		employee := company.Hire(t, "ben@acme.example", domain.RoleEmployee)
		employee.With("Accept", "text/csv").Get(t, "/invited").Refused(t, 403, "not_permitted")
		company.Client("").At(company.Path).With("Accept", "text/csv").Get(t, "/employees").Refused(t, 401, "not_signed_in")
	})
	t.Run("JSON is what comes where it is preferred, and for what is no list", func(t *testing.T) {
		for _, accept := range []string{"", "*/*", "application/json", "application/json, text/csv;q=0.9", "text/html,*/*;q=0.8", "text/plain"} {
			answer := company.Admin.With("Accept", accept).Get(t, "/employees").Must(t, 200)
			require.Equal(t, "application/json", answer.Header.Get("Content-Type"), accept)
		}
		require.NotEmpty(t, spreadsheet(t, company.Admin.With("Accept", "application/json;q=0.5, text/csv").Get(t, "/employees")))
		for _, path := range []string{"/me", "/structure", "/join-link", "/settings"} {
			answer := asCSV.Get(t, path).Must(t, 200)
			require.Equal(t, "application/json", answer.Header.Get("Content-Type"), path)
		}
		made := asCSV.Post(t, "/workgroups", `{"name":"Day"}`).Must(t, 201)
		require.Equal(t, "application/json", made.Header.Get("Content-Type"))
	})
	t.Run("what is wrong with the question is a problem, as ever", func(t *testing.T) {
		asCSV.Get(t, "/employees?position=999999").Refused(t, 409, "position_unknown")
		asCSV.Get(t, "/employees?status=gone").Refused(t, 422, "invalid_request")
		asCSV.Get(t, "/employees?sort=salary").Refused(t, 422, "invalid_request")
	})
	t.Run("the operator's list of companies, too", func(t *testing.T) {
		rows := spreadsheet(t, company.Client(httpapitest.OperatorToken).With("Accept", "text/csv").Get(t, "/v1/accounts"))
		require.Len(t, rows, 1)
		require.Equal(t, "acme", rows[0]["slug"])
	})
	t.Run("HEAD has the headers alone", func(t *testing.T) {
		answer := asCSV.Do(t, http.MethodHead, "/invited", "").Must(t, 200)
		require.Equal(t, "attachment; filename=invited.csv", answer.Header.Get("Content-Disposition"))
		require.Empty(t, answer.Body)
	})
}

// failing lets a view be waited for a few times alone.
type failing struct {
	httpapi.Projectors
	times *atomic.Int64
}

func (f failing) Wait(ctx context.Context, view string, position domain.Position) error {
	if view == "employees" && f.times.Add(-1) < 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	return f.Projectors.Wait(ctx, view, position)
}

func TestACSVThatCannotGoOnBreaksOff(t *testing.T) {
	t.Parallel()
	var times atomic.Int64
	times.Store(1000)
	var lines strings.Builder
	company := httpapitest.Start(t, httpapitest.Options{
		RowsAtOnce: 2, WaitLimit: 50 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(&lines, nil)),
		Projectors: func(p httpapi.Projectors) httpapi.Projectors { return failing{p, &times} },
	}).Found(t, "acme")
	for i := range 9 {
		company.Admin.Post(t, "/employees", fmt.Sprintf(`{"email":"%d@example.org","first_name":"Al","last_name":"Bo","job_title":"Baker"}`, i)).Must(t, 201)
	}
	company.Settled(t)
	times.Store(2)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, company.Admin.URL+"/employees?position=3", http.NoBody)
	require.NoError(t, err)
	request.Header = company.Admin.With("Accept", "text/csv").Header
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	body, err := io.ReadAll(response.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "a part is not taken for the whole")
	require.Equal(t, 1+4, strings.Count(string(body), "\r\n"))
	company.Stop(t)
	require.Contains(t, lines.String(), "code=not_yet")
}

func TestDefusedCells(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{
		"=1+1", "+49171", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1", "＋1", "－1", "＠x", " =1", "\u200b=1", "\ufeff=1", "\u00a0@x", "−1", "﹣1", "=",
	} {
		require.Equal(t, "'"+cell, httpapi.Defused(cell), "%q", cell)
	}
	for _, cell := range []string{"", " ", "Ada", "'Ada", "a=b", "1-1", "ada@mill.example", "1+1", "\u200b", "(+1)", "李"} {
		require.Equal(t, cell, httpapi.Defused(cell), "%q", cell)
	}
	t.Run("given anything, no cell begins a formula, and it is there whole", func(t *testing.T) {
		rapid.Check(t, func(r *rapid.T) {
			cell := rapid.String().Draw(r, "cell")
			defused := httpapi.Defused(cell)
			require.False(r, strings.ContainsAny(defused[:min(1, len(defused))], "=+-@\t\r\n\x00"))
			require.True(r, defused == cell || defused == "'"+cell)
		})
	})
}
