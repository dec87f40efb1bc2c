package domain

// Doubt is why something that people typed looks wrong and may be right; empty where
// nothing does. Doubts are on record where they were confirmed, so the list below is
// only ever added to.
type Doubt string

const (
	// UnknownRange is a phone number of the right length in a range that no numbering
	// plan of ours lists.
	UnknownRange Doubt = "unknown_range"
	// OtherReading is a phone number without a plus, whose digits are somebody else's
	// number when they are read otherwise.
	OtherReading Doubt = "other_reading"
	// LandlineForm is a phone number written as a landline's, where a mobile's differs
	// by a digit.
	LandlineForm Doubt = "landline_form"
	// UnknownEnding is an e-mail domain that ends as no known one does.
	UnknownEnding Doubt = "unknown_ending"
	// NearProvider is an e-mail domain that is almost a great provider's.
	NearProvider Doubt = "near_provider"
	// SystemName is a name under which somebody could pass for the system or the company.
	SystemName Doubt = "system_name"
	// OtherScript is a name that begins like another company's, in letters of another script.
	OtherScript Doubt = "other_script"
)

// Doubts returns every doubt there is.
func Doubts() []Doubt {
	return []Doubt{UnknownRange, OtherReading, LandlineForm, UnknownEnding, NearProvider, SystemName, OtherScript}
}

// Code returns under which code a doubt is asked back.
func (d Doubt) Code() Code {
	switch d {
	case UnknownRange:
		return ConfirmUnknownRange
	case SystemName, OtherScript:
		return ConfirmName
	case OtherReading, LandlineForm, UnknownEnding, NearProvider:
	}
	return ConfirmContact
}

// AskBack returns the refusal that asks whether something is meant as it was typed.
func AskBack(doubt Doubt, message string) *Refusal {
	return &Refusal{Code: doubt.Code(), Message: message, Doubt: doubt}
}
