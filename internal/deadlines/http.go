package deadlines

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the case workers' page.
func (s *Service) Routes(r *web.Routes) {
	r.Nav(ui.Staff, "deadlines.nav", "/work/deadlines", PermList)
	r.Page("GET /work/deadlines", PermList, s.show)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	number := pageNumber(q)
	f := Filter{
		Window: Window(q.Get("window")), Rule: q.Get("rule"), Kind: q.Get("kind"), Department: q.Get("department"), Assignee: q.Get("assignee"),
		Parties: q.Get("binds") == "all", Offset: (number - 1) * pageSize,
	}
	if f.Assignee == "me" {
		f.Assignee = me(identity.From(ctx))
	}
	page, err := s.List(ctx, f)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "deadlines.list.title"))
	v := listView{query: q, page: page, props: ui.ListProps{
		Page: props, Intro: i18n.T(ctx, "deadlines.list.intro"), Tabs: tabs(ctx, q, page.Counts),
		Summary: i18n.T(ctx, "deadlines.list.summary", "count", len(page.Lines)), Pages: pagination(q, number, page.More),
	}}
	for _, key := range s.rules.set.Keys() {
		rule, err := s.rules.set.Version(key, 1)
		if err != nil {
			return err
		}
		v.rules = append(v.rules, ui.Option{Value: key, Label: i18n.T(ctx, rule.Text+".title")})
	}
	return web.Render(w, r, http.StatusOK, listPage(v, s.Cases.Kinds()))
}

// maxPages bounds how far one can leaf: a filter is the better way.
const maxPages = 200

func pageNumber(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), maxPages)
}

// me is by which id a case is assigned to who asks: a person's, or a machine's
// token's.
func me(actor identity.Actor) string {
	if actor.Kind == identity.Token {
		return actor.TokenID
	}
	return actor.PersonID
}
