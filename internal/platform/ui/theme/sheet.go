package theme

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
)

// Prefix is the path under which Themes serves, with both slashes.
const Prefix = "/theme/"

// Sheet is a stylesheet made of one colour.
type Sheet struct {
	Color string // "#rrggbb"
	CSS   string
	Hash  string // of CSS, 16 hex digits
}

// Make returns the stylesheet of a colour: Designsystemet's accent colour in
// the light and the dark scheme, in the layers and under the selectors of its
// own theme, so that it takes over when it is loaded after it.
func Make(color string) (Sheet, error) {
	c, err := Parse(color)
	if err != nil {
		return Sheet{}, err
	}
	light, dark := declarations(Floored(c, Light)), declarations(Floored(c, Dark))
	css := scheme("light", `:root,[data-color-scheme="light"]`, light) +
		scheme("dark", `[data-color-scheme="dark"]`, dark)
	sum := sha256.Sum256([]byte(css))
	return Sheet{Color: c.Hex(), CSS: css, Hash: hex.EncodeToString(sum[:8])}, nil
}

// URL is the address Themes serves the sheet at. It names the colour, so that
// any server can make the sheet, and the hash, so that it may be kept for ever.
func (s Sheet) URL() string { return Prefix + s.Color[1:] + "-" + s.Hash + ".css" }

func scheme(name, selector, declarations string) string {
	return "@layer ds.theme.color-scheme." + name + "{" + selector + "{" + declarations + "}" +
		"@media (prefers-color-scheme:" + name + `){[data-color-scheme="auto"]{` + declarations + "}}}\n"
}

func declarations(scale Scale) string {
	var b strings.Builder
	for _, token := range Tokens() {
		b.WriteString("--ds-color-accent-" + string(token) + ":" + scale[token].Hex() + ";")
	}
	return b.String()
}

// keepAtMost bounds what strangers can make a server remember by asking for
// colours; Norway has 357 municipalities.
const keepAtMost = 1000

// Themes makes, keeps and serves stylesheets. It may be used by many goroutines.
type Themes struct {
	mu     sync.Mutex
	sheets map[string]Sheet
}

// New returns Themes that keeps nothing yet.
func New() *Themes { return &Themes{sheets: map[string]Sheet{}} }

// URL returns the address of the stylesheet of a colour, or "" when it is not a
// colour: the page then has Designsystemet's own blue.
func (t *Themes) URL(color string) string {
	sheet, err := t.sheet(strings.ToLower(color))
	if err != nil {
		return ""
	}
	return sheet.URL()
}

func (t *Themes) sheet(color string) (Sheet, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if sheet, ok := t.sheets[color]; ok {
		return sheet, nil
	}
	sheet, err := Make(color)
	if err != nil {
		return Sheet{}, err
	}
	if len(t.sheets) < keepAtMost {
		t.sheets[color] = sheet
	}
	return sheet, nil
}

// ServeHTTP serves Prefix + "<colour>-<hash>.css". Only the address that URL
// gives is answered, so that no cache keeps a sheet under a wrong hash.
func (t *Themes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	color, _, _ := strings.Cut(name, "-")
	sheet, err := t.sheet("#" + color)
	if err != nil || sheet.URL() != Prefix+name {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(sheet.CSS)) // the visitor may have gone away; there is nobody to tell
	}
}
