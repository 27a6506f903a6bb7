package blob

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// SetHeaders sets the headers of an answer that carries a document, so that a
// browser shows it as what it is and as nothing else. Only pictures and PDF
// without scripts are shown in the browser, all else is saved. No script runs in
// a document; a PDF is not put in the sandbox, in which Chromium's reader does
// not start, but may load nothing from anywhere.
func SetHeaders(h http.Header, d Document) {
	kind, policy := "attachment", "default-src 'none'; sandbox"
	if d.Inline() {
		kind = "inline"
	}
	if d.Inline() && d.MediaType == PDF {
		policy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; form-action 'none'"
	}
	h.Set("Content-Type", d.MediaType)
	h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	h.Set("Content-Disposition", kind+`; filename="`+plainName(d.Name)+`"; filename*=UTF-8''`+percent(d.Name))
	h.Set("Content-Security-Policy", policy+"; frame-ancestors 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
}

// plainName is the name for the oldest programs (RFC 6266 section 4.3): ASCII
// without what quoted text gives a meaning.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
}

// percent writes a name as an extended parameter (RFC 8187 section 3.2).
func percent(name string) string {
	return strings.ReplaceAll(url.QueryEscape(strings.ToValidUTF8(name, "_")), "+", "%20")
}
