package person

import "github.com/usher-engine/usher/domain"

func errNoLink() error {
	return domain.Refuse(domain.NotFound, "this link is not one of ours; check that it was copied whole")
}

func errLinkUsed() error {
	return domain.Refuse(domain.LinkUsed, "this link has been used: sign in, or ask the company where you cannot")
}

func errLinkSuperseded() error {
	return domain.Refuse(domain.LinkSuperseded, "a newer link took this one's place; use the latest message")
}

func errLinkExpired(instead string) error {
	return domain.Refuse(domain.LinkExpired, "this link has expired; "+instead)
}
