package browser

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// violation is one broken rule, as axe-core reports it.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		Target  []any  `json:"target"`
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// String tells the rule and each place where it is broken.
func (v violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n    %v\n      %s\n      %s", n.Target, n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n      "))
	}
	return b.String()
}

// Axe checks the page with axe-core against WCAG 2.2 A and AA and good practice,
// and fails the test with every violation. The page must run scripts.
func (p *Page) Axe(tb testing.TB) {
	tb.Helper()
	source, err := axe()
	if err != nil {
		tb.Fatalf("check accessibility: %v", err)
	}
	evaluate[chromedp.Void](p, "load axe-core", source+"\n;undefined")
	const run = `axe.run(document, {
		resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}).then(result => result.violations)`
	for _, v := range evaluate[[]violation](p, "run axe-core", run) {
		tb.Errorf("%s is not accessible to all: %s", p.URL(), v)
	}
}

// axe reads axe-core from the front end's development packages.
func axe() (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(here) { // built with -trimpath: tests run in their package's folder
		var err error
		if here, err = os.Getwd(); err != nil {
			return "", fmt.Errorf("find the repository: %w", err)
		}
	}
	for folder := filepath.Dir(here); ; folder = filepath.Dir(folder) {
		source, err := os.ReadFile(filepath.Join(folder, "frontend", "node_modules", "axe-core", "axe.min.js"))
		if err == nil {
			return string(source), nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New(`axe-core is not installed: run "npm ci" in the folder frontend, or "make test"`)
		}
	}
}
