package around

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/property"
)

// mine is the shell of a page below the person's own.
func mine(w http.ResponseWriter, r *http.Request, title string, above ...ui.Crumb) ui.PageProps {
	props := web.Props(w, r, ui.Resident, title)
	crumbs := append([]ui.Crumb{{Label: i18n.T(r.Context(), "around.my_page"), Href: "/my"}}, above...)
	props.Breadcrumbs = append(crumbs, ui.Crumb{Label: title})
	return props
}

func areasCrumb(ctx context.Context) ui.Crumb {
	return ui.Crumb{Label: i18n.T(ctx, "around.areas.title"), Href: areasPath}
}

func (p *pages) areas(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Areas(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, areasPage(mine(w, r, i18n.T(r.Context(), "around.areas.title")), list))
}

// areaForm is a choice as it is being made, on either of the two pages.
type areaForm struct {
	base    string // areasPath, or mailPath without log-in
	text    string // what is looked for
	spots   []Spot // what it may mean
	radius  int
	ground  Ground // chosen; zero before
	problem string // what is wrong with it, as text
	choice  Choice
	email   string
	preview Preview
	drawn   picture
	system  homeText
	wrong   ui.Errors
}

// chosen reports whether there is a place to subscribe to.
func (f areaForm) chosen() bool {
	return f.problem == "" && (f.ground.IsCircle() || len(f.ground.Ring) > 0)
}

func (f areaForm) byMail() bool { return f.base == mailPath }

// homeText is the place of the ground as addresses and hidden fields carry it.
type homeText struct{ e, n, ring string }

// readForm reads the place of a form or an address: a property, a point with a radius, a
// drawn ring, or a text to look for.
func (p *pages) readForm(ctx context.Context, base string, q url.Values) (f areaForm, err error) {
	f = areaForm{base: base, text: strings.TrimSpace(q.Get("q")), radius: radiusOf(q.Get("radius")), choice: Choice{Topics: Topics(), Often: AtOnce}}
	home := p.Layers.Home(ctx)
	if ring := q.Get("ring"); ring != "" {
		drawn, ok := ParseRing(ring, home)
		if f.ground.Ring = drawn; !ok {
			f.problem = "around.area.bad_ring"
		}
	} else if at, ok := parsePoint(q.Get("e") + "," + q.Get("n")); ok {
		f.ground = Circle(home, at, float64(f.radius), "")
	} else if err := p.lookFor(ctx, q, &f); err != nil {
		return f, err
	}
	return f, p.look(ctx, &f)
}

// lookFor finds the place that a property number or a text names.
func (p *pages) lookFor(ctx context.Context, q url.Values, f *areaForm) (err error) {
	text := f.text
	if ref, ok := property.ParseRef(q.Get("property")); ok && text == "" {
		text = ref.String()
	}
	if text == "" {
		return nil
	}
	if f.spots, err = p.Spots(ctx, text); err != nil {
		return err
	}
	switch len(f.spots) {
	case 0:
		f.wrong = ui.Errors{{Name: "q", Text: i18n.T(ctx, "around.area.not_found")}}
	case 1:
		f.ground = Circle(p.Layers.Home(ctx), f.spots[0].At, float64(f.radius), f.spots[0].Label)
		f.spots = nil
	}
	return nil
}

// look names the ground, says what is wrong with it, and looks what lies in it. The name
// is the register's, never what an address says.
func (p *pages) look(ctx context.Context, f *areaForm) error {
	if f.problem == "" && !f.ground.IsCircle() && len(f.ground.Ring) == 0 {
		return nil
	}
	home := p.Layers.Home(ctx)
	if f.problem == "" {
		f.problem = f.ground.problem(home)
	}
	if f.problem != "" {
		f.wrong = append(f.wrong, ui.FieldError{Name: "q", Text: i18n.T(ctx, f.problem, "least", leastRadius, "most", mostRadius/1000)})
		f.ground = Ground{}
		return nil
	}
	middle := f.ground.middle(home)
	if f.ground.Label == "" {
		spot, err := p.SpotAt(ctx, middle)
		if err != nil {
			return err
		}
		f.ground.Label = spot.Label
	}
	if f.ground.IsCircle() {
		f.system = homeText{e: Metres(middle[0]), n: Metres(middle[1])}
	} else {
		f.system = homeText{ring: ringText(f.ground.Ring, home)}
	}
	var err error
	if f.preview, err = p.Preview(ctx, f.ground); err != nil {
		return err
	}
	f.drawn, err = p.mapOfGround(ctx, f.ground, f.preview.Cases)
	return err
}

// radiusOf reads a radius: one of the form's, or any within the bounds, since the map
// may offer others.
func radiusOf(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 500
	}
	return max(leastRadius, min(n, mostRadius))
}

// choiceOf reads what is to be told and how often.
func choiceOf(q url.Values) Choice {
	c := Choice{Name: q.Get("name"), Often: Often(q.Get("often"))}
	for _, t := range Topics() {
		if slices.Contains(q["topics"], string(t)) {
			c.Topics = append(c.Topics, t)
		}
	}
	return c
}

func (p *pages) newArea(w http.ResponseWriter, r *http.Request) error {
	f, err := p.readForm(r.Context(), areasPath, r.URL.Query())
	if err != nil {
		return err
	}
	return p.form(w, r, http.StatusOK, f)
}

func (p *pages) form(w http.ResponseWriter, r *http.Request, status int, f areaForm) error {
	ctx := r.Context()
	title := i18n.T(ctx, "around.area.new")
	var props ui.PageProps
	if f.byMail() {
		props = public(w, r, title)
		props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "around.list.title"), Href: "/around"}, {Label: title}}
	} else {
		props = mine(w, r, title, areasCrumb(ctx))
	}
	return web.Render(w, r, status, areaFormPage(props, f))
}

// posted reads a form that was sent, with the place it carries.
func (p *pages) posted(r *http.Request, base string) (areaForm, error) {
	if err := r.ParseForm(); err != nil {
		return areaForm{}, errs.Invalid("errs.invalid_input").Because(err)
	}
	f, err := p.readForm(r.Context(), base, r.PostForm)
	f.choice = choiceOf(r.PostForm)
	f.choice.Ground, f.email = f.ground, r.PostForm.Get("email")
	return f, err
}

func (p *pages) subscribe(w http.ResponseWriter, r *http.Request) error {
	f, err := p.posted(r, areasPath)
	if err != nil {
		return err
	}
	_, err = p.Subscribe(r.Context(), f.choice)
	if errs.Is(err, errs.KindInvalid) {
		f.wrong = append(f.wrong, ui.ErrorsOf(r.Context(), err)...)
		return p.form(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "around.flash.subscribed")
	return web.Redirect(w, r, areasPath)
}

func (p *pages) area(w http.ResponseWriter, r *http.Request) error {
	a, err := p.Area(r.Context(), r.PathValue("area"))
	if err != nil {
		return err
	}
	return p.areaWith(w, r, http.StatusOK, a, nil)
}

func (p *pages) areaWith(w http.ResponseWriter, r *http.Request, status int, a Area, wrong ui.Errors) error {
	ctx := r.Context()
	preview, err := p.Preview(ctx, a.Ground)
	if err != nil {
		return err
	}
	drawing, err := p.mapOfGround(ctx, a.Ground, preview.Cases)
	if err != nil {
		return err
	}
	props := mine(w, r, a.title(i18n.From(ctx)), areasCrumb(ctx))
	return web.Render(w, r, status, areaPage(props, areaView{Area: a, preview: preview, drawn: drawing, wrong: wrong}))
}

func (p *pages) change(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("area")
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	c := choiceOf(r.PostForm)
	_, err := p.Change(r.Context(), id, c)
	if errs.Is(err, errs.KindInvalid) {
		a, readErr := p.Area(r.Context(), id)
		if readErr != nil {
			return readErr
		}
		a.Name, a.Topics, a.Often = tidyName(c.Name), c.Topics, c.Often
		return p.areaWith(w, r, http.StatusUnprocessableEntity, a, ui.ErrorsOf(r.Context(), err))
	}
	if err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "around.flash.changed")
	return web.Redirect(w, r, areasPath)
}

func (p *pages) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	if err := p.Unsubscribe(r.Context(), r.PathValue("area")); err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "around.flash.ended")
	return web.Redirect(w, r, areasPath)
}
