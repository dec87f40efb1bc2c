package store

import "encoding/json"

// ACL is who may do what with a stream: the names of users and groups. nil for
// something says nothing of it; empty is nobody.
type ACL struct {
	Read, Write, Delete, MetaRead, MetaWrite []string
}

// ParseACL reads an ACL as it stands in JSON. What is not spelt as EventStoreDB
// spells it is none.
func ParseACL(raw []byte) (*ACL, bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || members == nil {
		return nil, false
	}
	acl := &ACL{}
	for name, into := range map[string]*[]string{
		"$r": &acl.Read, "$w": &acl.Write, "$d": &acl.Delete, "$mr": &acl.MetaRead, "$mw": &acl.MetaWrite,
	} {
		value, there := members[name]
		if !there {
			continue
		}
		delete(members, name)
		var ok bool
		if *into, ok = parseRoles(value); !ok {
			return nil, false
		}
	}
	return acl, len(members) == 0
}

// parseRoles reads one name, or a list of names.
func parseRoles(raw json.RawMessage) ([]string, bool) {
	var one *string
	if json.Unmarshal(raw, &one) == nil && one != nil {
		return []string{*one}, true
	}
	var names []*string
	if json.Unmarshal(raw, &names) != nil || names == nil {
		return nil, false
	}
	roles := make([]string, len(names))
	for i, name := range names {
		if name == nil {
			return nil, false
		}
		roles[i] = *name
	}
	return roles, true
}
