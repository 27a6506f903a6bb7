package units

import (
	"context"
	"net/http"
	"strconv"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the public list and the staff's pages.
func (s *Service) Routes(r *web.Routes) {
	p, k := &pages{s}, s.kind
	r.Nav(ui.Staff, k.key("nav.units"), k.Work, k.Manage)
	r.Page("GET "+k.Public, access.Public, p.public)
	r.Page("GET "+k.Work, k.Manage, p.list)
	r.Page("GET "+k.Work+"/new", k.Manage, p.add)
	r.Form("POST "+k.Work+"/new", k.Manage, p.create)
	r.Page("GET "+k.Work+"/{id}", k.Manage, p.edit)
	r.Form("POST "+k.Work+"/{id}", k.Manage, p.change)
}

type pages struct{ *Service }

func (p *pages) public(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Units(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), p.kind.key("public.title")))
	return web.Render(w, r, http.StatusOK, publicPage(props, p.kind, p.kind.table(r.Context(), open(list), ""), len(open(list)) == 0))
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Managed(r.Context())
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(r.Context(), p.kind.key("work.title")))
	return web.Render(w, r, http.StatusOK, workPage(props, p.kind, p.kind.table(r.Context(), list, p.kind.Work), len(list) == 0))
}

// table shows units; with a base the name leads to its editor.
func (k Kind) table(ctx context.Context, list []Unit, base string) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T(k.key("public.title")), HideCaption: true, RowHeader: true, Empty: words.T(k.key("public.empty"))}
	for _, key := range []string{"units.name", "units.address", "units.phone", k.key("unit.hours"), "units.owner", "units.column_capacity", "units.free"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T(key), Numeric: key == "units.column_capacity" || key == "units.free"})
	}
	for _, u := range list {
		name, owner := ui.Cell{Text: u.Name}, words.T("units.municipal")
		if base != "" {
			name.Href = base + "/" + u.ID
		}
		if u.Private {
			owner = words.T("units.private")
		}
		free := ui.Cell{Text: words.Number(u.Free())}
		if u.Closed {
			free = ui.Cell{Content: ui.Tag(ui.TagProps{Label: words.T("units.closed"), Color: ui.TagNeutral})}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			name, {Text: u.Address}, {Text: u.Phone}, {Text: u.Hours}, {Text: owner}, {Text: words.Number(u.Capacity)}, free,
		}})
	}
	return t
}

func (p *pages) add(w http.ResponseWriter, r *http.Request) error {
	if err := p.mayManage(r.Context(), ""); err != nil {
		return err
	}
	return p.editWith(w, r, http.StatusOK, Unit{}, nil)
}

func (p *pages) edit(w http.ResponseWriter, r *http.Request) error {
	u, err := p.Open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.editWith(w, r, http.StatusOK, u, nil)
}

func (p *pages) editWith(w http.ResponseWriter, r *http.Request, status int, u Unit, wrong ui.Errors) error {
	ctx, k := r.Context(), p.kind
	action := k.Work + "/new"
	title := i18n.T(ctx, k.key("work.new"))
	if u.ID != "" {
		title, action = i18n.T(ctx, k.key("work.edit")), k.Work+"/"+u.ID
	}
	props := web.Props(w, r, ui.Staff, title)
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, k.key("nav.units")), Href: k.Work}, {Label: title}}
	return web.Render(w, r, status, editPage(props, editor{kind: k, unit: u, action: action, wrong: wrong}))
}

func (p *pages) create(w http.ResponseWriter, r *http.Request) error {
	return p.save(w, r, "")
}

func (p *pages) change(w http.ResponseWriter, r *http.Request) error {
	return p.save(w, r, r.PathValue("id"))
}

// save keeps what was typed. When somebody else has changed the unit
// meanwhile, the page shows theirs.
func (p *pages) save(w http.ResponseWriter, r *http.Request, id string) error {
	u := posted(r, id)
	_, err := p.Put(r.Context(), u)
	switch {
	case errs.Is(err, errs.KindInvalid):
		return p.editWith(w, r, http.StatusUnprocessableEntity, u, ui.ErrorsOf(r.Context(), err))
	case errs.Is(err, errs.KindConflict):
		web.SetFlash(w, r, ui.Warning, "errs.conflict")
		return web.Redirect(w, r, p.kind.Work+"/"+u.ID)
	case err != nil:
		return err
	}
	web.SetFlash(w, r, ui.Success, p.kind.key("flash.saved"))
	return web.Redirect(w, r, p.kind.Work)
}

// posted reads the form. A number that is none is wrong like one that is too
// large; access is asked before anything is said about it.
func posted(r *http.Request, id string) Unit {
	u := Unit{
		ID: id, Name: r.PostFormValue("name"), Address: r.PostFormValue("address"), Phone: r.PostFormValue("phone"), Hours: r.PostFormValue("hours"),
		Private: r.PostFormValue("private") == "true", Closed: r.PostFormValue("closed") == "true",
	}
	var err error
	if u.Capacity, err = strconv.ParseInt(r.PostFormValue("capacity"), 10, 32); err != nil {
		u.Capacity = -1
	}
	if u.Version, err = strconv.ParseInt(r.PostFormValue("version"), 10, 64); id != "" && (err != nil || u.Version < 1) {
		u.Version = -1 // no version: a conflict with whatever stands
	}
	return u
}
