package web

import (
	"net/http"
	"slices"
	"strings"
)

// shared is what lies at a path and below it for programs on other web pages.
type shared struct {
	path    string
	exposed string // headers of answers that they may read, besides the usual ones
}

// Share says that programs on other web pages may read what lies at a path and below it
// (WHATWG Fetch, CORS). Browsers are told so when they ask beforehand, which they do
// for a token in a header, and with every error, so that whoever wrote the program sees
// the reason. Answers say it themselves, since not all are for everybody.
//
// What only a cookie opens is never shared: answers to everybody are not for requests
// with credentials (the CORS protocol), and nothing here says that they may be.
func (r *Routes) Share(path string, exposed ...string) {
	r.site.shared = append(r.site.shared, shared{path: path, exposed: strings.Join(exposed, ", ")})
}

// sharedAt is what an address is shared by.
func (s *Site) sharedAt(r *http.Request) (shared, bool) {
	path := r.URL.Path
	i := slices.IndexFunc(s.shared, func(sh shared) bool {
		rest, below := strings.CutPrefix(path, sh.path)
		return below && (rest == "" || strings.HasPrefix(rest, "/"))
	})
	if i < 0 {
		return shared{}, false
	}
	return s.shared[i], true
}

// ShareAnswer lets programs on other web pages read this answer, where what lies at its
// address is shared.
func ShareAnswer(w http.ResponseWriter, r *http.Request) {
	sh, ok := visitOf(r.Context()).site.sharedAt(r)
	if !ok {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", sh.exposed)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// allowedHeaders are what a program on another page may send. The first one must be
// named: no star stands for it (Fetch, CORS-preflight fetch).
const allowedHeaders = "Authorization, X-API-Key, Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match"

// preflight answers OPTIONS where something is shared: what may be asked (RFC 9110,
// 9.3.7), and to a browser that asks for another page what that may send. Nobody needs
// to have logged in to hear it, and nothing is looked at. It reports whether it has
// answered.
func (s *Site) preflight(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions {
		return false
	}
	if _, ok := s.sharedAt(r); !ok {
		return false
	}
	const methods = "GET, HEAD, OPTIONS"
	ShareAnswer(w, r)
	h := w.Header()
	h.Set("Allow", methods)
	if r.Header.Get("Access-Control-Request-Method") != "" {
		h.Set("Access-Control-Allow-Methods", methods)
		h.Set("Access-Control-Allow-Headers", allowedHeaders)
		h.Set("Access-Control-Max-Age", "86400")
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}
