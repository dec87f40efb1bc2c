package contacts

// The characters of GSM 03.38, of which a message without others has room for
// 160; those of the extension take two places.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€"
)

// SMSSegments returns the number of messages that a text is sent, and paid, as. One
// character outside GSM 03.38 makes the whole text UCS-2, with less than half
// the room: 70 instead of 160, and 67 instead of 153 in a message of several.
func SMSSegments(text string) int {
	widths := make([]int, 0, len(text))
	for _, r := range text {
		width := gsmWidth(r)
		if width == 0 {
			return segments(utf16Widths(text), 70, 67)
		}
		widths = append(widths, width)
	}
	return segments(widths, 160, 153)
}

func gsmWidth(r rune) int {
	for _, basic := range gsmBasic {
		if r == basic {
			return 1
		}
	}
	for _, extended := range gsmExtension {
		if r == extended {
			return 2
		}
	}
	return 0
}

func utf16Widths(text string) []int {
	widths := make([]int, 0, len(text))
	for _, r := range text {
		if r > 0xFFFF {
			widths = append(widths, 2)
		} else {
			widths = append(widths, 1)
		}
	}
	return widths
}

// segments packs characters of the given widths; none is cut in two.
func segments(widths []int, alone, several int) int {
	total := 0
	for _, width := range widths {
		total += width
	}
	if total <= alone {
		return min(total, 1)
	}
	count, used := 1, 0
	for _, width := range widths {
		if used+width > several {
			count, used = count+1, 0
		}
		used += width
	}
	return count
}
