package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/httpapi"
)

// apiDocument is what of a server's OpenAPI document is needed to ask it.
type apiDocument struct {
	Paths      map[string]map[string]apiOperation
	Components struct{ Schemas map[string]apiSchema }
}

type apiOperation struct {
	OperationID, Summary, Description string
	Tags                              []string
	Parameters                        []apiParameter
	RequestBody                       *struct {
		Content map[string]struct{ Schema apiSchema }
	}
	Responses map[string]json.RawMessage

	method, path string
	fields       map[string]apiSchema // of the body
	required     []string
	schemas      map[string]apiSchema
}

type apiParameter struct {
	Name, In, Description string
	Required              bool
	Schema                apiSchema
}

type apiSchema struct {
	Ref            string `json:"$ref"`
	Type           any    // a name, or some of which one may be null
	Description    string
	Properties     map[string]apiSchema
	Items          *apiSchema
	Required       []string
	Enum, Examples []any
	AnyOf          []apiSchema
}

// apiInput is what an operation takes: a parameter, or a member of the body.
type apiInput struct {
	name   string // with dots within objects
	help   string
	schema apiSchema
	needed bool
	inPath bool
}

// document is the server's own.
func (c *operator) document(ctx context.Context) (found apiDocument, err error) {
	return found, c.ask(ctx, http.MethodGet, "openapi.json", "", nil, &found)
}

// ownDocument is that of a server of this program.
func ownDocument() (found apiDocument, err error) {
	registry, err := codec.NewRegistry(codec.Events())
	if err != nil {
		return found, err
	}
	text, err := httpapi.Document(registry)
	if err != nil {
		return found, err
	}
	return found, json.Unmarshal(text, &found)
}

// kinds is the schema's types but null.
func (s apiSchema) kinds() []string {
	var kinds []string
	for _, one := range s.AnyOf {
		kinds = append(kinds, one.kinds()...)
	}
	switch t := s.Type.(type) {
	case string:
		kinds = append(kinds, t)
	case []any:
		for _, one := range t {
			if name, ok := one.(string); ok {
				kinds = append(kinds, name)
			}
		}
	}
	kinds = slices.DeleteFunc(kinds, func(kind string) bool { return kind == "null" })
	if len(kinds) == 0 && s.Type != "null" {
		return []string{"object"}
	}
	return kinds
}

func (s apiSchema) is(kind string) bool { return slices.Contains(s.kinds(), kind) }

// values is the only ones that are taken; none where there are many.
func (s apiSchema) values() []string {
	var values []string
	for _, one := range s.Enum {
		if one != nil {
			values = append(values, fmt.Sprint(one))
		}
	}
	for _, one := range s.AnyOf {
		values = append(values, one.values()...)
	}
	if s.Items != nil {
		values = append(values, s.Items.values()...)
	}
	if s.is("boolean") {
		values = append(values, "true", "false")
	}
	return values
}

// resolve follows a reference to where the schema is written.
func (o apiOperation) resolve(s apiSchema) apiSchema {
	if name, isRef := strings.CutPrefix(s.Ref, "#/components/schemas/"); isRef {
		return o.schemas[name]
	}
	return s
}

func (d apiDocument) operations() (all []apiOperation) {
	for path, methods := range d.Paths {
		for method, operation := range methods {
			if strings.Contains(string(operation.Responses["200"]), "text/event-stream") {
				continue // it never ends
			}
			operation.method, operation.path, operation.schemas = strings.ToUpper(method), path, d.Components.Schemas
			if operation.RequestBody != nil {
				body := operation.resolve(operation.RequestBody.Content["application/json"].Schema)
				operation.fields, operation.required = body.Properties, body.Required
			}
			all = append(all, operation)
		}
	}
	slices.SortFunc(all, func(a, b apiOperation) int { return strings.Compare(a.tag()+a.OperationID, b.tag()+b.OperationID) })
	return all
}

func (o apiOperation) tag() string {
	if len(o.Tags) == 0 {
		return ""
	}
	return o.Tags[0]
}

// inputs is all that the operation takes, what stands in its path first.
func (o apiOperation) inputs() (inputs []apiInput) {
	for _, parameter := range o.Parameters {
		if parameter.In != "header" {
			inputs = append(inputs, apiInput{parameter.Name, parameter.Description, o.resolve(parameter.Schema), parameter.Required, parameter.In == "path"})
		}
	}
	return append(inputs, o.members("", o.fields, o.required)...)
}

func (o apiOperation) members(within string, fields map[string]apiSchema, required []string) (inputs []apiInput) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		field := o.resolve(fields[name])
		if field.is("object") && len(field.Properties) > 0 {
			inputs = append(inputs, o.members(within+name+".", field.Properties, field.Required)...)
			continue
		}
		inputs = append(inputs, apiInput{within + name, fields[name].Description, field, slices.Contains(required, name), false})
	}
	return inputs
}

func (d apiDocument) list(to io.Writer) error {
	tag := ""
	for _, one := range d.operations() {
		if one.tag() != tag {
			if tag != "" {
				fmt.Fprintln(to)
			}
			tag = one.tag()
			fmt.Fprintln(to, tag)
		}
		if _, err := fmt.Fprintf(to, "  %-24s %s\n", one.OperationID, one.Summary); err != nil {
			return err
		}
	}
	return nil
}

func (d apiDocument) find(id string) (apiOperation, error) {
	var near []string
	for _, one := range d.operations() {
		if one.OperationID == id {
			return one, nil
		}
		if strings.Contains(one.OperationID, id) {
			near = append(near, one.OperationID)
		}
	}
	if len(near) > 0 {
		return apiOperation{}, fmt.Errorf("there is no operation %q; did you mean %s?", id, strings.Join(near, ", "))
	}
	return apiOperation{}, fmt.Errorf("there is no operation %q; usher do lists all", id)
}
