package applications

import (
	"context"
	"net/http"
	"strings"

	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// newerRoutes registers the page on which a draft is moved to the newest version
// of its form.
func (p *pages) newerRoutes(r *web.Routes) {
	r.Page("GET /drafts/{id}/newer", PermRead, p.newer)
	r.Form("POST /drafts/{id}/newer", PermWrite, p.move)
}

func (p *pages) newer(w http.ResponseWriter, r *http.Request) error {
	o, look, err := p.Newer(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if o.Draft.Submission != "" {
		return web.Redirect(w, r, o.sent())
	}
	if !o.Draft.Outdated {
		return web.Redirect(w, r, o.page(o.Draft.Page))
	}
	props := web.Props(w, r, ui.Resident, i18n.T(r.Context(), "applications.newer.title"))
	return web.Render(w, r, http.StatusOK, newerPage(props, o, lossTexts(r.Context(), look)))
}

func (p *pages) move(w http.ResponseWriter, r *http.Request) error {
	draft, err := p.MoveToNewest(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	web.SetFlash(w, r, ui.Success, "applications.flash.moved")
	return web.Redirect(w, r, pagePath(draft.ID, draft.Page))
}

// lossTexts name the questions whose answers would be lost, and why.
func lossTexts(ctx context.Context, look forms.Outlook) []string {
	words, lang := i18n.From(ctx), i18n.LangOf(ctx)
	list := make([]string, 0, len(look.Losses))
	for _, l := range look.Losses {
		name, inner, _ := strings.Cut(l.Field, ".")
		field, label := look.From.Field(name), l.Field
		if field != nil {
			label = field.Label.In(lang)
			if f := field.Inner(inner); inner != "" && f != nil {
				label += ": " + f.Label.In(lang)
			}
		}
		list = append(list, words.T("applications.newer.loss_"+string(l.Kind), "question", label))
	}
	return list
}
