package commands

import (
	"context"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// EventStore is the log, one stream at a time.
type EventStore interface {
	// Append commits the events at the stream's end, all or none, and returns
	// after they are durable. Where the end is not as expected it returns a
	// *domain.Conflict, unless exactly these events (by id) stand there already:
	// then it answers as the first time.
	Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []Uncommitted) (Appended, error)

	// Read yields the stream's events from a revision on, in order. A stream
	// that does not exist yields nothing. A failure is yielded as an error and
	// ends the sequence; it is never mistaken for the stream's end.
	Read(ctx context.Context, stream domain.StreamName, from uint64) iter.Seq2[domain.Recorded, error]
}

// Uncommitted is an event on its way into the log.
type Uncommitted struct {
	ID       uuid.UUID
	Event    domain.Event
	Metadata domain.Metadata
}

// Appended says where the last of some events came to stand.
type Appended struct {
	Revision uint64
	Position domain.Position
}

// Vault keeps what must not be in an immutable log. Whatever its methods write
// is durable when they return.
type Vault interface {
	Keyring
	Credentials
	Sessions
	APITokens
	IdempotencyRecords
	Counters
}

// Keyring holds the secrets from which slots, links and passwords are derived.
type Keyring interface {
	// Installation is the id of this installation, made at the first call.
	Installation(ctx context.Context) (uuid.UUID, error)
	// LookupKey is the account's key for finding slots: 32 bytes, made at the
	// first call and never changed.
	LookupKey(ctx context.Context, account domain.AccountID) ([]byte, error)
	// LinkKeys are the keys of links and generated passwords by their number,
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
	// Credential is a hash, and empty where there is none.
	Credential(ctx context.Context, id domain.CredentialID) (string, error)
}

// Session is somebody signed in.
type Session struct {
	ID      domain.SessionID
	Account domain.AccountID
	Person  domain.PersonID
	Slot    domain.Slot
	Tenure  int
	Epoch   int
	// Credential is what the session was opened with, and Next what takes its place
	// when its bearer changes the password; zero until then.
	Credential, Next domain.CredentialID
	Agent            string // what the browser or program calls itself
	CreatedAt        time.Time
	UsedAt           time.Time // to within some minutes
	ExpiresAt        time.Time
}

// Sessions holds who is signed in, by the SHA-256 of the bearer's token.
type Sessions interface {
	StartSession(ctx context.Context, digest [32]byte, session Session) error
	// FindSession is the session of a token; false where there is none.
	FindSession(ctx context.Context, digest [32]byte) (Session, bool, error)
	// SessionsOf is a person's, the one used last first, at most limit.
	SessionsOf(ctx context.Context, person domain.PersonID, limit int) ([]Session, error)
	// UseSession notes when a session was used.
	UseSession(ctx context.Context, digest [32]byte, at time.Time) error
	// KeepSession lets a session go on when one credential takes another's place.
	KeepSession(ctx context.Context, digest [32]byte, now, next domain.CredentialID) error
	EndSession(ctx context.Context, digest [32]byte) error
	// EndSessionOf ends a person's session by its id; false where there is none.
	EndSessionOf(ctx context.Context, person domain.PersonID, id domain.SessionID) (bool, error)
	// EndVoidSessions ends a person's sessions of another epoch, and those that
	// neither were opened with the credential nor are kept for it.
	EndVoidSessions(ctx context.Context, person domain.PersonID, epoch int, credential domain.CredentialID) error
	// EndSessionsOf ends all sessions of a person but the one kept.
	EndSessionsOf(ctx context.Context, person domain.PersonID, kept [32]byte) error
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
	// FindAPIToken is the token of a secret; false where there is none.
	FindAPIToken(ctx context.Context, digest [32]byte) (APIToken, bool, error)
	// APITokensOf is a person's tokens in the order in which they were made.
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

// IdempotencyRecords remembers requests for seven days.
type IdempotencyRecords interface {
	// BeginRequest inserts the record, or returns the one that is there.
	BeginRequest(ctx context.Context, key IdempotencyKey, record IdempotencyRecord) (IdempotencyRecord, error)
	// FinishRequest stores the answer.
	FinishRequest(ctx context.Context, key IdempotencyKey, status int, answer []byte) error
}

// CounterKey names a counter without saying whose it is.
type CounterKey [32]byte

// Counter is how much of a limit is used, and until when that counts.
type Counter struct {
	Used  int
	Until time.Time
}

// Counters holds how much of each limit is used.
type Counters interface {
	// ChangeCounters shows the counters of some keys to change, and keeps what it makes of
	// them; nobody else is at them meanwhile. Those that are not there are not in
	// the map. change may be called again, with other counters.
	ChangeCounters(ctx context.Context, keys []CounterKey, change func(map[CounterKey]Counter)) error
}

// Passwords hashes and compares passwords. Its work is bounded: where too much
// is asked at once it refuses with domain.TooBusy.
type Passwords interface {
	Hash(ctx context.Context, password string) (string, error)
	// Verify compares; an empty hash costs the same time and is never right.
	Verify(ctx context.Context, hash, password string) (bool, error)
	// Judge refuses passwords that are too short or long, common, or made of
	// the given own words.
	Judge(password string, minimumLength int, ownWords []string) error
}

// Texts reads what people type. Each method normalises or refuses.
type Texts interface {
	Email(text string) (domain.Contact, error)
	// Phone reads a number; country (ISO 3166-1 alpha-2) is where numbers
	// without a prefix are from, and may be empty.
	Phone(text, country string) (domain.Contact, error)
	PersonName(text string) (string, error)
	Label(text string) (string, error) // of a company, department, workgroup or API token
	JobTitle(text string) (string, error)
	Greeting(text string) (string, error)
	Message(text string) (string, error) // requires {link}
	Reason(text string) (string, error)
	Country(text string) (string, error)
	Language(text string) (string, error)
	// DomainRules normalises e-mail domains, without repetitions. Public mail
	// providers are refused unless confirmed.
	DomainRules(rules []string, publicProvidersConfirmed bool) ([]string, error)
	// PublicSuffix is the end of a domain below which anybody registers names.
	PublicSuffix(emailDomain string) string
}

// Directory finds people's streams. It is a read model: it may lag, and decides
// nothing.
type Directory interface {
	// SlotOf is the slot of a person of the account, with at least everything
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
