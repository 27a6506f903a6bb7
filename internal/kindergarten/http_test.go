package kindergarten_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
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
