package ui_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/torg-no/torg/internal/platform/ui"
)

const (
	chromium = "/usr/bin/chromium"
	axeFile  = "../../../frontend/node_modules/axe-core/axe.min.js"
)

// needBrowser skips where the browser, axe or the bundle is missing; in CI that
// is a failure, for then nothing would be tested.
func needBrowser(t *testing.T) string {
	t.Helper()
	axe, err := os.ReadFile(axeFile)
	if err == nil {
		_, err = os.Stat(chromium)
	}
	if err == nil && ui.AssetURL("app.css") == "" {
		err = fmt.Errorf("the bundle is not built (go -C tools run ./bundle -root ..)")
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the browser test cannot run: %v", err)
		}
		t.Skipf("the browser test cannot run: %v", err)
	}
	return string(axe)
}

// browser starts a headless Chromium with a fresh profile and returns a tab.
func browser(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium), chromedp.UserDataDir(profile(t)),
		chromedp.Flag("headless", true), chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true),
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	limited, cancel := context.WithTimeout(tab, limit)
	t.Cleanup(cancel)
	return limited
}

// profile is removed with patience: the browser's children write a little longer.
func profile(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "torg-ui-") //nolint:usetesting // TempDir fails when the browser writes on after its end
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 50 {
			if os.RemoveAll(folder) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	return folder
}

type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func runAxe(ctx context.Context, axe string) ([]violation, error) {
	const call = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then((r) => r.violations)`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](axe+"; true")); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.Evaluate[[]violation](call, chromedp.EvalAwaitPromise))
}

// complaints gathers what the console says: faults of scripts and of the policy.
type complaints struct {
	mu   sync.Mutex
	list []string
}

func (c *complaints) listen(t *testing.T, ctx context.Context) {
	t.Helper()
	err := chromedp.Listen(ctx, func(event any) {
		c.mu.Lock()
		defer c.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			c.list = append(c.list, (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				c.list = append(c.list, e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (c *complaints) take() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := strings.Join(c.list, "\n")
	c.list = nil
	return all
}

type view struct {
	width int64
	dark  bool
}

func (v view) name() string {
	if v.dark {
		return fmt.Sprintf("%d-dark", v.width)
	}
	return fmt.Sprintf("%d", v.width)
}

func open(ctx context.Context, url string, v view) error {
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return err
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(v.width, 900), chromedp.Navigate(url)); err != nil {
		return err
	}
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.fonts.ready.then(() => true)`, chromedp.EvalAwaitPromise))
	return err
}

// TestPages_areAccessible opens every page of the storybook small and large, by
// day and by night: axe finds nothing, nothing scrolls sideways, the console is
// silent under the policy. Set TORG_SCREENSHOTS to a folder to see the pages.
func TestPages_areAccessible(t *testing.T) {
	t.Parallel()
	axe := needBrowser(t)
	server := httptest.NewServer(storyServer(t))
	t.Cleanup(server.Close)
	ctx := browser(t, 5*time.Minute)
	var heard complaints
	heard.listen(t, ctx)
	for _, name := range append(ui.StoryPages(), "all") {
		for _, v := range []view{{width: 1280, dark: true}, {width: 1280}, {width: 360}, {width: 320}} {
			if err := open(ctx, server.URL+"/story/"+name, v); err != nil {
				t.Fatalf("%s %s: %v", name, v.name(), err)
			}
			screenshot(ctx, t, name+"-"+v.name())
			checkWidth(ctx, t, name+" "+v.name())
			if v.width != 320 { // the same layout as at 360
				checkAxe(ctx, t, axe, name+" "+v.name())
			}
			if said := heard.take(); said != "" {
				t.Errorf("%s %s: the console says: %s", name, v.name(), said)
			}
		}
	}
}

func checkAxe(ctx context.Context, t *testing.T, axe, name string) {
	t.Helper()
	list, err := runAxe(ctx, axe)
	if err != nil {
		t.Fatalf("%s: run axe: %v", name, err)
	}
	for _, v := range list {
		t.Errorf("%s: %s: %s (%d places), first:\n%s\n%s", name, v.ID, v.Help, len(v.Nodes), v.Nodes[0].HTML, v.Nodes[0].Summary)
	}
}

func checkWidth(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	tooWide, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil {
		t.Fatal(err)
	}
	if tooWide > 0 {
		t.Errorf("%s: the page scrolls %d pixels sideways", name, tooWide)
	}
}

func screenshot(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	folder := os.Getenv("TORG_SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
