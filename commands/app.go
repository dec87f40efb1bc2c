package commands

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/limits"
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
//	closing.go        CloseAccount, OpenAccount
//	company.go        ChangeCompany
//	naming.go         ChangeOwnName, ChangeName
//	preferences.go    ChangePreferences
//	terms.go          InvitationTerms
//	invitations.go    InviteBySMS, InviteByEmail, ShowContacts, ReadPasted
//	batches.go        Batch, RefusedRows, Finished
//	waiting.go        TakeBatch, ProlongBatch, GoOnInviting, StopBatch
//	invitees.go       ChangeInvitationPolicy, Resend, Revoke, RevokeBatch, RevokeAllBy,
//	                  RevokeRows
//	corrections.go    Correct, InviteCorrected, DeclineLink, NoteOpened, AskForLink
//	admission.go      EndIfRevoked, ReleaseEndedLogins
//	seats.go          LimitJoinLink, ForfeitIdleSeats, ReturnSeat, SendProofAgain, AskForProof, AskForProofOf
//	registration.go   ShowLink, UseLink
//	approvals.go      Approve, Reject
//	approvalsbulk.go  ApproveAll, RejectAll
//	employees.go      RegisterDirectly
//	imports.go        ImportPeople, ShowImport
//	employment.go     Move, ChangeJobTitle, Rehire
//	administrators.go ChangeRole, Dismiss, CountAdministrator, FinishUncounting, EndVoidSessions
//	departments.go    CreateDepartment, CreateWorkgroup, RenameDepartment, MoveDepartment,
//	                  ChangeHead, VacateHeads, VacateHead, DeleteDepartment, RenameWorkgroup,
//	                  ArchiveWorkgroup, RestoreWorkgroup, JoinWorkgroup, LeaveWorkgroup
//	login.go          ChangeLogin, ChangeLoginOf
//	password.go       ChangePassword
//	forgotten.go      ForgotPassword, SendPasswordLink, ResetByCode
//	sessions.go       LogIn, Authenticate, Recognise, Ended, LogOut, Sessions, EndSession,
//	                  EndOtherSessions, EndSessionsOf
//	me.go             Me
//	tokens.go         MakeToken, RevokeToken, Tokens, Made
//	permissions.go    Permit, Permitted
//	limits.go         Pseudonym, Attempt, Genuine
//	due.go            ExpireDue
//	notices.go        NoticeApprovals, Administrators
//	messages.go       About
//	slots.go          SlotOf, Contact, Spaced, Countries, AccountNamed
//	operations.go     SkipEvent, Skipped
//	reading.go        Began, SlotNamed, ContactSought
//	hearing.go        Hear, ForgetStream
//
// Whatever changes anything takes the one path of execution; who may is in access,
// how much in limits. The rest serves these.
type App struct {
	ports      Ports
	path       *execution.Path
	guard      *access.Guard
	limits     *limits.Limits
	accounts   *execution.Aggregate[account.State, account.Command, account.Event]
	structures *execution.Aggregate[structure.State, structure.Command, structure.Event]
	people     *execution.Aggregate[person.State, person.Command, person.Event]
	batches    *execution.Aggregate[batch.State, batch.Command, batch.Event]
	operations *execution.Aggregate[operations.State, operations.Command, operations.Event]
}

// Ports is what the App needs from outside.
type Ports struct {
	Store     EventStore
	Vault     Vault
	Passwords Passwords
	Texts     Texts
	Lists     Lists
	Finders   Finders
	Now       func() time.Time
	// Random is where ids of commands and sessions' tokens come from.
	Random io.Reader
	// Head is where the log ended when this process began.
	Head domain.Position
	// End asks where the log ends now.
	End func(context.Context) (domain.Position, error)
	// SMSPerDay is how many SMS all accounts together send at most within a day.
	SMSPerDay int
	// Unanswered is told what may be an abuse of SMS.
	Unanswered func(context.Context, Unanswered)
	// Observe is told once of each command, also a policy's; nil where nobody listens.
	Observe execution.Observe
	// SessionLength is how long somebody stays signed in.
	SessionLength time.Duration
	// SessionIdle is how long somebody stays signed in without doing anything; zero
	// for as long as SessionLength.
	SessionIdle time.Duration
	// PrivilegedIdle is the same for administrators and auditors; zero for as long as
	// SessionIdle.
	PrivilegedIdle time.Duration
}

// NewApp returns an App over its ports.
func NewApp(ports Ports) *App {
	a := &App{ports: ports}
	a.guard = &access.Guard{
		Now: ports.Now,
		Actor: func(ctx context.Context, slot domain.Slot) (person.State, uint64, error) {
			actor, err := a.people.Load(ctx, domain.PersonStream(slot))
			return actor.State, actor.Next, err
		},
		Company: func(ctx context.Context, id domain.AccountID) (account.State, uint64, error) {
			company, err := a.accounts.Load(ctx, domain.AccountStream(id))
			return company.State, company.Next, err
		},
		Certainly: func(ctx context.Context, judge func(context.Context) error) error {
			return a.path.Certainly(ctx, judge)
		},
	}
	a.limits = limits.New(limits.Ports{
		Vault: ports.Vault, Texts: ports.Texts, Now: ports.Now, SMSPerDay: ports.SMSPerDay, Unanswered: ports.Unanswered,
		Company: func(ctx context.Context, id domain.AccountID) (account.State, error) {
			company, err := a.accounts.Load(execution.Lagging(ctx), domain.AccountStream(id))
			return company.State, err
		},
	})
	a.path = execution.NewPath(execution.Ports{
		Store: ports.Store, Keys: ports.Vault, Now: ports.Now, Head: ports.Head, End: ports.End, Meter: a.limits, Observe: ports.Observe,
	})
	a.accounts = execution.NewAggregate(a.path, account.Decider())
	a.structures = execution.NewAggregate(a.path, structure.Decider())
	a.people = execution.NewAggregate(a.path, person.Decider())
	a.batches = execution.NewAggregate(a.path, batch.Decider())
	a.operations = execution.NewAggregate(a.path, operations.Decider())
	return a
}

// Done is the answer to a command that has nothing else to say: where in the
// log its effect stands.
type Done struct {
	Position domain.Position
}

// NewCommand returns a new command id.
func (a *App) NewCommand() domain.CommandID {
	id, err := uuid.NewRandomFromReader(a.ports.Random)
	if err != nil {
		panic("commands: no random numbers: " + err.Error())
	}
	return domain.CommandID(id)
}

// Now returns the time by which all is judged.
func (a *App) Now() time.Time { return a.ports.Now() }

// Newest returns the position of the newest event that this process knows of: found
// when it began, or appended since.
func (a *App) Newest() domain.Position { return a.path.Newest() }

// Forget drops what is remembered in memory of whoever lives in a slot. What is
// asked next is read from the log.
func (a *App) Forget(slot domain.Slot) { a.people.Drop(domain.PersonStream(slot)) }
