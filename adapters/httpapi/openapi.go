package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

const schemaPrefix = "#/components/schemas/"

func (a *api) humaConfig() huma.Config {
	registry := huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer)
	registry.Schema(reflect.TypeFor[httpkit.Problem](), true, "Problem")
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Usher", Version: "1",
				Description: "Brings people into a company, and proves afterwards what happened.\n\n" +
					"Sign in with `POST /v1/accounts/{account}/sessions` and send the token as `Authorization: Bearer`.\n\n" +
					"Every command takes an `Idempotency-Key`, which makes it safe to send again, and answers with a `position`. " +
					"A list that is asked with `Usher-Position` reflects at least that position; it waits for it, and else answers 503 with the code `not_yet` and the `lag`.\n\n" +
					"A time is written as `2026-12-24T18:00:00Z` (RFC 3339); a date alone is its midnight, in UTC, or where a zone follows, as in `2026-12-24+01:00`, there. " +
					"Times before 1970-01-02, which programs write for no time at all, are refused.\n\n" +
					"A member of a request that is `null` is as one that is left out. In a PUT what is left out stays as it is; a limit is taken away by the word " +
					"that GET shows where there is none: `\"never\"`, `\"unlimited\"`, `[]` or `\"\"`. A parameter in the URL without a value is refused.\n\n" +
					"A list comes in pages, with the cursor of the `next`; employees, the invited and approvals are sorted by `sort`. " +
					"With `Accept: text/csv`, every list is a CSV of all its pages, for spreadsheets: UTF-8 with a byte-order mark, and an apostrophe before what would be a formula, as before the + of phone numbers. " +
					"A CSV that breaks off has not come whole.\n\n" +
					"Everything that is not a success is a problem (RFC 9457) with a stable `code`.",
			},
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"bearer": {Type: "http", Scheme: "bearer", Description: "A session's token, or the operator token."},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": strictJSON(), "json": strictJSON(), csvType: csvFormat()},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{transform},
	}
}

// Document returns the OpenAPI document as a server of this program gives it.
func Document(events Kinds) ([]byte, error) {
	a := newAPI(Config{App: &commands.App{}, Outbox: noOutbox{}, History: onlyKinds{kinds: events}})
	a.huma = huma.NewAPI(a.humaConfig(), &adapter{ServeMux: http.NewServeMux(), api: a})
	a.register()
	return a.document()
}

// Kinds is which events there are.
type Kinds interface{ Kinds() []domain.Event }

// noOutbox and onlyKinds are enough to describe the routes, and answer nothing.
type (
	noOutbox  struct{ Outbox }
	onlyKinds struct {
		HistoryCodec
		kinds Kinds
	}
)

// Kinds returns an empty event of each type.
func (k onlyKinds) Kinds() []domain.Event { return k.kinds.Kinds() }

// document is the OpenAPI document, after all routes are registered.
func (a *api) document() ([]byte, error) {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own, which it is never answered with
	delete(schemas, "ErrorDetail")
	sent := map[string]bool{}
	for _, path := range a.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{path.Post, path.Put} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, body := range op.RequestBody.Content {
				referred(body.Schema, schemas, sent)
			}
		}
	}
	for name, schema := range schemas {
		forbidNullLists(schema)
		if sent[name] {
			closedMembers(name, schema)
			allowNulls(schema)
		} else {
			schema.AdditionalProperties = nil // answers may have more in time to come
		}
	}
	text, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, text, "", "  "); err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}

// documentValues says in the document which values a parameter of a question takes.
func (a *api) documentValues(path, parameter string, values ...string) {
	for _, one := range a.huma.OpenAPI().Paths[path].Get.Parameters {
		if one.Name == parameter {
			documented(one.Schema, values...)
		}
	}
}

// documentFilters says which values filters take that a question judges.
func (a *api) documentFilters() {
	const path = "/v1/accounts/{account}"
	a.documentValues(path+"/employees", "status", "active", "dismissed")
	a.documentValues(path+"/employees", "role", "administrator", "auditor", "employee")
	a.documentValues(path+"/employees", "access", "ready", "password_pending", "password_lapsed", "none")
	a.documentValues(path+"/invited", "status", "pending", "expired", "declined", "asked", "correction_refused")
	a.documentValues(path+"/invited", "channel", "sms", "email")
	a.documentValues(path+"/approvals", "awaits", "proof", "approval")
}

// referred adds the names of the schemas that a schema is made of.
func referred(schema *huma.Schema, schemas map[string]*huma.Schema, names map[string]bool) {
	if schema == nil {
		return
	}
	if name, ok := strings.CutPrefix(schema.Ref, schemaPrefix); ok && !names[name] {
		names[name] = true
		referred(schemas[name], schemas, names)
	}
	referred(schema.Items, schemas, names)
	for _, property := range schema.Properties {
		referred(property, schemas, names)
	}
}

// allowNulls says of the members of a request that need not be there that they may be
// null, which is the same.
func allowNulls(schema *huma.Schema) {
	for name, member := range schema.Properties {
		switch {
		case slices.Contains(schema.Required, name):
			member.Nullable = false
		case member.AnyOf != nil:
			member.AnyOf = append(slices.Clip(member.AnyOf), &huma.Schema{Type: "null"})
		default:
			member.Nullable = true
			if values, closed := member.Extensions["enum"].([]string); closed {
				member.Extensions["enum"] = append(anys(values), nil)
			}
		}
	}
}

// closedMembers says which values the members of requests take that are judged by the domain.
func closedMembers(name string, schema *huma.Schema) {
	switch name {
	case "RegistrationChange":
		documented(schema.Properties["mode"], string(account.Public), string(account.Moderated))
	case "PlanChange":
		documented(schema.Properties["plan"], texts(account.Plans())...)
	case "RoleChosen":
		documented(schema.Properties["role"], string(domain.RoleAdministrator), string(domain.RoleAuditor), string(domain.RoleEmployee))
	case "Make-api-tokenRequest":
		documented(schema.Properties["scopes"].Items, texts(person.Scopes())...)
	}
}

func anys(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}

func texts[T ~string](values []T) []string {
	shown := make([]string, len(values))
	for i, value := range values {
		shown[i] = string(value)
	}
	return shown
}

// forbidNullLists says what is so: a list is never null, only empty.
func forbidNullLists(schema *huma.Schema) {
	if schema == nil {
		return
	}
	if schema.Type == huma.TypeArray {
		schema.Nullable = false
	}
	forbidNullLists(schema.Items)
	for _, property := range schema.Properties {
		forbidNullLists(property)
	}
}
