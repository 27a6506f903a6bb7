package identity

import (
	"net/url"
	"strings"
)

// maxPath bounds where a log-in comes back to.
const maxPath = 2000

// LocalPath returns the path, with query, if it leads to a page of this site,
// otherwise "/". A log-in must not be a springboard to another site that looks
// like this one. The pages of log-in and log-out themselves are no place to
// come back to.
func LocalPath(s string) string {
	if len(s) > maxPath || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
		return "/"
	}
	for _, r := range s {
		// Browsers read \ as / and drop tabs and line breaks.
		if r == '\\' || r < 0x20 || r == 0x7f || r == '\uFFFD' {
			return "/"
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "/"
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if first == "login" || first == "logout" || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return s
}
