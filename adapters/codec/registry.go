package codec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/operations"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// Events returns every event that Usher writes or has ever written, by wire name.
// Names are never removed: a name of the past stays with an Upcast to its
// successor, and keeps its two golden files.
func Events() map[domain.EventType]Entry {
	return map[domain.EventType]Entry{
		account.FoundedType:                         Of[account.Founded](),
		account.RenamedType:                         Of[account.Renamed](),
		account.CountryChangedType:                  Of[account.CountryChanged](),
		account.LanguageChangedType:                 Of[account.LanguageChanged](),
		account.TimeZoneChangedType:                 Of[account.TimeZoneChanged](),
		account.ApprovalsNoticedType:                Of[account.ApprovalsNoticed](),
		account.ClosedType:                          Of[account.Closed](),
		account.OpenedType:                          Of[account.Opened](),
		account.InvitingOpenedToEveryoneType:        Of[account.InvitingOpenedToEveryone](),
		account.InvitingLimitedToAdministratorsType: Of[account.InvitingLimitedToAdministrators](),
		account.RegistrationModeChangedType:         Of[account.RegistrationModeChanged](),
		account.DomainRulesChangedType:              Of[account.DomainRulesChanged](),
		account.GreetingChangedType:                 Of[account.GreetingChanged](),
		account.InvitedPeopleModeratedType:          Of[account.InvitedPeopleModerated](),
		account.InvitedPeopleTrustedType:            Of[account.InvitedPeopleTrusted](),
		account.PasswordPolicyChangedType:           Of[account.PasswordPolicyChanged](),
		account.PlanChangedType:                     Of[account.PlanChanged](),
		account.InvitationPolicyChangedType:         Of[account.InvitationPolicyChanged](),
		account.LimitsChangedType:                   Of[account.LimitsChanged](),
		account.JoinLinkLimitedType:                 Of[account.JoinLinkLimited](),
		account.JoinSeatTakenType:                   Of[account.JoinSeatTaken](),
		account.JoinSeatReturnedType:                Of[account.JoinSeatReturned](),
		account.JoinLinkRotatedType:                 Of[account.JoinLinkRotated](),
		account.JoinLinkDisabledType:                Of[account.JoinLinkDisabled](),
		account.JoinLinkEnabledType:                 Of[account.JoinLinkEnabled](),

		account.AdministratorCountedType:   Of[account.AdministratorCounted](),
		account.AdministratorUncountedType: Of[account.AdministratorUncounted](),

		person.InvitedBySMSType:           Of[person.InvitedBySMS](),
		person.InvitedByEmailType:         Of[person.InvitedByEmail](),
		person.InvitationOpenedType:       Of[person.InvitationOpened](),
		person.InvitationRedeemedType:     Of[person.InvitationRedeemed](),
		person.InvitationSupersededType:   Of[person.InvitationSuperseded](),
		person.InvitationExpiredType:      Of[person.InvitationExpired](),
		person.RegisteredType:             Of[person.Registered](),
		person.AddressProvedType:          Of[person.AddressProved](),
		person.RegistrationApprovedType:   Of[person.RegistrationApproved](),
		person.RegistrationRejectedType:   Of[person.RegistrationRejected](),
		person.RegistrationSupersededType: Of[person.RegistrationSuperseded](),
		person.RegisteredDirectlyType:     Of[person.RegisteredDirectly](),
		person.FounderRegisteredType:      Of[person.FounderRegistered](),
		person.EmployedType:               Of[person.Employed](),
		person.PasswordSetType:            Of[person.PasswordSet](),
		person.PasswordChangedType:        Of[person.PasswordChanged](),
		person.PasswordGeneratedType:      Of[person.PasswordGenerated](),
		person.PasswordLinkIssuedType:     Of[person.PasswordLinkIssued](),
		person.PasswordResetAskedType:     Of[person.PasswordResetAsked](),
		person.PasswordResetType:          Of[person.PasswordReset](),
		person.APITokenMadeType:           Of[person.APITokenMade](),
		person.APITokenRevokedType:        Of[person.APITokenRevoked](),
		person.WorkgroupJoinedType:        Of[person.WorkgroupJoined](),
		person.WorkgroupLeftType:          Of[person.WorkgroupLeft](),
		person.SeatForfeitedType:          Of[person.SeatForfeited](),
		person.ProofSentAgainType:         Of[person.ProofSentAgain](),
		person.InvitationRevokedType:      Of[person.InvitationRevoked](),
		person.InvitationDeclinedType:     Of[person.InvitationDeclined](),
		person.NewInvitationAskedType:     Of[person.NewInvitationAsked](),
		person.ContactCorrectedType:       Of[person.ContactCorrected](),
		person.CorrectionRefusedType:      Of[person.CorrectionRefused](),
		person.LoginClaimedType:           Of[person.LoginClaimed](),
		person.LoginChangedType:           Of[person.LoginChanged](),
		person.LoginChangeAbandonedType:   Of[person.LoginChangeAbandoned](),
		person.LoginReleasedType:          Of[person.LoginReleased](),

		person.MovedType:              Of[person.Moved](),
		person.JobTitleChangedType:    Of[person.JobTitleChanged](),
		person.NameChangedType:        Of[person.NameChanged](),
		person.PreferencesChangedType: Of[person.PreferencesChanged](),
		person.MadeAdministratorType:  Of[person.MadeAdministrator](),
		person.MadeAuditorType:        Of[person.MadeAuditor](),
		person.MadeEmployeeType:       Of[person.MadeEmployee](),
		person.DismissedType:          Of[person.Dismissed](),
		person.FirstLoginType:         Of[person.FirstLogin](),
		person.SessionsEndedType:      Of[person.SessionsEnded](),
		person.RehiredType:            Of[person.Rehired](),

		structure.DepartmentCreatedType:     Of[structure.DepartmentCreated](),
		structure.WorkgroupCreatedType:      Of[structure.WorkgroupCreated](),
		structure.DepartmentRenamedType:     Of[structure.DepartmentRenamed](),
		structure.DepartmentMovedType:       Of[structure.DepartmentMoved](),
		structure.DepartmentHeadChangedType: Of[structure.DepartmentHeadChanged](),
		structure.DepartmentDeletedType:     Of[structure.DepartmentDeleted](),
		structure.WorkgroupRenamedType:      Of[structure.WorkgroupRenamed](),
		structure.WorkgroupArchivedType:     Of[structure.WorkgroupArchived](),
		structure.WorkgroupRestoredType:     Of[structure.WorkgroupRestored](),

		batch.OpenedType:  Of[batch.Opened](),
		batch.ClosedType:  Of[batch.Closed](),
		batch.RevokedType: Of[batch.Revoked](),
		batch.StoppedType: Of[batch.Stopped](),

		operations.EventSkippedType: Of[operations.EventSkipped](),
	}
}

// closedTypes is every type of which the log holds nothing but these values.
// An event with another value is refused: it would be misread.
func closedTypes() map[reflect.Type][]string {
	return map[reflect.Type][]string{
		reflect.TypeFor[domain.ActorKind]():   values(domain.ActorPerson, domain.ActorLink, domain.ActorOperator, domain.ActorPolicy),
		reflect.TypeFor[domain.ContactKind](): values(domain.ContactEmail, domain.ContactPhone),
		reflect.TypeFor[domain.Role]():        values(domain.RoleEmployee, domain.RoleAdministrator, domain.RoleAuditor),
		reflect.TypeFor[domain.Doubt]():       values(domain.Doubts()...),
		reflect.TypeFor[account.Mode]():       values(account.Public, account.Moderated),
		reflect.TypeFor[account.Becomes]():    values(account.BecomesEmployee, account.BecomesAuditor, account.BecomesDismissed),
		reflect.TypeFor[account.Plan]():       values(account.Free, account.CRMPlus, account.ProjectPlus, account.Standard, account.Professional),
		reflect.TypeFor[batch.Channel]():      values(batch.SMS, batch.Email),
		reflect.TypeFor[person.Route]():       values(person.ByJoinLink, person.ByInvitation),
		reflect.TypeFor[person.Revocation]():  values(person.RevokedAlone, person.BatchRevoked, person.InviterRevoked),
		reflect.TypeFor[person.Scope]():       values(person.Scopes()...),
		reflect.TypeFor[person.Theme]():       values(person.Themes()...),
		reflect.TypeFor[person.Awaits]():      values(person.Nothing, person.Proof, person.Approval),
		reflect.TypeFor[person.Concern](): values(person.NoConcern, person.LinkModerated, person.InvitedWait, person.InviterGone,
			person.RejectedBefore, person.DismissedBefore),
		reflect.TypeFor[person.BasisKind](): values(person.Founding, person.PublicLink, person.DomainRule, person.ApprovedByAdmin,
			person.SMSInvitation, person.EmailInvitation, person.DirectRegistration, person.Rehiring),
	}
}

func values[T ~string](all ...T) []string {
	texts := make([]string, len(all))
	for i, value := range all {
		texts[i] = string(value)
	}
	return texts
}

// Entry is one wire name's Go type, and the step to its successor where it has one.
type Entry struct {
	prototype domain.Event
	decode    func([]byte) (domain.Event, error)
	successor domain.EventType // empty for names of today
	upcast    func(domain.Event) domain.Event

	facts    *shape // the whole payload, its personal part left opaque
	personal *shape // nil where the event has none
}

// Of returns the entry of an event that is written today.
func Of[E domain.Event]() Entry {
	var prototype E
	return Entry{prototype: prototype, decode: func(data []byte) (domain.Event, error) {
		var event E
		err := json.Unmarshal(data, &event, json.RejectUnknownMembers(true))
		return event, err
	}}
}

// Upcast returns the entry of a name of the past, with the step to the next name,
// which may be of the past itself. The step is pure; where the personal data
// are erased it sees them empty.
func Upcast[Old, New domain.Event](step func(Old) New) Entry {
	var next New
	entry := Of[Old]()
	entry.successor = next.Type()
	entry.upcast = func(event domain.Event) domain.Event {
		return step(event.(Old)) //nolint:errcheck,forcetypeassert // because decode gives an Old
	}
	return entry
}

// Registry knows every wire name.
type Registry struct {
	entries map[domain.EventType]Entry
}

// NewRegistry checks that the entries belong together: each under its own name,
// each chain of upcasts ending in a name of today.
func NewRegistry(entries map[domain.EventType]Entry) (*Registry, error) {
	registry := &Registry{entries: make(map[domain.EventType]Entry, len(entries))}
	closed := closedTypes()
	for name, entry := range entries {
		if entry.prototype.Type() != name {
			return nil, fmt.Errorf("codec: %T is registered as %s and calls itself %s", entry.prototype, name, entry.prototype.Type())
		}
		if err := endsToday(entries, name); err != nil {
			return nil, err
		}
		whole, err := shapeOf(reflect.TypeOf(entry.prototype), closed)
		if err != nil {
			return nil, fmt.Errorf("codec: %s: %w", name, err)
		}
		_, sealed := entry.prototype.(domain.PersonalEvent)
		entry.facts, entry.personal = whole.without(personalMember)
		if sealed != (entry.personal != nil) {
			return nil, fmt.Errorf("codec: %s must have both a subject and a member %q, or neither", name, personalMember)
		}
		registry.entries[name] = entry
	}
	return registry, nil
}

func endsToday(entries map[domain.EventType]Entry, name domain.EventType) error {
	at := name
	for range entries {
		entry, known := entries[at]
		if !known {
			return fmt.Errorf("codec: %s is upcast to %s, which is not registered", name, at)
		}
		if entry.successor == "" {
			return nil
		}
		at = entry.successor
	}
	return fmt.Errorf("codec: the upcasts of %s never end", name)
}

// Types returns every wire name, in alphabetical order.
func (r *Registry) Types() []domain.EventType {
	return slices.Sorted(maps.Keys(r.entries))
}

// Kinds returns an empty event of each wire name, in alphabetical order.
func (r *Registry) Kinds() []domain.Event {
	kinds := make([]domain.Event, 0, len(r.entries))
	for _, name := range r.Types() {
		kinds = append(kinds, r.Prototype(name))
	}
	return kinds
}

// Prototype returns an empty event of a wire name; nil for a name that is not known.
func (r *Registry) Prototype(name domain.EventType) domain.Event {
	return r.entries[name].prototype
}

// today brings an event to the shape of today.
func (r *Registry) today(event domain.Event) domain.Event {
	for entry := r.entries[event.Type()]; entry.upcast != nil; entry = r.entries[event.Type()] {
		event = entry.upcast(event)
	}
	return event
}
