package contacts

import (
	"fmt"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"github.com/usher-engine/usher/domain"
)

const maxDomainRules = 1000

// DomainRules reads the e-mail domains whose people need no approval:
// "example.com" is that domain alone, "*.example.com" all below it. Order is
// kept, repetitions are dropped. Public suffixes are refused, for whoever
// registers a domain would be let in, and so are names that only look Latin. Rules
// that stand already are taken as they are.
func (t *Texts) DomainRules(rules []string, publicProvidersConfirmed bool, standing ...string) ([]string, error) {
	if len(rules) > maxDomainRules {
		return nil, domain.Refuse(domain.InvalidDomain, "there can be at most 1,000 domains")
	}
	normal := make([]string, 0, len(rules))
	seen := make(map[string]bool, len(rules))
	stands := make(map[string]bool, len(standing))
	for _, rule := range standing {
		stands[rule] = true
	}
	for i, text := range rules {
		rule := text
		if !stands[text] {
			var err error
			if rule, err = t.domainRule(text, i+1, publicProvidersConfirmed); err != nil {
				return nil, err
			}
		}
		if !seen[rule] {
			seen[rule] = true
			normal = append(normal, rule)
		}
	}
	return normal, nil
}

func (t *Texts) domainRule(text string, number int, publicProvidersConfirmed bool) (string, error) {
	below, wildcard := strings.CutPrefix(text, "*.")
	host, ok := hostName(below)
	if !ok {
		return "", refuseRule(number, "is not a domain: write it as example.com, or as *.example.com for all its sub-domains")
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return "", refuseRule(number, "is open to anybody who registers a name in it: write your own domain")
	}
	if neverMatches(host, wildcard) {
		return "", refuseRule(number, "would never let anybody in, for nobody gets mail there: write your own domain")
	}
	if looksOtherThanItIs(host) {
		return "", refuseRule(number, "looks like another domain: it has Cyrillic or Greek letters in place of Latin ones")
	}
	if !publicProvidersConfirmed && t.mailProviders.include(site) {
		return "", domain.Refuse(domain.PublicMailProvider, fmt.Sprintf(
			"domain %d gives addresses to anybody: leave it out, or confirm that everybody there may come in", number))
	}
	if wildcard {
		host = "*." + host
	}
	return host, nil
}

// neverMatches reports rules for domains at which Email refuses every address, and for
// all below a domain below which there are but public suffixes.
func neverMatches(host string, wildcard bool) bool {
	longest := maxEmail - len("a@")
	if wildcard {
		suffix, _ := publicsuffix.PublicSuffix("0." + host)
		if len(suffix) >= len(host) {
			return true
		}
		longest -= len("a.")
	}
	return len(host) > longest || isReserved(host) || holdsNoReply(host)
}

// PublicSuffix returns the end of a domain below which anybody registers names, by the
// Public Suffix List (publicsuffix.org).
func (t *Texts) PublicSuffix(emailDomain string) string {
	suffix, _ := publicsuffix.PublicSuffix(emailDomain)
	return suffix
}

func refuseRule(number int, message string) *domain.Refusal {
	return domain.Refuse(domain.InvalidDomain, fmt.Sprintf("domain %d %s", number, message))
}

func looksOtherThanItIs(host string) bool {
	shown, err := idna.Punycode.ToUnicode(host)
	if err != nil {
		return true
	}
	for label := range strings.SplitSeq(shown, ".") {
		if imitatesLatin(label) {
			return true
		}
	}
	return false
}
