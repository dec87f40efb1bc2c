package access

import (
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// Action is something that not everybody may do.
type Action string

const (
	FoundAnAccount      Action = "found_account"
	ChangeThePlan       Action = "change_plan"
	SeeAccounts         Action = "see_accounts"
	CloseAnAccount      Action = "close_account" // also: open it again
	Operate             Action = "operate"
	SeeSettings         Action = "see_settings"
	ChangeSettings      Action = "change_settings"
	ChangeTheJoinLink   Action = "change_join_link"
	DecideRegistrations Action = "decide_registrations"
	SeeApprovals        Action = "see_approvals"
	SeeFunnel           Action = "see_funnel"
	SeeHistory          Action = "see_history"
	SeeOutbox           Action = "see_outbox"
	ChangeStructure     Action = "change_structure"
	ChangeEmployees     Action = "change_employees" // move, title, name, role, dismiss, rehire
	InvitePeople        Action = "invite_people"    // also: register directly, see the join link
	// ConfirmUnknownRanges is to let an SMS go to a number that no numbering plan lists.
	ConfirmUnknownRanges Action = "confirm_unknown_ranges"
	SeeInvited           Action = "see_invited"
	ManageInvitations    Action = "manage_invitations" // also those that others sent
	SeeColleagues        Action = "see_colleagues"     // employees, structure, activity, chat
	SeeOneself           Action = "see_oneself"
	ChangeOwnPassword    Action = "change_own_password"
	ChangeOwnLogin       Action = "change_own_login"
	ChangeOwnName        Action = "change_own_name"
	ChangeOwnPreferences Action = "change_own_preferences"
	ManageOwnTokens      Action = "manage_own_tokens"
)

// Actions returns every action there is.
func Actions() []Action {
	return []Action{
		FoundAnAccount, ChangeThePlan, SeeAccounts, CloseAnAccount, Operate, SeeSettings, ChangeSettings, ChangeTheJoinLink, DecideRegistrations, SeeApprovals,
		SeeFunnel, SeeHistory, SeeOutbox, ChangeStructure, ChangeEmployees, InvitePeople, ConfirmUnknownRanges, SeeInvited, ManageInvitations, SeeColleagues, SeeOneself, ChangeOwnPassword, ChangeOwnLogin,
		ChangeOwnName, ChangeOwnPreferences, ManageOwnTokens,
	}
}

// who is a set of those who may.
type who struct {
	operator               bool
	operatorWhileClosed    bool // in an account in which nobody else reads
	administrator          bool
	auditor                bool
	employee               bool
	employeeWhenAllInvite  bool // where "allow everyone to invite" is on
	beforePasswordIsChosen bool // also with a generated password not yet changed
}

// permitted is the one table of who may do what; scopeOf is that of what API
// tokens do. Auditors read, and change nothing but what they sign in with.
func permitted(action Action) who {
	switch action {
	case FoundAnAccount, ChangeThePlan, SeeAccounts, CloseAnAccount, Operate:
		return who{operator: true}
	case ChangeSettings, ChangeTheJoinLink, DecideRegistrations, ChangeStructure, ChangeEmployees, ConfirmUnknownRanges, ManageInvitations, SeeFunnel:
		return who{administrator: true}
	case SeeOutbox:
		return who{operator: true, administrator: true}
	case SeeApprovals:
		return who{administrator: true, auditor: true}
	case SeeSettings, SeeHistory:
		return who{administrator: true, auditor: true, operatorWhileClosed: true}
	case InvitePeople:
		return who{administrator: true, employeeWhenAllInvite: true}
	case SeeInvited:
		return who{administrator: true, auditor: true, employeeWhenAllInvite: true}
	case SeeColleagues, ChangeOwnLogin, ChangeOwnName, ChangeOwnPreferences, ManageOwnTokens:
		return who{administrator: true, auditor: true, employee: true}
	case SeeOneself, ChangeOwnPassword:
		return who{administrator: true, auditor: true, employee: true, beforePasswordIsChosen: true}
	}
	return who{}
}

func (w who) role(role domain.Role, company account.State) bool {
	switch role {
	case domain.RoleAdministrator:
		return w.administrator
	case domain.RoleAuditor:
		return w.auditor
	case domain.RoleEmployee:
		return w.employee || w.employeeWhenAllInvite && company.EveryoneMayInvite
	}
	return false
}

// RoleMay reports whether somebody of a role, who has chosen a password and is signed
// in, may do this in a company.
func RoleMay(role domain.Role, company account.State, action Action) bool {
	return permitted(action).role(role, company)
}

// scopeOf is the one scope of tokens that allows an action; empty where a session
// is needed. Only inviting changes anything.
func scopeOf(action Action) person.Scope {
	switch action {
	case SeeColleagues, SeeInvited, SeeApprovals, SeeFunnel, SeeSettings:
		return person.ReadLists
	case SeeHistory:
		return person.ReadHistory
	case InvitePeople, ConfirmUnknownRanges:
		return person.InviteScope
	case FoundAnAccount, ChangeThePlan, SeeAccounts, CloseAnAccount, Operate, ChangeSettings, ChangeTheJoinLink, DecideRegistrations, SeeOutbox, ChangeStructure,
		ChangeEmployees, ManageInvitations, SeeOneself, ChangeOwnPassword, ChangeOwnLogin, ChangeOwnName, ChangeOwnPreferences, ManageOwnTokens:
	}
	return ""
}
