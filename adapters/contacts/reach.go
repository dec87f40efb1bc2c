package contacts

import (
	"slices"
	"strings"
)

// complaintAboutReach says why nobody reads mail at an address of a lower-case form
// and domain; nothing where somebody may.
func complaintAboutReach(form, host string) string {
	local, _, _ := strings.Cut(form[strings.LastIndexByte(form, ':')+1:], "@")
	switch {
	case isReserved(host):
		return "no mail from outside reaches this domain, for its ending is reserved: write the address at which the person gets mail"
	case strings.Contains(local, "#ext#"):
		return "this is a guest's name in somebody's directory, at which nobody reads mail: write the guest's own address"
	case isUnread(local) || holdsNoReply(host):
		return "nobody reads mail at this address: write the address of a person"
	}
	return ""
}

// isReserved reports names that are nobody's on the Internet: RFC 6761, 6762, 7686,
// 8375 and 9476, and the private names of ICANN. The names for examples are not
// among them: documents and trials are full of these.
func isReserved(host string) bool {
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "test", "invalid", "localhost", "local", "onion", "internal", "alt", "arpa":
		return true
	}
	return false
}

// isUnread reports local parts from which mail comes and at which nobody reads.
func isUnread(local string) bool {
	plain, _, _ := strings.Cut(local, "+")
	plain = strings.NewReplacer(".", "", "-", "", "_", "").Replace(plain)
	if slices.Contains([]string{"mailerdaemon", "bounce", "bounces"}, plain) || strings.HasSuffix(plain, "noreply") {
		return true
	}
	for _, start := range []string{
		"noreply", "donotreply", "dontreply", "donotrespond", "noresponse", "nichtantworten", "keineantwort", "nepasrepondre", "noresponder", "nonrispondere", "naoresponda", "naoresponder",
	} {
		if strings.HasPrefix(plain, start) {
			return true
		}
	}
	return false
}

func holdsNoReply(host string) bool {
	return slices.ContainsFunc(strings.Split(host, "."), func(label string) bool {
		return label == "noreply" || label == "no-reply" || label == "donotreply" || label == "do-not-reply"
	})
}
