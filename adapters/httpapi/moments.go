package httpapi

import (
	"cmp"
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
)

// never is written, and shown, where something has no end.
const never = "never"

const (
	// momentForm is how times and dates are written.
	momentForm = "a time as 2026-12-24T18:00:00Z, or a date alone as 2026-12-24 for its midnight in UTC, or as 2026-12-24+01:00 for its midnight there"
	// dateLength is that of 2026-12-24.
	dateLength = len("2026-12-24")
)

// earliest is when times begin. Before it, and in its time zones on the day before it,
// lie the moments that programs write who mean none: the years 1, 1601, 1753 and 1900,
// and 1970-01-01.
func earliest() time.Time { return time.Date(1970, time.January, 2, 0, 0, 0, 0, time.UTC) }

// moment reads a time (RFC 3339), or a date as the time at which it begins, in UTC
// where it names no zone.
func moment(text, field string) (time.Time, error) {
	whole := text
	if len(text) >= dateLength && !strings.HasPrefix(text[dateLength:], "T") {
		whole = text[:dateLength] + "T00:00:00" + cmp.Or(text[dateLength:], "Z")
	}
	var at time.Time
	if err := at.UnmarshalText([]byte(whole)); err != nil {
		message := "write " + momentForm
		if strings.Contains(text, " ") {
			message += "; in a URL, + is written %2B"
		}
		return time.Time{}, domain.Refuse(domain.InvalidRequest, message).In(field)
	}
	at = at.UTC()
	if at.Before(earliest()) || at.Year() > 9999 {
		return time.Time{}, domain.Refuse(domain.InvalidRequest, "times are from 1970-01-02 to 9999-12-31; others are what programs write for no time at all").In(field)
	}
	return at, nil
}

// Period is the part of a list's input that says of which time. It is exported so that
// the document has its fields.
type Period struct {
	From string `query:"from" doc:"Not before this time (RFC 3339); a date alone is its midnight, in UTC unless a zone follows, as in 2026-12-24+01:00." example:"2026-12-24"`
	To   string `query:"to" doc:"Before this time, written as from is." example:"2026-12-25"`
}

// times returns both ends, zero where nothing is said.
func (p Period) times() (from, to time.Time, err error) {
	if p.From != "" {
		if from, err = moment(p.From, "from"); err != nil {
			return from, to, err
		}
	}
	if p.To != "" {
		if to, err = moment(p.To, "to"); err != nil {
			return from, to, err
		}
	}
	if p.From != "" && p.To != "" && from.After(to) {
		err = domain.Refuse(domain.InvalidRequest, "this is after the end that to names").In("from")
	}
	return from, to, err
}

// endOf is a time, or never.
func endOf(at time.Time) string {
	if at.IsZero() {
		return never
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// readEnd reads what endOf writes; zero for never.
func readEnd(text, field string) (time.Time, error) {
	if text == never {
		return time.Time{}, nil
	}
	return moment(text, field)
}
