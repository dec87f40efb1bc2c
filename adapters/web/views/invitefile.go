package views

import "github.com/usher-engine/usher/commands"

func (i InviteFile) mark() string {
	switch {
	case i.Refused > 0:
		return "warn"
	case i.Done:
		return "good"
	}
	return ""
}

func (i InviteFile) use() commands.ImportUse {
	if i.Register {
		return commands.ImportRegisters
	}
	return commands.ImportInvites
}

// hiddenConfirmed is the lines that were confirmed before and are not asked back again.
func (i InviteFile) hiddenConfirmed() []int { return i.Confirmed }
