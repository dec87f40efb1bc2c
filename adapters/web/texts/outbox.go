package texts

// Box is the words of the outbox.
type Box interface {
	BoxTitle() string
	BoxIntro() string
	BoxEmpty() string
	BoxTo() string
	BoxSubject() string
	BoxSent() string
	BoxSMSTo(number string) string
	// BoxHidden stands where a message has what is for its recipient alone.
	BoxHidden() string
}

func (english) BoxTitle() string { return "Outbox" }
func (english) BoxIntro() string {
	return "What would have been sent, the newest first. This server keeps messages instead of sending them."
}
func (english) BoxEmpty() string              { return "Nothing sent yet." }
func (english) BoxTo() string                 { return "To" }
func (english) BoxSubject() string            { return "Subject" }
func (english) BoxSent() string               { return "Sent" }
func (english) BoxSMSTo(number string) string { return "SMS to " + number }
func (english) BoxHidden() string             { return "(for the recipient alone)" }

func (german) BoxTitle() string { return "Postausgang" }
func (german) BoxIntro() string {
	return "Was versandt worden wäre, das Neueste zuerst. Dieser Server behält Nachrichten, statt sie zu versenden."
}
func (german) BoxEmpty() string              { return "Es wurde noch nichts versandt." }
func (german) BoxTo() string                 { return "An" }
func (german) BoxSubject() string            { return "Betreff" }
func (german) BoxSent() string               { return "Versandt" }
func (german) BoxSMSTo(number string) string { return "SMS an " + number }
func (german) BoxHidden() string             { return "(nur für die Empfängerin oder den Empfänger)" }
