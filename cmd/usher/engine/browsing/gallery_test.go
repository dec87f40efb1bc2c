package browsing_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// looks is how each page is looked at: two ways in each test run, and all in make soak.
func looks() map[string]look {
	all := map[string]look{
		"phone in the dark": {phone.inTheDark(), "en"},
		"desk by day":       {desk, "de"},
	}
	if os.Getenv("USHER_SOAK") != "" {
		all["phone by day"], all["desk in the dark"] = look{phone, "de"}, look{desk.inTheDark(), "en"}
	}
	return all
}

type look struct {
	screen
	language string
}

func TestEachPageInEachState(t *testing.T) {
	t.Parallel()
	usher, script := enginetest.StartForBrowsers(t), axe(t)
	for name, look := range looks() {
		t.Run(name, func(t *testing.T) {
			b := open(t, usher.URL, look.screen)
			for _, one := range views.Gallery() {
				path := "/gallery/" + one.Page + "/" + one.State
				b.see(path + "?language=" + look.language)
				require.Equal(t, look.language, ask[string](b, "document.documentElement.lang"), path)
				for _, wrong := range ask[[]string](b, geometry) {
					t.Errorf("%s: %s", path, wrong)
				}
				if look.width == phone.width {
					b.do(chromedp.EmulateViewport(320, 640))
					for _, wrong := range ask[[]string](b, geometry) {
						t.Errorf("%s at 320 px: %s", path, wrong)
					}
					b.do(chromedp.EmulateViewport(look.width, look.height))
				}
				ask[bool](b, script+"; true")
				for _, wrong := range ask[[]string](b, accessible) {
					t.Errorf("%s: %s", path, wrong)
				}
			}
			require.Empty(t, b.noted())
		})
	}
}
