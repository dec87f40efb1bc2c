package batch

import "github.com/usher-engine/usher/domain"

// Event is what can happen to a bulk invitation.
//
//sumtype:decl
type Event interface {
	domain.Event
	batchEvent()
}

const (
	OpenedType  domain.EventType = "batch.opened"
	ClosedType  domain.EventType = "batch.closed"
	RevokedType domain.EventType = "batch.revoked"
	StoppedType domain.EventType = "batch.stopped"
)

// Channel is how an invitation travels.
type Channel string

const (
	SMS   Channel = "sms"
	Email Channel = "email"
)

type (
	// Opened fixes what all invitations of the batch have in common.
	Opened struct {
		Batch      domain.BatchID       `json:"batch"`
		Channel    Channel              `json:"channel"`
		Inviter    domain.PersonID      `json:"inviter"`
		Size       int                  `json:"size"`
		Plan       string               `json:"plan"` // under which the text was judged
		Language   string               `json:"language"`
		Department domain.DepartmentID  `json:"department,omitzero"`
		Workgroups []domain.WorkgroupID `json:"workgroups,omitzero"`
		Personal   Text                 `json:"personal"`
	}

	// Closed counts what became of the batch's rows.
	Closed struct {
		Batch   domain.BatchID `json:"batch"`
		Invited int            `json:"invited"`
		Refused int            `json:"refused"`
		Untried int            `json:"untried,omitzero"` // rows that were left when it was stopped
	}

	// Revoked kills all links of the batch that are still open; each person's own
	// events follow.
	Revoked struct {
		Batch domain.BatchID  `json:"batch"`
		By    domain.PersonID `json:"by"`
	}

	// Stopped has nobody further invited; who was invited by then stays so.
	Stopped struct {
		Batch domain.BatchID  `json:"batch"`
		By    domain.PersonID `json:"by"`
	}
)

// Text is the message as everybody of the batch gets it; {link} stands for each
// one's own link. It is personal data of the inviter, who may have written it.
type Text struct {
	Message string `json:"message"`
}

func (e Opened) Subject() domain.PersonID { return e.Inviter }

func (Opened) Type() domain.EventType  { return OpenedType }
func (Closed) Type() domain.EventType  { return ClosedType }
func (Revoked) Type() domain.EventType { return RevokedType }
func (Stopped) Type() domain.EventType { return StoppedType }

func (Opened) About() domain.PersonID  { return domain.Nobody() }
func (Closed) About() domain.PersonID  { return domain.Nobody() }
func (Revoked) About() domain.PersonID { return domain.Nobody() }
func (Stopped) About() domain.PersonID { return domain.Nobody() }

func (Opened) batchEvent()  {}
func (Closed) batchEvent()  {}
func (Revoked) batchEvent() {}
func (Stopped) batchEvent() {}
