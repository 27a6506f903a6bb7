package demo

import (
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// townView is a municipality on the front page.
type townView struct {
	Name, Intro, Address string
	Residents            []player
	Staff                []player
}

// player is a person to log in as.
type player struct{ Name, Who, Can, Login string }

func (p *portal) front(w http.ResponseWriter, r *http.Request) error {
	props := p.props(r, "demo.front.title")
	var towns []townView
	for i, town := range Towns() {
		towns = append(towns, p.town(r, i, town))
	}
	return p.show(w, r, http.StatusOK, frontPage(props, languages(r), towns, p.path(r, "/outbox")))
}

func (p *portal) town(r *http.Request, index int, town Town) townView {
	ctx := r.Context()
	name := town.Name.In(i18n.LangOf(ctx))
	site := p.demo.site(town.Host())
	v := townView{
		Name: name, Address: site + "/",
		Intro: i18n.T(ctx, "demo.town."+town.Slug, "residents", i18n.From(ctx).Number(Residents)),
	}
	for _, part := range Parts() {
		someone, ok := p.demo.population.Player(index, part)
		if !ok {
			continue
		}
		who := player{
			Name: someone.Name.Full(), Who: i18n.T(ctx, part.Describe()), Can: i18n.T(ctx, part.Can()),
			Login: site + loginPath(town, part),
		}
		if part.Role() == "" {
			v.Residents = append(v.Residents, who)
		} else {
			v.Staff = append(v.Staff, who)
		}
	}
	return v
}

// loginHint is what the ID-porten is told of who is about to log in.
func loginHint(town Town, part Part) string { return town.Slug + "-" + string(part) }

// loginPath starts a log-in that asks anew, also when somebody else is logged in
// at the ID-porten, and leads to where the person works. The ID-porten shows the
// person first.
func loginPath(town Town, part Part) string {
	target := "/my"
	switch part {
	case CaseWorker, Colleague, Head, CareWorker, CareColleague, CareHead, Planner, PlanColleague, PlanHead:
		target = "/work"
	case Administrator:
		target = "/admin"
	case Auditor:
		target = "/admin/log"
	case Mother, CoParent, Apart, AppointedGuardian, Hidden:
	}
	return "/login?" + url.Values{"prompt": {"login"}, "login_hint": {loginHint(town, part)}, "return": {target}}.Encode()
}

// group is the people of a municipality who see the same side of it.
type group struct {
	Title, Icon string
	Players     []player
}

func (v townView) groups(residents, staff string) []group {
	return []group{{residents, "person", v.Residents}, {staff, "building", v.Staff}}
}
