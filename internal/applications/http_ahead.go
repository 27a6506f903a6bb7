package applications

import (
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/ui"
)

// carried is what the address of the form holds for the page ahead of it.
func (p *pages) carried(r *http.Request) []ui.HiddenValue {
	kind, err := p.kind(r.Context(), r.PathValue("form"))
	name := kind.Ahead.Carry
	if value := r.FormValue(name); err == nil && name != "" && value != "" && len(value) <= maxCarried {
		return []ui.HiddenValue{{Name: name, Value: value}}
	}
	return nil
}

// maxCarried bounds what an address may hold for the page ahead of a form.
const maxCarried = 100

// firstPage is where a draft goes on: the page ahead of the form until it has told its
// fact, or when the address holds something for it; else the page it was left on.
func (p *pages) firstPage(r *http.Request, draft forms.Draft) string {
	o, err := p.Open(r.Context(), draft.ID)
	carried := p.carried(r)
	if err != nil || !o.HasAhead() || o.Draft.Facts[o.Kind.Ahead.Fact] != nil && len(carried) == 0 {
		return pagePath(draft.ID, draft.Page)
	}
	path := o.AheadPath()
	if len(carried) > 0 {
		path += "?" + url.Values{carried[0].Name: {carried[0].Value}}.Encode()
	}
	return path
}
