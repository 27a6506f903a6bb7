package casework

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

const (
	loadPath    = "/work/load"
	arrangePath = "/work/arrange"
)

// Routes registers the pages of heads and case workers.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Nav(ui.Staff, "casework.nav.load", loadPath, cases.PermLoad)
	r.Nav(ui.Staff, "casework.nav.arrange", arrangePath, cases.PermArrange)
	r.Page("GET "+loadPath, cases.PermLoad, p.load)
	r.Page("GET "+loadPath+"/csv", cases.PermLoad, p.loadCSV)
	r.Page("GET "+arrangePath, cases.PermArrange, p.arrange)
	r.Form("POST "+arrangePath, cases.PermArrange, p.saveKind)
	r.Page("GET "+arrangePath+"/templates/new", cases.PermArrange, p.newTemplate)
	r.Form("POST "+arrangePath+"/templates/new", cases.PermArrange, p.createTemplate)
	r.Page("GET "+arrangePath+"/templates/{id}", cases.PermArrange, p.template)
	r.Form("POST "+arrangePath+"/templates/{id}", cases.PermArrange, p.changeTemplate)
	r.Form("POST "+arrangePath+"/templates/{id}/retire", cases.PermArrange, p.retire)
	p.letterRoutes(r)
	r.Form("POST /work/cases/{id}/checklist", cases.PermNote, p.tick)
	r.Form("POST /work/filters", cases.PermList, p.saveFilter)
	r.Form("POST /work/filters/{id}/delete", cases.PermList, p.deleteFilter)
}

type pages struct{ *Service }

// chosen is the department that the address names, among those there are; the
// first when it names none.
func chosen(r *http.Request, list []tenant.Department) (tenant.Department, error) {
	id := r.FormValue("department")
	for _, d := range list {
		if d.ID == id || id == "" {
			return d, nil
		}
	}
	return tenant.Department{}, errs.NotFound("errs.not_found")
}

// departmentTabs lead between the departments that somebody heads.
func departmentTabs(list []tenant.Department, current, path string) []ui.Tab {
	if len(list) < 2 {
		return nil
	}
	tabs := make([]ui.Tab, 0, len(list))
	for _, d := range list {
		tabs = append(tabs, ui.Tab{Label: d.Name, Href: path + "?department=" + url.QueryEscape(d.ID), Current: d.ID == current})
	}
	return tabs
}

// kindView is how a department handles a kind of case.
type kindView struct {
	kind     cases.Kind
	fourEyes bool
	list     Checklist
	text     string // the checklist as it stands in the form
	wrong    ui.Errors
}

// arranged is the page on which a department's work is arranged.
type arranged struct {
	department tenant.Department
	tabs       []ui.Tab
	templates  []Template
	kinds      []kindView
	summary    ui.Errors
}

func (p *pages) arrange(w http.ResponseWriter, r *http.Request) error {
	return p.arrangeWith(w, r, http.StatusOK, "", "", nil)
}

// arrangeWith shows the page, with what was typed for a kind when it was refused.
func (p *pages) arrangeWith(w http.ResponseWriter, r *http.Request, status int, kind, text string, wrong ui.Errors) error {
	ctx := r.Context()
	list, err := p.Arranged(ctx)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "casework.arrange.title"))
	v := arranged{summary: wrong}
	if v.department, err = chosen(r, list); err != nil && len(list) > 0 {
		return err
	}
	if len(list) == 0 {
		return web.Render(w, r, status, arrangePage(props, v))
	}
	v.tabs = departmentTabs(list, v.department.ID, arrangePath)
	if v.templates, err = p.Templates(ctx, v.department.ID); err != nil {
		return err
	}
	double, err := p.Cases.FourEyes(ctx, v.department.ID)
	if err != nil {
		return err
	}
	for _, k := range p.Cases.Kinds().All() {
		one := kindView{kind: k}
		if one.list, err = p.Checklist(ctx, v.department.ID, k.Key); err != nil {
			return err
		}
		one.text = one.list.text()
		for _, key := range double {
			one.fourEyes = one.fourEyes || key == k.Key
		}
		if k.Key == kind {
			one.text, one.wrong = text, wrong
		}
		// What comes to other departments is arranged there.
		if here := tenant.From(ctx).Settings[k.Setting] == v.department.ID; here || one.fourEyes || one.list.Version > 0 {
			v.kinds = append(v.kinds, one)
		}
	}
	return web.Render(w, r, status, arrangePage(props, v))
}

// saveKind arranges how a department handles a kind of case.
func (p *pages) saveKind(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	department, kind, text := r.PostFormValue("department"), r.PostFormValue("kind"), r.PostFormValue("items_"+r.PostFormValue("kind"))
	if err := p.arranges(ctx, department); err != nil {
		return err
	}
	err := p.SaveChecklist(ctx, department, kind, version(r), text)
	if e := errs.Of(err); errs.Is(err, errs.KindInvalid) && len(e.Fields) > 0 {
		wrong := ui.ErrorsOf(ctx, err)
		for i := range wrong {
			wrong[i].Name = "items_" + kind
		}
		return p.arrangeWith(w, r, http.StatusUnprocessableEntity, kind, text, wrong)
	}
	if err == nil {
		err = p.Cases.SetFourEyes(ctx, department, kind, r.PostFormValue("four_eyes_"+kind) != "")
	}
	return cases.Back(w, r, err, "casework.flash.arranged", arrangePath+"?department="+url.QueryEscape(department))
}

// templateForm is a template as it stands in its form.
type templateForm struct {
	template    Template
	departments []tenant.Department
	kinds       []cases.Kind
	known       []string // placeholders
	versions    []Template
	action      string
	wrong       ui.Errors
}

func (p *pages) newTemplate(w http.ResponseWriter, r *http.Request) error {
	t := Template{Department: r.FormValue("department"), Part: cases.FieldReasons, Texts: i18n.Text{}}
	return p.templateWith(w, r, http.StatusOK, templateForm{template: t, action: arrangePath + "/templates/new"})
}

func (p *pages) template(w http.ResponseWriter, r *http.Request) error {
	t, versions, err := p.Template(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.templateWith(w, r, http.StatusOK, templateForm{template: t, versions: versions, action: arrangePath + "/templates/" + t.ID})
}

func (p *pages) templateWith(w http.ResponseWriter, r *http.Request, status int, f templateForm) (err error) {
	ctx := r.Context()
	if f.departments, err = p.Arranged(ctx); err != nil {
		return err
	}
	if f.known, err = p.Placeholders(ctx, ""); err != nil {
		return err
	}
	f.kinds = p.Cases.Kinds().All()
	title := i18n.T(ctx, "casework.template.new")
	if f.template.ID != "" {
		title = i18n.T(ctx, "casework.template.edit")
	}
	props := web.Props(w, r, ui.Staff, title)
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "casework.arrange.title"), Href: arrangePath}, {Label: title}}
	return web.Render(w, r, status, templatePage(props, f))
}

// postedTemplate is what stands in the form.
func postedTemplate(r *http.Request) Template {
	t := Template{
		ID: r.PathValue("id"), Department: r.PostFormValue("department"), Kind: r.PostFormValue("kind"), Part: r.PostFormValue("part"),
		Name: r.PostFormValue("name"), Texts: i18n.Text{}, Version: version(r),
	}
	for _, lang := range languages() {
		t.Texts[lang] = r.PostFormValue("text_" + string(lang))
	}
	return t
}

func (p *pages) createTemplate(w http.ResponseWriter, r *http.Request) error {
	return p.saveTemplate(w, r, arrangePath+"/templates/new")
}

func (p *pages) changeTemplate(w http.ResponseWriter, r *http.Request) error {
	return p.saveTemplate(w, r, arrangePath+"/templates/"+r.PathValue("id"))
}

// saveTemplate keeps what was typed. When somebody else has written a version
// meanwhile, the page shows it among the versions, and what was typed stands in
// the form, to be saved over it or not.
func (p *pages) saveTemplate(w http.ResponseWriter, r *http.Request, action string) error {
	ctx, t := r.Context(), postedTemplate(r)
	saved, err := p.SaveTemplate(ctx, t)
	if !errs.Is(err, errs.KindInvalid) && !errs.Is(err, errs.KindConflict) {
		return cases.Back(w, r, err, "casework.flash.template", arrangePath+"?department="+url.QueryEscape(saved.Department))
	}
	f := templateForm{template: t, action: action, wrong: ui.ErrorsOf(ctx, err)}
	if t.ID != "" {
		stands, versions, err := p.Template(ctx, t.ID)
		if err != nil {
			return err
		}
		f.versions, f.template.Version, f.template.Department = versions, stands.Version, stands.Department
	}
	if errs.Is(err, errs.KindConflict) {
		f.wrong = ui.Errors{{Text: i18n.T(ctx, "casework.template.conflict")}}
	}
	return p.templateWith(w, r, web.Status(err), f)
}

func (p *pages) retire(w http.ResponseWriter, r *http.Request) error {
	retired := r.PostFormValue("retired") == "true"
	err := p.Retire(r.Context(), r.PathValue("id"), retired)
	done := "casework.flash.back_in_use"
	if retired {
		done = "casework.flash.retired"
	}
	return cases.Back(w, r, err, done, arrangePath)
}

func (p *pages) tick(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	id := r.PathValue("id")
	err := p.Tick(r.Context(), id, r.PostForm["was"], r.PostForm["item"])
	return cases.Back(w, r, err, "casework.flash.ticked", "/work/cases/"+url.PathEscape(id))
}

func (p *pages) saveFilter(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	err := p.SaveFilter(r.Context(), r.PostFormValue("name"), r.PostForm)
	return cases.Back(w, r, err, "casework.flash.filter", "/work?"+queryOf(r.PostForm))
}

func (p *pages) deleteFilter(w http.ResponseWriter, r *http.Request) error {
	err := p.DeleteFilter(r.Context(), r.PathValue("id"))
	return cases.Back(w, r, err, "casework.flash.forgotten", "/work")
}

// version is what was read; a form without one means none that stands.
func version(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}
