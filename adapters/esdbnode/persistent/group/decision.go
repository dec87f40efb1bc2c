package group

import (
	"time"

	"github.com/usher-engine/usher/adapters/journal"
)

// Place is where an event stands in what a group reads: its revision in a
// stream, or its position in $all.
type Place uint64

// Message is an event on its way to a reader.
type Message struct {
	Place Place
	Event *journal.Record // nil where a link's event is gone
	Link  *journal.Record // nil where the event was not reached by a link
}

// Original returns what was read: the link, where there is one. Readers answer by
// its id.
func (m Message) Original() *journal.Record {
	if m.Link != nil {
		return m.Link
	}
	return m.Event
}

// Settings are how a group behaves. All counts are at least 0.
type Settings struct {
	Strategy        Strategy
	MessageTimeout  time.Duration // how long a reader has for an answer; 0: for ever
	MaxRetries      int           // how often a message is tried again before it is parked
	Buffer          int           // how many messages may wait to be delivered
	CheckpointAfter time.Duration // 0: checkpoints are made by count alone
	MinCheckpoint   int           // done messages without which no time makes a checkpoint
	MaxCheckpoint   int           // done messages that make a checkpoint at any time
	MaxReaders      int           // 0: any number
	Measure         bool          // whether to keep how long readers took to answer
}

// Action is what a reader wants done with messages it could not process.
type Action int

// The actions.
const (
	Retry Action = iota
	Park
	Skip
)

// ReaderID names a connected reader within its group.
type ReaderID uint64

// Ticket names one attempt at delivering a message.
type Ticket uint64

// Decision is something to be done, in the order decided.
//
//sumtype:decl
type Decision interface{ decision() }

// Deliver says to send a message to a reader.
type Deliver struct {
	Reader  ReaderID
	Ticket  Ticket
	Message Message
	Retries int // how often it was tried before
}

// Withdraw says not to send a message any more if it was not sent yet.
type Withdraw struct {
	Reader ReaderID
	Ticket Ticket
}

// SetAside says to put a message aside durably, and then to tell the group by
// Parked. Until then the message is not done.
type SetAside struct {
	Ticket     Ticket
	Message    Message
	Reason     string
	MaxRetries bool // whether it was tried too often, or its reader asked for it
}

// Checkpoint says that everything up to and with a place is done.
type Checkpoint struct{ Place Place }

// Release says that the parked messages before a place in their own stream
// were replayed and are done.
type Release struct{ Before Place }

func (Deliver) decision()    {}
func (Withdraw) decision()   {}
func (SetAside) decision()   {}
func (Checkpoint) decision() {}
func (Release) decision()    {}
