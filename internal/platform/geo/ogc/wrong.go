package ogc

import (
	"errors"
	"net/http"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/web"
)

// wrong refuses a question with 400, which the standards ask for where a form of ours
// would say 422 (OGC 17-069r4, /req/core/query-param-invalid).
func wrong(reason string, args ...any) error {
	return web.WithStatus(http.StatusBadRequest, errs.Invalid("geo.wrong."+reason, args...))
}

// wrongFilter tells what is wrong with a filter, and where.
func wrongFilter(err error) error {
	e, ok := errors.AsType[*cql2.Error](err)
	if !ok {
		return err
	}
	if e.At < 0 || e.Near == "" {
		return wrong("filter_"+string(e.Code), "detail", e.Detail, "place", 0, "near", "")
	}
	return wrong("filter_"+string(e.Code), "detail", e.Detail, "place", e.At+1, "near", e.Near)
}

// shown is a value of the address as an error may show it: short.
func shown(s string) string {
	const most = 60
	runes := []rune(s)
	if len(runes) > most {
		return string(runes[:most]) + " …"
	}
	return s
}
