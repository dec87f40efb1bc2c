package contacts

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/usher-engine/usher/domain"
)

// The providers at which most people have their mail. Those of five letters and more
// are recognised where one letter is wrong; near the others are many real domains.
const (
	greatProviders = "gmail.com googlemail.com hotmail.com outlook.com yahoo.com icloud.com protonmail.com rediffmail.com comcast.net freenet.de t-online.de"
	shortProviders = "gmx.de gmx.net web.de aol.com msn.com live.com me.com mail.ru qq.com 163.com free.fr proton.me yandex.ru"

	// realNeighbours are one letter from a great provider, and somebody's own.
	realNeighbours = "mail.com email.com ymail.com cloud.com"

	commonEndings = "com net org"
)

// doubtAbout says why an address may be mistyped; nil where nothing speaks for that.
func (t *Texts) doubtAbout(contact domain.Contact) error {
	host := contact.Domain()
	local := strings.TrimSuffix(contact.Address, host)
	if !endsAsDomainsDo(host) {
		asked := domain.AskBack(domain.UnknownEnding, "no known domain ends like this: check the part after the @, or confirm it")
		if meant := meantEnding(host); meant != "" {
			return asked.Suggesting(local + meant)
		}
		return asked
	}
	if provider := t.mistypedProvider(host); provider != "" {
		return domain.AskBack(domain.NearProvider, "this is almost the domain of a great mail provider: check it, or confirm it").Suggesting(local + provider)
	}
	return nil
}

// endsAsDomainsDo reports whether somebody registers names below the domain's end, by
// the Public Suffix List. The ending for examples is taken for one.
func endsAsDomainsDo(host string) bool {
	suffix, managed := publicsuffix.PublicSuffix(host)
	return managed || strings.Contains(suffix, ".") || suffix == "example"
}

// mistypedProvider is the great provider from whose domain one differs by a letter.
func (t *Texts) mistypedProvider(host string) string {
	if setOf(realNeighbours)[host] || t.mailProviders.domains[host] {
		return ""
	}
	label, ending, _ := strings.Cut(host, ".")
	for provider := range strings.FieldsSeq(greatProviders) {
		name, end, _ := strings.Cut(provider, ".")
		switch {
		case ending == end && slips(label, name) == 1, label == name && end == "com" && slips(ending, end) == 1:
			return provider
		}
	}
	return ""
}

// meantEnding is a domain whose ending was mistyped, as it was probably meant.
func meantEnding(host string) string {
	for provider := range strings.FieldsSeq(greatProviders + " " + shortProviders) {
		if slips(host, provider) <= 2 {
			return provider
		}
	}
	cut := strings.LastIndexByte(host, '.') + 1
	for ending := range strings.FieldsSeq(commonEndings) {
		if slips(host[cut:], ending) == 1 {
			return host[:cut] + ending
		}
	}
	return ""
}

// slips counts how many letters were left out, added, replaced or changed places, at
// least (the distance of Damerau and Levenshtein, each letter in one slip).
func slips(typed, meant string) int {
	before, last := make([]int, len(meant)+1), make([]int, len(meant)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(typed); i++ {
		row := make([]int, len(meant)+1)
		row[0] = i
		for j := 1; j <= len(meant); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+different(typed[i-1], meant[j-1]))
			if i > 1 && j > 1 && typed[i-1] == meant[j-2] && typed[i-2] == meant[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(meant)]
}

func different(one, other byte) int {
	if one == other {
		return 0
	}
	return 1
}
