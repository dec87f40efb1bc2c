package batch

import "github.com/usher-engine/usher/domain"

// Command is what can be asked of a bulk invitation.
//
//sumtype:decl
type Command interface{ batchCommand() }

type (
	// Open begins the batch.
	Open struct {
		Batch      domain.BatchID
		Channel    Channel
		Inviter    domain.PersonID
		Size       int
		Plan       string
		Language   string
		Department domain.DepartmentID
		Workgroups []domain.WorkgroupID
		Message    string
	}

	// Close records the counts.
	Close struct {
		Batch            domain.BatchID
		Invited, Refused int
		Untried          int
	}

	// Revoke kills all links of the batch at once.
	Revoke struct {
		Batch domain.BatchID
		By    domain.PersonID
	}

	// Stop has nobody further invited.
	Stop struct {
		Batch domain.BatchID
		By    domain.PersonID
	}
)

func (Open) batchCommand()   {}
func (Close) batchCommand()  {}
func (Revoke) batchCommand() {}
func (Stop) batchCommand()   {}
