package commands

import (
	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/operations"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// What the rooms below are called here, and where this package is used.
type (
	Request = access.Request
	Caller  = access.Caller
	Session = access.Session
	Action  = access.Action

	EventStore  = execution.EventStore
	Uncommitted = execution.Uncommitted
	Appended    = execution.Appended

	CounterKey = limits.Key
	Counter    = limits.Counter
	Counters   = limits.Counters
	Unanswered = limits.Unanswered
)

// Operator, Policy and LinkHolder are the callers who are not signed in.
func Operator() Caller   { return access.Operator() }
func Policy() Caller     { return access.Policy() }
func LinkHolder() Caller { return access.LinkHolder() }

// Actions returns every action there is.
func Actions() []Action { return access.Actions() }

const (
	FoundAnAccount       = access.FoundAnAccount
	ChangeThePlan        = access.ChangeThePlan
	SeeAccounts          = access.SeeAccounts
	CloseAnAccount       = access.CloseAnAccount
	Operate              = access.Operate
	SeeSettings          = access.SeeSettings
	ChangeSettings       = access.ChangeSettings
	ChangeTheJoinLink    = access.ChangeTheJoinLink
	DecideRegistrations  = access.DecideRegistrations
	SeeApprovals         = access.SeeApprovals
	SeeFunnel            = access.SeeFunnel
	SeeHistory           = access.SeeHistory
	SeeOutbox            = access.SeeOutbox
	ChangeStructure      = access.ChangeStructure
	ChangeEmployees      = access.ChangeEmployees
	InvitePeople         = access.InvitePeople
	ConfirmUnknownRanges = access.ConfirmUnknownRanges
	SeeInvited           = access.SeeInvited
	ManageInvitations    = access.ManageInvitations
	SeeColleagues        = access.SeeColleagues
	SeeOneself           = access.SeeOneself
	ChangeOwnPassword    = access.ChangeOwnPassword
	ChangeOwnLogin       = access.ChangeOwnLogin
	ChangeOwnName        = access.ChangeOwnName
	ChangeOwnPreferences = access.ChangeOwnPreferences
	ManageOwnTokens      = access.ManageOwnTokens
)

// The one path with our own types.
type (
	accountCall    = execution.Call[account.State, account.Command, account.Event]
	structureCall  = execution.Call[structure.State, structure.Command, structure.Event]
	personCall     = execution.Call[person.State, person.Command, person.Event]
	batchCall      = execution.Call[batch.State, batch.Command, batch.Event]
	operationsCall = execution.Call[operations.State, operations.Command, operations.Event]

	loadedAccount    = execution.Loaded[account.State]
	loadedStructure  = execution.Loaded[structure.State]
	loadedPerson     = execution.Loaded[person.State]
	loadedBatch      = execution.Loaded[batch.State]
	loadedOperations = execution.Loaded[operations.State]

	personOutcome = execution.Outcome[person.State, person.Event]
)
