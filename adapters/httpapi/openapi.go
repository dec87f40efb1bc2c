package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const schemaPrefix = "#/components/schemas/"

func (a *api) humaConfig() huma.Config {
	registry := huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer)
	registry.Schema(reflect.TypeFor[Problem](), true, "Problem")
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Usher", Version: "1",
				Description: "Brings people into a company, and proves afterwards what happened.\n\n" +
					"Sign in with `POST /v1/accounts/{account}/sessions` and send the token as `Authorization: Bearer`.\n\n" +
					"Every command takes an `Idempotency-Key`, which makes it safe to send again, and answers with a `position`. " +
					"A list that is asked with `Usher-Position` reflects at least that position; it waits for it, and else answers 503 with the code `not_yet` and the `lag`.\n\n" +
					"Everything that is not a success is a problem (RFC 9457) with a stable `code`.",
			},
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"bearer": {Type: "http", Scheme: "bearer", Description: "A session's token, or the operator token."},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": strictJSON(), "json": strictJSON()},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{transform},
	}
}

// document is the OpenAPI document, after all routes are registered.
func (a *api) document() ([]byte, error) {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own, which it is never answered with
	delete(schemas, "ErrorDetail")
	sent := map[string]bool{}
	for _, path := range a.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{path.Post, path.Put} {
			if op != nil && op.RequestBody != nil {
				referred(op.RequestBody.Content["application/json"].Schema, schemas, sent)
			}
		}
	}
	for name, schema := range schemas {
		forbidNullLists(schema)
		if !sent[name] {
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
