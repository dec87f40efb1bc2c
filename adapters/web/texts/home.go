package texts

// Home is the words of the Activity Stream and the General chat.
type Home interface {
	ActivityTitle() string
	ChatTitle() string
	InviteUsers() string
	NobodyYet() string
	ChatEmpty() string
	Waiting(n int) string
}

func (english) ActivityTitle() string { return "Activity Stream" }
func (english) ChatTitle() string     { return "General chat" }
func (english) InviteUsers() string   { return "Invite users" }
func (english) NobodyYet() string     { return "Nobody here yet but you." }
func (english) ChatEmpty() string     { return "Whoever joins is announced here." }

func (t english) Waiting(n int) string {
	return counted(n, t.Number(n), "1 person waits to be let in", "{n} people wait to be let in")
}

func (german) ActivityTitle() string { return "Aktivitäten" }
func (german) ChatTitle() string     { return "Allgemeiner Chat" }
func (german) InviteUsers() string   { return "Mitarbeiter einladen" }
func (german) NobodyYet() string     { return "Noch ist außer Ihnen niemand hier." }
func (german) ChatEmpty() string     { return "Wer dazukommt, wird hier angekündigt." }

func (t german) Waiting(n int) string {
	return counted(n, t.Number(n), "1 Person wartet auf Einlass", "{n} Personen warten auf Einlass")
}
