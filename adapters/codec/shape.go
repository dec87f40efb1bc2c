package codec

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// A shape is what a Go type looks like in JSON. Checking it refuses what a JSON
// decoder alone would read as zero: members that are missing, nulls, and values
// that a closed type does not have.
type shape struct {
	members  map[string]member // of an object, by the name in quotes
	required uint64            // one bit for each member that must be there
	object   bool
	element  *shape // of an array
	// values are all that a closed type may be, in quotes; nil for open types.
	values map[string]bool
	opaque bool // whatever is there is looked at elsewhere

	decoders sync.Pool
}

type member struct {
	name  string
	bit   uint64
	shape *shape
}

// fault is what is wrong with a JSON text, and in which member. It quotes
// nothing of the text, which may be personal data.
type fault struct {
	path []string // from the inside out
	what string
}

func (f *fault) String() string {
	var path strings.Builder
	for i := len(f.path) - 1; i >= 0; i-- {
		path.WriteString("/" + f.path[i])
	}
	if path.Len() == 0 {
		return f.what
	}
	return path.String() + " " + f.what
}

func (f *fault) in(name string) *fault {
	f.path = append(f.path, name)
	return f
}

func shapeOf(t reflect.Type, closed map[reflect.Type][]string) (*shape, error) {
	if all, ok := closed[t]; ok {
		s := &shape{values: map[string]bool{}}
		for _, value := range all {
			s.values[strconv.Quote(value)] = true
		}
		return s, nil
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return &shape{}, nil
	}
	switch t.Kind() { //nolint:exhaustive // because the default refuses all other kinds, in words
	case reflect.Struct:
		return objectShape(t, closed)
	case reflect.Slice:
		element, err := shapeOf(t.Elem(), closed)
		return &shape{element: element}, err
	case reflect.String:
		if t != reflect.TypeFor[string]() {
			return nil, fmt.Errorf("the values of %s are not listed as a closed type", t)
		}
		return &shape{}, nil
	case reflect.Bool, reflect.Int, reflect.Uint64:
		return &shape{}, nil
	default:
		return nil, fmt.Errorf("events hold no %s", t)
	}
}

func objectShape(t reflect.Type, closed map[reflect.Type][]string) (*shape, error) {
	s := &shape{object: true, members: map[string]member{}}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if name == "" || i >= 64 {
			return nil, fmt.Errorf("%s.%s needs a json tag with its name", t, t.Field(i).Name)
		}
		inner, err := shapeOf(t.Field(i).Type, closed)
		if err != nil {
			return nil, err
		}
		m := member{name: name, bit: 1 << i, shape: inner}
		if !strings.Contains(options, "omitzero") {
			s.required |= m.bit
		}
		s.members[strconv.Quote(name)] = m
	}
	return s, nil
}

// without is the shape with one member opaque, and that member's own shape.
func (s *shape) without(name string) (rest, taken *shape) {
	quoted := strconv.Quote(name)
	m, ok := s.members[quoted]
	if !ok {
		return s, nil
	}
	taken, m.shape = m.shape, &shape{opaque: true}
	s.members[quoted] = m
	return s, taken
}

// span is a part of a JSON text, in bytes.
type span struct{ from, to int }

// check holds a whole JSON text against the shape, and says where the opaque
// member's value is.
func (s *shape) check(text []byte) (opaque span, f *fault) {
	decoder, used := s.decoders.Get().(*jsontext.Decoder)
	if !used {
		decoder = new(jsontext.Decoder)
	}
	defer s.decoders.Put(decoder)
	decoder.Reset(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true)) // walkObject refuses them
	if f := s.walk(decoder, &opaque); f != nil {
		return span{}, f
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return span{}, &fault{what: "has something behind its end"}
	}
	return opaque, nil
}

func (s *shape) walk(decoder *jsontext.Decoder, opaque *span) *fault {
	switch {
	case s.object:
		return s.walkObject(decoder, opaque)
	case s.element != nil:
		return s.walkArray(decoder, opaque)
	}
	value, err := decoder.ReadValue()
	switch {
	case err != nil:
		return syntax(err)
	case value.Kind() == 'n':
		return &fault{what: "is null"}
	case s.values != nil && !s.values[string(value)]:
		return &fault{what: "has a value that is not known"}
	}
	if s.opaque {
		end := int(decoder.InputOffset())
		*opaque = span{from: end - len(value), to: end}
	}
	return nil
}

func (s *shape) walkObject(decoder *jsontext.Decoder, opaque *span) *fault {
	if f := begin(decoder, '{', "is not an object"); f != nil {
		return f
	}
	var seen uint64
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadValue()
		if err != nil {
			return syntax(err)
		}
		m, known := s.members[string(name)]
		if !known {
			return &fault{what: "has a member that is not known"}
		}
		if seen&m.bit != 0 {
			return (&fault{what: "is there twice"}).in(m.name)
		}
		seen |= m.bit
		if f := m.shape.walk(decoder, opaque); f != nil {
			return f.in(m.name)
		}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return syntax(err)
	}
	if seen&s.required == s.required {
		return nil
	}
	for _, m := range s.members {
		if s.required&^seen&m.bit != 0 {
			return (&fault{what: "is missing"}).in(m.name)
		}
	}
	return nil
}

func (s *shape) walkArray(decoder *jsontext.Decoder, opaque *span) *fault {
	if f := begin(decoder, '[', "is not an array"); f != nil {
		return f
	}
	for i := 0; decoder.PeekKind() != ']'; i++ {
		if f := s.element.walk(decoder, opaque); f != nil {
			return f.in(strconv.Itoa(i))
		}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return syntax(err)
	}
	return nil
}

func begin(decoder *jsontext.Decoder, kind jsontext.Kind, otherwise string) *fault {
	token, err := decoder.ReadToken()
	if err != nil {
		return syntax(err)
	}
	if token.Kind() != kind {
		return &fault{what: otherwise}
	}
	return nil
}

// syntax says what a JSON reader complained of, without its words: they may
// quote the text.
func syntax(err error) *fault {
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return &fault{what: fmt.Sprintf("is not JSON at byte %d", syntactic.ByteOffset)}
	}
	return &fault{what: "ends too early"}
}
