package building

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/property"
)

// Routes registers the page of the map ahead of an application, and its case worker's.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Page("GET /drafts/{id}/site", applications.PermRead, p.show)
	r.Form("POST /drafts/{id}/site", applications.PermWrite, p.post)
	r.Page("GET /drafts/{id}/site.pdf", applications.PermRead, p.draftPlan)
	r.Page("GET /work/cases/{id}/site", cases.PermRead, p.review)
	r.Page("GET /work/cases/{id}/site.pdf", cases.PermRead, p.casePlan)
	r.Page("GET /work/cases/{id}/steps", cases.PermAsk, p.steps)
	r.Form("POST /work/cases/{id}/steps", cases.PermAsk, p.takeStep)
}

type pages struct{ *Service }

// What the buttons of the page do.
const (
	buttonName = "do"
	doDraw     = "draw"
	doSuggest  = "suggest"
	doSave     = "save"
	doNorth    = "north"
	doSouth    = "south"
	doEast     = "east"
	doWest     = "west"
	doLeft     = "left"
	doRight    = "right"
)

// turnStep is how many degrees a press turns the building.
const turnStep = 5

// siteView is what the page shows.
type siteView struct {
	opened  applications.Opened
	placed  Placed
	picture picture
	wrong   ui.Errors
	typed   url.Values // what stood in the fields, where something of it is wrong
	step    float64    // metres that the arrows move the building
	saved   bool       // the application holds exactly this
	look    look       // what of the ground is asked for
	retold  bool       // the place is told by coordinates, since sides no longer can
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Applications.Open(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	if there, err := p.mapped(ctx); err != nil || !there || !o.HasAhead() || o.Draft.Submission != "" {
		return orRedirect(w, r, err, o.FirstPage())
	}
	query := r.URL.Query()
	v := siteView{opened: o, step: 1, look: lookOf(query, query.Get(buttonName))}
	stored, placed := storedRequest(o.Draft.Facts)
	ref, asked := property.ParseRef(query.Get("property"))
	switch {
	case query.Has("q") || query.Has("choose"), !placed && !asked:
		return p.choose(w, r, o, query)
	case placed && (!asked || ref.String() == stored.Property):
		return p.showPlaced(w, r, http.StatusOK, v, stored, false)
	}
	return p.showPlaced(w, r, http.StatusOK, v, usual(ref), true)
}

func orRedirect(w http.ResponseWriter, r *http.Request, err error, to string) error {
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to)
}

// mapped reports whether the municipality has its properties in the map.
func (p *pages) mapped(ctx context.Context) (there bool, err error) {
	err = p.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		there, err = p.Layers.Has(ctx, tx, "properties")
		return err
	})
	return there, err
}

// mostHits is how many properties a search shows.
const mostHits = 12

// choose asks which property it is about.
func (p *pages) choose(w http.ResponseWriter, r *http.Request, o applications.Opened, query url.Values) error {
	ctx := r.Context()
	v := chooseView{opened: o, query: query.Get("q"), unknown: query.Get("property")}
	if v.query != "" {
		err := p.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			hits, err := p.Properties.Search(ctx, tx, v.query, 3*mostHits)
			for _, h := range hits {
				if !h.Ref.IsZero() && len(v.hits) < mostHits {
					v.hits = append(v.hits, h)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, choosePage(v.props(ctx, web.Props(w, r, ui.Resident, i18n.T(ctx, "building.site.choose_title"))), v))
}

// chooseView is the page on which the property is chosen.
type chooseView struct {
	opened  applications.Opened
	query   string
	hits    []property.Hit
	unknown string
}

// showPlaced works out where the building stands, draws it and shows the answers. With
// suggest it finds a place first.
func (p *pages) showPlaced(w http.ResponseWriter, r *http.Request, status int, v siteView, request Request, suggest bool) error {
	ctx := r.Context()
	var wrong []errs.Field
	err := p.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if suggest {
			if request, err = p.suggest(ctx, tx, request); err != nil {
				return err
			}
		}
		if v.placed, wrong, err = p.place(ctx, tx, request, whose{draft: v.opened.Draft.ID}); err != nil {
			return err
		}
		v.picture, err = p.draw(ctx, tx, v.placed, v.look)
		return err
	})
	if errs.Is(err, errs.KindNotFound) {
		return p.choose(w, r, v.opened, url.Values{"property": {request.Property}})
	}
	if err == nil {
		err = p.ask(ctx, &v.placed)
	}
	if err != nil {
		return err
	}
	stored, placed := storedRequest(v.opened.Draft.Facts)
	v.saved = placed && stored == v.placed.Request
	v.wrong = append(v.wrong, worded(ctx, wrong)...)
	if len(v.wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "building.site.place_title"))
	return web.Render(w, r, status, placePage(v.props(ctx, props), v))
}

func worded(ctx context.Context, wrong []errs.Field) ui.Errors {
	var list ui.Errors
	for _, f := range wrong {
		list = append(list, ui.FieldError{Name: f.Name, Text: i18n.T(ctx, f.Key, f.Args...)})
	}
	return list
}

func (p *pages) post(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.Applications.Open(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	if !o.HasAhead() || o.Draft.Submission != "" {
		return web.Redirect(w, r, o.FirstPage())
	}
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	request, wrong := posted(r.PostForm)
	do := r.PostForm.Get(buttonName)
	v := siteView{opened: o, step: step(r.PostForm.Get("step")), wrong: worded(ctx, wrong), typed: r.PostForm, look: lookOf(r.PostForm, do)}
	if len(wrong) > 0 {
		return p.showWrong(w, r, v, request)
	}
	if by := shiftOf(r.PostForm, do, v.step); !by.isZero() && do != doSuggest {
		told := request.Mode
		if request, err = p.moved(ctx, request, by); err != nil {
			return err
		}
		v.retold = request.Mode != told
	}
	if do == doSave {
		return p.save(w, r, v, request)
	}
	return p.showPlaced(w, r, http.StatusOK, v, request, do == doSuggest)
}

// step is how far the arrows move the building, in metres.
func step(text string) float64 {
	n, ok := parseNumber(text)
	if !ok || n <= 0 || n > 50 {
		return 1
	}
	return n
}

// showWrong shows what was typed with what is wrong with it, and the property without
// a building.
func (p *pages) showWrong(w http.ResponseWriter, r *http.Request, v siteView, request Request) error {
	ctx := r.Context()
	err := p.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		v.placed.Request = request
		if v.placed.plot, err = p.plotOf(ctx, tx, request.ref()); err != nil {
			return err
		}
		v.picture, err = p.draw(ctx, tx, v.placed, v.look)
		return err
	})
	if errs.Is(err, errs.KindNotFound) {
		return p.choose(w, r, v.opened, url.Values{"property": {request.Property}})
	}
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, i18n.T(ctx, "building.site.place_title"))
	return web.Render(w, r, http.StatusUnprocessableEntity, placePage(v.props(ctx, props), v))
}

// moved is the request after it was moved by a button or by hand. One that has no place
// stays as it is: what is wrong with it is told where it is shown.
func (p *pages) moved(ctx context.Context, request Request, by shift) (moved Request, err error) {
	moved = request
	err = p.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		at, err := p.plotOf(ctx, tx, request.ref())
		if err != nil {
			return err
		}
		moved, _ = request.shifted(by, at.sides, at.property.Ground.Bound())
		return nil
	})
	if errs.Is(err, errs.KindNotFound) {
		return request, nil // the page asks for another property
	}
	return moved, err
}

// save fills in the application and goes on to its first page.
func (p *pages) save(w http.ResponseWriter, r *http.Request, v siteView, request Request) error {
	ctx := r.Context()
	wrong, err := p.Fill(ctx, v.opened.Draft.ID, request)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		v.wrong = worded(ctx, wrong)
		return p.showWrong(w, r, v, request)
	}
	web.SetFlash(w, r, ui.Success, "building.site.filled")
	return web.Redirect(w, r, v.opened.FirstPage())
}

// draftPlan is the situation plan of what the application holds now.
func (p *pages) draftPlan(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Applications.Open(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	request, placed := storedRequest(o.Draft.Facts)
	if !placed {
		return web.Redirect(w, r, o.FirstPage())
	}
	file, _, err := p.planOf(r.Context(), request, whose{draft: o.Draft.ID})
	if err != nil {
		return err
	}
	return sendPlan(w, r, request, file)
}

// review shows the case worker what was found then, and what is found now.
func (p *pages) review(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	query := r.URL.Query()
	v, err := p.reviewed(ctx, r.PathValue("id"), lookOf(query, query.Get(buttonName)))
	if err != nil || v.Site.Case == "" {
		return orRedirect(w, r, err, "/work/cases/"+v.Case.ID)
	}
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "building.panel.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: v.Case.Label(), Href: "/work/cases/" + v.Case.ID}, {Label: props.Title}}
	return web.Render(w, r, http.StatusOK, reviewPage(props, v))
}

// casePlan is the situation plan of a case.
func (p *pages) casePlan(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Review(r.Context(), r.PathValue("id"))
	if err != nil || v.Site.Case == "" || v.Gone {
		return orRedirect(w, r, err, "/work/cases/"+v.Case.ID)
	}
	var file []byte
	err = p.DB.Read(r.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		file, err = p.situationPlan(ctx, tx, v.Now)
		return err
	})
	if err != nil {
		return err
	}
	return sendPlan(w, r, v.Site.Request, file)
}

func sendPlan(w http.ResponseWriter, r *http.Request, request Request, file []byte) error {
	name := planFile(i18n.From(r.Context()), request)
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file))
	return nil
}

// planFile is what the file of a situation plan is called.
func planFile(words *i18n.Localizer, request Request) string {
	return words.T("building.plan.file", "property", request.ref().Path())
}
