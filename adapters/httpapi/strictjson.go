package httpapi

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const maxDepth = 16

// strictJSON reads bodies without guessing: no member twice, none in another
// case or unknown, nothing behind the value, no invalid UTF-8, no deep nesting.
//
// Huma reads each body twice: first as any, to hold it against the schema, then
// as what it is. What the schema lets pass (another case, 1.0 for an integer)
// the second reading refuses.
func strictJSON() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, value any) error {
			text, err := marshal(value)
			if err == nil {
				// A failed write means that the client is gone, which is no fault.
				_, _ = w.Write(text)
			}
			return err
		},
		Unmarshal: unmarshal,
	}
}

func marshal(value any) ([]byte, error) { return json.Marshal(value, json.Deterministic(true)) }

func unmarshal(body []byte, value any) error {
	if depth(body) > maxDepth {
		return misread{location: "body", message: fmt.Sprintf("the body is nested more than %d deep", maxDepth)}
	}
	if err := json.Unmarshal(body, value, json.RejectUnknownMembers(true)); err != nil {
		return readable(err)
	}
	if tree, ok := value.(*any); ok && *tree != nil {
		*tree = withoutNulls(*tree)
	}
	return nil
}

// depth is how deep a body is nested, as far as it is JSON.
func depth(body []byte) int {
	deepest, now, quoted, escaped := 0, 0, false, false
	for _, sign := range body {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = sign == '\\', sign != '"'
		case sign == '"':
			quoted = true
		case sign == '[' || sign == '{':
			now++
			deepest = max(deepest, now)
		case sign == ']' || sign == '}':
			now--
		}
	}
	return deepest
}

// null stands for null within a body, so that it is of no type that a schema
// asks for: leaving a member out is how nothing is said.
type null struct{}

func withoutNulls(tree any) any {
	switch value := tree.(type) {
	case nil:
		return null{}
	case map[string]any:
		for name, member := range value {
			value[name] = withoutNulls(member)
		}
	case []any:
		for i, element := range value {
			value[i] = withoutNulls(element)
		}
	}
	return tree
}

// misread says where a body cannot be read. Its text has the location before
// the message, which is how it passes through huma; see asFault.
type misread struct{ location, message string }

func (m misread) Error() string { return m.location + ": " + m.message }

// readable puts an error of the JSON package into words that hold nothing of
// the body but names of members.
func readable(err error) error {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		message := "this value is not of the kind that is asked for here"
		if errors.Is(semantic.Err, json.ErrUnknownName) {
			message = "unexpected property"
		}
		return misread{location: "body" + dotted(semantic.JSONPointer), message: message}
	}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		message := fmt.Sprintf("the body is not JSON (RFC 8259) at byte %d", syntactic.ByteOffset)
		if errors.Is(syntactic.Err, jsontext.ErrDuplicateName) {
			message = "a member of this object is there twice"
		}
		return misread{location: "body" + dotted(syntactic.JSONPointer), message: message}
	}
	return misread{location: "body", message: "the body is not JSON (RFC 8259)"}
}

// dotted is a JSON pointer as locations write it: .phones[3].
func dotted(pointer jsontext.Pointer) string {
	var path strings.Builder
	for token := range pointer.Tokens() {
		if token != "" && strings.Trim(token, "0123456789") == "" {
			path.WriteString("[" + token + "]")
			continue
		}
		path.WriteString("." + shortened(token))
	}
	return path.String()
}

// shortened keeps a strange name from filling an answer.
func shortened(name string) string {
	const enough = 64
	if runes := []rune(name); len(runes) > enough {
		return string(runes[:enough]) + "..."
	}
	return name
}
