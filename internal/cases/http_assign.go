package cases

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (p *pages) assign(w http.ResponseWriter, r *http.Request) error {
	id, person := r.PathValue("id"), r.PostFormValue("person")
	if person == "" || person == actorID(r.Context()) {
		_, err := p.AssignToMe(r.Context(), id, version(r))
		return p.back(w, r, err, "cases.flash.assigned")
	}
	_, err := p.Assign(r.Context(), id, version(r), person)
	if errs.Is(err, errs.KindInvalid) {
		return p.showWith(w, r, http.StatusUnprocessableEntity, message{form: "assign", errors: ui.ErrorsOf(r.Context(), err)})
	}
	return p.back(w, r, err, "cases.flash.given")
}

// assignMany gives the chosen cases of the list to somebody and tells what became
// of each. Sent again, it finds the versions changed and does nothing twice.
func (p *pages) assignMany(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	person := r.PostFormValue("person")
	results, err := p.AssignAll(r.Context(), wantedOf(r.PostForm["case"]), map[bool]string{false: person}[person == "me"])
	if errs.Is(err, errs.KindInvalid) {
		web.SetFlash(w, r, ui.Warning, errs.Of(err).Fields[0].Key)
		return web.Redirect(w, r, "/work?"+with(r.URL.Query(), "", ""))
	}
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "cases.assign.result"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "cases.nav.work"), Href: "/work"}, {Label: props.Title}}
	return web.Render(w, r, http.StatusOK, assignedPage(props, results))
}

// wantedOf reads the values of the list's checkboxes, "id:version".
func wantedOf(values []string) []Wanted {
	list := make([]Wanted, 0, len(values))
	for _, value := range values {
		id, number, _ := strings.Cut(value, ":")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil || version < 1 {
			version = -1
		}
		list = append(list, Wanted{id, version})
	}
	return list
}

func (p *pages) mentions(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Mentions(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), "cases.mentions.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(r.Context(), "cases.nav.work"), Href: "/work"}, {Label: props.Title}}
	return web.Render(w, r, http.StatusOK, mentionsPage(props, list))
}
