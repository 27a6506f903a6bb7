package browser

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const (
	// patience is how long a page may take to show what a test waits for. It is
	// long, since it only costs time when a test fails.
	patience = time.Minute
	pause    = 20 * time.Millisecond
)

// Page is one tab with a profile of its own: no cookie is shared with another.
// It belongs to the test that opened it; what goes wrong fails that test.
type Page struct {
	tb     testing.TB
	ctx    context.Context //nolint:containedctx // chromedp keeps the tab in its context
	events *events
	width  int64
	height int64
}

// Option changes a page before it is opened.
type Option func(context.Context) error

// WithoutJavaScript opens a page whose scripts do not run.
func WithoutJavaScript() Option {
	return func(ctx context.Context) error {
		off := emulation.SetScriptExecutionDisabledParams{Value: true}
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, off)
		return err
	}
}

// WithLanguage sets what the browser asks for ("nn", "se, nb;q=0.8").
func WithLanguage(accept string) Option {
	return func(ctx context.Context) error {
		headers := network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": accept}}
		_, err := chromedp.Call(ctx, network.SetExtraHTTPHeaders, headers)
		return err
	}
}

// Page opens an empty page of 1280 × 800 for a test and closes it afterwards.
func (b *Browser) Page(tb testing.TB, options ...Option) *Page {
	tb.Helper()
	p := &Page{tb: tb, events: newEvents(), width: 1280, height: 800}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.events.see))
	p.ctx = ctx
	tb.Cleanup(func() {
		for _, problem := range p.events.problems() {
			tb.Errorf("the browser reports: %s", problem)
		}
		cancel()
	})
	err := chromedp.Do(ctx)
	if err == nil {
		_, err = chromedp.Call(ctx, audits.Enable, cdp.Empty{})
	}
	for _, option := range options {
		err = errors.Join(err, option(ctx))
	}
	if err != nil {
		tb.Fatalf("open a page: %v", err)
	}
	p.Viewport(1280, 800)
	return p
}

// Goto opens an address and waits until it is loaded. An error page is a page
// too; an address where nobody answers fails the test.
func (p *Page) Goto(url string) {
	p.tb.Helper()
	p.do("open "+url, chromedp.Navigate(url))
	p.settle()
}

// Reload loads the page again.
func (p *Page) Reload() {
	p.tb.Helper()
	p.do("reload", chromedp.Reload())
	p.settle()
}

// Back goes to the page before, as the browser's button does.
func (p *Page) Back() {
	p.tb.Helper()
	// chromedp's own action waits for a load that does not come when the browser
	// has kept the page before.
	was := p.URL()
	p.do("go back", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		history, err := cdp.Call(ctx, t, page.GetNavigationHistory, cdp.Empty{})
		if err != nil {
			return err
		}
		if history.CurrentIndex < 1 {
			return errors.New("there is no page before")
		}
		entry := page.NavigateToHistoryEntryParams{EntryID: history.Entries[history.CurrentIndex-1].ID}
		_, err = cdp.Call(ctx, t, page.NavigateToHistoryEntry, entry)
		return err
	}))
	p.until("go back", func(ctx context.Context) error {
		at, err := chromedp.Run(ctx, chromedp.Location())
		if err == nil && at == was {
			err = errors.New("the address is the same")
		}
		return err
	})
	p.settle()
}

// Offline cuts the page's network, or connects it again.
func (p *Page) Offline(off bool) {
	p.tb.Helper()
	p.do("change the network", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		all := []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}}
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule,
			network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: all})
		if err != nil {
			return err
		}
		state := network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}
		_, err = cdp.Call(ctx, t, network.OverrideNetworkState, state)
		return err
	}))
}

// AllowProblem accepts what the browser reports if it contains a text: for a
// test that provokes it.
func (p *Page) AllowProblem(text string) { p.events.allow(text) }

// do runs steps with patience and fails the test when one fails.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.tb.Fatalf("%s: %v", what, err)
	}
}

// until tries again and again, since a page takes its time and may be replaced
// by another meanwhile; in the end it fails the test with the last refusal.
func (p *Page) until(what string, try func(context.Context) error) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := retry(ctx, try); err != nil {
		p.tb.Fatalf("%s: %v", what, err)
	}
}

func retry(ctx context.Context, try func(context.Context) error) error {
	var last error
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return errors.Join(last, fmt.Errorf("gave up: %w", ctx.Err()))
		case <-time.After(pause):
		}
	}
}

// loaded refuses while the page is still coming in.
func loaded(ctx context.Context) error {
	state, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.readyState"))
	if err == nil && state != "complete" {
		err = errors.New("the page is still coming in: " + state)
	}
	return err
}

// settle waits until a navigation that an act has caused is over. A form is
// sent by a task after the click, so the page first gets the chance to run it.
func (p *Page) settle() {
	p.tb.Helper()
	for range 2 {
		p.until("let the page work", func(ctx context.Context) error {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[int]("0"))
			return err
		})
	}
	p.until("wait for the page", func(context.Context) error {
		if p.events.loading() {
			return errors.New("it still loads")
		}
		return nil
	})
}

// evaluate asks the page; a page that is being replaced is asked again.
func evaluate[T any](p *Page, what, script string) T {
	p.tb.Helper()
	var answer T
	p.until(what, func(ctx context.Context) error {
		var err error
		answer, err = chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
		return err
	})
	return answer
}
