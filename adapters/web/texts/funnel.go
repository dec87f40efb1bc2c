package texts

import "github.com/usher-engine/usher/projections/funnel"

// Funnel is the words of how far people get on their way in.
type Funnel interface {
	FunnelTitle() string
	FunnelText() string
	FunnelApart() string
	FunnelBy(by funnel.By) string
	FunnelFrom() string
	FunnelTo() string
	FunnelApply() string
	FunnelEmpty() string
	// FunnelStages returns what the stages are called, in their order.
	FunnelStages() []string
	FunnelWay(way funnel.Kind) string
	// FunnelLost says how many fewer have reached a stage than the one before, by now.
	FunnelLost(n int) string
	FunnelNobody() string
	FunnelTotal() string
}

func (english) FunnelTitle() string { return "Funnel" }

func (english) FunnelText() string {
	return "How far people have got by now whose way began in these weeks. Joining by the link and direct registration begin with the registration."
}
func (english) FunnelApart() string { return "Told apart by" }

func (english) FunnelBy(by funnel.By) string {
	switch by {
	case funnel.ByWay:
		return "Way in"
	case funnel.ByInviter:
		return "Inviter"
	case funnel.ByDepartment:
		return "Department"
	case funnel.ByWeek:
	}
	return "Week"
}
func (english) FunnelFrom() string  { return "First week" }
func (english) FunnelTo() string    { return "Last week" }
func (english) FunnelApply() string { return "Apply" }
func (english) FunnelEmpty() string { return "Nobody began in these weeks." }

func (english) FunnelStages() []string {
	return []string{"Invited", "Opened", "Registered", "Let in", "Logged in"}
}

func (english) FunnelWay(way funnel.Kind) string {
	switch way {
	case funnel.SMS:
		return "SMS"
	case funnel.Email:
		return "E-mail"
	case funnel.Direct:
		return "Direct registration"
	case funnel.JoinLink:
	}
	return "Join link"
}
func (t english) FunnelLost(n int) string { return t.Number(n) + " fewer" }
func (english) FunnelNobody() string      { return "Nobody" }
func (english) FunnelTotal() string       { return "All" }

func (german) FunnelTitle() string { return "Trichter" }

func (german) FunnelText() string {
	return "Wie weit die gekommen sind, deren Weg in diesen Wochen begann. Wer über den Beitrittslink kommt oder eingetragen wird, beginnt mit der Registrierung."
}
func (german) FunnelApart() string { return "Unterschieden nach" }

func (german) FunnelBy(by funnel.By) string {
	switch by {
	case funnel.ByWay:
		return "Weg"
	case funnel.ByInviter:
		return "Wer eingeladen hat"
	case funnel.ByDepartment:
		return "Abteilung"
	case funnel.ByWeek:
	}
	return "Woche"
}
func (german) FunnelFrom() string  { return "Erste Woche" }
func (german) FunnelTo() string    { return "Letzte Woche" }
func (german) FunnelApply() string { return "Anwenden" }
func (german) FunnelEmpty() string { return "In diesen Wochen hat niemand begonnen." }

func (german) FunnelStages() []string {
	return []string{"Eingeladen", "Geöffnet", "Registriert", "Eingelassen", "Angemeldet"}
}

func (german) FunnelWay(way funnel.Kind) string {
	switch way {
	case funnel.SMS:
		return "SMS"
	case funnel.Email:
		return "E-Mail"
	case funnel.Direct:
		return "Eintrag durch andere"
	case funnel.JoinLink:
	}
	return "Beitrittslink"
}
func (t german) FunnelLost(n int) string { return t.Number(n) + " weniger" }
func (german) FunnelNobody() string      { return "Niemand" }
func (german) FunnelTotal() string       { return "Alle" }
