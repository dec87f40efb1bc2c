package httpkit

import (
	"net/http"

	"github.com/usher-engine/usher/domain"
)

// Codes of what can be wrong with a request before it means anything.
const (
	MalformedRequest     domain.Code = "malformed_request"
	MethodNotAllowed     domain.Code = "method_not_allowed"
	RequestTimeout       domain.Code = "request_timeout"
	BodyTooLarge         domain.Code = "body_too_large"
	UnsupportedMediaType domain.Code = "unsupported_media_type"
	CrossOrigin          domain.Code = "cross_origin"
)

// Codes of what operators ask for in vain.
const (
	NotStoppedThere domain.Code = "not_stopped_there"
	EditionServes   domain.Code = "edition_serves"
	EditionUnfit    domain.Code = "edition_unfit"
)

// LimitCodes returns the refusals of what sends messages.
func LimitCodes() []domain.Code {
	return []domain.Code{
		domain.ContactLimit, domain.InviterLimit, domain.AccountLimit, domain.CountryLimit, domain.NumberBlockLimit,
		domain.InstallationLimit, domain.CountryNotAllowed,
	}
}

// Explanation is what there is to say of a code, whatever it was that was refused.
type Explanation struct {
	Status  int    // of HTTP
	Meaning string // in one sentence
	Advice  string // what to do
}

// StatusOf returns the HTTP status that a code is answered with; false for a
// code that is not in the table.
func StatusOf(code domain.Code) (int, bool) {
	explained, known := Explain(code)
	return explained.Status, known
}

const (
	badRequest   = http.StatusBadRequest
	unauthorized = http.StatusUnauthorized
	forbidden    = http.StatusForbidden
	conflict     = http.StatusConflict
	gone         = http.StatusGone
	tooLarge     = http.StatusRequestEntityTooLarge
	invalid      = http.StatusUnprocessableEntity
	tooMany      = http.StatusTooManyRequests
	unavailable  = http.StatusServiceUnavailable
)

const (
	correctIt   = "Correct the input that `errors` names, and send it anew."
	readAgain   = "Read the list again, and decide on what it shows now."
	askForALink = "Ask for a new link where this one came from; `offer` says whether the link itself can be used for that."
	confirmIt   = "Correct it; or where it is right, send the same again with it among `confirmed`."
	waitForIt   = "Try again after `clears_at`; an administrator sees and changes the limits in the settings."
	sameAgain   = "Send the same again, with the same Idempotency-Key."
)

// Explain returns a code's status, what it means and what to do about it; false
// for a code that is not in the table. It is the only such table: docs/codes.md is
// made of it.
func Explain(code domain.Code) (Explanation, bool) {
	switch code {
	case MalformedRequest:
		return Explanation{badRequest, "The URL's query, or the body, cannot be read.", "Send each parameter once, and a body that is JSON (RFC 8259)."}, true
	case MethodNotAllowed:
		return Explanation{http.StatusMethodNotAllowed, "The route does not take this method.", "Use one of those that the header Allow names."}, true
	case RequestTimeout:
		return Explanation{http.StatusRequestTimeout, "The body did not come, or not in time.", sameAgain}, true
	case BodyTooLarge:
		return Explanation{tooLarge, "The body, or a text in it, is longer than the route takes.", "Send several requests."}, true
	case domain.BulkBusy:
		return Explanation{tooMany, "The account, or the server, is at work on as many bulk requests as it takes at once.", "Send the same again in a few seconds."}, true
	case UnsupportedMediaType:
		return Explanation{http.StatusUnsupportedMediaType, "The body is encoded, or not declared as JSON.", "Send JSON as it is, with Content-Type: application/json."}, true
	case CrossOrigin:
		return Explanation{forbidden, "A page of another site sent this through a browser.", "Ask from Usher's own address, or from a program."}, true
	case NotStoppedThere:
		return Explanation{conflict, "The view or policy is not stopped at this event.", "Skip the event that the list of views and policies shows."}, true
	case EditionServes:
		return Explanation{conflict, "The edition is what its view answers from.", "Let another edition serve first."}, true
	case EditionUnfit:
		return Explanation{conflict, "The edition is still being filled.", "Wait: one that is filled to serve does so by itself when it has caught up."}, true

	case domain.InvalidRequest:
		return Explanation{invalid, "The request is not as the route takes it, or several inputs are wrong.", correctIt}, true
	case domain.InvalidID:
		return Explanation{invalid, "This is not an id, or one that is taken.", "Take the id from an answer of Usher's."}, true
	case domain.InvalidPosition:
		return Explanation{badRequest, "This is not a position that Usher gave out.", "Send the `position` of an answer, unchanged."}, true
	case domain.InvalidCursor:
		return Explanation{badRequest, "This is not a cursor of this list.", "Send the `next` of the page before, or begin without a cursor."}, true
	case domain.InvalidPhone:
		return Explanation{invalid, "This is not a phone number, not a whole one, or more than one.", "Write one number alone, in international form, such as +4915123456789."}, true
	case domain.InvalidEmail:
		return Explanation{invalid, "This is not an e-mail address, or one at which nobody reads mail.", "Write a person's own, as name@example.com."}, true
	case domain.InvalidFile:
		return Explanation{invalid, "The file cannot be read: it is no text, not in UTF-8, or has no header with a column of contacts.", "Save it as \"CSV UTF-8\" with a header in the first line."}, true
	case domain.InvalidRow:
		return Explanation{invalid, "The row cannot be read: its quotes do not close, or it has more cells than the header.", "Put cells that hold commas, semicolons or quotes in quotes, as spreadsheets do, and send the row anew."}, true
	case domain.InvalidContact:
		return Explanation{invalid, "This is neither an e-mail address nor a phone number, or it is the contact that was to be corrected.", "Name the contact that is meant."}, true
	case domain.InvalidName:
		return Explanation{invalid, "The name is empty, too long, has control or invisible characters, or holds a link.", "A name is one line of 1 to 100 characters, without addresses of pages or domains."}, true
	case domain.InvalidSlug:
		return Explanation{invalid, "An account's short name has other characters, or another length, than it may.", "Use 2 to 63 of a to z, 0 to 9 and hyphens."}, true
	case domain.InvalidJobTitle:
		return Explanation{invalid, "The job title is too long, has control characters, or holds a link.", "A job title is one line of at most 200 characters, without addresses of pages or domains."}, true
	case domain.InvalidGreeting:
		return Explanation{invalid, "The greeting is too long, or holds a link or a brace.", "Use at most 2,000 characters, without addresses of pages and without { and }."}, true
	case domain.InvalidMessage:
		return Explanation{invalid, "The invitation's text is too long, does not say where the link belongs, or holds another link.", "Use at most 2,000 characters, with {link}, no other brace, and no addresses of pages or domains."}, true
	case domain.InvalidReason:
		return Explanation{invalid, "The reason is too long, or has control characters.", "Shorten it to what the record needs."}, true
	case domain.InvalidDomain:
		return Explanation{invalid, "This is not an e-mail domain, or one that nobody has an address in, or there are too many.", "Write example.com for that domain, *.example.com for all below it; at most 1,000."}, true
	case domain.InvalidCountry:
		return Explanation{invalid, "This is not a country.", "Write its two letters (ISO 3166-1), such as DE."}, true
	case domain.InvalidLanguage:
		return Explanation{invalid, "This is not a language that Usher knows.", "Write one of those that the message names, such as en."}, true
	case domain.InvalidTimeZone:
		return Explanation{invalid, "This is not a time zone.", "Write its name in the IANA database, such as Europe/Berlin or UTC."}, true
	case domain.InvalidTheme:
		return Explanation{invalid, "This is not a theme.", "The themes are system, light and dark."}, true
	case domain.InvalidMode:
		return Explanation{invalid, "This is not a mode of registration.", "The modes are public and moderated."}, true
	case domain.InvalidPlan:
		return Explanation{invalid, "This is not a plan.", "The plans are free, crm+, project+, standard and professional."}, true
	case domain.InvalidPolicy:
		return Explanation{invalid, "What is asked of passwords is out of range.", "The minimum length is between 12 and 64 characters."}, true
	case domain.InvalidDays:
		return Explanation{invalid, "The number of days is out of range.", "Invitations last 1 to 90 days, API tokens 1 to 365."}, true
	case domain.InvalidLimit:
		return Explanation{invalid, "The limit is out of range, or ends in the past.", "The message says between which numbers."}, true
	case domain.InvalidScope:
		return Explanation{invalid, "These are not the scopes of an API token.", "Name one or more of read_lists, read_history and invite, each once."}, true
	case domain.PublicMailProvider:
		return Explanation{invalid, "Anybody can have an address in this domain, and would need no approval.", "Leave it out, or confirm it."}, true
	case domain.ConfirmContact:
		return Explanation{invalid, "The contact looks wrong, and may be right: the message says why, `did_you_mean` what was probably meant.", confirmIt}, true
	case domain.ConfirmUnknownRange:
		return Explanation{invalid, "The phone number has the right length, and lies in a range that no numbering plan lists.", "Check it. Where it is right, an administrator sends the same again with it among `confirmed`."}, true
	case domain.ConfirmName:
		return Explanation{invalid, "The name could pass for the system's or for another company's, and may be right.", confirmIt}, true
	case domain.NothingToInvite:
		return Explanation{invalid, "The request names nobody.", "Name at least one contact."}, true
	case domain.TooManyRows:
		return Explanation{tooLarge, "The request names more contacts than one may.", "Send several requests of at most 10,000."}, true

	case domain.PasswordTooShort:
		return Explanation{invalid, "The password has fewer characters than the account asks for.", "Choose a longer one: a few words make a good one."}, true
	case domain.PasswordTooLong:
		return Explanation{invalid, "The password is longer than passwords may be.", "Choose a shorter one."}, true
	case domain.PasswordCommon:
		return Explanation{invalid, "The password is easy to guess.", "Choose a few words that have nothing to do with each other."}, true
	case domain.PasswordOwnWords:
		return Explanation{invalid, "The password is made of the person's own name, address or company.", "Choose other words."}, true
	case domain.PasswordInvalid:
		return Explanation{invalid, "The password has characters that cannot be typed.", "Choose another."}, true
	case domain.PasswordSame:
		return Explanation{invalid, "The new password is the old one.", "Choose another."}, true
	case domain.PasswordWrong:
		return Explanation{invalid, "The current password is wrong, or its time has run out.", "Type it again, or replace a forgotten one."}, true

	case domain.NotSignedIn:
		return Explanation{unauthorized, "Nobody is signed in, or the session or API token is over.", "Sign in, and send the token as Authorization: Bearer."}, true
	case domain.LoginFailed:
		return Explanation{unauthorized, "The login or the password is wrong, or there is no access yet.", "Type both again, or replace a forgotten password."}, true
	case domain.ResetFailed:
		return Explanation{unauthorized, "The code is wrong, or its time is out.", "Type it again, or ask for a new one."}, true
	case domain.NotPermitted:
		return Explanation{forbidden, "Whoever asks may not do this.", "Ask an administrator of the account."}, true
	case domain.NoLongerPermitted:
		return Explanation{forbidden, "Whoever began this may not do it any more.", "Let somebody else do it who may."}, true
	case domain.PasswordChangeRequired:
		return Explanation{forbidden, "The password was generated, and lets in to nothing but choosing another.", "Choose a password first."}, true
	case domain.PlanDoesNotAllow:
		return Explanation{forbidden, "The account's plan does not have this.", "Leave it out, or change the plan."}, true
	case domain.ScopeMissing:
		return Explanation{forbidden, "The API token is not for this.", "Make a token with the scope that the message names, or sign in."}, true

	case domain.NotFound:
		return Explanation{http.StatusNotFound, "There is no such thing, or none that whoever asks may know of.", "Check the address, the id or the link."}, true
	case domain.AccountNotReady:
		return Explanation{conflict, "The account was founded just now.", "Try again in a moment."}, true
	case domain.AccountClosed:
		return Explanation{gone, "The account is closed: nobody signs in, no link works, nothing is sent.", "Whoever runs Usher for the company can open it again; sessions, API tokens and links then work as before."}, true
	case domain.SlugTaken:
		return Explanation{conflict, "An account with this short name exists.", "Choose another."}, true
	case domain.DepartmentNotFound:
		return Explanation{invalid, "There is no such department.", "Choose one that the company structure shows."}, true
	case domain.DepartmentAmbiguous:
		return Explanation{invalid, "Several departments have this name.", "Write the path to the one that is meant, such as Sales / North; a stroke in front begins at the top."}, true
	case domain.WorkgroupNotFound:
		return Explanation{invalid, "There is no such workgroup.", "Choose one that the company structure shows."}, true
	case domain.NameTaken:
		return Explanation{conflict, "A department beside it, or another workgroup, has this name.", "Choose another, or rename the other."}, true
	case domain.NotTheRoot:
		return Explanation{conflict, "The top of the structure is the company itself.", "Change a department below it."}, true
	case domain.DepartmentCycle:
		return Explanation{conflict, "A department cannot be moved below itself.", "Choose another parent."}, true
	case domain.StructureLimit:
		return Explanation{conflict, "The structure would be too deep, or too large.", "A structure has at most 20 levels and 10,000 departments."}, true

	case domain.AlreadyInvited:
		return Explanation{conflict, "The contact has an invitation that is still open.", "Use it, send it again, or revoke it first."}, true
	case domain.AlreadyRegistered:
		return Explanation{conflict, "The contact has registered, and waits.", "Decide on it in Approvals, or use the link of the mail that came."}, true
	case domain.AlreadyEmployed:
		return Explanation{conflict, "The contact belongs to an employee.", "They sign in with it; nothing is left to do."}, true
	case domain.DuplicateInBatch:
		return Explanation{conflict, "The request names the same twice.", "Nothing: the first time counts."}, true
	case domain.NothingToApprove:
		return Explanation{conflict, "No registration of this person waits.", readAgain}, true
	case domain.RegistrationChanged:
		return Explanation{conflict, "The registration that was seen does not wait any more, or several do.", readAgain}, true
	case domain.InvitationChanged:
		return Explanation{conflict, "The invitation that was seen is not open any more, or a newer one was sent.", readAgain}, true
	case domain.NotEmployed:
		return Explanation{conflict, "The person has no access.", "Invite, approve or rehire the person first."}, true
	case domain.ContactHeld:
		return Explanation{conflict, "The contact is somebody's login, or is about to be.", "Use another contact, or rehire the person whose login it is."}, true
	case domain.NotDismissed:
		return Explanation{conflict, "The person never had access, and so cannot come back.", "Invite or approve the person instead."}, true
	case domain.InvalidRole:
		return Explanation{invalid, "This is not a role.", "The roles are administrator, auditor and employee."}, true
	case domain.LastAdministrator:
		return Explanation{conflict, "An account keeps at least one administrator.", "Make somebody else an administrator first."}, true
	case domain.RoleChanged:
		return Explanation{conflict, "Somebody else has changed the person's role meanwhile.", readAgain}, true
	case domain.NotOneself:
		return Explanation{conflict, "Nobody dismisses themselves.", "Ask another administrator."}, true

	case domain.ContactLimit:
		return Explanation{tooMany, "As many messages went to this contact as may.", waitForIt}, true
	case domain.InviterLimit:
		return Explanation{tooMany, "This person has invited as many people within a day as one may.", waitForIt}, true
	case domain.AccountLimit:
		return Explanation{tooMany, "The account has sent as many messages within a day as it may.", waitForIt}, true
	case domain.CountryLimit:
		return Explanation{tooMany, "The account has sent as many SMS to this country within a day as it may.", waitForIt}, true
	case domain.NumberBlockLimit:
		return Explanation{tooMany, "The account has sent as many SMS to numbers like this one within an hour as it may.", waitForIt}, true
	case domain.InstallationLimit:
		return Explanation{tooMany, "All accounts together have sent as many SMS within a day as this installation allows.", "Try again after `clears_at`."}, true
	case domain.CountryNotAllowed:
		return Explanation{forbidden, "The account sends no SMS to this country.", "Add the country in the settings, or invite by e-mail."}, true
	case domain.TooManyAttempts:
		return Explanation{tooMany, "Too many attempts failed, or too many are under way.", "Try again after `clears_at`."}, true
	case domain.TokenLimit:
		return Explanation{conflict, "A person has as many API tokens as one may.", "Revoke one that is not used any more."}, true

	case domain.LinkExpired:
		return Explanation{gone, "The link's time is out.", askForALink}, true
	case domain.LinkRevoked:
		return Explanation{gone, "The link was taken back, or what it was for has ended.", askForALink}, true
	case domain.LinkSuperseded:
		return Explanation{gone, "A newer link took this one's place.", "Use the latest message."}, true
	case domain.LinkUsed:
		return Explanation{gone, "The link has been used.", "Sign in, or ask the company."}, true
	case domain.LinkDeclined:
		return Explanation{gone, "The invitation was declined.", askForALink}, true
	case domain.LinkDisabled:
		return Explanation{gone, "The join link is closed.", "Ask an administrator of the company."}, true
	case domain.LinkFull:
		return Explanation{gone, "As many people as may have used the join link.", "Ask an administrator of the company."}, true

	case domain.IdempotencyKeyReused:
		return Explanation{invalid, "Another request was sent with this Idempotency-Key.", "Choose a new key for each request."}, true
	case domain.InvalidIdempotencyKey:
		return Explanation{badRequest, "The Idempotency-Key is not one.", "Send one key, of 1 to 255 visible ASCII characters."}, true
	case domain.TooBusy:
		return Explanation{tooMany, "Too many passwords are being checked at this moment.", "Try again in a few seconds."}, true
	case domain.Contended:
		return Explanation{unavailable, "Others change the same at the same time.", sameAgain}, true
	case domain.NotYet:
		return Explanation{unavailable, "What was asked does not reflect the position yet; `lag` says how far it is.", "Try again in a moment."}, true
	case domain.PositionUnknown:
		return Explanation{conflict, "The log ends before this position, or this event's id: it was restored from an older backup, or they are of another Usher.", "Forget the positions, cursors and event ids that you keep, and read again without."}, true
	case domain.TooManyStreams:
		return Explanation{tooMany, "The person, the company or the server has as many streams open as may be.", "Close one, try again later, or read the list of activity."}, true
	case domain.Unavailable:
		return Explanation{unavailable, "Usher cannot reach what it keeps its data in, or is starting.", sameAgain}, true
	case domain.KeysMissing:
		return Explanation{unavailable, "The vault is older than the event log, and lacks keys of people in it; nothing is written meanwhile.", "Whoever runs Usher restores a newer vault; then try again, with the same `Idempotency-Key`."}, true
	case domain.DiskFull:
		return Explanation{unavailable, "Usher has no space left on its disk: nothing was written; reading and signing in go on.", sameAgain + " Whoever runs Usher makes space; nothing has to be restarted."}, true
	case domain.HistoryMissing:
		return Explanation{conflict, "Events of this person, account or structure were hidden or deleted in EventStoreDB, or somebody else wrote among them; nothing is decided on half a history. The holder of a link is told `unavailable`.", "Whoever runs Usher undoes what can be undone, see `docs/eventstoredb.md`; then send the same again."}, true
	case domain.Internal:
		return Explanation{http.StatusInternalServerError, "Something went wrong in Usher.", "Whoever runs it finds more in the log, under the answer's X-Request-Id."}, true
	}
	return Explanation{Status: http.StatusInternalServerError}, false
}
