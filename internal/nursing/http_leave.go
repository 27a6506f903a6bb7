package nursing

import (
	"context"
	"net/http"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

func (s *Service) standing(w http.ResponseWriter, r *http.Request) error {
	return s.standingWith(w, r, http.StatusOK, Ending{}, nil)
}

func (s *Service) standingWith(w http.ResponseWriter, r *http.Request, status int, e Ending, wrong ui.Errors) error {
	v, err := s.Standing(r.Context(), r.PathValue("id"))
	if errs.Is(err, errs.KindConflict) { // somebody was first: what came of it stands in the case
		web.SetFlash(w, r, ui.Info, errs.Of(err).Key)
		return web.Redirect(w, r, "/work/cases/"+r.PathValue("id"))
	}
	if err != nil {
		return err
	}
	ctx := r.Context()
	title := i18n.T(ctx, "nursing.leave.title")
	if v.Home != "" {
		title = v.endTitle(ctx)
	}
	props := web.Props(w, r, ui.Staff, title)
	props.Breadcrumbs = []ui.Crumb{
		{Label: i18n.T(ctx, "nursing.waiting.title"), Href: waitingPath}, {Label: v.Case.Label(), Href: "/work/cases/" + v.CaseID}, {Label: title},
	}
	return web.Render(w, r, status, standingPage(props, v, e, wrong))
}

func (s *Service) give(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.GivePlace(r.Context(), id); err != nil {
		return s.gone(w, r, err)
	}
	web.SetFlash(w, r, ui.Success, "nursing.flash.turn")
	return web.Redirect(w, r, "/work/cases/"+id+"/decision")
}

func (s *Service) end(w http.ResponseWriter, r *http.Request) error {
	e := Ending{Why: r.PostFormValue("why"), Text: r.PostFormValue("text")}
	err := s.End(r.Context(), r.PathValue("id"), e)
	if errs.Is(err, errs.KindInvalid) {
		return s.standingWith(w, r, http.StatusUnprocessableEntity, e, ui.ErrorsOf(r.Context(), err))
	}
	if err != nil {
		return s.gone(w, r, err)
	}
	flash := "nursing.flash.ended"
	if e.Why == whyEmpty {
		flash = "nursing.flash.freed" // there is nobody to tell
	}
	web.SetFlash(w, r, ui.Success, flash)
	return web.Redirect(w, r, waitingPath)
}

// gone leads whoever comes second to the case.
func (*Service) gone(w http.ResponseWriter, r *http.Request, err error) error {
	if !errs.Is(err, errs.KindConflict) {
		return err
	}
	web.SetFlash(w, r, ui.Warning, errs.Of(err).Key)
	return web.Redirect(w, r, "/work/cases/"+r.PathValue("id"))
}

// standingTerms are what is known of somebody who waits.
func standingTerms(ctx context.Context, w Waiting) []ui.Term {
	words := i18n.From(ctx)
	return []ui.Term{
		{Label: words.T("nursing.waiting.column.need"), Value: needName(ctx, w.Need)},
		{Label: words.T("nursing.waiting.column.stay"), Value: words.T("nursing.stay." + w.Stay)},
		{Label: words.T("nursing.waiting.column.since"), Value: words.Date(clock.DateIn(w.Since))},
	}
}

// terms are what is known of somebody who waits or has a place.
func (v Standing) terms(ctx context.Context) []ui.Term {
	words := i18n.From(ctx)
	if v.Home != "" {
		return []ui.Term{
			{Label: words.T("nursing.decision.home"), Value: v.Home}, {Label: words.T("nursing.waiting.column.stay"), Value: words.T("nursing.stay." + v.Stay)},
		}
	}
	return append(standingTerms(ctx, v.Waiting), ui.Term{Label: words.T("nursing.waiting.column.place"), Value: words.Number(int64(v.Place))})
}

// intro tells whose it is, as far as somebody knows.
func (v Standing) intro(ctx context.Context) string {
	if v.Nameless {
		return i18n.T(ctx, "nursing.nameless.intro", "number", v.Case.Label())
	}
	return i18n.T(ctx, "nursing.leave.intro", "name", v.Case.SubjectName, "number", v.Case.Label())
}

func (v Standing) endTitle(ctx context.Context) string {
	if v.Home != "" {
		return i18n.T(ctx, "nursing.leave.end_title")
	}
	return i18n.T(ctx, "nursing.leave.off_list")
}

// again begins a new decision.
func (s *Service) again(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.DecideAgain(r.Context(), id); err != nil {
		return s.gone(w, r, err)
	}
	web.SetFlash(w, r, ui.Success, "nursing.flash.again")
	return web.Redirect(w, r, "/work/cases/"+id+"/decision")
}

func (v Standing) whys(ctx context.Context) []ui.Option {
	list := make([]ui.Option, 0, len(v.Whys))
	for _, key := range v.Whys {
		list = append(list, ui.Option{Value: key, Label: i18n.T(ctx, "nursing.leave.why."+key)})
	}
	return list
}
