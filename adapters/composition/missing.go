package composition

import (
	"errors"
	"sync"

	"github.com/usher-engine/usher/domain"
)

// withoutMissing takes out of an error those that say that history is missing, and adds
// their reasons.
func withoutMissing(err error, reasons map[string]bool) error {
	if joined, several := err.(interface{ Unwrap() []error }); several {
		var rest []error
		for _, one := range joined.Unwrap() {
			rest = append(rest, withoutMissing(one, reasons))
		}
		return errors.Join(rest...)
	}
	if refusal, refused := errors.AsType[*domain.Refusal](err); refused && refusal.Code == domain.HistoryMissing {
		reasons[refusal.Message] = true
		return nil
	}
	return err
}

// reported is what was said the last time.
type reported struct {
	mu   sync.Mutex
	last map[string]bool
}

// news is what was not among the last.
func (r *reported) news(now map[string]bool) (news []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for one := range now {
		if !r.last[one] {
			news = append(news, one)
		}
	}
	r.last = now
	return news
}
