package domain

import (
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// ID is a UUID that says what it identifies, so that one kind cannot be passed
// for another.
type ID[kind any] uuid.UUID

type (
	accountKind    struct{}
	personKind     struct{}
	slotKind       struct{}
	batchKind      struct{}
	departmentKind struct{}
	workgroupKind  struct{}
	credentialKind struct{}
	commandKind    struct{}
	claimKind      struct{}
	sessionKind    struct{}
	tokenKind      struct{}
)

type (
	// AccountID is one company.
	AccountID = ID[accountKind]
	// Slot is one contact in one account: a pseudonym, found by a keyed hash.
	Slot = ID[slotKind]
	// PersonID is one human being's time in a slot.
	PersonID = ID[personKind]
	// BatchID is one bulk invitation.
	BatchID = ID[batchKind]
	// DepartmentID is a node of the company's tree.
	DepartmentID = ID[departmentKind]
	// WorkgroupID is a workgroup.
	WorkgroupID = ID[workgroupKind]
	// CredentialID names a password hash in the vault.
	CredentialID = ID[credentialKind]
	// ClaimID is somebody's claim on a contact as a login.
	ClaimID = ID[claimKind]
	// SessionID names somebody's session without opening it.
	SessionID = ID[sessionKind]
	// TokenID names an API token without being one.
	TokenID = ID[tokenKind]
	// CommandID is one intention of somebody; it is the cause of its events.
	CommandID = ID[commandKind]
)

func (id ID[kind]) String() string               { return uuid.UUID(id).String() }
func (id ID[kind]) IsZero() bool                 { return id == ID[kind]{} }
func (id ID[kind]) MarshalText() ([]byte, error) { return uuid.UUID(id).MarshalText() }

// UnmarshalText reads the canonical form only, 36 characters in lower case; anything
// else is invalid_id.
func (id *ID[kind]) UnmarshalText(text []byte) error {
	parsed, err := ParseID[kind](string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// ParseID returns the id of a canonical form, 36 characters in lower case, or
// invalid_id.
func ParseID[kind any](text string) (ID[kind], error) {
	parsed, err := uuid.Parse(text)
	if err != nil || parsed.String() != text {
		return ID[kind]{}, Refuse(InvalidID, "this is not an id")
	}
	return ID[kind](parsed), nil
}

// Derive returns the UUIDv5 of a name within an id.
func (id ID[kind]) Derive(name string) uuid.UUID {
	return uuid.NewSHA1(uuid.UUID(id), []byte(name))
}

// AccountIDFor returns the id of the account with this short name.
func AccountIDFor(installation uuid.UUID, slug string) AccountID {
	return AccountID(uuid.NewSHA1(installation, []byte(slug)))
}

// PersonIDFor returns the id of a slot's tenure, the first being 1.
func PersonIDFor(slot Slot, tenure int) PersonID {
	return PersonID(slot.Derive("tenure " + strconv.Itoa(tenure)))
}

// RootDepartment returns the top of an account's tree; it exists from the beginning.
func RootDepartment(account AccountID) DepartmentID {
	return DepartmentID(account.Derive("root department"))
}

// EventID returns the id of a command's event in a stream, by its place among the
// command's events there.
func EventID(command CommandID, stream StreamName, index int) uuid.UUID {
	return command.Derive(string(stream) + " " + strconv.Itoa(index))
}

// CredentialFor returns the credential that a command sets.
func CredentialFor(command CommandID) CredentialID {
	return CredentialID(command.Derive("credential"))
}

// ClaimFor returns the claim that a command makes.
func ClaimFor(command CommandID) ClaimID { return ClaimID(command.Derive("login claim")) }

// TokenFor returns the API token that a command makes.
func TokenFor(command CommandID) TokenID { return TokenID(command.Derive("api token")) }

// BatchFor returns the batch that a command opens.
func BatchFor(command CommandID) BatchID { return BatchID(command.Derive("batch")) }

// RowCommand returns the command of a batch's row.
func RowCommand(batch BatchID, slot Slot) CommandID {
	return CommandID(batch.Derive(slot.String()))
}

// FollowUp returns the command that a policy issues because of an event.
func FollowUp(event uuid.UUID, what string) CommandID {
	return CommandID(uuid.NewSHA1(event, []byte(what)))
}

// StreamName names a stream: the aggregate, a dash, the id.
type StreamName string

func AccountStream(id AccountID) StreamName   { return StreamName("account-" + id.String()) }
func StructureStream(id AccountID) StreamName { return StreamName("structure-" + id.String()) }
func PersonStream(slot Slot) StreamName       { return StreamName("person-" + slot.String()) }
func BatchStream(id BatchID) StreamName       { return StreamName("batch-" + id.String()) }

// SlotOf returns the slot of a person's stream; zero for all other streams.
func SlotOf(stream StreamName) Slot {
	id, isPerson := strings.CutPrefix(string(stream), "person-")
	slot := Slot{}
	if !isPerson || slot.UnmarshalText([]byte(id)) != nil {
		return Slot{}
	}
	return slot
}

// OperationsStream returns the stream of what operators did, whatever the account.
func OperationsStream() StreamName { return "operations" }

// streamKinds are the kinds of streams of which there are many.
func streamKinds() []string { return []string{"account-", "structure-", "person-", "batch-"} }

// StreamBeginnings returns what the names of all streams begin with; IsStream tells
// which of those that do are one.
func StreamBeginnings() []string { return append(streamKinds(), string(OperationsStream())) }

// IsStream reports whether a stream of this name can be Usher's.
func IsStream(name StreamName) bool {
	for _, kind := range streamKinds() {
		if id, is := strings.CutPrefix(string(name), kind); is {
			parsed, err := uuid.Parse(id)
			return err == nil && parsed.String() == id
		}
	}
	return name == OperationsStream()
}
