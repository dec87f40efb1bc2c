package catalogue

import (
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/accounts"
	"github.com/usher-engine/usher/projections/activity"
	"github.com/usher-engine/usher/projections/approvals"
	"github.com/usher-engine/usher/projections/chat"
	"github.com/usher-engine/usher/projections/deadlines"
	"github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/funnel"
	"github.com/usher-engine/usher/projections/history"
	"github.com/usher-engine/usher/projections/invited"
	"github.com/usher-engine/usher/projections/joinlink"
	"github.com/usher-engine/usher/projections/lineage"
	"github.com/usher-engine/usher/projections/structure"
)

// All returns every read model.
func All() []projections.View {
	return []projections.View{
		employees.View(),    // who has access, and what people are called
		invited.View(),      // who was invited and has not come yet
		deadlines.View(),    // what runs out when
		approvals.View(),    // who registered and waits
		approvals.Notices(), // in which accounts administrators are to be told
		structure.View(),    // who stands where
		activity.View(),     // what happened, for everybody
		chat.View(),         // who joined
		history.View(),      // every event, for auditors
		joinlink.View(),     // how many used each join link
		joinlink.Seats(),    // whose use of a limited join link is not done
		lineage.View(),      // who let in whom
		funnel.View(),       // how far people get on their way in
		accounts.View(),     // which companies there are
	}
}
