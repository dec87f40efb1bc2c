package httpapi

import (
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
)

// requiredID reads an id of an input.
func requiredID[ID any, P interface {
	*ID
	UnmarshalText([]byte) error
}](text, field string) (ID, error) {
	var id ID
	if P(&id).UnmarshalText([]byte(text)) != nil {
		return id, domain.Refuse(domain.InvalidID, "this is not an id").In(field)
	}
	return id, nil
}

// optionalID is the id zero where nothing is said.
func optionalID[ID any, P interface {
	*ID
	UnmarshalText([]byte) error
}](text, field string) (ID, error) {
	if text == "" {
		var none ID
		return none, nil
	}
	return requiredID[ID, P](text, field)
}

// pathPerson is the person whom a path names. What is no id names nobody.
func pathPerson(text string) (domain.PersonID, error) {
	id, err := requiredID[domain.PersonID](text, "")
	if err != nil {
		return id, domain.Refuse(domain.NotFound, "there is no such person in this account")
	}
	return id, nil
}

// oneOf refuses a filter's value that is none of those there are; nothing is
// always one of them.
func oneOf(value, field string, values ...string) error {
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	return domain.Refuse(domain.InvalidRequest, "this is one of "+strings.Join(values, ", ")).In(field)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
