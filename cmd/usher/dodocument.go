package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
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
	Ref         string `json:"$ref"`
	Type        any    // a name, or some of which one may be null
	Description string
	Properties  map[string]apiSchema
	Items       *apiSchema
	Required    []string
}

func (c *operator) document(ctx context.Context) (found apiDocument, err error) {
	return found, c.ask(ctx, http.MethodGet, "openapi.json", "", nil, &found)
}

// kind is the schema's type; of several, the one that is not null.
func (s apiSchema) kind() string {
	switch t := s.Type.(type) {
	case string:
		return t
	case []any:
		for _, one := range t {
			if name, ok := one.(string); ok && name != "null" {
				return name
			}
		}
	}
	return "object"
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

func (o apiOperation) explain(to io.Writer) error {
	fmt.Fprintf(to, "%s: %s\n", o.OperationID, o.Summary)
	if o.Description != "" {
		fmt.Fprintln(to, o.Description)
	}
	fmt.Fprintf(to, "%s %s\n\n", o.method, o.path)
	for _, parameter := range o.Parameters {
		if parameter.In != "header" {
			fmt.Fprintf(to, "  %-24s %s%s\n", parameter.Name, parameter.Description, needed(parameter.Required))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		field := o.fields[name]
		kind := o.resolve(field).kind()
		if kind == "array" {
			kind = "list"
		}
		if _, err := fmt.Fprintf(to, "  %-24s %s (%s)%s\n", name, field.Description, kind, needed(slices.Contains(o.required, name))); err != nil {
			return err
		}
	}
	return nil
}

func needed(required bool) string {
	if required {
		return " Needed."
	}
	return ""
}

// request puts inputs where the operation takes them.
func (o apiOperation) request(inputs []string, account string) (apiRequest, error) {
	request := apiRequest{method: o.method, path: strings.TrimPrefix(o.path, "/"), query: url.Values{}}
	given := map[string][]string{}
	for _, input := range inputs {
		name, values, err := readInput(input)
		if err != nil {
			return request, err
		}
		given[name] = append(given[name], values...)
	}
	if _, named := given["account"]; !named && account != "" && strings.Contains(o.path, "{account}") {
		given["account"] = []string{account}
	}
	for _, parameter := range o.Parameters {
		values, named := given[parameter.Name]
		switch {
		case !named && parameter.In == "path":
			return request, fmt.Errorf("%s needs %s=...: %s", o.OperationID, parameter.Name, parameter.Description)
		case !named || parameter.In == "header":
			continue
		case len(values) != 1:
			return request, fmt.Errorf("%s takes one value", parameter.Name)
		case parameter.In == "path":
			request.path = strings.ReplaceAll(request.path, "{"+parameter.Name+"}", url.PathEscape(values[0]))
		default:
			request.query.Set(parameter.Name, values[0])
		}
		delete(given, parameter.Name)
	}
	return o.withBody(request, given)
}

func (o apiOperation) withBody(request apiRequest, given map[string][]string) (apiRequest, error) {
	body := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if err := o.set(body, o.fields, name, name, given[name]); err != nil {
			return request, err
		}
	}
	for _, name := range o.required {
		if _, there := body[name]; !there && o.resolve(o.fields[name]).kind() != "object" {
			return request, fmt.Errorf("%s needs %s=...: %s", o.OperationID, name, o.fields[name].Description)
		}
	}
	if isCommand(o.method) {
		request.key = secret()
		if o.RequestBody != nil {
			request.body = body
		}
	}
	return request, nil
}

// set puts values into a body at a name, which may have dots.
func (o apiOperation) set(body map[string]any, fields map[string]apiSchema, whole, name string, values []string) error {
	outer, inner, nested := strings.Cut(name, ".")
	field, known := fields[outer]
	if !known {
		return fmt.Errorf("%s does not take %s; it takes %s", o.OperationID, whole, strings.Join(o.names(), ", "))
	}
	field = o.resolve(field)
	if nested {
		part, there := body[outer].(map[string]any)
		if !there {
			part = map[string]any{}
			body[outer] = part
		}
		return o.set(part, field.Properties, whole, inner, values)
	}
	value, err := o.value(field, values)
	if err != nil {
		return fmt.Errorf("%s: %w", whole, err)
	}
	body[outer] = value
	return nil
}

func (o apiOperation) names() (names []string) {
	for _, parameter := range o.Parameters {
		if parameter.In != "header" {
			names = append(names, parameter.Name)
		}
	}
	return append(names, slices.Sorted(maps.Keys(o.fields))...)
}

func (o apiOperation) value(field apiSchema, values []string) (any, error) {
	asJSON := len(values) == 1 && strings.HasPrefix(values[0], "[")
	if field.kind() == "array" && field.Items != nil && !asJSON {
		list := make([]any, len(values))
		for i, text := range values {
			var err error
			if list[i], err = o.value(o.resolve(*field.Items), []string{text}); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	if len(values) != 1 {
		return nil, fmt.Errorf("this takes one value, not %d", len(values))
	}
	if field.kind() == "string" {
		return values[0], nil
	}
	var value any
	if json.Unmarshal([]byte(values[0]), &value) != nil {
		return nil, fmt.Errorf("%q is not JSON, as a value of type %s must be", values[0], field.kind())
	}
	return value, nil
}

// readInput takes name=value apart; name=@file has a value in each line.
func readInput(input string) (name string, values []string, err error) {
	name, value, paired := strings.Cut(input, "=")
	if !paired || name == "" {
		return "", nil, fmt.Errorf("%q is not name=value", input)
	}
	file, fromFile := strings.CutPrefix(value, "@")
	if !fromFile {
		return name, []string{value}, nil
	}
	var lines io.Reader = os.Stdin
	if file != "-" {
		opened, err := os.Open(file) //nolint:gosec // because the caller names the file
		if err != nil {
			return "", nil, err
		}
		defer opened.Close() //nolint:errcheck // because it was only read
		lines = opened
	}
	scanner := bufio.NewScanner(lines)
	for scanner.Scan() {
		if line := strings.TrimSpace(scanner.Text()); line != "" {
			values = append(values, line)
		}
	}
	return name, values, scanner.Err()
}
