package domain

// Actor is who gave a command. A person is named by id; the others are not
// persons.
type Actor struct {
	Kind   ActorKind `json:"kind"`
	Person PersonID  `json:"person,omitzero"`
}

// ActorKind is one of the constants below.
type ActorKind string

const (
	// ActorPerson is somebody signed in.
	ActorPerson ActorKind = "person"
	// ActorLink is whoever holds a link: not signed in, known by the link alone.
	ActorLink ActorKind = "link"
	// ActorOperator runs the installation and holds its operator token.
	ActorOperator ActorKind = "operator"
	// ActorPolicy is Usher itself, following up on an event.
	ActorPolicy ActorKind = "policy"
)

// Role is what an employee may do.
type Role string

const (
	RoleEmployee      Role = "employee"
	RoleAdministrator Role = "administrator"
	// RoleAuditor reads everything, history included, and changes nothing.
	RoleAuditor Role = "auditor"
)
