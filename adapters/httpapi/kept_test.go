package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// walk sends commands with idempotency keys, each of them twice, and remembers which.
type walk struct {
	company httpapitest.Company
	sent    []string // method and path, with ids as they were
}

// send sends a command, and then the same again, which is answered in the same words:
// kept ones, but where the public was refused.
func (w *walk) send(t *testing.T, as httpapitest.Client, method, path, body string, status int) httpapitest.Answer {
	t.Helper()
	as = as.With(key, fmt.Sprintf("key-%d", len(w.sent)))
	first := as.Do(t, method, path, body).Must(t, status)
	w.company.Settled(t)
	again := as.Do(t, method, path, body).Must(t, status)
	require.Equal(t, string(first.Body), string(again.Body), "%s %s, sent again", method, path)
	replayed := "true"
	if status >= 400 && as.Header.Get("Authorization") == "" {
		replayed = ""
	}
	require.Equal(t, replayed, again.Header.Get("Idempotency-Replayed"), "%s %s, sent again", method, path)
	below, _, _ := strings.Cut(path, "?")
	w.sent = append(w.sent, method+" "+strings.TrimPrefix(as.URL, w.company.URL)+below)
	return first
}

// TestNobodyIsNamedUnderAnothersKey walks all commands of the API in a company whose
// people all have canary in their names and contacts, and looks for it in the vault: it
// stands nowhere but in messages, which are rows of those whom they name.
func TestNobodyIsNamedUnderAnothersKey(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	usher := httpapitest.Start(t, httpapitest.Options{Data: data})
	company := usher.Found(t, "acme")
	w := &walk{company: company}
	operator, nobody, admin := usher.Client(httpapitest.OperatorToken), usher.Client(""), company.Admin
	w.send(t, operator, "POST", "/v1/accounts", strings.ReplaceAll(httpapitest.Founding("second"), "admin@", "canary.founder@"), 201)
	w.send(t, operator, "PUT", company.Path+"/settings/plan", `{"plan":"professional"}`, 200)

	w.send(t, operator, "POST", company.Path+"/close", `{"reason":"Because of canary@nowhere.example"}`, 200)
	w.send(t, operator, "POST", company.Path+"/open", `{"reason":"Because of canary@nowhere.example"}`, 200)

	w.walkSettings(t, admin)
	w.walkStructure(t, admin)
	w.walkInvitations(t, admin, nobody)
	w.walkJoining(t, admin, nobody)
	w.walkEmployees(t, admin, nobody)
	for _, one := range []struct{ method, path, body string }{
		{"POST", "/v1/operations/projections/employees/rebuild", ""},
		{"POST", "/v1/operations/projections/canary@nowhere.example/verify", ""},
		{"POST", "/v1/operations/projections/employees/serve", `{"edition":99}`},
		{"DELETE", "/v1/operations/projections/employees/editions/99", ""},
		{"POST", "/v1/operations/skips", `{"follower":"canary@nowhere.example","position":"1","reason":"Because of canary@nowhere.example"}`},
	} {
		operator.With(key, "operate "+one.method+one.path).Do(t, one.method, one.path, one.body)
		w.sent = append(w.sent, one.method+" "+one.path)
	}
	w.walkAbroad(t)
	w.walkedAll(t)
	company.Settled(t)
	usher.Stop(t)

	for table, rows := range tablesOf(t, filepath.Join(data, "vault.db")) {
		if table == "messages" {
			continue // by person, and forgotten with them
		}
		for _, row := range rows {
			for _, canary := range []string{"canary", "415555012"} {
				require.NotContains(t, strings.ToLower(row), canary, "a row of the vault's table %s", table)
			}
		}
	}
}

func (w *walk) walkSettings(t *testing.T, admin httpapitest.Client) {
	t.Helper()
	w.send(t, admin, "PUT", "/settings/inviting", `{"everyone_may_invite":true}`, 200)
	w.send(t, admin, "PUT", "/settings/registration", `{"mode":"moderated","domains":["canary-domain.example"]}`, 200)
	w.send(t, admin, "PUT", "/settings/registration", `{"domains":["canary@person.example"]}`, 422)
	w.send(t, admin, "PUT", "/settings/company", `{"time_zone":"Europe/Berlin"}`, 200)
	w.send(t, admin, "PUT", "/settings/passwords", `{"minimum_length":14}`, 200)
	w.send(t, admin, "PUT", "/settings/invitations", `{"days":30}`, 200)
	w.limitBlock(t, admin, 2)
	w.send(t, admin, "PUT", "/join-link/limits", `{"max_uses":100}`, 200)
	for _, verb := range []string{"rotate", "disable", "enable"} {
		w.send(t, admin, "POST", "/join-link/"+verb, "", 200)
	}
}

// walkAbroad is refused for a limit of numbers that begin alike.
func (w *walk) walkAbroad(t *testing.T) {
	t.Helper()
	w.send(t, w.company.Client(httpapitest.OperatorToken), "POST", "/v1/accounts",
		strings.Replace(httpapitest.Founding("abroad"), `"name"`, `"country":"DE","name"`, 1), 201)
	abroad := httpapitest.Company{Usher: w.company.Usher, Slug: "abroad", Path: "/v1/accounts/abroad"}
	admin := abroad.SignIn(t, "admin@abroad.example", httpapitest.Password)
	w.limitBlock(t, admin, 1)
	invited := w.send(t, admin, "POST", "/invitations/sms", `{"phones":["+1 415 555 0124","+1 415 555 0125","030 1234567"]}`, 200)
	require.Equal(t, "number_block_limit", invited.Text(t, "results.1.code"))
	require.Equal(t, "+14155550125", invited.Text(t, "results.1.contact"))
	require.NotContains(t, invited.Text(t, "results.1.message"), "1415555")
}

// limitBlock lets so many SMS be sent to numbers that begin alike.
func (w *walk) limitBlock(t *testing.T, admin httpapitest.Client, most int) {
	t.Helper()
	limits, isThere := admin.Get(t, "/settings").Value(t, "limits").(map[string]any)
	require.True(t, isThere)
	limits["sms_per_block_abroad"] = most
	text, err := json.Marshal(limits)
	require.NoError(t, err)
	w.send(t, admin, "PUT", "/settings/limits", string(text), 200)
}

func (w *walk) walkStructure(t *testing.T, admin httpapitest.Client) {
	t.Helper()
	kitchen := w.send(t, admin, "POST", "/departments", `{"name":"Kitchen"}`, 201).Text(t, "id")
	bar := w.send(t, admin, "POST", "/departments", `{"name":"Bar"}`, 201).Text(t, "id")
	me := admin.Get(t, "/me").Text(t, "person")
	w.send(t, admin, "PUT", "/departments/"+bar+"/name", `{"name":"Counter"}`, 200)
	w.send(t, admin, "PUT", "/departments/"+bar+"/parent", `{"parent_id":"`+kitchen+`"}`, 200)
	w.send(t, admin, "PUT", "/departments/"+bar+"/head", `{"person":"`+me+`"}`, 200)
	w.send(t, admin, "DELETE", "/departments/"+bar, "", 200)
	group := w.send(t, admin, "POST", "/workgroups", `{"name":"Early shift"}`, 201).Text(t, "id")
	w.send(t, admin, "PUT", "/workgroups/"+group+"/name", `{"name":"Late shift"}`, 200)
	w.send(t, admin, "POST", "/workgroups/"+group+"/archive", "", 200)
	w.send(t, admin, "POST", "/workgroups/"+group+"/restore", "", 200)
	w.send(t, admin, "PUT", "/workgroups/"+group+"/members/"+me, "", 200)
	w.send(t, admin, "DELETE", "/workgroups/"+group+"/members/"+me, "", 200)
}

func (w *walk) walkInvitations(t *testing.T, admin, nobody httpapitest.Client) {
	t.Helper()
	byMail := w.send(t, admin, "POST", "/invitations/email", `{"emails":["canary.one@mill.example","CANARY.Two@Mill.Example","canary.two@mill.example","canary nobody at all",`+
		`"canary.three@mill.example","canary.four@mill.example","canary.five@mill.example","canary.six@gmail.con"],"message":"Come to us, canary: {link}"}`, 200)
	require.Equal(t, "CANARY.Two@mill.example", byMail.Text(t, "results.1.contact"))
	require.Equal(t, "duplicate_in_batch", byMail.Text(t, "results.2.code"))
	require.Equal(t, "canary nobody at all", byMail.Text(t, "results.3.contact"))
	require.Equal(t, "canary.six@gmail.com", byMail.Text(t, "results.7.did_you_mean"))
	who := func(row int) string { return byMail.Text(t, fmt.Sprintf("results.%d.person", row)) }
	bySMS := w.send(t, admin, "POST", "/invitations/sms", `{"phones":["+1 415 555 0120","+1 415 555 0121","+1 415 555 0122","4155550123 canary"]}`, 200)
	require.Equal(t, "+14155550122", bySMS.Text(t, "results.2.contact"))
	w.send(t, admin, "POST", "/invitations/email", `{"emails":["canary.one@mill.example"],"message":"canary"}`, 422)
	w.send(t, admin, "POST", "/invitations/"+who(0)+"/resend", `{"invitation":1}`, 200)
	w.send(t, admin, "POST", "/invitations/"+who(0)+"/correct", `{"contact":"canary.right@mill.example"}`, 201)
	w.send(t, admin, "POST", "/invitations/"+who(1)+"/correct", `{"contact":"canary with blanks"}`, 422)
	w.send(t, admin, "POST", "/invitations/"+who(1)+"/revoke", "", 200)
	dead := w.company.TokenSentTo(t, "CANARY.Two@mill.example")
	w.send(t, nobody, "POST", "/v1/join/"+dead+"/ask", "", 202)
	w.send(t, nobody, "POST", "/v1/join/"+w.company.TokenSentTo(t, "canary.three@mill.example")+"/opened", "", 200)
	w.send(t, nobody, "POST", "/v1/join/"+w.company.TokenSentTo(t, "canary.three@mill.example")+"/decline", "", 200)
	w.send(t, nobody, "POST", "/v1/join/"+w.company.TokenSentTo(t, "canary.four@mill.example"),
		`{"first_name":"Canary","last_name":"Four","password":"`+httpapitest.Password+`"}`, 201)
	w.send(t, nobody, "POST", "/v1/join/"+w.company.TokenSentTo(t, "canary.five@mill.example"),
		`{"first_name":"http://canary.example","last_name":"Five","password":"`+httpapitest.Password+`"}`, 422)
	pasted := w.send(t, admin, "POST", "/invitations/email", `{"text":"Canary Nine <canary.nine@mill.example>\ncanary at nowhere"}`, 200)
	require.Equal(t, "Canary Nine", pasted.Text(t, "results.0.beside"))
	file := w.send(t, admin.With("Content-Type", "text/csv"), "POST", "/people?use=register",
		"Email,First name,Last name,Position\ncanary.ten@mill.example,Canary,Ten,Baker\ncanary nobody,Canary,Ten,Baker\n", 200)
	require.Equal(t, "Canary", file.Text(t, "results.1.first_name"))
	many := w.send(t, admin, "POST", "/invitations/email", `{"emails":[`+strings.Repeat(`"canary nobody at all",`, 200)+`"canary.seven@mill.example","canary.eight@gmail.con"]}`, 202)
	w.send(t, admin, "POST", "/batches/"+many.Text(t, "batch")+"/stop", "", 200)
	w.send(t, admin, "POST", "/batches/"+byMail.Text(t, "batch")+"/revoke", "", 200)
	w.send(t, admin, "POST", "/employees/"+admin.Get(t, "/me").Text(t, "person")+"/revoke-invitations", "", 200)
}

func (w *walk) walkJoining(t *testing.T, admin, nobody httpapitest.Client) {
	t.Helper()
	join := func(login string) string {
		return w.send(t, nobody, "POST", "/v1/join/"+w.company.JoinToken(t), strings.ReplaceAll(httpapitest.Form(login), "Joe", "Canary"), 201).Text(t, "person")
	}
	in, out := join("canary.in@mill.example"), join("canary.out@mill.example")
	w.send(t, admin, "POST", "/approvals/"+in+"/approve", `{"registration":1}`, 200)
	w.send(t, admin, "POST", "/approvals/"+out+"/send-proof", "", 200)
	w.send(t, nobody, "POST", "/v1/join/"+w.company.TokenSentTo(t, "canary.out@mill.example")+"/proof", "", 202)
	w.send(t, admin, "POST", "/approvals/"+out+"/reject", `{"reason":"We do not know canary"}`, 200)
	w.send(t, admin, "POST", "/approvals/approve", `{"items":[{"person":"`+join("canary.many@mill.example")+`"},{"person":"`+out+`"}]}`, 200)
	w.send(t, admin, "POST", "/approvals/reject", `{"items":[{"person":"`+join("canary.few@mill.example")+`"}],"reason":"Nor this canary"}`, 200)
}

func (w *walk) walkEmployees(t *testing.T, admin, nobody httpapitest.Client) {
	t.Helper()
	hired := w.send(t, admin, "POST", "/employees", `{"email":"canary.dora@mill.example","first_name":"Canary","last_name":"Dora","job_title":"Canary"}`, 201).Text(t, "person")
	w.send(t, admin, "POST", "/employees", `{"email":"canary.dora@mill.example","first_name":"Canary","last_name":"Dora","job_title":"Canary"}`, 409)
	of := "/employees/" + hired
	root := admin.Get(t, "/structure").Text(t, "departments.0.id")
	w.send(t, admin, "PUT", of+"/department", `{"department_id":"`+root+`"}`, 200)
	w.send(t, admin, "PUT", of+"/job-title", `{"job_title":"Canary of canaries"}`, 200)
	w.send(t, admin, "PUT", of+"/name", `{"first_name":"Canary","last_name":"Doris"}`, 200)
	w.send(t, admin, "PUT", of+"/role", `{"role":"administrator"}`, 200)
	w.send(t, admin, "POST", of+"/end-sessions", "", 200)
	w.send(t, admin, "POST", of+"/password-link", "", 200)
	w.send(t, admin, "POST", of+"/login", `{"login":"canary.new@mill.example"}`, 200)
	w.send(t, admin, "POST", of+"/login", `{"login":"canary nobody"}`, 422)
	w.send(t, admin, "POST", of+"/dismiss", "", 200)
	w.send(t, admin, "POST", of+"/rehire", "", 200)

	signedIn := w.company.SignIn(t, "canary.in@mill.example", httpapitest.Password)
	w.send(t, signedIn, "POST", "/me/login", `{"login":"canary.in.new@mill.example","current":"`+httpapitest.Password+`"}`, 200)
	w.send(t, signedIn, "PUT", "/me/name", `{"last_name":"Canary"}`, 200)
	w.send(t, signedIn, "PUT", "/me/preferences", `{"language":"de","time_zone":"Europe/Berlin"}`, 200)
	w.send(t, signedIn, "PUT", "/me/password", `{"current":"`+httpapitest.Password+`","new":"canary passphrase of tests"}`, 200)
	token := w.sendOnce(t, signedIn, "POST", "/me/tokens", `{"name":"Nightly","scopes":["read_lists"],"days":30}`, 201).Text(t, "id")
	w.send(t, signedIn, "DELETE", "/me/tokens/"+token, "", 200)
	w.send(t, nobody.At(w.company.Path), "POST", "/passwords/forgotten", `{"login":"canary.in@mill.example"}`, 202)
	nobody.At(w.company.Path).With(key, "reset").Post(t, "/passwords/reset", `{"login":"canary.in@mill.example","code":"000000","new":"canary passphrase, another"}`)
	w.sent = append(w.sent, "POST "+w.company.Path+"/passwords/reset")
}

// sendOnce sends a command whose answer shows a secret only once.
func (w *walk) sendOnce(t *testing.T, as httpapitest.Client, method, path, body string, status int) httpapitest.Answer {
	t.Helper()
	w.sent = append(w.sent, method+" "+strings.TrimPrefix(as.URL, w.company.URL)+path)
	return as.With(key, "once").Do(t, method, path, body).Must(t, status)
}

// walkedAll requires that every command that takes a key was sent.
func (w *walk) walkedAll(t *testing.T) {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name string }
		}
	}
	require.NoError(t, json.Unmarshal(w.company.Client("").Get(t, "/openapi.json").Must(t, 200).Body, &document))
	parameter := regexp.MustCompile(`\{[a-z]+\}`)
	for path, methods := range document.Paths {
		for method, operation := range methods {
			for _, parameterOf := range operation.Parameters {
				if parameterOf.Name != key {
					continue
				}
				meant := regexp.MustCompile("^" + strings.ToUpper(method) + " " + parameter.ReplaceAllString(path, "[^/]+") + "$")
				require.True(t, slices.ContainsFunc(w.sent, meant.MatchString), "%s %s is to be walked, too", method, path)
			}
		}
	}
}

// tablesOf is every row of a file, whatever tables it has.
func tablesOf(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	tables := map[string][]string{}
	require.NoError(t, db.Read(context.WithoutCancel(t.Context()), func(conn *sqlitedb.Conn) error {
		for _, name := range textsOf(t, conn, "SELECT name FROM sqlite_master WHERE type = 'table'", 1) {
			tables[name] = textsOf(t, conn, `SELECT * FROM "`+name+`"`, 0)
		}
		return nil
	}))
	require.NotEmpty(t, tables["requests"])
	return tables
}

func textsOf(t *testing.T, conn *sqlitedb.Conn, query string, columns int) (rows []string) {
	t.Helper()
	statement, _, err := conn.Prepare(query)
	require.NoError(t, err)
	for statement.Step() {
		var row strings.Builder
		for column := range max(columns, statement.ColumnCount()) {
			if statement.ColumnType(column).String() != "NULL" {
				row.Write(statement.ColumnRawBlob(column))
				row.WriteString("\n")
			}
		}
		rows = append(rows, strings.TrimSuffix(row.String(), "\n"))
	}
	require.NoError(t, errors.Join(statement.Err(), statement.Close()))
	return rows
}
