package wire

import (
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"github.com/usher-engine/usher/adapters/journal"
)

// Subject is what of an event a filter looks at.
type Subject int

// The subjects of filters.
const (
	EventType Subject = iota
	StreamID
)

// matchTime is how long an expression may take for one name. Who writes one that
// needs longer is refused, before it takes the processor from everybody.
const matchTime = time.Second

// remembered is how many names a filter keeps the verdict on.
const remembered = 4096

// Filter chooses events by the beginning of a name, or by a regular expression
// as .NET understands it. A nil filter chooses all. It is not for use by several
// goroutines.
type Filter struct {
	subject  Subject
	prefixes []string
	last     string // the name looked at last, and whether it has a prefix
	chosen   bool
	regex    *regexp2.Regexp
	verdicts map[string]bool // an expression is slow, and names are few
}

// NewFilter makes a filter of a regular expression or, where that is empty, of
// prefixes, one of which a name must have. What is neither is refused.
func NewFilter(subject Subject, regex string, prefixes []string) (*Filter, error) {
	if regex == "" {
		if len(prefixes) == 0 {
			return nil, Invalid("the filter has neither an expression nor a prefix")
		}
		f := &Filter{subject: subject, prefixes: prefixes}
		f.chosen = f.begins(f.last)
		return f, nil
	}
	compiled, err := regexp2.Compile(regex, regexp2.None)
	if err != nil {
		return nil, Invalid("the filter's expression is not a regular expression: %v", err)
	}
	compiled.MatchTimeout = matchTime
	return &Filter{subject: subject, regex: compiled, verdicts: map[string]bool{}}, nil
}

// Matches reports whether an event is chosen. It fails on an expression that takes
// too long.
func (f *Filter) Matches(record *journal.Record) (bool, error) {
	if f == nil {
		return true, nil
	}
	name := record.Type
	if f.subject == StreamID {
		name = record.Stream
	}
	if f.regex == nil {
		if name != f.last { // of a stream, several events often follow each other
			f.last, f.chosen = name, f.begins(name)
		}
		return f.chosen, nil
	}
	verdict, known := f.verdicts[name]
	if known {
		return verdict, nil
	}
	verdict, err := f.regex.MatchString(name)
	if err != nil {
		return false, Invalid("the filter's expression takes too long")
	}
	if len(f.verdicts) >= remembered {
		clear(f.verdicts)
	}
	f.verdicts[name] = verdict
	return verdict, nil
}

func (f *Filter) begins(name string) bool {
	for _, prefix := range f.prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
