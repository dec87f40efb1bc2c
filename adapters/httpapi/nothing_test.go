package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// TestPutTakesWhatGetGives sends each part of the settings, and the limits of the join
// link, back as they came: nothing changes, and nothing is appended.
func TestPutTakesWhatGetGives(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	kitchen := company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201).Text(t, "id")
	unchanged := func(t *testing.T) {
		t.Helper()
		settings, link := company.Admin.Get(t, "/settings").Must(t, 200), company.Admin.Get(t, "/join-link").Must(t, 200)
		company.Settled(t)
		before := company.Admin.Get(t, "/history?limit=1000").Must(t, 200)
		for _, part := range []string{"inviting", "invitations", "registration", "passwords", "limits"} {
			company.Admin.Put(t, "/settings/"+part, text(t, settings.Value(t, part))).Must(t, 200)
		}
		usher.Client(httpapitest.OperatorToken).Put(t, company.Path+"/settings/plan", text(t, map[string]any{"plan": settings.Value(t, "plan")})).Must(t, 200)
		limits := map[string]any{}
		for _, member := range []string{"max_uses", "expires_at", "department_id"} {
			limits[member] = link.Value(t, member)
		}
		company.Admin.Put(t, "/join-link/limits", text(t, limits)).Must(t, 200)
		company.Settled(t)
		require.Equal(t, before.Items(t), company.Admin.Get(t, "/history?limit=1000").Must(t, 200).Items(t), "something was appended")
		require.Equal(t, string(settings.Body), string(company.Admin.Get(t, "/settings").Must(t, 200).Body))
		require.Equal(t, string(link.Body), string(company.Admin.Get(t, "/join-link").Must(t, 200).Body))
	}
	t.Run("of a company as it was founded", unchanged)
	for what, change := range map[string][2]string{
		"with other settings":                   {"/settings/registration", `{"mode":"public","domains":["*.example.org","example.com"],"greeting":"  Hello\n\nyou","moderate_invited":true}`},
		"with a public provider as a rule":      {"/settings/registration", `{"domains":["gmail.com","example.com"],"confirm_public_domains":true}`},
		"with a domain of other letters":        {"/settings/registration", `{"domains":["bücher.example"],"greeting":""}`},
		"with countries":                        {"/settings/limits", `{"sms_countries":["de","AT"],"sms":100000,"emails":1}`},
		"with passwords of a length":            {"/settings/passwords", `{"minimum_length":64,"mailed_passwords":false}`},
		"with everybody inviting":               {"/settings/inviting", `{"everyone_may_invite":true}`},
		"with invitations of a day":             {"/settings/invitations", `{"days":1}`},
		"with a limited join link":              {"/join-link/limits", `{"max_uses":1,"expires_at":"2026-03-02T09:00:00.123456789Z","department_id":"` + kitchen + `"}`},
		"with a join link of unlimited uses":    {"/join-link/limits", `{"max_uses":"unlimited","expires_at":"2026-03-03"}`},
		"with a join link that has never ended": {"/join-link/limits", `{"max_uses":10000,"expires_at":"never","department_id":""}`},
	} {
		t.Run(what, func(t *testing.T) {
			company.Admin.Put(t, change[0], change[1]).Must(t, 200)
			unchanged(t)
		})
	}
	t.Run("with a join link that has ended, into a department that is gone", func(t *testing.T) {
		company.Admin.Put(t, "/join-link/limits", `{"expires_at":"2026-03-02T10:00:00Z","department_id":"`+kitchen+`"}`).Must(t, 200)
		company.Admin.Do(t, "DELETE", "/departments/"+kitchen, "").Must(t, 200)
		usher.Advance(2 * 60 * 60 * 1e9)
		unchanged(t)
	})
}

func text(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

// optionalMembers is each member that a request need not have, by operation.
func optionalMembers(t *testing.T, document httpapitest.Answer) map[string][]string {
	t.Helper()
	var read struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			RequestBody struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
						schema
					}
				}
			} `json:"requestBody"`
		}
		Components struct{ Schemas map[string]schema }
	}
	require.NoError(t, json.Unmarshal(document.Body, &read))
	found := map[string][]string{}
	for path, methods := range read.Paths {
		for method, operation := range methods {
			body := operation.RequestBody.Content["application/json"].Schema
			whole := body.schema
			if name, is := strings.CutPrefix(body.Ref, "#/components/schemas/"); is {
				whole = read.Components.Schemas[name]
			}
			for name := range whole.Properties {
				if name != "$schema" && !slices.Contains(whole.Required, name) {
					found[strings.ToUpper(method)+" "+path] = append(found[strings.ToUpper(method)+" "+path], name)
				}
			}
		}
	}
	return found
}

type schema struct {
	Properties map[string]struct{ Type, Items, AnyOf any }
	Required   []string
}

func TestNullSaysNothing(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	document := usher.Client("").Get(t, "/openapi.json").Must(t, 200)
	operations := optionalMembers(t, document)
	require.Greater(t, len(operations), 15)
	operator := usher.Client(httpapitest.OperatorToken)
	for _, operation := range slices.Sorted(maps.Keys(operations)) {
		method, path, _ := strings.Cut(operation, " ")
		for _, member := range operations[operation] {
			t.Run(operation+" "+member, func(t *testing.T) {
				path := strings.NewReplacer("{account}", company.Slug, "{token}", company.JoinToken(t)).Replace(path)
				client := usher.Client(strings.TrimPrefix(company.Admin.Header.Get("Authorization"), "Bearer "))
				if path == "/v1/accounts" || strings.HasPrefix(path, "/v1/projections") {
					client = operator
				}
				absent, null := client.Do(t, method, path, `{}`), client.Do(t, method, path, fmt.Sprintf(`{%q:null}`, member))
				require.Equal(t, absent.Status, null.Status, "%s", null.Body)
				require.Equal(t, absent.Value(t, "code"), null.Value(t, "code"), "%s", null.Body)
				require.Equal(t, absent.Value(t, "errors"), null.Value(t, "errors"), "%s", null.Body)
			})
		}
	}
	t.Run("the document says so of each", func(t *testing.T) {
		var schemas struct {
			Components struct{ Schemas map[string]schema }
		}
		require.NoError(t, json.Unmarshal(document.Body, &schemas))
		limits := schemas.Components.Schemas["JoinLinkLimits"].Properties
		require.Equal(t, []any{"string", "null"}, limits["expires_at"].Type)
		require.Contains(t, text(t, limits["max_uses"].AnyOf), `"null"`)
	})
	t.Run("and changes nothing", func(t *testing.T) {
		company.Admin.Put(t, "/settings/registration", `{"mode":"public","domains":["example.org"],"greeting":"Hello","moderate_invited":true}`).Must(t, 200)
		before := company.Admin.Get(t, "/settings").Must(t, 200)
		company.Admin.Put(t, "/settings/registration", `{"mode":null,"domains":null,"greeting":null,"moderate_invited":null,"confirm_public_domains":null}`).Must(t, 200)
		company.Admin.Put(t, "/settings/passwords", `{"minimum_length":null,"mailed_passwords":null}`).Must(t, 200)
		company.Admin.Put(t, "/settings/limits", `{"sms":null,"sms_countries":null}`).Must(t, 200)
		require.True(t, bytes.Equal(before.Body, company.Admin.Get(t, "/settings").Must(t, 200).Body))
	})
	for what, c := range map[string][3]string{
		"a department's parent": {"/departments/00000000-0000-4000-8000-000000000000/parent", "parent_id"},
		"a department's head":   {"/departments/00000000-0000-4000-8000-000000000000/head", "person"},
		"a department":          {"/employees/00000000-0000-4000-8000-000000000000/department", "department_id"},
		"who may invite":        {"/settings/inviting", "everyone_may_invite"},
		"how long":              {"/settings/invitations", "days"},
	} {
		t.Run("in a PUT that changes one thing alone, that is needed: "+what, func(t *testing.T) {
			for _, body := range []string{`{}`, `{"` + c[1] + `":null}`} {
				answer := company.Admin.Put(t, c[0], body).Refused(t, 422, "invalid_request")
				require.Equal(t, "body."+c[1], answer.Text(t, "errors.0.location"))
			}
		})
	}
	t.Run("rows of a list have members that are null", func(t *testing.T) {
		company.Admin.Put(t, "/settings/registration", `{"mode":"moderated"}`).Must(t, 200)
		who := company.Join(t, "nora@example.org").Must(t, 201).Text(t, "person")
		company.Admin.Post(t, "/approvals/approve", `{"items":[{"person":"`+who+`","registration":null}],"reason":null}`).Must(t, 200)
	})
}

func TestEmptyValuesInQueriesAreRefused(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	for _, query := range []string{
		"/employees?limit=", "/employees?status=", "/employees?search=", "/employees?cursor=", "/employees?position=", "/employees?role", "/employees?=",
		"/invited?channel=", "/invited?batch=", "/history?type=", "/history?person=", "/history?from=", "/history?contact=&type=account.founded",
		"/activity?kind=", "/activity?to=", "/lineage?transitive", "/approvals?awaits=", "/outbox?limit=", "/chat?cursor=", "/me?position=", "/employees?nothing=",
	} {
		t.Run(query, func(t *testing.T) {
			answer := company.Admin.Get(t, query).Refused(t, 422, "invalid_request")
			require.True(t, strings.HasPrefix(answer.Text(t, "errors.0.location"), "query."), "%s", answer.Body)
		})
	}
}

func TestTypesAndKindsThatThereAreNot(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	taken := parameterValues(t, usher.Client("").Get(t, "/openapi.json").Must(t, 200))
	require.Contains(t, taken["history.type"], "person.invited_by_sms")
	require.NotContains(t, taken["activity.kind"], "person.invited_by_sms", "which Activity counts, and does not show")
	require.Subset(t, taken["activity.kind"], []string{"account.founded", "person.employed", "invitations_sent", "invitations_revoked", "structure.department_created"})
	for parameter, values := range taken {
		list, name, _ := strings.Cut(parameter, ".")
		for _, value := range values {
			company.Admin.Get(t, "/"+list+"?"+name+"="+value).Must(t, 200)
		}
		for _, value := range []string{"person.hired", "Account.Founded", "account", "*", "account.founded,person.employed", "%00", "account.founded%20"} {
			t.Run(parameter+" "+value, func(t *testing.T) {
				answer := company.Admin.Get(t, "/"+list+"?"+name+"="+value).Refused(t, 422, "invalid_request")
				require.Equal(t, "query."+name, answer.Text(t, "errors.0.location"))
				if list == "history" || list == "activity" {
					require.Contains(t, answer.Text(t, "detail"), strings.Join(values, ", "))
				}
			})
		}
	}
	t.Run("who may not ask is not told", func(t *testing.T) {
		company.Employee(t, "joe@example.org").Get(t, "/history?type=person.hired").Refused(t, 403, "not_permitted")
	})
}

// parameterValues is the values that the document gives for parameters of lists.
func parameterValues(t *testing.T, document httpapitest.Answer) map[string][]string {
	t.Helper()
	var read struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Parameters  []struct {
				Name   string
				Schema struct{ Enum []string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(document.Body, &read))
	values := map[string][]string{}
	for _, methods := range read.Paths {
		for _, operation := range methods {
			for _, one := range operation.Parameters {
				if one.Schema.Enum != nil {
					values[operation.OperationID+"."+one.Name] = one.Schema.Enum
				}
			}
		}
	}
	require.GreaterOrEqual(t, len(values), 8)
	return values
}
