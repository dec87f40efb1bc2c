package domain

import "strings"

// DialledAs returns the country under whose numbering plan another's numbers are, where
// the two belong together: for what an SMS costs, and who can be reached, they are one.
// Others are themselves.
//
// Countries of the North American plan are only taken together where they are one
// country's: an SMS from the United States to the Caribbean costs what one abroad does.
func DialledAs(country string) string {
	country = strings.ToUpper(country)
	switch country {
	case "GG", "JE", "IM":
		return "GB"
	case "AX":
		return "FI"
	case "SJ":
		return "NO"
	case "CX", "CC":
		return "AU"
	case "KZ":
		return "RU"
	case "VA":
		return "IT"
	case "EH":
		return "MA"
	case "PR", "VI", "GU", "AS", "MP":
		return "US"
	case "BL", "MF":
		return "GP"
	case "YT":
		return "RE"
	case "TA":
		return "SH"
	case "BQ":
		return "CW"
	}
	return country
}
