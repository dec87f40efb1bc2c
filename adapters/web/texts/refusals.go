package texts

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// Refusals is why something was refused.
type Refusals interface {
	// Refusal returns why, and what to do, for the code of a refusal. Said is the
	// engine's own words, which are English and name the case.
	Refusal(code domain.Code, said string) string
	// Until says when a limit allows more.
	Until(at time.Time) string
}

func (english) Refusal(_ domain.Code, said string) string { return sentence(said) }
func (t english) Until(at time.Time) string               { return "Try again at " + t.Moment(at) + "." }

// sentence is a refusal's words as a sentence of their own.
func sentence(said string) string {
	if said == "" {
		return said
	}
	first := said[0]
	if first >= 'a' && first <= 'z' {
		first -= 'a' - 'A'
	}
	said = string(first) + said[1:]
	if last := said[len(said)-1]; last != '.' && last != '?' && last != '!' {
		said += "."
	}
	return said
}

func (t german) Until(at time.Time) string { return "Versuchen Sie es wieder um " + t.Moment(at) + "." }

func (german) Refusal(code domain.Code, said string) string {
	if words, known := germanRefusal(code, said); known {
		return words
	}
	return sentence(said)
}
