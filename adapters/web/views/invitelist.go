package views

import "strconv"

// contacts is the field of all contacts.
func (l InviteList) contacts(f Frame) TextArea {
	field := TextArea{
		Name: "contacts", Label: f.InviteEmails(), Hint: f.InviteEmailsHint(), Value: l.Typed, Rows: "10", Direction: "ltr",
		Post: f.At("invite", l.way(), "check"), Target: "#found",
	}
	if l.SMS {
		field.Label, field.Hint = f.InvitePhones(), f.InvitePhonesHint()
	}
	return field
}

func (l InviteList) fixedText() string {
	if l.SMS {
		return l.Terms.SMS
	}
	return l.Terms.Email
}

// sending is how many a button says that it sends; 0 where it does not say.
func (f Pasted) sending() int {
	if f.Checked {
		return f.Good
	}
	return f.All
}

func (i ListBecame) mark() string {
	if len(i.Refused)+len(i.Settled) == 0 {
		return "good"
	}
	return "warn"
}

// number is a row's number for people, who begin with 1.
func (RefusedContact) number(place string) int {
	n, _ := strconv.Atoi(place) // which we wrote
	return n + 1
}
