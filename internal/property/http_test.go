package property_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
	"github.com/torg-no/torg/internal/property/fakeregister"
)

// product runs a test on the whole product, on both databases.
func product(t *testing.T, test func(t *testing.T, s *stage)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			register, err := h.Demo.PropertyRegister()
			if err != nil {
				t.Fatal(err)
			}
			test(t, &stage{T: t, Harness: h, register: register, land: townOf(t)})
		})
	}
}

// stage is the product with its first town.
type stage struct {
	*testing.T
	*apptest.Harness

	register *fakeregister.Register
	land     *land.Land
}

// number is the national number of a player.
func (s *stage) number(part demo.Part) (personID, digits string) {
	s.Helper()
	ctx := s.As(0, part)
	id := identity.From(ctx).PersonID
	number, err := s.App.Identity.Number(ctx, id)
	if err != nil {
		s.Fatal(err)
	}
	return id, number.Digits()
}

// home is the property that a player lives on.
func (s *stage) home(part demo.Part) property.Property {
	s.Helper()
	ctx := s.As(0, part)
	p, err := s.App.Identity.Person(ctx, identity.From(ctx).PersonID)
	if err != nil {
		s.Fatal(err)
	}
	at, _ := p.VisibleAddress(identity.From(ctx))
	var found property.Property
	err = s.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		hits, err := s.App.Property.Search(ctx, tx, at.Lines[0]+" "+at.PostalCode, 1)
		if err != nil || len(hits) == 0 {
			s.Fatalf("%q is not found: %v", at.Lines, err)
		}
		found, err = s.App.Property.ByRef(ctx, tx, hits[0].Ref)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return found
}

func TestPages_tellEverybodyWhatApplies(t *testing.T) {
	t.Parallel()
	product(t, func(t *testing.T, s *stage) {
		v, home := s.Visitor("torgoy"), s.home(demo.Mother)
		page := v.Get("/property/"+home.Ref.Path()).Must(http.StatusOK).Has("Eiendom "+home.Ref.String(), home.Address, "Hva gjelder her?", "Bygninger", "Plan- og bygningsloven § 29-4")
		page.Link("/apply/building-permit?property=" + home.Ref.Path())
		page.Link("/areas/new?property=" + home.Ref.Path())
		if len(page.Links("/my/areas/new")) > 0 {
			t.Error("somebody who has not logged in is sent to do so")
		}
		s.Visitor("torgoy").As(demo.Mother).Get("/property/" + home.Ref.Path()).Must(http.StatusOK).Link("/my/areas/new?property=" + home.Ref.Path())
		page.Link("/map?property=" + home.Ref.Path())
		if len(page.All("svg")) == 0 || !strings.Contains(string(page.Body), "<title") {
			t.Error("there is no map with a title")
		}
		if strings.Contains(page.Text(), "Nordmann") || len(page.Links("/work/property/")) > 0 {
			t.Error("everybody is told of owners")
		}
		s.planPages(v, page)
		s.placePages(v, home)
		s.searchPages(v, home)
		for _, path := range []string{"/property/9999-1", "/property/x", "/property/" + strings.Repeat("1", 300), "/plan/none", "/plan/%27%20or%201=1"} {
			v.Get(path).Must(http.StatusNotFound)
		}
		s.owned(v, home)
	})
}

// owned refuses those who may not see owners.
func (s *stage) owned(v *apptest.Visitor, home property.Property) {
	s.Helper()
	path := "/work/property/" + home.Ref.Path()
	if p := v.Still().Get(path); p.Status != http.StatusSeeOther && p.Status != http.StatusFound {
		s.Errorf("nobody in particular sees owners: %s", p)
	}
	for _, part := range []demo.Part{demo.Mother, demo.CareWorker, demo.Administrator, demo.Auditor} {
		if p := s.Visitor("torgoy").As(part).Get(path); p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
			s.Errorf("%s sees owners: %s", part, p)
		}
	}
	if asked := s.register.Asked(); asked > 0 {
		s.Errorf("the register was asked %d times for those who may not know", asked)
	}
}

// planPages follow the plan of a property, and one that goes no more.
func (s *stage) planPages(v *apptest.Visitor, page *apptest.Page) {
	s.Helper()
	plans := page.Links("/plan/")
	if len(plans) == 0 {
		s.Fatal("no plan is told of")
	}
	v.Get(plans[0]).Must(http.StatusOK).Has("Hva planen bestemmer", "Feltene i planen", "Hva grunnen er til", "Historien til planen", "Denne planen")
	for _, p := range s.land.Plans {
		if p.To.IsZero() {
			continue
		}
		old := v.Get("/plan/"+p.PlanID).Must(http.StatusOK).Has("Denne planen gjelder ikke", p.Name, "Feltene i planen")
		old.Link("/plan/" + s.land.Plans[p.After].PlanID)
		v.Get("/plan/" + s.land.Plans[p.After].PlanID).Must(http.StatusOK).Link("/plan/" + p.PlanID)
		return
	}
	s.Error("the town has no plan that was replaced")
}

func (s *stage) placePages(v *apptest.Visitor, home property.Property) {
	s.Helper()
	at := home.Ground.Bound().Center()
	q := url.Values{"e": {decimalOf(at[0])}, "n": {decimalOf(at[1])}}
	v.Get("/place?"+q.Encode()).Must(http.StatusOK).Has("Hva er her?", "Nærmeste barnehage og skole", "Del stedet").Link("/property/" + home.Ref.Path())
	v.Get("/place").Must(http.StatusOK).Has("Adresse, eiendom, plan eller sted")
	v.Get("/place?lat=59,91&lon=10,75").Must(http.StatusOK).Has("Stedet ligger ikke i kommunen")
	for _, wrong := range []string{"e=x&n=y", "e=1e400&n=1", "e=NaN&n=NaN", "lat=91&lon=0", "lat=1", "e=343000"} {
		if p := v.Get("/place?" + wrong); p.Status != http.StatusUnprocessableEntity {
			s.Errorf("%s: %s", wrong, p)
		}
	}
}

func decimalOf(n float64) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func (s *stage) searchPages(v *apptest.Visitor, home property.Property) {
	s.Helper()
	v.Get("/search").Must(http.StatusOK).Has("Søk etter eiendom og plan")
	v.Get("/search?q="+url.QueryEscape(home.Address)).Must(http.StatusOK).Has(home.Address, "treff").Link("/property/" + home.Ref.Path())
	v.Get("/search?q=kaiveien").Must(http.StatusOK).Has("de 20 beste treffene")
	v.Get("/search?q=finnesikkeher").Must(http.StatusOK).Has("Vi fant ingenting")
	v.Get("/search?q=" + strings.Repeat("%C3%A6", 3000)).Must(http.StatusOK)
	if p := v.Get("/search?q=%3Cscript%3E").Must(http.StatusOK); strings.Contains(string(p.Body), "<script>") {
		s.Error("what was typed is not written as text")
	}
}

// get asks a JSON operation and reads the answer.
func get[T any](s *stage, path string) (out T) {
	s.Helper()
	p := s.Visitor("torgoy").Get(path).Must(http.StatusOK)
	if err := json.Unmarshal(p.Body, &out); err != nil {
		s.Fatalf("%s: %v in %.300s", path, err, p.Body)
	}
	return out
}

func TestAPI_tellsTheSameAsThePages(t *testing.T) {
	t.Parallel()
	product(t, func(t *testing.T, s *stage) {
		home := s.home(demo.Mother)
		found := get[struct{ Hits []property.HitInfo }](s, "/api/places?limit=1&q="+url.QueryEscape(home.Address))
		if len(found.Hits) != 1 || found.Hits[0].Ref != home.Ref.String() || found.Hits[0].Kind != "address" {
			t.Fatalf("%+v", found)
		}
		told := get[property.PropertyInfo](s, "/api/property/"+home.Ref.Path())
		if told.Property.Ref != home.Ref.String() || told.Geometry.Type != "MultiPolygon" || len(told.Geometry.Coordinates) != len(home.Ground) || len(told.Says) < 3 || len(told.Plans) == 0 {
			t.Errorf("%+v", told)
		}
		west, south, east, north := told.Property.Box[0], told.Property.Box[1], told.Property.Box[2], told.Property.Box[3]
		at := told.Property.At
		if !(west < at.Lon && at.Lon < east && south < at.Lat && at.Lat < north && west > 4 && north < 60) {
			t.Errorf("%+v is not in %v", at, told.Property.Box)
		}
		here := get[property.PlaceInfo](s, "/api/place?lon="+decimalOf(at.Lon)+"&lat="+decimalOf(at.Lat))
		if here.Outside || here.Property == nil || here.Property.Ref != home.Ref.String() || here.Address == nil || len(here.Near) != 2 || len(here.Says) == 0 {
			t.Errorf("%+v", here)
		}
		metres := get[property.PlaceInfo](s, "/api/place?e="+decimalOf(at.East)+"&n="+decimalOf(at.North))
		if diff := cmp.Diff(here.Property, metres.Property); diff != "" {
			t.Errorf("degrees and metres differ: %s", diff)
		}
		if oslo := get[property.PlaceInfo](s, "/api/place?lon=10.75&lat=59.91"); !oslo.Outside || oslo.Property != nil || oslo.Zones == nil || oslo.Missing == nil {
			t.Errorf("%+v", oslo)
		}
		s.planAPI(told.Plans[0].Number)
		s.badAPI()
	})
}

func (s *stage) planAPI(number string) {
	s.Helper()
	told := get[struct {
		Plan     property.PlanInfo
		InForce  bool `json:"in_force"`
		Zones    []property.ZoneInfo
		History  []property.PlanInfo
		Geometry property.Shape
	}](s, "/api/plan/"+number)
	if told.Plan.Number != number || !told.InForce || len(told.Zones) == 0 || len(told.History) == 0 || len(told.Geometry.Coordinates) == 0 || told.Zones[0].PlanName != told.Plan.Name {
		s.Errorf("%+v", told.Plan)
	}
}

func (s *stage) badAPI() {
	s.Helper()
	v := s.Visitor("torgoy")
	for path, status := range map[string]int{
		"/api/property/9999-1": http.StatusNotFound, "/api/property/abc": http.StatusNotFound, "/api/plan/none": http.StatusNotFound,
		"/api/place": http.StatusUnprocessableEntity, "/api/place?lon=200&lat=1": http.StatusUnprocessableEntity, "/api/place?lon=NaN&lat=1": http.StatusUnprocessableEntity,
		"/api/places?q=" + strings.Repeat("a", 201): http.StatusUnprocessableEntity, "/api/places?q=a&limit=51": http.StatusUnprocessableEntity,
	} {
		if p := v.Get(path); p.Status != status {
			s.Errorf("%.60s: %d, want %d: %.200s", path, p.Status, status, p.Body)
		}
	}
}
