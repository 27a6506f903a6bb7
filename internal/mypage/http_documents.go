package mypage

import (
	"net/http"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// documentRoutes registers the lists across all of a person's cases.
func (p *pages) documentRoutes(r *web.Routes) {
	r.Page("GET /my/documents", access.LoggedIn, p.documents)
	r.Page("GET /my/conversations", access.LoggedIn, p.conversations)
	r.Page("GET /my/conversations/{id}", cases.PermRead, p.conversation)
}

// below is the shell of a page below the person's own.
func (*pages) below(w http.ResponseWriter, r *http.Request, title string, above ...ui.Crumb) ui.PageProps {
	props := web.Props(w, r, ui.Resident, title)
	props.Breadcrumbs = append([]ui.Crumb{{Label: i18n.T(r.Context(), "mypage.title"), Href: "/my"}}, append(above, ui.Crumb{Label: title})...)
	return props
}

func (p *pages) documents(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Documents(r.Context())
	if err != nil {
		return err
	}
	props := p.below(w, r, i18n.T(r.Context(), "mypage.documents.title"))
	return web.Render(w, r, http.StatusOK, documentsPage(props, documentsTable(r.Context(), list, p.cases.Kinds())))
}

func (p *pages) conversations(w http.ResponseWriter, r *http.Request) error {
	list, err := p.cases.Mine(r.Context())
	if err != nil {
		return err
	}
	props := p.below(w, r, i18n.T(r.Context(), "mypage.conversations.title"))
	return web.Render(w, r, http.StatusOK, conversationsPage(props, conversationCards(r.Context(), list, p.cases.Kinds())))
}

func (p *pages) conversation(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c, err := p.Conversation(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	if !c.View.Party {
		return web.Redirect(w, r, "/work/cases/"+c.View.Case.ID)
	}
	title := i18n.T(ctx, "mypage.conversation.title", "number", c.View.Case.Label())
	props := p.below(w, r, title, ui.Crumb{Label: i18n.T(ctx, "mypage.conversations.title"), Href: "/my/conversations"})
	return web.Render(w, r, http.StatusOK, conversationPage(props, c))
}
