package commands

import (
	"context"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// Vault keeps what must not be in an immutable log. Whatever its methods write
// is durable when they return.
type Vault interface {
	Keyring
	Credentials
	Sessions
	KnownNetworks
	APITokens
	IdempotencyRecords
	Counters
	WaitingBatches
}

// Keyring holds the secrets from which slots, links and passwords are derived.
type Keyring interface {
	// Installation returns the id of this installation, made at the first call.
	Installation(ctx context.Context) (uuid.UUID, error)
	// LookupKey returns the account's key for finding slots: 32 bytes, made at the
	// first call and never changed.
	LookupKey(ctx context.Context, account domain.AccountID) ([]byte, error)
	// LinkKeys returns the keys of links and generated passwords by their number,
	// 32 bytes each; the highest number is the one to use for new links.
	LinkKeys(ctx context.Context) (map[byte][]byte, error)
	// EnsureDataKeys makes the data keys of those who have none. It must come
	// before the first append that needs them. Erased keys are not made again.
	EnsureDataKeys(ctx context.Context, people []domain.PersonID) error
}

// Credentials holds password hashes, each written once.
type Credentials interface {
	// SaveCredential writes a hash; where the id is taken it changes nothing.
	SaveCredential(ctx context.Context, id domain.CredentialID, hash string, at time.Time) error
	// Credential returns a hash, and empty where there is none.
	Credential(ctx context.Context, id domain.CredentialID) (string, error)
}

// Sessions holds who is signed in, by the SHA-256 of the bearer's token.
type Sessions interface {
	StartSession(ctx context.Context, digest [32]byte, session Session) error
	// FindSession returns the session of a token; false where there is none.
	FindSession(ctx context.Context, digest [32]byte) (Session, bool, error)
	// SessionsOf returns a person's, the one used last first, at most limit.
	SessionsOf(ctx context.Context, person domain.PersonID, limit int) ([]Session, error)
	// UseSession notes when a session was used.
	UseSession(ctx context.Context, digest [32]byte, at time.Time) error
	// KeepSession lets a session go on when one credential takes another's place.
	KeepSession(ctx context.Context, digest [32]byte, now, next domain.CredentialID) error
	EndSession(ctx context.Context, digest [32]byte) error
	// Ended returns those of these tokens that have no session, with one question; none
	// where it is known that no session has ended since it was asked before and returned
	// this mark. A zero mark is before all.
	Ended(ctx context.Context, digests iter.Seq[[32]byte], since uint64) (ended [][32]byte, mark uint64, err error)
	// EndSessionOf ends a person's session by its id; false where there is none.
	EndSessionOf(ctx context.Context, person domain.PersonID, id domain.SessionID) (bool, error)
	// EndVoidSessions ends a person's sessions of another epoch, and those that
	// neither were opened with the credential nor are kept for it.
	EndVoidSessions(ctx context.Context, person domain.PersonID, epoch int, credential domain.CredentialID) error
	// EndSessionsOf ends all sessions of a person but the one kept.
	EndSessionsOf(ctx context.Context, person domain.PersonID, kept [32]byte) error
}

// Pseudonym names something by a keyed digest: it is the same each time, and nobody
// without the key can tell or guess what it names.
type Pseudonym [32]byte

// What is remembered of networks: so many of one person, for so long after they were
// seen last.
const (
	MostKnownNetworks     = 20
	KnownNetworksAreKept  = 90 * 24 * time.Hour
	knownNetworkIsNotedIn = 24 * time.Hour // after it was noted last
)

// KnownNetworks remembers from which networks people have signed in. A pseudonym of
// a network is of use for one person only. It is about people: an erasure takes it.
type KnownNetworks interface {
	// RememberNetwork notes that somebody has signed in from a network. Of more than
	// MostKnownNetworks it forgets those seen the longest ago.
	RememberNetwork(ctx context.Context, person domain.PersonID, network Pseudonym, at time.Time) error
	// NetworkSeen returns when somebody has signed in from a network; the zero time
	// where it is not known that they have.
	NetworkSeen(ctx context.Context, person domain.PersonID, network Pseudonym) (time.Time, error)
}

// APIToken is what the vault knows of a program's token: whose it is. Whether it
// lives, and what it is for, that person's stream says.
type APIToken struct {
	ID        domain.TokenID
	Account   domain.AccountID
	Person    domain.PersonID
	Slot      domain.Slot
	Tenure    int
	Epoch     int
	MadeAt    time.Time
	UsedAt    time.Time // to within some minutes; zero for never
	ExpiresAt time.Time
}

// APITokens finds tokens by the SHA-256 of their secret.
type APITokens interface {
	// SaveAPIToken fails where there is a token of this secret.
	SaveAPIToken(ctx context.Context, digest [32]byte, token APIToken) error
	// FindAPIToken returns the token of a secret; false where there is none.
	FindAPIToken(ctx context.Context, digest [32]byte) (APIToken, bool, error)
	// APITokensOf returns a person's tokens in the order in which they were made.
	APITokensOf(ctx context.Context, person domain.PersonID) ([]APIToken, error)
	// UseAPIToken notes when a token was used.
	UseAPIToken(ctx context.Context, digest [32]byte, at time.Time) error
	ForgetAPIToken(ctx context.Context, id domain.TokenID) error
}

// IdempotencyKey names a request that may come twice.
type IdempotencyKey struct {
	Account domain.AccountID
	Scope   string // who asked: the actor, or the link
	Key     string
}

// IdempotencyRecord is what is remembered of such a request.
type IdempotencyRecord struct {
	Digest  [32]byte // of the request's method, path and body
	Command domain.CommandID
	At      time.Time
	// Status and Answer are the response; Status is 0 until it is known.
	Status int
	Answer []byte
}

// RequestsAreKept is how long a request is remembered.
const RequestsAreKept = 7 * 24 * time.Hour

// IdempotencyRecords remembers requests as long as they are kept. Package once has
// the rules.
type IdempotencyRecords interface {
	// BeginRequest inserts the record, or returns the one that is there.
	BeginRequest(ctx context.Context, key IdempotencyKey, record IdempotencyRecord) (IdempotencyRecord, error)
	// KnowsRequest reports whether there is a record.
	KnowsRequest(ctx context.Context, key IdempotencyKey) (bool, error)
	// FinishRequest stores the answer.
	FinishRequest(ctx context.Context, key IdempotencyKey, status int, answer []byte) error
	// ForgetRequest forgets a request that was begun under a command and has no answer.
	ForgetRequest(ctx context.Context, key IdempotencyKey, command domain.CommandID) error
}

// Passwords hashes and compares passwords. Its work is bounded: where too much
// is asked at once it refuses with domain.TooBusy.
type Passwords interface {
	Hash(ctx context.Context, who HashFor, password string) (string, error)
	// Verify compares; an empty hash costs the same time and is never right.
	Verify(ctx context.Context, who HashFor, hash, password string) (bool, error)
	// Judge refuses passwords that are too short or long, common, or made of
	// the given own words.
	Judge(password string, minimumLength int, ownWords []string) error
}

// HashFor says for whom a password is hashed. Where many wait, turns are shared out
// among companies and among networks, and those who are known come first.
type HashFor struct {
	Account domain.AccountID
	Network string // where it comes from; empty for what Usher does by itself
	// Known says that whoever asks is signed in, or has signed in from there before.
	Known bool
}

// Texts reads what people type. Each method normalises or refuses. What looks wrong and
// may be right is normalised and refused, by domain.AskBack.
type Texts interface {
	// Email reads an address to which mail will go.
	Email(text string) (domain.Contact, error)
	// Contact reads an e-mail address or a phone number, to find whose it is: what
	// was accepted once is found for ever, whatever is refused or asked back today.
	Contact(text, country string) (domain.Contact, error)
	// Spaced writes a contact as its country does: a phone number with its spaces. What is
	// no contact stays as it is.
	Spaced(contact string) string
	// Phone reads a number; country (ISO 3166-1 alpha-2) is where numbers
	// without a prefix are from, and may be empty.
	Phone(text, country string) (domain.Contact, error)
	PersonName(text string) (string, error)
	LastName(text string) (string, error) // may be empty, as that of people with one name
	// PassesFor reports whether a person's whole name could be the system's or a
	// company's.
	PassesFor(name, company string) bool
	// Imitates returns as what name a company's name, or an e-mail domain, begins that is
	// in letters of another script: as a well-known one, or a known one; empty where as none.
	Imitates(name string, known func(string) bool) string
	Label(text string) (string, error)    // of a company or API token
	UnitName(text string) (string, error) // of a department or workgroup
	JobTitle(text string) (string, error)
	Greeting(text string) (string, error)
	Message(text string) (string, error) // requires {link}
	Reason(text string) (string, error)
	Country(text string) (string, error)
	Countries() []string // all that Country takes, in order
	Language(text string) (string, error)
	TimeZone(text string) (string, error)
	// DomainRules normalises e-mail domains, without repetitions. Public mail
	// providers are refused unless confirmed. Rules that stand already are taken as they are.
	DomainRules(rules []string, publicProvidersConfirmed bool, standing ...string) ([]string, error)
	// PublicSuffix returns the end of a domain below which anybody registers names.
	PublicSuffix(emailDomain string) string
}

// Finders finds by the read models whom or what a command is about. They may
// lag, and decide nothing: what is found is judged again on the streams.
type Finders interface {
	Directory
	Invitees
	Deadlines
	Seats
	Notices
}

// Directory finds people's streams.
type Directory interface {
	// SlotOf returns the slot of a person of the account, with at least everything
	// appended up to a position taken into account; false where there is no
	// such person.
	SlotOf(ctx context.Context, account domain.AccountID, id domain.PersonID, least domain.Position) (domain.Slot, bool, error)
	// SlotsOf is SlotOf for many; who is not in the account is not in the answer.
	SlotsOf(ctx context.Context, account domain.AccountID, ids []domain.PersonID, least domain.Position) (map[domain.PersonID]domain.Slot, error)
}

// Messenger hands messages over for delivery.
type Messenger interface {
	// Send takes a message over; the same id again changes nothing. The text
	// holds {link} and {password} where the secrets belong: an implementation
	// that sends fills them in at the last moment by Secrets, and one that
	// keeps messages keeps them unfilled.
	Send(ctx context.Context, message Message) error
}

// Message is something to tell a person.
type Message struct {
	ID      uuid.UUID
	Account domain.AccountID
	Person  domain.PersonID
	Slot    domain.Slot
	To      domain.Contact
	Subject string // of an e-mail
	Text    string
	Link    LinkRef // zero where the message has no link
	// PasswordCounter is the generated password's counter; zero where the
	// message has none.
	PasswordCounter int
	Tenure          int
	At              time.Time
}

// LinkRef names a link or a code without being one.
type LinkRef struct {
	Purpose string `json:"purpose,omitzero"`
	Counter uint64 `json:"counter,omitzero"`
}
