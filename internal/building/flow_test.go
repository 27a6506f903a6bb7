package building_test

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// home finds a property of the demonstration's land with a house on it, in a zoning
// plan for homes that regulates how much may be built.
func home(t *testing.T, h *apptest.Harness) property.Ref {
	t.Helper()
	var found property.Ref
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
		page, err := h.App.Layers.FindIn(ctx, tx, layers.Query{Layer: "properties", Limit: 3000})
		if err != nil {
			return err
		}
		for _, f := range page.Features {
			if f.Text("use") != "home" || f.Number("area") < 900 || f.Number("area") > 1500 || f.Number("fnr") != 0 || f.Text("address") == "" {
				continue
			}
			ref, _ := property.ParseRef(f.Text("number"))
			p, err := h.App.Property.ByRef(ctx, tx, ref)
			if err != nil {
				return err
			}
			facts, err := h.App.Property.FactsOf(ctx, tx, p)
			if err != nil {
				return err
			}
			if len(facts.Zones) == 1 && strings.HasPrefix(facts.Zones[0].Purpose, "111") && facts.Zones[0].BYA > 20 && len(facts.Cautions) == 0 && len(facts.Buildings) == 1 {
				found = ref
				return nil
			}
		}
		return nil
	})
	if err != nil || found.IsZero() {
		t.Fatalf("no home in the demonstration's land: %v", err)
	}
	return found
}

// flow is a person on the way from the map to the case.
type flow struct {
	t    *testing.T
	h    *apptest.Harness
	v    *apptest.Visitor
	ref  property.Ref
	base string // of the draft
}

func (f *flow) site(fill apptest.Fill) *apptest.Page {
	f.t.Helper()
	return f.v.Submit(f.v.Get(f.base+"/site?property="+f.ref.Path()).Must(200), f.base+"/site", fill)
}

// begin goes from the address of a property to the page of the map.
func (f *flow) begin() {
	f.t.Helper()
	begin := f.v.Get("/apply/building-permit?property=" + f.ref.Path()).Must(200)
	place := f.v.Submit(begin, "/apply/building-permit", apptest.Set()).Must(200)
	place.Has("Sett bygget på kartet", f.ref.String(), "Dette fant vi", "Er det langt nok fra nabogrensen?", "Kommunens frist")
	f.base = strings.TrimSuffix(place.Path(), "/site")
}

// place moves the garage, types nonsense, and takes a place two metres from a boundary.
func (f *flow) place() *apptest.Page {
	f.t.Helper()
	f.site(apptest.Set("width", "bred").Press("do=draw")).Must(422).Has("Skriv et tall mellom")
	f.site(apptest.Set("step", "0,5").Press("do=north")).Must(200).Has("Dette fant vi")
	f.site(apptest.Set("from_a", "2", "from_b", "9").Press("do=draw")).Must(200).Has("høyst 50 m²")
	f.site(apptest.Set("width", "12", "length", "20").Press("do=draw")).Must(200).Has("Du trenger et foretak")
	if p := f.v.Get(f.base + "/site.pdf").Must(200); !strings.HasSuffix(p.Path(), "/pages/property") {
		f.t.Errorf("a plan of nothing is %s", p)
	}
	return f.site(apptest.Set("kind", "garage", "cornice", "2,8").Press("do=save")).Must(200)
}

// fill answers what the map does not know, and goes to the summary.
func (f *flow) fill(plan []byte) *apptest.Page {
	f.t.Helper()
	drawing := func(fill apptest.Fill, fields ...string) apptest.Fill {
		for _, field := range fields {
			fill = fill.Attach(field, field+".pdf", plan)
		}
		return fill
	}
	var page *apptest.Page
	for _, step := range []struct {
		page string
		fill apptest.Fill
	}{
		{"property", apptest.Set("owner", "yes", "organisation", "no", "phone", "91234567", "email", "kari@example.no")},
		{"measure", apptest.Set("description", "Garasje i tre, malt hvit.")},
		{"areas", apptest.Set("plot", "1234,5")},
		{"distances", apptest.Set("terrain", "no", "power_line", "no")},
		{"neighbours", apptest.Set("notice", "no_effect", "no_notice_why", "Ingen blir berørt.")},
		{"dispensation", apptest.Set("dispensation", "no")},
		{"surroundings", apptest.Set("access_road", "no", "water", "no", "heritage", "no")},
		{"map", apptest.Set()},
		{"drawings", drawing(apptest.Set(), "floor_plans", "sections", "facades")},
	} {
		address := f.base + "/pages/" + step.page
		page = f.v.Submit(f.v.Get(address).Must(200), address, step.fill.Press("do=next")).Must(200)
		if page.Path() == address {
			f.t.Fatalf("%s is not taken: %s", step.page, page.Text())
		}
	}
	return page
}

func TestSite_fromTheMapToTheCase(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			f := &flow{t: t, h: h, v: h.Visitor("torgoy").As(demo.Mother), ref: home(t, h)}
			f.begin()
			first := f.place()
			first.Has("Vi har fylt ut det kartet vet")
			f.filled()
			plan := f.v.Get(f.base + "/site.pdf").Must(200).Body
			if !bytes.HasPrefix(plan, []byte("%PDF-")) {
				t.Fatalf("the situation plan begins with %.10q", plan)
			}
			f.moved()
			summary := f.fill(plan)
			summary.Has("situasjonsplan-"+f.ref.Path()+".pdf", "Kontroll mot kartet", "1234,5 m²")
			sent := f.v.Submit(summary, f.base+"/submit", apptest.Set("declaration", "true")).Must(200)
			caseID := strings.TrimPrefix(sent.Path(), "/my/cases/")
			sent.Has("Kontroll mot kartet")
			f.stored(caseID)
			f.worker(caseID)
		})
	}
}

// filled looks at what the map has put into the form.
func (f *flow) filled() {
	f.t.Helper()
	o, err := f.h.App.Applications.Open(f.h.As(0, demo.Mother), strings.TrimPrefix(f.base, "/drafts/"))
	if err != nil {
		f.t.Fatal(err)
	}
	values := o.Draft.Answers.Values
	for field, want := range map[string]any{
		"measure": "garage", "dwelling": "no", "plan": "zoning", "eaves": 2.8, "ridge": 3.9, "over_pipes": "no", "role": "own", "dispensation": "no",
	} {
		if values[field] != want {
			f.t.Errorf("%s is %v, want %v", field, values[field], want)
		}
	}
	plan, _ := values["site_plan"].([]any)
	boundaries, _ := values["boundaries"].([]any)
	if len(plan) != 1 || len(boundaries) == 0 || values["plot"] == nil || values["allowed"] == nil || values["address"] == nil {
		f.t.Errorf("plan %v, boundaries %v, plot %v, allowed %v", plan, boundaries, values["plot"], values["allowed"])
	}
	if facts := o.Draft.Facts; facts[building.FactProperty] != f.ref.String() || facts[building.FactFootprint] == nil || facts["site_weeks"] != 3.0 {
		f.t.Errorf("facts %v", facts)
	}
	f.v.Get(f.base+"/pages/map").Must(200).Has("Plan som gjelder", "Frist kartet tilsier")
}

// moved saves another place: the plan takes the place of the first, and the page
// remembers what was typed.
func (f *flow) moved() {
	f.t.Helper()
	again := f.v.Get(f.base + "/site").Must(200)
	again.Has("Situasjonsplan (PDF)")
	f.v.Submit(again, f.base+"/site", apptest.Set("ridge", "4").Press("do=save")).Must(200)
	o, err := f.h.App.Applications.Open(f.h.As(0, demo.Mother), strings.TrimPrefix(f.base, "/drafts/"))
	if err != nil {
		f.t.Fatal(err)
	}
	if plan, _ := o.Draft.Answers.Values["site_plan"].([]any); len(plan) != 1 || o.Draft.Answers.Values["ridge"] != 4.0 || o.Draft.Answers.Values["eaves"] != 2.8 {
		f.t.Errorf("%d plans, ridge %v", len(plan), o.Draft.Answers.Values["ridge"])
	}
	if f.v.Get("/apply/building-permit").Must(200); o.Draft.Facts[building.FactRequest] == nil {
		f.t.Error("beginning again forgets the map")
	}
}

// stored looks at what stands with the case.
func (f *flow) stored(caseID string) {
	f.t.Helper()
	read := func(ctx context.Context) (s building.Site, there bool) {
		err := f.h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			s, there, err = f.h.App.Building.SiteIn(ctx, tx, caseID)
			return err
		})
		if err != nil {
			f.t.Fatal(err)
		}
		return s, there
	}
	s, there := read(f.h.In("torgoy"))
	if !there || s.Property != f.ref.String() || s.System != 25832 || len(s.Footprint) != 1 || s.CheckedAt.IsZero() || s.Generations["properties"] == 0 {
		f.t.Fatalf("%t %+v", there, s)
	}
	if a, ok := s.Result.Answer(check.KeyUtilisation); !ok || a.Verdict != check.OK || s.Result.Class.Weeks != 3 || s.Request.Ridge != 4 {
		f.t.Errorf("%+v, %+v", a, s.Result.Class)
	}
	if _, there := read(f.h.In("fjordbygda")); there {
		f.t.Error("another municipality sees it")
	}
}

// worker looks at the case as the case worker, and as a stranger, and forgets it.
func (f *flow) worker(caseID string) {
	f.t.Helper()
	worker := f.h.As(0, demo.Planner)
	v := f.h.Visitor("torgoy").As(demo.Planner)
	page := v.Get("/work/cases/" + caseID).Must(200)
	page.Has("Kontroll mot kartet", "Foreslått klasse", "Tre uker", "Søkeren har rettet det kartet fylte ut", "Tomtas areal", "situasjonsplan-"+f.ref.Path()+".pdf")
	review := v.Get("/work/cases/" + caseID + "/site").Must(200)
	review.Has("Da søknaden kom", "Svarene er de samme", f.ref.String())
	if file := v.Get("/work/cases/" + caseID + "/site.pdf").Must(200).Body; !bytes.HasPrefix(file, []byte("%PDF-")) {
		f.t.Errorf("the plan begins with %.10q", file)
	}
	if _, err := f.h.App.Building.Review(f.h.As(0, demo.Apart), caseID); !errs.Is(err, errs.KindNotFound) {
		f.t.Errorf("a stranger: %v", err)
	}
	err := f.h.App.DB.Write(worker, func(ctx context.Context, tx *store.Tx) error {
		return f.h.App.Building.Forget(ctx, tx, caseID, cases.Nobody(caseID))
	})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, gone := range []string{"/site", "/site.pdf"} {
		if p := v.Get("/work/cases/" + caseID + gone).Must(200); p.Path() != "/work/cases/"+caseID {
			f.t.Errorf("what is forgotten is %s", p)
		}
	}
}

func TestSite_choosingTheProperty(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{Map: true})
	f := &flow{t: t, h: h, v: h.Visitor("torgoy").As(demo.Mother), ref: home(t, h)}
	begin := f.v.Get("/apply/building-permit").Must(200)
	choose := f.v.Submit(begin, "/apply/building-permit", apptest.Set()).Must(200).Has("Hvor skal du bygge?")
	f.base = strings.TrimSuffix(choose.Path(), "/site")
	f.v.Get(f.base + "/site?q=finnesikke").Must(200).Has("Vi fant ingen eiendom")
	f.v.Get(f.base + "/site?property=9999-9").Must(200).Has("Vi finner ikke 9999/9 i kartet")
	hits := f.v.Get(f.base + "/site?q=" + url.QueryEscape(f.ref.String())).Must(200).Has("Velg eiendommen")
	to := f.base + "/site?property=" + f.ref.Path()
	if !slices.Contains(hits.Links("property="), to) {
		t.Errorf("no way to %s among %v", to, hits.Links("property="))
	}
	f.v.Get(to).Must(200).Has("Sett bygget på kartet")
	// By coordinates far off, by corners, and something that must be applied for.
	f.site(apptest.Set("mode", "point", "east", "1", "north", "1").Press("do=draw")).Must(422).Has("mer enn 500 meter")
	f.site(apptest.Set("mode", "corners", "corners", "1 2").Press("do=draw")).Must(422).Has("minst tre hjørner")
	f.site(apptest.Set("mode", "corners").Press("do=draw")).Must(200).Has("Dette fant vi")
	f.site(apptest.Set("kind", "other").Press("do=suggest")).Must(200).Has("Slike tiltak må det alltid søkes om")
	f.site(apptest.Set("kind", "extension", "width", "4", "length", "3").Press("do=suggest")).Must(200).Has("Dette fant vi")
	// Nobody else may.
	h.Visitor("torgoy").As(demo.Apart).Get(f.base + "/site").Must(404)
}
