package httpkit

import (
	"net/http"
	"slices"
	"strings"
)

// The headers in which proxies say where a request came from.
const (
	XForwardedFor = "X-Forwarded-For"
	Forwarded     = "Forwarded" // RFC 7239
)

// ByForwarded returns a handler for behind proxies that write Forwarded: from it,
// and not from what is there, it makes the X-Forwarded-For that SourceOf reads.
// Only one of the two headers may ever count, because a proxy that writes the one
// lets the client's other one pass.
func ByForwarded(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var hops []string
		for _, line := range r.Header.Values(Forwarded) {
			hops = append(hops, forwardedFor(line)...)
		}
		r.Header.Del(XForwardedFor)
		if len(hops) > 0 {
			r.Header.Set(XForwardedFor, strings.Join(hops, ", "))
		}
		inner.ServeHTTP(w, r)
	})
}

// unknownHop is what RFC 7239 calls whom a proxy does not know.
const unknownHop = "unknown"

// forwardedFor is whom each element of a line of Forwarded was received from. A
// line that is wrong anywhere says nothing: a quotation mark that a client left
// open would otherwise hide what its proxy wrote behind it.
func forwardedFor(line string) []string {
	var hops []string
	for rest := line; ; {
		hop, after, ok := forwardedElement(rest)
		if !ok {
			return []string{unknownHop}
		}
		if hop != "" {
			hops = append(hops, hop)
		}
		if after == "" {
			return hops
		}
		rest = after[1:] // behind the comma
	}
}

// forwardedElement reads pairs until a comma or the end. It is "" of an element
// without any.
func forwardedElement(text string) (hop, rest string, ok bool) {
	for rest = text; ; {
		rest = strings.TrimLeft(rest, " \t")
		if name, value, after, isPair := forwardedPair(rest); isPair {
			if hop == "" {
				hop = unknownHop
			}
			if strings.EqualFold(name, "for") {
				if hop != unknownHop {
					return "", "", false
				}
				hop = value
			}
			rest = strings.TrimLeft(after, " \t")
		}
		switch {
		case rest == "" || rest[0] == ',':
			return hop, rest, true
		case rest[0] != ';':
			return "", "", false
		}
		rest = rest[1:]
	}
}

// forwardedPair reads a name and its value, which is a token or in quotation marks.
func forwardedPair(text string) (name, value, rest string, ok bool) {
	name, rest, _ = strings.Cut(text, "=")
	if name == "" || !isToken(name) || len(name) == len(text) {
		return "", "", text, false
	}
	if !strings.HasPrefix(rest, `"`) {
		end := strings.IndexFunc(rest, func(r rune) bool { return !isTokenRune(r) && r != ':' && r != '[' && r != ']' }) // which many leave unquoted
		if end < 0 {
			end = len(rest)
		}
		return name, rest[:end], rest[end:], end > 0
	}
	var plain strings.Builder
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '"':
			return name, hopText(plain.String()), rest[i+1:], true
		case '\\':
			i++
		}
		if i < len(rest) {
			plain.WriteByte(rest[i])
		}
	}
	return "", "", text, false
}

// hopText keeps a value from being several hops.
func hopText(value string) string {
	if value == "" || strings.ContainsAny(value, ", \t") {
		return unknownHop
	}
	return value
}

func isToken(text string) bool {
	return !slices.ContainsFunc([]rune(text), func(r rune) bool { return !isTokenRune(r) })
}

func isTokenRune(r rune) bool {
	return r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}
