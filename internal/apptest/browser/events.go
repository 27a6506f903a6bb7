package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// events collects what the browser tells about one page. The browser's reader
// calls see, the test asks the rest.
type events struct {
	mu        sync.Mutex
	loads     map[string]bool            // frames on their way to a document
	documents map[network.RequestID]bool // requests for whole pages
	found     []string
	allowed   []string
}

func newEvents() *events {
	return &events{loads: map[string]bool{}, documents: map[network.RequestID]bool{}}
}

func (e *events) see(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch ev := event.(type) {
	case *page.EventFrameStartedLoading:
		e.loads[string(ev.FrameID)] = true
	case *page.EventFrameStartedNavigating:
		e.loads[string(ev.FrameID)] = true
	case *page.EventFrameStoppedLoading:
		delete(e.loads, string(ev.FrameID))
	case *page.EventFrameDetached:
		delete(e.loads, string(ev.FrameID))
	case *network.EventRequestWillBeSent:
		if ev.Type == network.ResourceTypeDocument {
			e.documents[ev.RequestID] = true
		}
	case *log.EventEntryAdded:
		e.entry(ev.Entry)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			e.report("console", arguments(ev.Args))
		}
	case *runtime.EventExceptionThrown:
		e.report("script error", exception(ev.ExceptionDetails))
	case *audits.EventIssueAdded:
		e.issue(ev.Issue)
	}
}

// entry takes the browser's own messages. That a whole page came with an error
// status is no problem: error pages are tested too.
func (e *events) entry(entry *log.Entry) {
	if entry.Level != log.EntryLevelError || e.documents[entry.NetworkRequestID] {
		return
	}
	e.report(string(entry.Source), strings.TrimSpace(entry.Text+" "+entry.URL))
}

// issue takes a broken content security policy, which a page without scripts
// tells only here.
func (e *events) issue(issue *audits.InspectorIssue) {
	if issue.Details == nil || issue.Details.ContentSecurityPolicyIssueDetails == nil {
		return
	}
	csp := issue.Details.ContentSecurityPolicyIssueDetails
	e.report("content security policy", fmt.Sprintf("%s refused (%s) %s",
		csp.ViolatedDirective, csp.ContentSecurityPolicyViolationType, csp.BlockedURL))
}

func (e *events) report(kind, text string) {
	problem := kind + ": " + text
	if !slices.Contains(e.found, problem) {
		e.found = append(e.found, problem)
	}
}

func (e *events) allow(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.allowed = append(e.allowed, text)
}

// problems returns what was reported and is not allowed.
func (e *events) problems() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(e.found), func(problem string) bool {
		return slices.ContainsFunc(e.allowed, func(text string) bool { return strings.Contains(problem, text) })
	})
}

func (e *events) loading() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.loads) > 0
}

func arguments(args []*runtime.RemoteObject) string {
	var words []string
	for _, arg := range args {
		var text string
		switch {
		case arg.Description != "":
			text = arg.Description
		case json.Unmarshal(arg.Value, &text) != nil:
			text = string(arg.Value)
		}
		words = append(words, text)
	}
	return strings.Join(words, " ")
}

func exception(details *runtime.ExceptionDetails) string {
	text := details.Text
	if details.Exception != nil && details.Exception.Description != "" {
		text += " " + details.Exception.Description
	}
	return fmt.Sprintf("%s (%s:%d)", text, details.URL, details.LineNumber+1)
}
