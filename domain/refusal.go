package domain

import (
	"errors"
	"slices"
	"time"
)

// Code names a reason for refusing. Codes are stable: programs depend on them,
// so the list below is only ever added to.
type Code string

const (
	// Input that cannot be understood.
	InvalidRequest     Code = "invalid_request"
	InvalidID          Code = "invalid_id"
	InvalidPosition    Code = "invalid_position"
	InvalidCursor      Code = "invalid_cursor"
	InvalidPhone       Code = "invalid_phone"
	InvalidEmail       Code = "invalid_email"
	InvalidContact     Code = "invalid_contact"
	InvalidName        Code = "invalid_name"
	InvalidSlug        Code = "invalid_slug"
	InvalidJobTitle    Code = "invalid_job_title"
	InvalidGreeting    Code = "invalid_greeting"
	InvalidMessage     Code = "invalid_message"
	InvalidReason      Code = "invalid_reason"
	InvalidDomain      Code = "invalid_domain"
	InvalidCountry     Code = "invalid_country"
	InvalidLanguage    Code = "invalid_language"
	InvalidMode        Code = "invalid_mode"
	InvalidPlan        Code = "invalid_plan"
	InvalidPolicy      Code = "invalid_password_policy"
	InvalidDays        Code = "invalid_days"
	InvalidLimit       Code = "invalid_limit"
	InvalidScope       Code = "invalid_scope"
	InvalidTimeZone    Code = "invalid_time_zone"
	InvalidTheme       Code = "invalid_theme"
	PublicMailProvider Code = "public_mail_provider"
	NothingToInvite    Code = "nothing_to_invite"
	TooManyRows        Code = "too_many_rows"
	InvalidFile        Code = "invalid_file"
	InvalidRow         Code = "invalid_row"

	// What looks wrong and may be right, and goes through when it is confirmed.
	ConfirmContact      Code = "confirm_contact"
	ConfirmUnknownRange Code = "confirm_unknown_range" // by administrators only
	ConfirmName         Code = "confirm_name"

	// Passwords.
	PasswordTooShort Code = "password_too_short"
	PasswordTooLong  Code = "password_too_long"
	PasswordCommon   Code = "password_common"
	PasswordOwnWords Code = "password_own_words"
	PasswordInvalid  Code = "password_invalid"
	PasswordSame     Code = "password_same"
	PasswordWrong    Code = "password_wrong"

	// Who somebody is and what they may do.
	NotSignedIn            Code = "not_signed_in"
	LoginFailed            Code = "login_failed"
	ResetFailed            Code = "reset_failed"
	NotPermitted           Code = "not_permitted"
	NoLongerPermitted      Code = "no_longer_permitted"
	PasswordChangeRequired Code = "password_change_required"
	PlanDoesNotAllow       Code = "plan_does_not_allow"
	ScopeMissing           Code = "scope_missing"

	// What is not there, or is there already.
	NotFound           Code = "not_found"
	AccountNotReady    Code = "account_not_ready"
	SlugTaken          Code = "slug_taken"
	DepartmentNotFound Code = "department_not_found"
	WorkgroupNotFound  Code = "workgroup_not_found"
	NameTaken          Code = "name_taken"
	NotTheRoot         Code = "not_the_root"
	DepartmentCycle    Code = "department_cycle"
	StructureLimit     Code = "structure_limit"
	AccountClosed      Code = "account_closed"

	DepartmentAmbiguous Code = "department_ambiguous"

	// A contact's state.
	AlreadyInvited      Code = "already_invited"
	AlreadyRegistered   Code = "already_registered"
	AlreadyEmployed     Code = "already_employed"
	DuplicateInBatch    Code = "duplicate_in_batch"
	NothingToApprove    Code = "nothing_to_approve"
	RegistrationChanged Code = "registration_changed"
	InvitationChanged   Code = "invitation_changed"
	NotEmployed         Code = "not_employed"
	ContactHeld         Code = "contact_held"
	NotDismissed        Code = "not_dismissed"

	// Roles.
	InvalidRole       Code = "invalid_role"
	LastAdministrator Code = "last_administrator"
	RoleChanged       Code = "role_changed"
	NotOneself        Code = "not_oneself"

	// Limits.
	ContactLimit      Code = "contact_limit"
	InviterLimit      Code = "inviter_limit"
	AccountLimit      Code = "account_limit"
	CountryLimit      Code = "country_limit"
	NumberBlockLimit  Code = "number_block_limit"
	InstallationLimit Code = "installation_limit"
	CountryNotAllowed Code = "country_not_allowed"
	TooManyAttempts   Code = "too_many_attempts"
	TokenLimit        Code = "token_limit"

	// Links.
	LinkExpired    Code = "link_expired"
	LinkRevoked    Code = "link_revoked"
	LinkSuperseded Code = "link_superseded"
	LinkUsed       Code = "link_used"
	LinkDeclined   Code = "link_declined"
	LinkDisabled   Code = "link_disabled"
	LinkFull       Code = "link_full"

	// The engine's own.
	IdempotencyKeyReused  Code = "idempotency_key_reused"
	InvalidIdempotencyKey Code = "invalid_idempotency_key"
	TooBusy               Code = "too_busy"
	BulkBusy              Code = "bulk_busy"
	Contended             Code = "contended"
	NotYet                Code = "not_yet"
	Unavailable           Code = "unavailable"
	Internal              Code = "internal"
	KeysMissing           Code = "keys_missing"
	PositionUnknown       Code = "position_unknown"
	TooManyStreams        Code = "too_many_streams"
	DiskFull              Code = "disk_full"
	HistoryMissing        Code = "history_missing"
)

// Refusal is why a command or a query is not carried out, with what to do about
// it. Field names the input at fault, where one is; Until is when to try again,
// where that is known; Offer is what the holder of a dead link can do instead. Doubt
// says that it can be confirmed, and DidYouMean what was probably meant, which is
// personal and so in no message.
type Refusal struct {
	Code       Code
	Message    string
	Field      string
	Until      time.Time
	Offer      Offer
	Doubt      Doubt
	DidYouMean string
}

// Offer is what the holder of a dead link can ask for by the same link.
type Offer string

const (
	NewInvitation Offer = "ask"   // administrators see who asked, and decide
	NewProof      Offer = "proof" // of the address, which is mailed again
)

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Message }

// Is makes errors.Is compare refusals by code.
func (r *Refusal) Is(target error) bool {
	other, ok := target.(*Refusal)
	return ok && other.Code == r.Code
}

// In returns the refusal with the input that it is about.
func (r *Refusal) In(field string) *Refusal {
	about := *r
	about.Field = field
	return &about
}

// From returns the refusal with the time from which on trying again makes sense.
func (r *Refusal) From(until time.Time) *Refusal {
	known := *r
	known.Until = until
	return &known
}

// Offering returns the refusal with what else can be asked for.
func (r *Refusal) Offering(offer Offer) *Refusal {
	kind := *r
	kind.Offer = offer
	return &kind
}

// Suggesting returns the refusal with what was probably meant.
func (r *Refusal) Suggesting(instead string) *Refusal {
	known := *r
	known.DidYouMean = instead
	return &known
}

// Refuse returns a refusal. The message is for people and says what to do.
func Refuse(code Code, message string) *Refusal {
	return &Refusal{Code: code, Message: message}
}

// Passes reports whether a refusal says nothing of what was asked, but of what stands in
// its way for now: by then it may have come to something.
func (c Code) Passes() bool {
	return slices.Contains([]Code{Contended, NotYet, Unavailable, DiskFull, KeysMissing, HistoryMissing, Internal}, c)
}

// CodeOf returns the code of a refusal anywhere in err's chain; empty for nil, and
// Internal for every error that is not a refusal.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.Code
	}
	return Internal
}
