package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// screenshots names the folder for pictures; without it they go to a temporary
// one that disappears with the test.
const screenshots = "TORG_SCREENSHOTS"

// Viewport sets the size of the page in CSS pixels: 320 × 640 is the smallest
// phone that WCAG 2.2 asks for (success criterion 1.4.10, reflow).
func (p *Page) Viewport(width, height int64) {
	p.tb.Helper()
	p.width, p.height = width, height
	p.do("set the size", chromedp.EmulateViewport(width, height))
}

// Zoom shows the page larger, as the browser's own zoom does: at 4 a window of
// 1280 is laid out as 320 wide.
func (p *Page) Zoom(factor float64) {
	p.tb.Helper()
	width, height := int64(float64(p.width)/factor), int64(float64(p.height)/factor)
	p.do("zoom", chromedp.EmulateViewport(width, height, chromedp.EmulateScale(factor)))
}

// DarkMode tells the page that the person prefers dark colours, or light ones.
func (p *Page) DarkMode(dark bool) {
	p.tb.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	p.Prefer("prefers-color-scheme", scheme)
}

// Prefer sets a media feature: "prefers-reduced-motion", "reduce"; "forced-colors", "active".
func (p *Page) Prefer(feature, value string) {
	p.tb.Helper()
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}}
	p.do("prefer "+value, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, params)
		return err
	}))
}

// URL returns the address of the page.
func (p *Page) URL() string {
	p.tb.Helper()
	return evaluate[string](p, "ask for the address", "location.href")
}

// Title returns the title of the page.
func (p *Page) Title() string {
	p.tb.Helper()
	return evaluate[string](p, "ask for the title", "document.title")
}

// Text returns the text that the page shows, lines as they are drawn.
func (p *Page) Text() string {
	p.tb.Helper()
	return evaluate[string](p, "read the page", "document.body?.innerText ?? ''")
}

// HTML returns the page's present source.
func (p *Page) HTML() string {
	p.tb.Helper()
	return evaluate[string](p, "read the source", "document.documentElement.outerHTML")
}

// Value returns what a field holds, found by its label.
func (p *Page) Value(label string) string {
	p.tb.Helper()
	var got string
	p.until(fmt.Sprintf("read %q", label), func(ctx context.Context) error {
		n, err := byLabel(ctx, label)
		if err == nil {
			got, err = call[string](ctx, n, `function() { return this.value ?? this.innerText }`)
		}
		return err
	})
	return got
}

// Has reports whether the page now has an element of a role with a name. It
// does not wait; see WaitFor.
func (p *Page) Has(role, name string) bool {
	p.tb.Helper()
	return slices.ContainsFunc(p.all(), func(n node) bool { return n.role == role && n.name == oneLine(name) })
}

// Names returns the accessible names of all elements of a role, in order.
func (p *Page) Names(role string) []string {
	p.tb.Helper()
	var names []string
	for _, n := range p.all() {
		if n.role == role {
			names = append(names, n.name)
		}
	}
	return names
}

func (p *Page) all() []node {
	p.tb.Helper()
	var found []node
	p.until("list the elements", func(ctx context.Context) error {
		var err error
		found, err = nodes(ctx)
		return err
	})
	return found
}

// WaitFor waits until there is exactly one element of a role with a name.
func (p *Page) WaitFor(role, name string) {
	p.tb.Helper()
	p.until("wait", func(ctx context.Context) error {
		_, err := byName(ctx, role, name)
		return err
	})
}

// WaitText waits until the page shows a text; where lines break does not matter.
func (p *Page) WaitText(text string) {
	p.tb.Helper()
	p.waitText(text, true)
}

// WaitGone waits until the page does not show a text any more.
func (p *Page) WaitGone(text string) {
	p.tb.Helper()
	p.waitText(text, false)
}

func (p *Page) waitText(text string, want bool) {
	p.tb.Helper()
	p.until(fmt.Sprintf("wait for %q (shown: %t)", text, want), func(ctx context.Context) error {
		shown, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body?.innerText ?? ''"))
		if err == nil && !want {
			err = loaded(ctx) // what has not come yet has not gone
		}
		if err == nil && strings.Contains(oneLine(shown), oneLine(text)) != want {
			err = fmt.Errorf("the page shows:\n%s", shown)
		}
		return err
	})
}

// WaitURL waits until the address contains a text.
func (p *Page) WaitURL(part string) {
	p.tb.Helper()
	p.until("wait for the address "+part, func(ctx context.Context) error {
		at, err := chromedp.Run(ctx, chromedp.Location())
		if err == nil && !strings.Contains(at, part) {
			err = fmt.Errorf("it is %s", at)
		}
		return err
	})
	p.settle()
}

// Focused describes what has the focus, role and name as a screen reader says
// them: `button "Send inn"`. Nothing focused is "".
func (p *Page) Focused() string {
	p.tb.Helper()
	for _, n := range p.all() {
		if slices.Contains(n.states, "focused") && n.role != "RootWebArea" {
			return n.String()
		}
	}
	return ""
}

// TabWalk presses Tab until the focus has been everywhere, at most so many
// times, and returns where it has been, in order.
func (p *Page) TabWalk(most int) []string {
	p.tb.Helper()
	var walk []string
	// The same name may stand twice, so the way is over when the first element
	// itself, or nothing, has the focus again.
	const again = `document.activeElement === document.body || document.activeElement === globalThis.torgTabWalk`
	const remember = `void (globalThis.torgTabWalk = document.activeElement)`
	for range most {
		p.Press("Tab")
		if len(walk) > 0 && evaluate[bool](p, "compare the focus", again) {
			return walk
		}
		walk = append(walk, p.Focused())
		if len(walk) == 1 {
			evaluate[chromedp.Void](p, "remember the focus", remember)
		}
	}
	return walk
}

// Screenshot saves a picture of the whole page as name.png and returns its path.
func (p *Page) Screenshot(name string) string {
	p.tb.Helper()
	folder := os.Getenv(screenshots)
	if folder == "" {
		folder = p.tb.TempDir()
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.tb.Fatalf("take a picture: %v", err)
	}
	path := filepath.Join(folder, filepath.Base(name)+".png")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.tb.Fatalf("save a picture: %v", err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		p.tb.Fatalf("save a picture: %v", err)
	}
	return path
}

// NoHorizontalScroll fails the test when the page is wider than its window
// (WCAG 2.2, 1.4.10) and names what sticks out.
func (p *Page) NoHorizontalScroll(tb testing.TB) {
	tb.Helper()
	const script = `(() => {
		const width = document.documentElement.clientWidth
		if (document.documentElement.scrollWidth <= width) return []
		const out = Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > width + 1)
		return out.slice(0, 5).map(e => Math.round(e.getBoundingClientRect().right) + "px: " + e.outerHTML.slice(0, 120))
			.concat("the page is " + document.documentElement.scrollWidth + "px wide, the window " + width + "px")
	})()`
	if wide := evaluate[[]string](p, "measure the page", script); len(wide) > 0 {
		tb.Errorf("%s scrolls sideways:\n  %s", p.URL(), strings.Join(wide, "\n  "))
	}
}

// Eval runs a script in the page and returns its value as JSON, for what no
// other method can tell.
func (p *Page) Eval(script string) json.RawMessage {
	p.tb.Helper()
	return evaluate[[]byte](p, "run a script", script)
}
