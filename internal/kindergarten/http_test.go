package kindergarten_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

const town = "torgoy"

// link returns the address that a link with the words leads to.
func link(t *testing.T, p *apptest.Page, words string) string {
	t.Helper()
	for _, a := range p.All("a") {
		if strings.Contains(a.Words(), words) {
			return a.Attr("href")
		}
	}
	t.Fatalf("%s has no link %q", p, words)
	return ""
}

func TestPages_showEverybodyTheKindergartens(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	visitor := h.Visitor(town)
	p := visitor.Get("/kindergartens").Must(http.StatusOK).Has("Barnehager i kommunen", "Adresse", "Ledige")
	if rows := p.All("tr"); len(rows) < 3 {
		t.Errorf("%d rows", len(rows))
	}
	if got := link(t, p, "Søk om plass"); got != "/apply/kindergarten-place" {
		t.Errorf("one applies at %s", got)
	}
	visitor.Speak("nn")
	visitor.Get("/kindergartens").Has("Barnehagar i kommunen")
	visitor.Speak("en")
	visitor.Get("/kindergartens").Has("Kindergartens in the municipality")
}

func TestPages_letTheHeadKeepTheList(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	head := h.Visitor(town).As(demo.Head)
	list := head.Get("/work/kindergartens").Must(http.StatusOK)
	p := head.Get(link(t, list, "Ny barnehage")).Must(http.StatusOK)
	wrong := head.Submit(p, "/work/kindergartens/new", apptest.Set("name", "", "capacity", "mange"))
	wrong.Must(http.StatusUnprocessableEntity).Has("Skriv inn navnet på barnehagen", "Antall plasser må være mellom 0 og 2000")
	done := head.Submit(wrong, "/work/kindergartens/new", apptest.Set("name", "Ærfuglen barnehage", "address", "Strandveien 1", "capacity", "42"))
	done.Must(http.StatusOK).Has("Barnehagen er lagret", "Ærfuglen barnehage", "42")

	address := link(t, done, "Ærfuglen barnehage")
	first, second := head.Get(address).Must(http.StatusOK), head.Get(address)
	head.Submit(first, address, apptest.Set("capacity", "50")).Must(http.StatusOK).Has("50")
	again := head.Submit(second, address, apptest.Set("capacity", "60")).Must(http.StatusOK)
	if again.Path() != address {
		t.Errorf("the second who saves comes to %s", again)
	}
	head.Submit(again, address, apptest.Set("closed", "true")).Must(http.StatusOK).Has("Tar ikke inn flere")
	if strings.Contains(h.Visitor(town).Get("/kindergartens").Text(), "Ærfuglen") {
		t.Error("a closed kindergarten is shown to families")
	}
}

func TestPages_areForThoseWhoKeepTheList(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	head := h.Visitor(town).As(demo.Head)
	own := ""
	for _, a := range head.Get("/work/kindergartens").All("a") {
		if href := a.Attr("href"); strings.HasPrefix(href, "/work/kindergartens/0") {
			own = href
		}
	}
	for _, part := range []demo.Part{demo.Mother, demo.CaseWorker} {
		visitor := h.Visitor(town).As(part)
		for _, path := range []string{"/work/kindergartens", "/work/kindergartens/new", own} {
			visitor.Get(path).Must(http.StatusForbidden)
		}
	}
	head.Get("/work/kindergartens/x").Must(http.StatusNotFound)
	h.Visitor("fjordbygda").As(demo.Head).Get(own).Must(http.StatusNotFound)
}

// A place that an appeal reopened and the family then takes the application back holds
// nothing: it is free, and the child may be offered another.
func TestWithdrawn_afterAnAppealThePlaceIsFreeAndTheChildMayHaveAnother(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Postgres: postgres})
			mother, worker := h.As(0, demo.Mother), h.As(0, demo.CaseWorker)
			units, err := h.App.Kindergarten.Units(worker)
			if err != nil || len(units) == 0 {
				t.Fatalf("%d kindergartens, %v", len(units), err)
			}
			give := func() cases.Case {
				t.Helper()
				c := apptest.Apply(h, 0, demo.Mother)
				c, err := h.App.Cases.AssignToMe(worker, c.ID, c.Version)
				if err == nil {
					c, err = h.App.Cases.Decide(worker, c.ID, c.Version, cases.Decision{
						Outcome: cases.OutcomeGranted, LegalBasis: "barnehageloven § 16", Reasons: "Det er ledig plass i barnehagen.", Appeal: "Du kan klage innen tre uker.",
						Values: map[string]string{"kindergarten": units[0].ID, "start": "2027-01-04"}, Version: cases.AnyVersion,
					})
				}
				if err != nil {
					t.Fatal(err)
				}
				return c
			}
			taken := func(more int64) {
				t.Helper()
				now, err := h.App.Kindergarten.Units(worker)
				if err != nil || now[0].Taken != units[0].Taken+more {
					t.Errorf("%d places are taken, were %d, want %d more: %v", now[0].Taken, units[0].Taken, more, err)
				}
			}
			c := give()
			taken(1)
			err = h.App.DB.Write(identity.AsSystem(h.In(town), "test"), func(ctx context.Context, tx *store.Tx) error {
				_, err := h.App.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: "appeal_reopened"})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			taken(1) // what was given stays until a new decision
			if _, err := h.App.Cases.Withdraw(mother, c.ID); err != nil {
				t.Fatal(err)
			}
			taken(0)
			give()
			taken(1)
		})
	}
}
