package contacts

import "strings"

// renumbered is the number of today of one that was written before its country changed
// its plan; false where it is none of those, or where nobody has the number of today.
// Most of these changes are between 2008 and 2024: address books are full of the old.
func (n phoneNumber) renumbered() (phoneNumber, bool) {
	if n.takesSMS() && n.code != gabon {
		return phoneNumber{}, false
	}
	for _, change := range renumberings() {
		if change.code != n.code || len(change.old) != len(n.significant) {
			continue
		}
		if rest, fits := change.cut(n.significant); fits {
			if now, found := mobileOf(n.code, rest); found {
				return now, true
			}
		}
	}
	return phoneNumber{}, false
}

// gabon's old forms are still called valid.
const gabon = 241

// renumbering is how old numbers of a length became those of today. In both, ? is a digit
// that stays; of the old, all else is a digit that it has there.
type renumbering struct {
	code     int
	old, now string
}

// renumberings are, for each country, in the order of the old digits.
func renumberings() []renumbering {
	changes := []renumbering{
		{229, "????????", "01????????"},   // Benin, 2024
		{52, "1??????????", "??????????"}, // Mexico, 2019: no 1 in front of mobiles
		{55, "??????????", "??9????????"}, // Brazil, until 2016
		{237, "????????", "6????????"},    // Cameroon, 2014
		{995, "????????", "5????????"},    // Georgia, 2011
		{230, "???????", "5???????"},      // Mauritius, 2013
		{593, "9???????", "99???????"},    // Ecuador, 2012
		{593, "8???????", "98???????"},
	}
	changes = append(changes, expanding(225, "?%??????", "07?%??????", "789")...) // Côte d'Ivoire, 2021: by network
	changes = append(changes, expanding(225, "?%??????", "05?%??????", "456")...)
	changes = append(changes, expanding(225, "?%??????", "01?%??????", "0123")...)
	changes = append(changes, expanding(gabon, "%??????", "6%??????", "256")...) // Gabon, 2019: by network
	changes = append(changes, expanding(gabon, "%??????", "7%??????", "47")...)
	changes = append(changes, expanding(gabon, "0%??????", "6%??????", "256")...)
	changes = append(changes, expanding(gabon, "0%??????", "7%??????", "47")...)
	for old, now := range vietnamese() {
		changes = append(changes, renumbering{84, old + "???????", now + "???????"})
	}
	return changes
}

// vietnamese are the prefixes of 2018.
func vietnamese() map[string]string {
	return map[string]string{
		"120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
		"123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
		"162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39",
		"186": "56", "188": "58", "199": "59",
	}
}

// expanding is one renumbering for each digit that stands in the place of %.
func expanding(code int, old, now, digits string) []renumbering {
	changes := make([]renumbering, len(digits))
	for i := range digits {
		changes[i] = renumbering{code, strings.ReplaceAll(old, "%", digits[i:i+1]), strings.ReplaceAll(now, "%", digits[i:i+1])}
	}
	return changes
}

// cut is an old number in its form of today; false where it is none of these.
func (r renumbering) cut(significant string) (string, bool) {
	var stays strings.Builder
	for i := range significant {
		switch r.old[i] {
		case '?':
			stays.WriteByte(significant[i])
		case significant[i]:
		default:
			return "", false
		}
	}
	var now strings.Builder
	rest := stays.String()
	for i := range r.now {
		if r.now[i] != '?' {
			now.WriteByte(r.now[i])
			continue
		}
		now.WriteByte(rest[0])
		rest = rest[1:]
	}
	return now.String(), true
}
