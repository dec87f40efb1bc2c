package httpapi_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// held is a request whose body the client holds back.
type held struct {
	connection net.Conn
	answers    *bufio.Reader
}

// hold sends a request's head, which promises a body of some length, and nothing of it.
func hold(t *testing.T, as httpapitest.Client, method, path string, length int, headers ...string) *held {
	t.Helper()
	address, root, _ := strings.Cut(strings.TrimPrefix(as.URL, "http://"), "/")
	connection, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { connection.Close() })
	require.NoError(t, connection.SetDeadline(time.Now().Add(time.Minute)))
	head := method + " " + strings.TrimSuffix("/"+root, "/") + path + " HTTP/1.1\r\nHost: usher\r\nContent-Type: application/json\r\n"
	if length >= 0 {
		head += fmt.Sprintf("Content-Length: %d\r\n", length)
	} else {
		head += "Transfer-Encoding: chunked\r\n"
	}
	for name, values := range as.Header {
		head += name + ": " + values[0] + "\r\n"
	}
	for _, header := range headers {
		head += header + "\r\n"
	}
	_, err = connection.Write([]byte(head + "\r\n"))
	require.NoError(t, err)
	return &held{connection: connection, answers: bufio.NewReader(connection)}
}

// status waits for an answer, be it that the server wants to have the body.
func (h *held) status(t *testing.T) int {
	t.Helper()
	answer, err := http.ReadResponse(h.answers, nil)
	require.NoError(t, err)
	return answer.StatusCode
}

const wantsBody = "Expect: 100-continue"

// TestABodyIsNotReadOfWhoMayNot holds back each command's body. Who may not is answered
// all the same.
func TestABodyIsNotReadOfWhoMayNot(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	employee := company.Employee(t, "ben@mill.example").At("")
	stranger := usher.Found(t, "other").Admin.At("")
	employee.URL, stranger.URL = usher.URL, usher.URL
	var document struct {
		Paths map[string]map[string]struct {
			RequestBody *struct{}
			Security    []map[string][]string
		}
	}
	require.NoError(t, json.Unmarshal(usher.Client("").Get(t, "/openapi.json").Must(t, 200).Body, &document))
	own, operators := regexp.MustCompile(`/me/`), regexp.MustCompile(`^/v1/(accounts|operations/.*)$|/(settings/plan|close|open)$`)
	seen := 0
	for path, methods := range document.Paths {
		for method, operation := range methods {
			if operation.RequestBody == nil || operation.Security == nil {
				continue
			}
			seen++
			path := strings.ReplaceAll(path, "{account}", "acme")
			path = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, "00000000-0000-4000-8000-000000000000")
			for _, length := range []int{1000, 4 << 20, -1} {
				t.Run(fmt.Sprintf("%s %s, %d bytes", method, path, length), func(t *testing.T) {
					t.Parallel()
					ask := func(as httpapitest.Client) int { return hold(t, as, strings.ToUpper(method), path, length).status(t) }
					require.Equal(t, 401, ask(usher.Client("")), "nobody")
					switch {
					case operators.MatchString(path):
						require.Equal(t, 403, ask(stranger), "who is no operator")
					case own.MatchString(path):
						require.Equal(t, 404, ask(stranger), "somebody of another company")
					default:
						require.Equal(t, 404, ask(stranger), "somebody of another company")
						require.Equal(t, 403, ask(employee), "somebody without the role")
					}
				})
			}
		}
	}
	require.Greater(t, seen, 25)
}

func TestWhatWasSentBeforeIsAnsweredAsThenToWhoMayNotAnyMore(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	ben := company.Employee(t, "ben@mill.example")
	company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
	first := ben.With(key, "monday").Post(t, "/invitations/email", `{"emails":["eva@mill.example"]}`).Must(t, 200)
	company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":false}`).Must(t, 200)
	again := ben.With(key, "monday").Post(t, "/invitations/email", `{"emails":["eva@mill.example"]}`).Must(t, 200)
	require.Equal(t, string(first.Body), string(again.Body))
	ben.With(key, "tuesday").Post(t, "/invitations/email", `{"emails":["pia@mill.example"]}`).Refused(t, 403, "not_permitted")
	ben.With(key, "monday").Post(t, "/invitations/email", `{"emails":["pia@mill.example"]}`).Refused(t, 422, "idempotency_key_reused")
	company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
	ben.With(key, "tuesday").Post(t, "/invitations/email", `{"emails":["pia@mill.example"]}`).Must(t, 200)
}

// TestFewBulkRequestsAtATime has two of a company hold back their bodies: its third is
// refused, and whoever else asks is answered.
func TestFewBulkRequestsAtATime(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company, other := usher.Found(t, "acme"), usher.Found(t, "other")
	small := `{"emails":["ben@mill.example"]}`
	blanks := strings.Repeat(" ", 20_000) // what is smaller than 64 KiB needs no turn
	body := `{"emails":["ben@mill.example"` + strings.Repeat(blanks+`,"eva@mill.example"`, 4) + `]}`
	slow := make([]*held, 2)
	for i := range slow {
		slow[i] = hold(t, company.Admin, "POST", "/invitations/email", len(body), wantsBody)
		require.Equal(t, http.StatusContinue, slow[i].status(t), "it is its turn")
	}
	third := hold(t, company.Admin, "POST", "/invitations/email", len(body), wantsBody)
	answer, err := http.ReadResponse(third.answers, nil)
	require.NoError(t, err)
	var problem struct{ Code string }
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&problem))
	require.Equal(t, "429 bulk_busy 1", fmt.Sprint(answer.StatusCode, " ", problem.Code, " ", answer.Header.Get("Retry-After")))
	require.NoError(t, answer.Body.Close())

	company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201)
	company.Admin.Post(t, "/invitations/email", small).Must(t, 200)
	other.Admin.Post(t, "/invitations/email", body).Must(t, 200)
	for i, one := range slow {
		_, err := one.connection.Write([]byte(body))
		require.NoError(t, err)
		require.Equal(t, 200, one.status(t), i)
	}
	company.Admin.Post(t, "/invitations/email", body).Must(t, 200)
}

// TestLittleOfWhatIsSentComesBack sends 10,000 bytes of one letter wherever something can
// be sent that is refused.
func TestLittleOfWhatIsSentComesBack(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	operator, nobody := usher.Client(httpapitest.OperatorToken), usher.Client("")
	long := strings.Repeat("Q", 10_000)
	for what, answer := range map[string]httpapitest.Answer{
		"a path":                    nobody.Get(t, "/v1/"+long),
		"an account's name":         nobody.Post(t, "/v1/accounts/"+long+"/sessions", `{"login":"a","password":"b"}`),
		"a link":                    nobody.Get(t, "/v1/join/"+long),
		"a person":                  company.Admin.Post(t, "/approvals/"+long+"/approve", ""),
		"a batch":                   company.Admin.Get(t, "/batches/"+long),
		"a view":                    operator.Post(t, "/v1/operations/projections/"+long+"/rebuild", ""),
		"an edition's view":         operator.Do(t, "DELETE", "/v1/operations/projections/"+long+"/editions/1", ""),
		"an edition":                operator.Do(t, "DELETE", "/v1/operations/projections/employees/editions/"+long, ""),
		"a parameter":               company.Admin.Get(t, "/employees?"+long+"=1"),
		"many parameters":           company.Admin.Get(t, "/employees?"+manyTimes(100, func(i int) string { return fmt.Sprintf("%s%d=1&", long[:60], i) })+"x=1"),
		"a parameter twice":         company.Admin.Get(t, "/employees?"+long+"=1&"+long+"=2"),
		"a limit":                   company.Admin.Get(t, "/employees?limit="+long),
		"a filter":                  company.Admin.Get(t, "/employees?status="+long),
		"a cursor":                  company.Admin.Get(t, "/employees?cursor="+long),
		"a department":              company.Admin.Get(t, "/employees?department="+long),
		"a position":                company.Admin.With("Usher-Position", long).Get(t, "/employees"),
		"a key":                     company.Admin.With(key, long).Post(t, "/departments", `{"name":"Kitchen"}`),
		"a content type":            company.Admin.With("Content-Type", long).Post(t, "/departments", `{"name":"Kitchen"}`),
		"a member":                  company.Admin.Post(t, "/departments", `{"`+long+`":1}`),
		"many members":              company.Admin.Post(t, "/departments", `{`+manyTimes(200, func(i int) string { return fmt.Sprintf(`"%s%d":1,`, long[:60], i) })+`"name":"Kitchen"}`),
		"a member of a bulk":        company.Admin.Post(t, "/invitations/sms", `{"`+long+`":1}`),
		"a member twice":            company.Admin.Post(t, "/departments", `{"`+long+`":1,"`+long+`":1}`),
		"members within each other": company.Admin.Post(t, "/departments", strings.Repeat(`{"`+long[:2000]+`":`, 10)+`"\ud800"`+strings.Repeat(`}`, 10)),
		"a value":                   company.Admin.Post(t, "/departments", `{"name":"`+long+`"}`),
		"a choice":                  company.Admin.Put(t, "/settings/registration", `{"mode":"`+long+`"}`),
		"a domain":                  company.Admin.Put(t, "/settings/registration", `{"domains":["`+long+`"]}`),
		"a country":                 company.Admin.Put(t, "/settings/limits", `{"sms_countries":["`+long+`"]}`),
		"a role":                    company.Admin.Put(t, "/employees/00000000-0000-4000-8000-000000000000/role", `{"role":"`+long+`"}`),
		"a scope":                   company.Admin.Post(t, "/me/tokens", `{"name":"x","days":1,"scopes":["`+long+`"]}`),
		"a row":                     company.Admin.Post(t, "/invitations/email", `{"emails":["`+long+`"]}`),
		"an id among rows":          company.Admin.Post(t, "/invitations/email", `{"emails":["a@b.example"],"workgroup_ids":["`+long+`"]}`),
		"a slug":                    operator.Post(t, "/v1/accounts", strings.Replace(httpapitest.Founding("third"), `"third"`, `"`+long+`"`, 1)),
		"a follower":                operator.Post(t, "/v1/operations/skips", `{"follower":"`+long+`","position":"1","reason":"x"}`),
		"a method":                  nobody.Do(t, long, "/v1/accounts/acme/me", ""),
	} {
		require.LessOrEqual(t, strings.Count(string(answer.Body), "Q"), 200, "%s: %.2000s", what, answer.Body)
	}
}

func manyTimes(n int, text func(int) string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(text(i))
	}
	return all.String()
}
