package httpapi

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/usher-engine/usher/domain"
)

const (
	maxDepth = 16
	// maxValues is more than any body has that is read as a whole: 1,000 domains.
	maxValues = 2000

	notOfTheKind = "this value is not of the kind that is asked for here"
)

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
	var form shape
	form.take(body)
	if form.deepest > maxDepth {
		return misread{location: "body", message: fmt.Sprintf("the body is nested more than %d deep", maxDepth)}
	}
	if form.values > maxValues {
		return misread{location: "body", message: fmt.Sprintf("the body holds more than %d values", maxValues)}
	}
	if err := json.Unmarshal(body, value, json.RejectUnknownMembers(true)); err != nil {
		return readable(err)
	}
	if tree, ok := value.(*any); ok {
		withoutNulls(*tree)
	}
	return nil
}

// shape is what a body looks like from far, as far as it is JSON. It costs no memory,
// which reading it would.
type shape struct {
	deepest int // how deep it is nested
	values  int // how many there may be, members and elements
	longest int // bytes of the longest text, number or stretch of blanks

	depth, length   int
	quoted, escaped bool
}

// take looks at the next piece.
func (s *shape) take(piece []byte) {
	for _, sign := range piece {
		s.length++
		switch {
		case s.escaped:
			s.escaped = false
		case s.quoted:
			s.escaped, s.quoted = sign == '\\', sign != '"'
		case sign == '"':
			s.quoted = true
		case sign == '[' || sign == '{':
			s.depth++
			s.values++
			s.length = 0
			s.deepest = max(s.deepest, s.depth)
		case sign == ']' || sign == '}':
			s.depth--
			s.length = 0
		case sign == ',' || sign == ':':
			s.values++
			s.length = 0
		}
		s.longest = max(s.longest, s.length)
	}
}

// null stands for null within a list, so that it is of no type that a schema asks for.
type null struct{}

// withoutNulls leaves out the members of objects that are null, which say nothing.
func withoutNulls(tree any) {
	switch value := tree.(type) {
	case map[string]any:
		maps.DeleteFunc(value, func(_ string, member any) bool { return member == nil })
		for _, member := range value {
			withoutNulls(member)
		}
	case []any:
		for i, element := range value {
			if element == nil {
				value[i] = null{}
			}
			withoutNulls(element)
		}
	}
}

// misread says where a body cannot be read. Its text has the location before
// the message, which is how it passes through huma; see asFault.
type misread struct{ location, message string }

func (m misread) Error() string { return m.location + ": " + m.message }

// readable puts an error of the JSON package into words that hold nothing of
// the body but names of members.
func readable(err error) error {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		message := notOfTheKind
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
		path.WriteString("." + token)
		if path.Len() > domain.MaxExcerpt {
			break
		}
	}
	return domain.Excerpt(path.String())
}
