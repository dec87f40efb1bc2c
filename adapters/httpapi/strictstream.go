package httpapi

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/domain"
)

const (
	// maxToken is the most bytes of one text, number or stretch of blanks in a body that
	// is read as a stream: the longest message, each sign escaped, is shorter.
	maxToken = 32 << 10
	// maxPasted is the same of a body that may hold a pasted text: ten thousand addresses
	// with their names are shorter.
	maxPasted = 1 << 20
	// maxElement is how much is kept of an element of a list: the longest that can be read
	// as anything is shorter.
	maxElement = 1000
)

// unmarshalStream reads a body as strictly as unmarshal does, but once, and without
// ever having more of it in memory than what value takes. It stops at the first fault.
func unmarshalStream(body io.Reader, value any) error {
	watched := &watchedBody{body: body, longest: maxToken}
	if long, is := value.(interface{ longestText() int }); is {
		watched.longest = long.longestText()
	}
	decoder := jsontext.NewDecoder(watched)
	err := json.UnmarshalDecode(decoder, value, json.RejectUnknownMembers(true),
		json.WithUnmarshalers(json.UnmarshalFromFunc(passNull)))
	if err == nil {
		_, err = decoder.ReadToken()
		if err == nil {
			err = behind{misread{location: "body", message: "there is something behind the value"}}
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	switch {
	case watched.failed != nil:
		return watched.failed
	case err == nil:
		return nil
	}
	if problem, is := errors.AsType[*httpkit.Problem](err); is {
		return problem
	}
	return misreadStream(err)
}

// misreadStream is the problem of a body that came whole and cannot be read.
func misreadStream(err error) error {
	code := domain.InvalidRequest
	_, syntactic := errors.AsType[*jsontext.SyntacticError](err)
	trailing, goesOn := errors.AsType[behind](err)
	if syntactic || goesOn || errors.Is(err, io.EOF) {
		code = httpkit.MalformedRequest
	}
	fault, told := errors.AsType[misread](err)
	if goesOn {
		fault = trailing.misread
	} else if !told {
		fault, _ = errors.AsType[misread](readable(err))
	}
	return httpkit.NewProblem(code, fault.message, httpkit.Fault{Location: fault.location, Code: code, Message: fault.message})
}

// behind is a body that goes on where its value has ended.
type behind struct{ misread }

// passNull passes over members that are null, which say nothing, and refuses null elsewhere.
func passNull(decoder *jsontext.Decoder, _ any) error {
	if decoder.PeekKind() != 'n' {
		return errors.ErrUnsupported // so that it is read as what it is
	}
	if within, _ := decoder.StackIndex(decoder.StackDepth()); within != '{' {
		return errors.New("null")
	}
	return decoder.SkipValue()
}

// wrongKind says of the token that was read last that it is not what is asked for.
func wrongKind(decoder *jsontext.Decoder) error {
	return misread{location: "body" + dotted(decoder.StackPointer()), message: notOfTheKind}
}

// readList reads a list's elements. Of more than most it keeps one, so that whoever is
// given them sees that there are too many.
func readList[T any](decoder *jsontext.Decoder, most int, element func(*jsontext.Decoder) (T, error)) (list []T, err error) {
	open, err := decoder.ReadToken()
	if err != nil {
		return nil, err
	}
	if open.Kind() != '[' {
		return nil, wrongKind(decoder)
	}
	list = []T{}
	for decoder.PeekKind() != ']' {
		one, err := element(decoder)
		if err != nil {
			return nil, err
		}
		if len(list) <= most {
			list = append(list, one)
		}
	}
	_, err = decoder.ReadToken()
	return list, err
}

// readText reads a text, as much of it as is of use.
func readText(decoder *jsontext.Decoder) (string, error) {
	token, err := decoder.ReadToken()
	if err != nil {
		return "", err
	}
	if token.Kind() != '"' {
		return "", wrongKind(decoder)
	}
	text := token.String()
	if len(text) > maxToken {
		return "", textTooLong(maxToken)
	}
	return text[:min(len(text), maxElement)], nil
}

// watchedBody ends a body that could not be read piece by piece, and tells why it ended.
type watchedBody struct {
	body    io.Reader
	longest int // bytes of a text, at most
	shape   shape
	failed  error // for which the body is at fault, or how it came
}

func (b *watchedBody) Read(into []byte) (n int, err error) {
	if b.failed != nil {
		return 0, b.failed
	}
	n, err = io.ReadFull(b.body, into) // as a text of which little comes at a time is looked at anew each time
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	b.shape.take(into[:n])
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		b.failed = notRead(err)
	case b.shape.longest > b.longest:
		b.failed = textTooLong(b.longest)
	default:
		return n, err
	}
	return 0, b.failed
}

func textTooLong(most int) error {
	return httpkit.NewProblem(httpkit.BodyTooLarge, fmt.Sprintf("a text in the body has more than %d bytes", most))
}
