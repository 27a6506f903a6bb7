package building_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// firm is the demonstration's business with two who lead it: the manager that it has, and
// the chair of its board.
type firm struct {
	t       *testing.T
	h       *apptest.Harness
	id      string
	name    string
	manager identity.Actor
	chair   identity.Actor
}

func twoLeaders(t *testing.T, h *apptest.Harness) *firm {
	t.Helper()
	f := &firm{t: t, h: h, name: "Torgøy Hus og Hytte AS", manager: identity.From(h.As(0, demo.Apart)), chair: identity.From(h.As(0, demo.CoParent))}
	register, ok := h.Demo.Register().(*fakeregister.Register)
	if !ok {
		t.Fatalf("the register is a %T", h.Demo.Register())
	}
	manager, _ := h.Demo.Population().Player(0, demo.Apart)
	chair, _ := h.Demo.Population().Player(0, demo.CoParent)
	err := register.PutOrganisation(fakeregister.Organisation{Number: pid.Org("311111116"), Name: f.name, Address: manager.Address, Roles: []fakeregister.OrganisationRole{
		{Person: manager.Number, Role: identity.ManagingDirector}, {Person: chair.Number, Role: identity.Chair},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// registers lets Torg hear what the register tells of somebody, as at a log-in.
func (f *firm) registers(part demo.Part) {
	f.t.Helper()
	if err := f.h.App.Identity.Refresh(identity.AsSystem(f.h.In("torgoy"), "test"), identity.From(f.h.As(0, part)).PersonID); err != nil {
		f.t.Fatal(err)
	}
}

// acts is a leader who acts for the business just now.
func (f *firm) acts(part demo.Part) *apptest.Visitor {
	f.t.Helper()
	f.registers(part)
	v := f.h.Visitor("torgoy").As(part)
	list, err := f.h.App.Identity.Represented(f.h.As(0, part))
	if err != nil {
		f.t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(r identity.Represented) bool { return r.Person.Name.Full() == f.name })
	if i < 0 {
		f.t.Fatalf("%s does not lead it", part)
	}
	f.id = list[i].Person.ID
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if p := v.Still().Send(http.MethodPost, "/my/acting", strings.NewReader(url.Values{"person": {f.id}}.Encode()), form); p.Status != http.StatusSeeOther {
		f.t.Fatalf("%d %.300s", p.Status, p.Text())
	}
	return v
}

// Two who lead a business see what the other has begun in its name for its property, go on
// with it, send it and answer what is asked: each act tells who did it for whom, to both and
// to the staff. Neither has it among her own, and who leads it no more has it no more.
func TestBusiness_twoWhoLeadItDoEachTheirPart(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			b := twoLeaders(t, h)
			manager, chair := b.acts(demo.Apart), b.acts(demo.CoParent)

			f := &flow{t: t, h: h, v: manager, ref: home(t, h)}
			f.begin()
			f.place()
			plan := f.v.Get(f.base + "/site.pdf").Must(http.StatusOK).Body
			if len(chair.Get("/my").Must(http.StatusOK).Links(f.base)) == 0 {
				t.Error("the chair does not see what the manager has begun")
			}
			f.v = chair
			summary := f.fill(plan)
			sent := chair.Submit(summary, f.base+"/submit", apptest.Set("declaration", "true")).Must(http.StatusOK)
			id := strings.TrimPrefix(sent.Path(), "/my/cases/")
			h.Settle()
			b.stands(id)

			planner := h.As(0, demo.Planner)
			c, err := h.App.Cases.AssignToMe(planner, id, see(planner, t, h, id).Version)
			if err == nil {
				_, err = h.App.Cases.Ask(planner, id, c.Version, "Hvor høyt blir mønet?")
			}
			if err != nil {
				t.Fatal(err)
			}
			h.Settle()
			mine := "/my/cases/" + id
			page := manager.Get(mine).Must(http.StatusOK).Has("Hvor høyt blir mønet?")
			manager.Submit(page, mine+"/answer", apptest.Set("text", "Fem meter.")).Must(http.StatusOK)
			b.did(id, cases.EntryAnswered, b.manager)
			for who, v := range map[string]*apptest.Visitor{"the manager": manager, "the chair": chair} {
				text := v.Get(mine).Must(http.StatusOK).Text()
				for _, by := range []string{b.chair.Name, b.manager.Name} {
					if !strings.Contains(text, by+", på vegne av "+b.name) {
						t.Errorf("%s does not see what %s did for it", who, by)
					}
				}
			}
			h.Visitor("torgoy").As(demo.Planner).Get("/work/cases/"+id).Must(http.StatusOK).Has(b.chair.Name+", på vegne av "+b.name, b.manager.Name+", på vegne av "+b.name)
			b.apart(id, chair)
		})
	}
}

// stands checks whose the case is, and who sent it.
func (f *firm) stands(id string) {
	f.t.Helper()
	c := see(f.h.As(0, demo.Planner), f.t, f.h, id)
	if c.Applicant != f.id || c.ApplicantName != f.name {
		f.t.Errorf("the applicant is %s", c.ApplicantName)
	}
	f.did(id, cases.EntryReceived, f.chair)
}

// did checks that a line of the journal tells who did something for the business.
func (f *firm) did(id string, kind cases.EntryKind, who identity.Actor) {
	f.t.Helper()
	v, err := f.h.App.Cases.View(f.h.As(0, demo.Planner), id)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, e := range v.Entries {
		if e.Kind == kind && e.ActorID == who.PersonID && e.ActorName == who.Name && e.BehalfID == f.id && e.BehalfName == f.name {
			return
		}
	}
	f.t.Errorf("the journal does not tell that %s did %s for it: %+v", who.Name, kind, v.Entries)
}

// apart checks that what is the business's is nobody's own, and not a third's.
func (f *firm) apart(id string, chair *apptest.Visitor) {
	f.t.Helper()
	for _, part := range []demo.Part{demo.Apart, demo.CoParent, demo.Mother} {
		if p := f.h.Visitor("torgoy").As(part).Get("/my/cases/" + id); p.Status != http.StatusNotFound {
			f.t.Errorf("%s has it as her own: %d", part, p.Status)
		}
	}
	register, _ := f.h.Demo.Register().(*fakeregister.Register)
	manager, _ := f.h.Demo.Population().Player(0, demo.Apart)
	err := register.PutOrganisation(fakeregister.Organisation{Number: pid.Org("311111116"), Name: f.name, Address: manager.Address, Roles: []fakeregister.OrganisationRole{
		{Person: manager.Number, Role: identity.ManagingDirector},
	}})
	if err != nil {
		f.t.Fatal(err)
	}
	f.registers(demo.CoParent)
	list, err := f.h.App.Identity.Represented(f.h.As(0, demo.CoParent))
	if err != nil || slices.ContainsFunc(list, func(r identity.Represented) bool { return r.Person.ID == f.id }) {
		f.t.Errorf("who leads it no more acts for it: %v", err)
	}
	if p := chair.Get("/my/cases/" + id); p.Status != http.StatusNotFound {
		f.t.Errorf("who leads it no more reads its case: %d", p.Status)
	}
}
