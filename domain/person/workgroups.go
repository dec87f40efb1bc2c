package person

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

type (
	// JoinWorkgroup makes an employee a member of a workgroup.
	JoinWorkgroup struct{ Workgroup domain.WorkgroupID }

	// LeaveWorkgroup ends a membership.
	LeaveWorkgroup struct{ Workgroup domain.WorkgroupID }
)

const (
	WorkgroupJoinedType domain.EventType = "person.workgroup_joined"
	WorkgroupLeftType   domain.EventType = "person.workgroup_left"
)

type (
	// WorkgroupJoined makes the person a member of a workgroup.
	WorkgroupJoined struct {
		Person    domain.PersonID    `json:"person"`
		Workgroup domain.WorkgroupID `json:"workgroup"`
	}

	// WorkgroupLeft ends the membership.
	WorkgroupLeft struct {
		Person    domain.PersonID    `json:"person"`
		Workgroup domain.WorkgroupID `json:"workgroup"`
	}
)

func (WorkgroupJoined) Type() domain.EventType { return WorkgroupJoinedType }
func (WorkgroupLeft) Type() domain.EventType   { return WorkgroupLeftType }

func (e WorkgroupJoined) About() domain.PersonID { return e.Person }
func (e WorkgroupLeft) About() domain.PersonID   { return e.Person }

func (WorkgroupJoined) personEvent() {}
func (WorkgroupLeft) personEvent()   {}

func (JoinWorkgroup) personCommand()  {}
func (LeaveWorkgroup) personCommand() {}

func joinWorkgroup(s State, c JoinWorkgroup) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case slices.Contains(s.Employment.Workgroups, c.Workgroup):
		return nil, nil
	}
	return []Event{WorkgroupJoined{Person: s.Person, Workgroup: c.Workgroup}}, nil
}

func leaveWorkgroup(s State, c LeaveWorkgroup) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case !slices.Contains(s.Employment.Workgroups, c.Workgroup):
		return nil, nil
	}
	return []Event{WorkgroupLeft{Person: s.Person, Workgroup: c.Workgroup}}, nil
}

func (s State) joinedWorkgroup(id domain.WorkgroupID) State {
	s.Employment.Workgroups = append(slices.Clip(s.Employment.Workgroups), id)
	return s
}

func (s State) leftWorkgroup(id domain.WorkgroupID) State {
	s.Employment.Workgroups = slices.DeleteFunc(slices.Clone(s.Employment.Workgroups), func(one domain.WorkgroupID) bool { return one == id })
	return s
}
