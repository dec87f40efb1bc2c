package limits

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// Key names a counter without saying whose it is.
type Key [32]byte

// Counter is how much of a limit is used, and until when that counts.
type Counter struct {
	Used  int
	Until time.Time
}

// Share is what one use takes of one limit.
type Share struct {
	Key    Key
	Most   int
	Window time.Duration
	Code   domain.Code // of the refusal where there is no more
	Reason string

	// Receipt says that the share is none of a limit: it is on record while the others of
	// its use are taken, so that the same command does not take them twice.
	Receipt bool

	// Of SMS to a country abroad: the country, and what counts how many came from there.
	Country string
	Answers Key
}

// Change makes something of the counters of some shares.
type Change func(counters map[Key]Counter, shares []Share, now time.Time) error

// Admit takes what all shares ask for, or nothing where a limit is reached;
// the refusal has the code of the one that clears last, and says when that is.
func Admit(counters map[Key]Counter, shares []Share, now time.Time) error {
	var full Share // the one that clears last
	var clears time.Time
	for _, c := range shares {
		if counter := counters[c.Key]; now.Before(counter.Until) && counter.Used >= c.Most && counter.Until.After(clears) {
			full, clears = c, counter.Until
		}
	}
	if !clears.IsZero() {
		return domain.Refuse(full.Code, fmt.Sprintf("%s; the next is possible from %s on", full.Reason, clears.UTC().Format(time.RFC3339))).From(clears)
	}
	for _, c := range shares {
		counter := counters[c.Key]
		if !now.Before(counter.Until) {
			counter = Counter{Until: now.Add(c.Window)}
		}
		counter.Used++
		counters[c.Key] = counter
	}
	return nil
}

// usedUp reports whether of one of the shares nothing is left.
func usedUp(counters map[Key]Counter, shares []Share, now time.Time) bool {
	return slices.ContainsFunc(shares, func(c Share) bool {
		counter := counters[c.Key]
		return now.Before(counter.Until) && counter.Used >= c.Most
	})
}

// receipt is the share by which a command is known to have paid for messages.
func (k Keys) receipt(command domain.CommandID, messages []Message) Share {
	parts := []string{"paid by", command.String()}
	for _, message := range messages {
		parts = append(parts, message.To.Form)
	}
	return Share{Key: k.Of(parts...), Most: math.MaxInt, Window: day, Receipt: true}
}

// paid reports whether the shares are taken, by an earlier try of the same command.
func paid(counters map[Key]Counter, shares []Share, now time.Time) bool {
	return slices.ContainsFunc(shares, func(c Share) bool {
		counter := counters[c.Key]
		return c.Receipt && counter.Used > 0 && now.Before(counter.Until)
	})
}

// GiveBack undoes an admission of what came to nothing.
func GiveBack(counters map[Key]Counter, shares []Share, now time.Time) error {
	for _, c := range shares {
		if counter := counters[c.Key]; counter.Used > 0 && now.Before(counter.Until) {
			counter.Used--
			counters[c.Key] = counter
		}
	}
	return nil
}

// Forget begins the limits anew.
func Forget(counters map[Key]Counter, shares []Share, _ time.Time) error {
	for _, c := range shares {
		if counter, known := counters[c.Key]; known {
			counter.Used = 0
			counters[c.Key] = counter
		}
	}
	return nil
}

// Keys names counters by keyed digests, so that the vault's rows do not
// say whose they are.
type Keys []byte

// Of returns the counter of what the parts name.
func (k Keys) Of(parts ...string) Key {
	mac := hmac.New(sha256.New, k)
	for _, part := range parts {
		fmt.Fprintf(mac, "%d:%s", len(part), part)
	}
	return Key(mac.Sum(nil))
}
