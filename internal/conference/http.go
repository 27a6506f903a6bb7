package conference

import (
	"context"
	"net/http"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the page on which a conference is called, held and concluded.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Page("GET /work/cases/{id}/conference", cases.PermAsk, p.show)
	r.Form("POST /work/cases/{id}/conference", cases.PermAsk, p.post)
}

type pages struct{ *Service }

// The forms of the page.
const (
	doCall     = "call"
	doHold     = "hold"
	doConclude = "conclude"
)

// pageView is the page, with a form that was refused.
type pageView struct {
	View
	do      string // the form that was posted; "" for none
	call    Call
	held    Held
	minutes Minutes
	wrong   ui.Errors
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.showWith(w, r, http.StatusOK, pageView{})
}

func (p *pages) showWith(w http.ResponseWriter, r *http.Request, status int, v pageView) (err error) {
	ctx := r.Context()
	if v.View, err = p.View(ctx, r.PathValue("id")); err != nil {
		return err
	}
	if v.Case.Kind != Name || v.Case.Anonymised() {
		return web.Redirect(w, r, "/work/cases/"+v.Case.ID)
	}
	v.suggest()
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "conference.work.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "cases.nav.work"), Href: "/work"}, {Label: v.Case.Label(), Href: "/work/cases/" + v.Case.ID}, {Label: props.Title}}
	return web.Render(w, r, status, page(props, v))
}

// suggest fills in the forms that were not posted: the time that stands, and as held when
// the meeting was called for.
func (v *pageView) suggest() {
	m := v.Meeting
	if v.do != doCall {
		v.call = Call{Date: dayOf(m.At), Time: hourOf(m.At), Way: m.Way, Place: m.Place}
	}
	if v.do != doHold {
		v.held = Held{Date: dayOf(m.At), Time: hourOf(m.At)}
	}
}

func (p *pages) post(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || version < 1 {
		version = -1 // no case has it
	}
	which := Which{ID: id, Version: version, Key: r.PostFormValue(cases.OnceField)}
	v, back := posted(r), "/work/cases/"+id+"/conference"
	switch v.do {
	case doCall:
		_, err = p.Call(ctx, which, v.call)
	case doHold:
		_, err = p.Hold(ctx, which, v.held)
	case doConclude:
		_, err = p.Conclude(ctx, which, v.minutes)
	default:
		if _, err = p.View(ctx, id); err == nil { // whoever may not see it learns nothing
			err = errs.Invalid("errs.invalid_input")
		}
		return err
	}
	if wrong, ok := web.FormErrors(r, err, "text"); ok {
		v.wrong = wrong
		return p.showWith(w, r, web.Status(err), v)
	}
	if err == nil && v.do == doConclude {
		back = "/work/cases/" + id
	}
	return cases.Back(w, r, err, "conference.flash."+v.do, back)
}

func posted(r *http.Request) pageView {
	return pageView{
		do: r.PostFormValue("do"),
		call: Call{
			Date: r.PostFormValue("call_date"), Time: r.PostFormValue("call_time"), Way: Way(r.PostFormValue("way")),
			Place: r.PostFormValue("place"), Text: r.PostFormValue("call_text"), Late: r.PostFormValue("late") == "true",
		},
		held: Held{Date: r.PostFormValue("held_date"), Time: r.PostFormValue("held_time")},
		minutes: Minutes{
			Participants: r.PostFormValue("participants"), Topics: r.PostFormValue("topics"),
			Premises: r.PostFormValue("premises"), Further: r.PostFormValue("further"),
		},
	}
}

// hidden are what each form carries along.
func (v pageView) hidden(do string) []ui.HiddenValue {
	return []ui.HiddenValue{
		{Name: "version", Value: strconv.FormatInt(v.Case.Version, 10)}, {Name: cases.OnceField, Value: cases.NewKey()}, {Name: "do", Value: do},
	}
}

// field is a question of the page, with what is wrong with its answer.
func (v pageView) field(ctx context.Context, name, value string, required bool) ui.Field {
	return ui.Field{
		Name: name, Label: i18n.T(ctx, "conference.field."+name), Value: value, Required: required, Error: v.wrong.For(name),
	}
}

// hinted is field with a hint.
func (v pageView) hinted(ctx context.Context, name, value string, required bool) ui.Field {
	f := v.field(ctx, name, value, required)
	f.Hint = i18n.T(ctx, "conference.hint."+name)
	return f
}

// long is hinted for a text of several lines.
func (v pageView) long(ctx context.Context, name, value string, required bool, most, rows int) ui.Field {
	f := v.hinted(ctx, name, value, required)
	f.MaxLength, f.Rows = most, rows
	return f
}

func (v pageView) timeField(ctx context.Context, name, value string) ui.Field {
	f := v.hinted(ctx, name, value, true)
	f.Width, f.Autocomplete = ui.Short, "off"
	return f
}

func (v pageView) wayField(ctx context.Context) ui.Field {
	f := v.field(ctx, "way", string(v.call.Way), true)
	for _, w := range ways() {
		f.Options = append(f.Options, ui.Option{Value: string(w), Label: i18n.T(ctx, "conference.way."+string(w))})
	}
	return f
}

// lateField is asked only when there is a day to be later than.
func (v pageView) lateField(ctx context.Context) ui.Field {
	f := v.field(ctx, "late", "", false)
	f.HideOptional = true
	if v.call.Late {
		f.Value = "true"
	}
	return f
}
