package httpapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func quoted(text string) string {
	literal, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(literal)
}

func TestPastedInvitations(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	const text = "Name\tE-Mail\n\"Miller, Ben\"\tben@mill.example\nDora\tmailto:dora@mill.example\nLi\n"

	t.Run("a dry run says row by row what would happen, and does nothing", func(t *testing.T) {
		answer := company.Admin.With("Idempotency-Key", "one").Post(t, "/invitations/email", `{"dry_run":true,"text":`+quoted(text)+`}`).Must(t, 200)
		require.Equal(t, true, answer.Value(t, "dry_run"))
		require.Equal(t, 1.0, answer.Value(t, "header_line"))
		require.Empty(t, company.Admin.Get(t, "/invited").Items(t))
		require.NotContains(t, string(answer.Body), `"batch"`)
	})
	t.Run("the run does so, under the same key", func(t *testing.T) {
		for _, replayed := range []string{"", "true"} {
			answer := company.Admin.With("Idempotency-Key", "one").Post(t, "/invitations/email", `{"text":`+quoted(text)+`}`).Must(t, 200)
			require.Equal(t, replayed, answer.Header.Get("Idempotency-Replayed"))
			for i, row := range []struct {
				line                           float64
				contact, beside, outcome, code string
			}{
				{2, "ben@mill.example", "Miller, Ben", "invited", ""},
				{3, "dora@mill.example", "Dora", "invited", ""},
				{4, "Li", "", "refused", "invalid_email"},
			} {
				at := fmt.Sprintf("results.%d.", i)
				require.Equal(t, row.line, answer.Value(t, at+"line"))
				for name, want := range map[string]string{"contact": row.contact, "beside": row.beside, "outcome": row.outcome, "code": row.code} {
					require.Equal(t, want, answer.Text(t, at+name), name)
				}
			}
		}
		require.Len(t, company.Admin.Get(t, "/invited").Items(t), 2)
	})
	t.Run("phones, as they are written", func(t *testing.T) {
		answer := company.Admin.Post(t, "/invitations/sms", `{"text":"Ben: +1 (415) 555-0100\n• +1 415/555-0101, +1 415.555.0102\n+1 415 555 0103 ext 5"}`).Must(t, 200)
		require.Equal(t, "+14155550100", answer.Text(t, "results.0.contact"))
		require.Equal(t, "+14155550101", answer.Text(t, "results.1.contact"))
		require.Equal(t, "+14155550102", answer.Text(t, "results.2.contact"))
		require.Equal(t, "invalid_phone", answer.Text(t, "results.3.code"))
		require.Equal(t, 3.0, answer.Value(t, "results.3.line"))
	})
	t.Run("a list can be tried, too", func(t *testing.T) {
		answer := company.Admin.Post(t, "/invitations/email", `{"emails":["ben@mill.example","new@mill.example"],"dry_run":true}`).Must(t, 200)
		require.Equal(t, "already_invited", answer.Text(t, "results.0.code"))
		require.Equal(t, "invited", answer.Text(t, "results.1.outcome"))
	})
	t.Run("one of the two", func(t *testing.T) {
		for body, want := range map[string][2]string{
			`{}`:                        {"invalid_request", "body.emails"},
			`{"emails":[],"text":"a"}`:  {"invalid_request", "body.text"},
			`{"text":"\n --- \n"}`:      {"nothing_to_invite", "body.emails"},
			`{"text":5}`:                {"invalid_request", "body.text"},
			`{"text":null}`:             {"invalid_request", "body.emails"},
			`{"emails":[],"dry_run":1}`: {"invalid_request", "body.dry_run"},
		} {
			answer := company.Admin.Post(t, "/invitations/email", body)
			require.Equal(t, want[0], answer.Text(t, "code"), body)
			require.Equal(t, want[1], answer.Text(t, "errors.0.location"), body)
		}
		long := strings.Repeat("a", 1<<20)
		company.Admin.Post(t, "/invitations/email", `{"text":"`+long+`"}`).Refused(t, 413, "body_too_large")
		company.Admin.Post(t, "/approvals/approve", `{"items":[],"reason":"`+long[:40_000]+`"}`).Refused(t, 413, "body_too_large")
	})
}

func TestImports(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	sales := company.Admin.Post(t, "/departments", `{"name":"Sales"}`).Must(t, 201).Text(t, "id")
	north := company.Admin.Post(t, "/departments", `{"name":"North","parent_id":"`+sales+`"}`).Must(t, 201).Text(t, "id")
	choir := company.Admin.Post(t, "/workgroups", `{"name":"Choir"}`).Must(t, 201).Text(t, "id")
	csv := company.Admin.With("Content-Type", "text/csv")

	t.Run("registers colleagues with all columns, after a dry run that does nothing", func(t *testing.T) {
		const file = "\ufeffE-Mail;Vorname;Name;Position;Abteilung;Arbeitsgruppen;Geburtstag\r\nan@mill.example;An;Nguyễn Văn;Kế toán;Sales / North;Choir;1.1.2000\r\nx;A;B;C;;;\r\n"
		dry := csv.With("Idempotency-Key", "people").Post(t, "/people?use=register&dry_run=true", file).Must(t, 200)
		require.Equal(t, true, dry.Value(t, "dry_run"))
		require.Equal(t, "registered", dry.Text(t, "results.0.outcome"))
		require.Len(t, company.Admin.Get(t, "/employees").Items(t), 1)
		for _, replayed := range []string{"", "true"} {
			run := csv.With("Idempotency-Key", "people").Post(t, "/people?use=register", file).Must(t, 200)
			require.Equal(t, replayed, run.Header.Get("Idempotency-Replayed"))
			require.Equal(t, 2.0, run.Value(t, "results.0.line"))
			require.Equal(t, "an@mill.example", run.Text(t, "results.0.contact"))
			require.Equal(t, "Nguyễn Văn", run.Text(t, "results.0.last_name"))
			require.Equal(t, "invalid_email", run.Text(t, "results.1.code"))
			require.Equal(t, "x", run.Text(t, "results.1.contact"))
			require.Equal(t, "email", run.Text(t, "results.1.field"))
			require.Equal(t, "last_name", run.Text(t, "columns.2.meaning"))
			require.Equal(t, "Geburtstag", run.Text(t, "columns.6.name"))
			require.Equal(t, false, run.Value(t, "columns.6.used"))
			person := company.Admin.With("Usher-Position", run.Text(t, "position")).Get(t, "/employees/"+run.Text(t, "results.0.person")).Must(t, 200)
			require.Equal(t, "An", person.Text(t, "first_name"))
			require.Equal(t, "Kế toán", person.Text(t, "job_title"))
			require.Equal(t, north, person.Text(t, "department_id"))
			require.Equal(t, choir, person.Text(t, "workgroup_ids.0"))
		}
		require.NotEmpty(t, company.Message(t, "an@mill.example")["password"])
	})
	t.Run("invites, into the places of the rows", func(t *testing.T) {
		answer := csv.Post(t, "/people?use=invite", "Email,Phone,Department,Name\nben@mill.example,,Sales,Ben\n,+14155550100,Sales,Dora\nnew@mill.example,,Elsewhere,\n").Must(t, 200)
		require.Equal(t, "invited", answer.Text(t, "results.0.outcome"))
		require.Equal(t, "department", answer.Text(t, "results.1.unused.0"))
		require.Equal(t, "department_not_found", answer.Text(t, "results.2.code"))
		require.Len(t, answer.Value(t, "batches"), 2)
		require.Equal(t, false, answer.Value(t, "columns.3.used"))
		items := company.Admin.With("Usher-Position", answer.Text(t, "position")).Get(t, "/invited?channel=email").Items(t)
		require.Equal(t, sales, items[0]["department_id"])
	})
	t.Run("asks back what looks wrong, and takes yes for an answer", func(t *testing.T) {
		for _, replayed := range []string{"", "true"} {
			answer := csv.With("Idempotency-Key", "asked").Post(t, "/people?use=invite", "Email,Confirmed\nkim@gmail.con,\nlea@GMAIL.con,yes\n").Must(t, 200)
			require.Equal(t, replayed, answer.Header.Get("Idempotency-Replayed"))
			require.Equal(t, "confirm_contact", answer.Text(t, "results.0.code"))
			require.Equal(t, "kim@gmail.com", answer.Text(t, "results.0.did_you_mean"))
			require.Equal(t, "invited", answer.Text(t, "results.1.outcome"))
			require.Equal(t, "lea@gmail.con", answer.Text(t, "results.1.contact"))
		}
	})
	t.Run("a link instead of a password", func(t *testing.T) {
		answer := csv.Post(t, "/people?use=register&without_confirmation=false", "Email,First name,Last name,Job title\nemil@mill.example,Emil,Fischer,Cook\n").Must(t, 200)
		person := company.Admin.With("Usher-Position", answer.Text(t, "position")).Get(t, "/employees/"+answer.Text(t, "results.0.person"))
		require.Equal(t, "password_pending", person.Text(t, "access"))
	})
	t.Run("UTF-16 with a mark is read", func(t *testing.T) {
		var file strings.Builder
		file.WriteString("\xff\xfe")
		for _, r := range "Email\tName\nlea@mill.example\tLéa\n" {
			file.WriteByte(byte(r))
			file.WriteByte(byte(r >> 8))
		}
		require.Equal(t, "lea@mill.example", csv.Post(t, "/people?use=invite&dry_run=true", file.String()).Must(t, 200).Text(t, "results.0.contact"))
	})
	t.Run("what cannot be read is refused as a whole", func(t *testing.T) {
		csv.Post(t, "/people?use=invite", "Name\nBen\n").Refused(t, 422, "invalid_file")
		refused := csv.Post(t, "/people?use=invite", "Email\nb\xf6n@mill.example\n").Refused(t, 422, "invalid_file")
		require.Contains(t, refused.Text(t, "detail"), "CSV UTF-8")
		csv.Post(t, "/people?use=invite", "Email\n"+strings.Repeat("a@mill.example\n", 10_001)).Refused(t, 413, "too_many_rows")
		csv.Post(t, "/people?use=invite", strings.Repeat("x", 4<<20+1)).Refused(t, 413, "body_too_large")
		csv.Post(t, "/people?use=fire", "Email\na@mill.example\n").Refused(t, 422, "invalid_request")
		csv.Post(t, "/people", "Email\na@mill.example\n").Refused(t, 422, "invalid_request")
		csv.Post(t, "/people?use=invite&dry_run=perhaps", "Email\na@mill.example\n").Refused(t, 422, "invalid_request")
		company.Admin.Post(t, "/people?use=invite", `{"emails":[]}`).Refused(t, 415, "unsupported_media_type")
		csv.Post(t, "/invitations/email", "Email\na@mill.example\n").Refused(t, 415, "unsupported_media_type")
	})
	t.Run("whoever may not invite is refused before the file is read", func(t *testing.T) {
		company.Employee(t, "eve@acme.example").With("Content-Type", "text/csv").Post(t, "/people?use=invite", "\xff").Refused(t, 403, "not_permitted")
	})
	t.Run("the key is of one file", func(t *testing.T) {
		keyed := csv.With("Idempotency-Key", "file")
		keyed.Post(t, "/people?use=invite", "Email\nkey@mill.example\n").Must(t, 200)
		keyed.Post(t, "/people?use=invite", "Email\nother@mill.example\n").Refused(t, 422, "idempotency_key_reused")
	})
}
