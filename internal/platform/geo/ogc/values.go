package ogc

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/web"
)

// maxQuery bounds the question of an address, in bytes as it is written: the longest
// filter fits, and a server's own bound on heads (64 kB) is hardly reached.
const maxQuery = cql2.MaxBytes - 1024

// values are the parameters of an address, each told once.
type values map[string]string

// readValues reads the parameters, of which only the known ones may stand there
// (OGC 17-069r4, /req/core/query-param-unknown).
func readValues(raw string, known ...string) (values, error) {
	if len(raw) > maxQuery {
		return nil, web.WithStatus(http.StatusRequestURITooLong, errs.Invalid("geo.wrong.query_long", "limit", maxQuery/1024))
	}
	all, err := url.ParseQuery(raw)
	if err != nil {
		return nil, wrong("query_unreadable")
	}
	v := make(values, len(all))
	for name, told := range all {
		switch {
		case !utf8.ValidString(name) || strings.ContainsRune(name, 0):
			return nil, wrong("query_unreadable")
		case !slices.Contains(known, name):
			return nil, wrong("parameter_unknown", "name", shown(name), "known", strings.Join(known, ", "))
		case len(told) > 1:
			return nil, wrong("parameter_twice", "name", name)
		case !utf8.ValidString(told[0]) || strings.ContainsRune(told[0], 0):
			return nil, wrong("parameter_unreadable", "name", name)
		}
		v[name] = told[0]
	}
	return v, nil
}

// has reports whether a parameter is told.
func (v values) has(name string) bool {
	_, told := v[name]
	return told
}
