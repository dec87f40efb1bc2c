package browsing_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser is the one Chromium of all tests, started when the first of them needs it.
var browser = sync.OnceValues(func() (context.Context, error) {
	if _, err := exec.LookPath("chromium"); err != nil {
		return nil, fmt.Errorf("these tests need Chromium: install it, on Debian by apt-get install chromium: %w", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,BackForwardCache")) // so that Back asks the caches, and loads
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(ctx)
	closing = append(closing, stop, end)
	return ctx, chromedp.Do(ctx)
})

var closing []context.CancelFunc

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(closing) - 1; i >= 0; i-- {
		closing[i]()
	}
	os.Exit(code)
}

// patience is how long anything may take that a tab is asked for, on a busy machine.
const patience = time.Minute

// screen is what somebody looks at.
type screen struct {
	width, height int64
	dark          bool
	scriptOff     bool
}

var (
	phone = screen{width: 390, height: 844}
	desk  = screen{width: 1440, height: 900}
)

func (s screen) inTheDark() screen {
	s.dark = true
	return s
}

func (s screen) withoutScript() screen {
	s.scriptOff = true
	return s
}

// tab is a tab of a browser that nobody else uses.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string

	mu     sync.Mutex
	faults []string // what it said, asked for elsewhere, or did against its policy
	sent   []string // method and address of each request for a page or a part of one
}

// open opens a tab with cookies of its own, below a base address.
func open(t testing.TB, base string, s screen) *tab {
	t.Helper()
	parent, err := browser()
	require.NoError(t, err)
	b := &tab{t: t, base: base}
	ctx, end := chromedp.NewContext(parent, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.note))
	t.Cleanup(end)
	b.ctx = ctx
	require.NoError(t, chromedp.Do(ctx)) // which opens it, for as long as ctx
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	b.do(chromedp.EmulateViewport(s.width, s.height), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: noteViolations}); err != nil {
			return err
		}
		if s.scriptOff {
			if _, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
				return err
			}
		}
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	}))
	return b
}

// noteViolations tells what a page does against its policy.
const noteViolations = `addEventListener("securitypolicyviolation", (e) => console.error("policy: " + e.violatedDirective + " " + e.blockedURI))`

func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, one := range e.Args {
			words = append(words, string(one.Value)+one.Description)
		}
		b.faults = append(b.faults, "console: "+strings.Join(words, " "))
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if !strings.Contains(e.Entry.Text, "Failed to load resource") { // of which the tests look at the status
			b.faults = append(b.faults, "log: "+e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, b.base) && !strings.HasPrefix(e.Request.URL, "data:") && e.Request.URL != "about:blank" {
			b.faults = append(b.faults, "asked elsewhere: "+e.Request.URL)
		}
		if !strings.Contains(e.Request.URL, "/static/") {
			b.sent = append(b.sent, e.Request.Method+" "+strings.TrimPrefix(e.Request.URL, b.base))
		}
	}
}

// noted is what the tab did that a page should not.
func (b *tab) noted() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.faults
}

// requests is what the tab has sent.
func (b *tab) requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sent
}

// do does something as a person would.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, steps...))
}

// see goes to a path, and waits until it is there.
func (b *tab) see(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// ask evaluates an expression, which judges a page and clicks nothing: what is clicked so
// is not held to the page's policy.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err)
	return answer
}
