package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

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

// where returns what is read of a text; nil where there is none.
func where[V any](text *string, read func(string) (V, error)) (*V, error) {
	if text == nil {
		return nil, nil
	}
	value, err := read(*text)
	return &value, err
}

// needed refuses a body that lacks a member, in the words that all routes use.
func needed(field string, given bool) error {
	if given {
		return nil
	}
	return domain.Refuse(domain.InvalidRequest, memberNeeded).In(field)
}

// documented says in the document which values an input takes. What takes no others is
// judged by the domain, with a code of its own.
func documented(schema *huma.Schema, values ...string) {
	if schema.Extensions == nil {
		schema.Extensions = map[string]any{}
	}
	schema.Extensions["enum"] = values
}

const memberNeeded = "this is needed"
