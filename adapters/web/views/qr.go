package views

import (
	"fmt"
	"strings"

	qr "github.com/piglig/go-qr"
)

// quiet is how many modules around a code stay white, as readers want it (ISO/IEC 18004).
const quiet = 4

// qrCode is a picture that phones read: how many modules it has on a side, and the dark
// ones as the path of an SVG.
type qrCode struct {
	side int
	path string
}

// box is the picture's view box.
func (c qrCode) box() string { return fmt.Sprintf("0 0 %d %d", c.side, c.side) }

// codeOf draws a text. Of one that is too long for any code it is nothing.
func codeOf(text string) qrCode {
	drawn, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		return qrCode{}
	}
	var path strings.Builder
	for y := range drawn.Size() {
		for x := 0; x < drawn.Size(); x++ {
			run := 0
			for x+run < drawn.Size() && drawn.Module(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	return qrCode{drawn.Size() + 2*quiet, path.String()}
}
