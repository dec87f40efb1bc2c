package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// apiRequest is an operation with its inputs.
type apiRequest struct {
	method, path string
	query        url.Values
	key          string // of idempotency, for commands
	body         any    // nil for none
	csv          bool   // whether the answer can be CSV
	operation    string
}

func (r apiRequest) target(cursor string) string {
	query := r.query
	if cursor != "" {
		query = url.Values{}
		for name, values := range r.query {
			query[name] = values
		}
		query.Set("cursor", cursor)
	}
	if len(query) == 0 {
		return r.path
	}
	return r.path + "?" + query.Encode()
}

func isCommand(method string) bool { return method != http.MethodGet }

// request puts inputs where the operation takes them.
func (o apiOperation) request(inputs []string, account string) (apiRequest, error) {
	request := apiRequest{method: o.method, path: strings.TrimPrefix(o.path, "/"), query: url.Values{}, operation: o.OperationID}
	request.csv = strings.Contains(string(o.Responses["200"]), `"`+csvType+`"`)
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
			request.query.Set(parameter.Name, inQuery(o.resolve(parameter.Schema), values[0]))
		}
		delete(given, parameter.Name)
	}
	return o.withBody(request, given)
}

// inQuery is a value as a URL has it: yes and no are for people.
func inQuery(schema apiSchema, value string) string {
	if yes, is := truth(value); is && schema.is("boolean") {
		return fmt.Sprint(yes)
	}
	return value
}

func (o apiOperation) withBody(request apiRequest, given map[string][]string) (apiRequest, error) {
	body := map[string]any{}
	for name, values := range given {
		if err := o.set(body, o.fields, name, name, values); err != nil {
			return request, err
		}
	}
	for _, name := range o.required {
		if _, there := body[name]; !there && !o.resolve(o.fields[name]).is("object") {
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
	if part, there := body[outer].(map[string]any); there { // some of it was said by names with dots
		return fmt.Errorf("%s: give it whole, or by its parts: %d are given", whole, len(part))
	}
	body[outer] = value
	return nil
}

func (o apiOperation) names() (names []string) {
	for _, input := range o.inputs() {
		names = append(names, input.name)
	}
	return names
}

func (o apiOperation) value(field apiSchema, values []string) (any, error) {
	if field.is("array") && field.Items != nil && !isList(values) {
		return o.list(o.resolve(*field.Items), values)
	}
	if len(values) != 1 {
		return nil, fmt.Errorf("this takes one value, not %d", len(values))
	}
	if yes, is := truth(values[0]); is && field.is("boolean") {
		return yes, nil
	}
	if field.is("string") && len(field.kinds()) == 1 {
		return values[0], nil
	}
	var value any
	if json.Unmarshal([]byte(values[0]), &value) == nil {
		if _, number := value.(float64); number { // as it was typed
			return json.RawMessage(values[0]), nil
		}
		return value, nil
	}
	if field.is("string") {
		return values[0], nil
	}
	if field.is("boolean") {
		return nil, fmt.Errorf("%q is neither true nor false", values[0])
	}
	return nil, fmt.Errorf("%q is not JSON, as a value of type %s must be", values[0], strings.Join(field.kinds(), " or "))
}

func isList(values []string) bool { return len(values) == 1 && strings.HasPrefix(values[0], "[") }

// list is a list's elements; of one that is empty, none.
func (o apiOperation) list(of apiSchema, values []string) ([]any, error) {
	if slices.Equal(values, []string{""}) {
		return []any{}, nil
	}
	list := make([]any, len(values))
	for i, text := range values {
		var err error
		if list[i], err = o.value(of, []string{text}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// truth reads a word for true or false.
func truth(word string) (yes, is bool) {
	switch strings.ToLower(word) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off":
		return false, true
	}
	return false, false
}

// readInput takes name=value apart; name=@file has a value in each line, and name=@@x is @x.
func readInput(input string) (name string, values []string, err error) {
	name, value, paired := strings.Cut(input, "=")
	if !paired || name == "" {
		return "", nil, fmt.Errorf("%q is not name=value", input)
	}
	name = strings.ReplaceAll(name, "-", "_")
	file, fromFile := strings.CutPrefix(value, "@")
	if text, doubled := strings.CutPrefix(file, "@"); doubled {
		return name, []string{"@" + text}, nil
	}
	if !fromFile {
		return name, []string{value}, nil
	}
	text, err := readAll(file)
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			values = append(values, line)
		}
	}
	return name, values, err
}
