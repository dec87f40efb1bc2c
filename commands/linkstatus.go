package commands

import (
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain/person"
)

// statusAfter is where the events of a used link have led.
func statusAfter(events []person.Event) LinkStatus {
	awaits := person.Nothing
	if registered, ok := execution.Find[person.Registered](events); ok {
		awaits = registered.Awaits
	}
	if proved, ok := execution.Find[person.AddressProved](events); ok {
		awaits = proved.Awaits
	}
	switch awaits {
	case person.Proof:
		return NowAwaitingProof
	case person.Approval:
		return NowAwaitingApproval
	case person.Nothing:
	}
	return NowEmployed
}
