package contacts

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"

	"github.com/usher-engine/usher/domain"
)

var (
	// bareHost finds what could be a host.
	bareHost = regexp.MustCompile(`(?:[\p{L}\p{M}\p{N}-]+\.)+(?:xn--[a-z0-9-]+|[\p{L}\p{M}]{2,})`)
	// pathOnHost finds one with a path or a port.
	pathOnHost = regexp.MustCompile(`(` + bareHost.String() + `)(?:/|:\d)`)

	mailAddress = regexp.MustCompile(`[\p{L}\p{N}._%+-]+@` + bareHost.String())
)

// holdsAddress reports addresses of pages. A bare name such as booking.com is none:
// companies are called so.
func holdsAddress(text string) bool {
	seen := asFollowed(text)
	if strings.Contains(seen, "://") || strings.Contains(seen, "www.") {
		return true
	}
	for _, match := range pathOnHost.FindAllStringSubmatch(seen, -1) {
		if isOnTheInternet(match[1]) {
			return true
		}
	}
	return false
}

// holdsDomain reports whatever programs of mail would make a link of: addresses of
// pages, and bare domains.
func holdsDomain(text string) bool {
	seen := asFollowed(text)
	for _, at := range bareHost.FindAllStringIndex(seen, -1) {
		next, _ := utf8.DecodeRuneInString(seen[at[1]:])
		if host := seen[at[0]:at[1]]; !unicode.IsNumber(next) && !isInitials(host) && isOnTheInternet(host) {
			return true
		}
	}
	return holdsAddress(text)
}

// asFollowed is a text as programs read the links in it.
func asFollowed(text string) string {
	visible := dropJoiners(domain.DropUnseen(text))
	return strings.ReplaceAll(strings.ToLower(norm.NFKC.String(visible)), "。", ".")
}

// isOnTheInternet reports a name below a public suffix that there is.
func isOnTheInternet(text string) bool {
	host, ok := hostName(strings.TrimLeft(text, "-"))
	if !ok {
		return false
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	return suffix != host && (icann || strings.Contains(suffix, "."))
}

// isInitials reports people such as J.R.Li, of whom two letters are a country's.
func isInitials(host string) bool {
	labels := strings.Split(host, ".")
	for _, label := range labels[:len(labels)-1] {
		if utf8.RuneCountInString(label) > 1 {
			return false
		}
	}
	return utf8.RuneCountInString(labels[len(labels)-1]) == 2
}
