package commands

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/operations"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// App is everything that can be asked of Usher, and what its policies do:
//
//	accounts.go       FoundAccount, RegisterFounder, Settings, ChangeInviting,
//	                  ChangeRegistration, ChangePasswordPolicy, ChangeLimits, ChangePlan,
//	                  RotateJoinLink, DisableJoinLink, EnableJoinLink, JoinLink
//	invitations.go    InviteBySMS, InviteByEmail
//	batches.go        Batch
//	invitees.go       ChangeInvitationPolicy, Resend, Revoke, RevokeBatch, RevokeAllBy,
//	                  RevokeRows
//	corrections.go    Correct, InviteCorrected, DeclineLink, AskForLink, EndIfRevoked
//	seats.go          LimitJoinLink, ForfeitIdleSeats, ReturnSeat, SendProofAgain, AskForProof
//	registration.go   ShowLink, UseLink
//	approvals.go      Approve, Reject
//	approvalsbulk.go  ApproveAll, RejectAll
//	employees.go      RegisterDirectly
//	employment.go     Move, ChangeJobTitle, Rehire
//	administrators.go ChangeRole, Dismiss, CountAdministrator, FinishUncounting, EndVoidSessions
//	departments.go    CreateDepartment, CreateWorkgroup, RenameDepartment, MoveDepartment,
//	                  ChangeHead, VacateHeads, VacateHead, DeleteDepartment, RenameWorkgroup,
//	                  ArchiveWorkgroup, RestoreWorkgroup, JoinWorkgroup, LeaveWorkgroup
//	login.go          ChangeLogin, ChangeLoginOf, ReleaseEndedLogins
//	password.go       ChangePassword
//	forgotten.go      ForgotPassword, SendPasswordLink, ResetByCode
//	sessions.go       LogIn, Authenticate, Recognise, LogOut, Sessions, EndSession,
//	                  EndOtherSessions, EndSessionsOf, Me
//	tokens.go         MakeToken, RevokeToken, Tokens
//	permissions.go    Permit
//	limits.go         Pseudonym
//	attempts.go       Attempt
//	due.go            ExpireDue
//	messages.go       About
//	slots.go          SlotOf, AccountNamed
//	operations.go     SkipEvent, Skipped
//
// All of it takes the one path of execute.go; the rest serves these.
type App struct {
	Ports
	accounts   *aggregate[account.State, account.Command, account.Event]
	structures *aggregate[structure.State, structure.Command, structure.Event]
	people     *aggregate[person.State, person.Command, person.Event]
	batches    *aggregate[batch.State, batch.Command, batch.Event]
	operations *aggregate[operations.State, operations.Command, operations.Event]
	head       *head
	counting   *counting
	guessing   *turns[CounterKey]
	knocking   *turns[CounterKey]
	sending    *turns[domain.StreamName]
}

// Ports is what the App needs from outside.
type Ports struct {
	Store     EventStore
	Vault     Vault
	Passwords Passwords
	Texts     Texts
	Directory Directory
	Invitees  Invitees
	Deadlines Deadlines
	Seats     Seats
	Now       func() time.Time
	// Random is where ids of commands and sessions' tokens come from.
	Random io.Reader
	// Head is where the log ended when this process began.
	Head domain.Position
	// SMSPerDay is how many SMS all accounts together send at most within a day.
	SMSPerDay int
	// Unanswered is told what may be an abuse of SMS.
	Unanswered func(context.Context, Unanswered)
	// SessionLength is how long somebody stays signed in.
	SessionLength time.Duration
	// SessionIdle is how long somebody stays signed in without doing anything; zero
	// for as long as SessionLength.
	SessionIdle time.Duration
}

// NewApp is an App over its ports.
func NewApp(ports Ports) *App {
	return &App{
		Ports:      ports,
		accounts:   newAggregate(account.Decider()),
		structures: newAggregate(structure.Decider()),
		people:     newAggregate(person.Decider()),
		batches:    newAggregate(batch.Decider()),
		operations: newAggregate(operations.Decider()),
		head:       &head{position: ports.Head},
		counting:   &counting{},
		guessing:   newTurns[CounterKey](attemptsAtOnce),
		knocking:   newTurns[CounterKey](attemptsAtOncePerAddress),
		sending:    newTurns[domain.StreamName](1),
	}
}

// Request is who asks, of which account, and under which command id.
type Request struct {
	Command domain.CommandID
	Caller  Caller
	Account domain.AccountID
	// Correlation joins what belongs to one request; it is the command's own id
	// unless a policy carries one on.
	Correlation uuid.UUID
}

// Done is the answer to a command that has nothing else to say: where in the
// log its effect stands.
type Done struct {
	Position domain.Position
}

// NewCommand is a new command id.
func (a *App) NewCommand() domain.CommandID {
	id, err := uuid.NewRandomFromReader(a.Random)
	if err != nil {
		panic("commands: no random numbers: " + err.Error())
	}
	return domain.CommandID(id)
}

// Newest is the position of the newest event that this process knows of: found
// when it began, or appended since.
func (a *App) Newest() domain.Position { return a.head.get() }
