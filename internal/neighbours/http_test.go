package neighbours_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
)

// TestPages_theWholeWay goes from the property to the receipt as people do: the
// developer begins and sends, one neighbour answers with the code of the letter,
// another on her own page, the staff write one down, and the developer reads it all.
func TestPages_theWholeWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mother := w.Visitor(town).As(demo.Mother)
		p := mother.Get("/my/notices/new?property=12-34").Must(http.StatusOK)
		p = mother.Submit(p, "/my/notices", apptest.Set("property", "77/7")).Must(http.StatusUnprocessableEntity)
		p = mother.Submit(p, "/my/notices", apptest.Set("property", own)).Must(http.StatusOK)
		p.Has("Dødsboet etter eieren av 12/39", "Eier av 12/36", "kan ikke varsles elektronisk", "Kommunen sender for deg", "Vi viser ikke hvem eierne er")
		path := p.Path()
		p = mother.Submit(p, path, apptest.Set("description", "En garasje på 40 m² i tre.").Press("do=send")).Must(http.StatusUnprocessableEntity)
		p.Has("Legg ved minst én tegning")
		page := p
		fill := apptest.Set("description", "En garasje på 40 m² i tre.", "dispensations", "Reguleringsplanen § 3", "contact", "40 00 00 00").Press("do=send").Attach("files", "plan.pdf", []byte(drawing))
		p = mother.Submit(p, path, fill).Must(http.StatusOK)
		p.Has("Se over før du sender", "6 eiere", "4 eiere får varselet digitalt", "Kommunen kan ikke nå 2 av dem", "plan.pdf")
		confirmed := p
		mother.Submit(page, path, fill).Must(http.StatusOK).Has("Se over før du sender") // a second press
		p = mother.Submit(p, path+"/send", apptest.Set()).Must(http.StatusOK)
		p.Has("Varselet er sendt", "Du må varsle", "0 av 6 har svart")
		mother.Submit(confirmed, path+"/send", apptest.Set()).Must(http.StatusOK).Has("Varselet er sendt")
		mother.Submit(page, path, fill).Must(http.StatusOK).Has("0 av 6 har svart")
		w.Settle()
		if told := w.told("neighbours.notice"); told != 4 {
			t.Errorf("%d were told after two presses", told)
		}

		stranger := w.Visitor(town)
		stranger.Get("/notice").Must(http.StatusOK).Has("Koden i brevet")
		stranger.Get("/notice?code=abc").Must(http.StatusUnprocessableEntity)
		stranger.Get("/notice/AAAAA-AAAAA-AAAAA-AAAAA").Must(http.StatusNotFound).Has("Koden åpner ikke noe varsel")
		p = stranger.Get("/notice?code=" + url.QueryEscape(strings.ToLower(w.code(demo.Hidden)))).Must(http.StatusOK)
		p.Has("En garasje på 40 m² i tre.", "Reguleringsplanen § 3", "40 00 00 00", "plan.pdf")
		if p.Path() != "/notice/"+strings.ReplaceAll(w.code(demo.Hidden), "-", "") {
			t.Errorf("led to %s", p.Path())
		}
		stranger.Get(p.Link("/drawings/")).Must(http.StatusOK)
		stranger.Submit(p, p.Path(), apptest.Set("answer", "remarks")).Must(http.StatusUnprocessableEntity).Has("Skriv merknadene")
		p = stranger.Submit(p, p.Path(), apptest.Set("answer", "remarks", "text", "Den skygger for hagen.").Attach("files", "skygge.pdf", []byte(drawing))).Must(http.StatusOK)
		p.Has("Svaret ditt er mottatt", "Den skygger for hagen.", "skygge.pdf")

		apart := w.Visitor(town).As(demo.Apart)
		p = apart.Get("/my/notices").Must(http.StatusOK)
		p.Has("Venter på svaret ditt")
		p = apart.Get(p.Link("/my/neighbour-notices/")).Must(http.StatusOK)
		p = apart.Submit(p, p.Path(), apptest.Set("answer", "consent")).Must(http.StatusOK)
		p.Has("Samtykker til bygging nærmere enn fire meter")
		apart.Get(path).Must(http.StatusNotFound)

		planner := w.Visitor(town).As(demo.Planner)
		p = planner.Get("/work/notices?property=12-34").Must(http.StatusOK)
		p = planner.Get(p.Link("/work/notices/")).Must(http.StatusOK)
		form := "/answers/" + w.line(neighbours.Notice{ID: strings.TrimPrefix(path, "/my/notices/")}, coopName).ID
		p = planner.Submit(p, p.Path()+form, apptest.Set("answer", "none")).Must(http.StatusOK)
		p.Has("Svaret er ført inn", "Den skygger for hagen.")

		p = mother.Get(path).Must(http.StatusOK)
		p.Has("3 av 6 har svart, 1 med merknader", "Den skygger for hagen.", "skygge.pdf")
		p = mother.Submit(p, path+"/comment", apptest.Set("comment", "Jeg senker taket.")).Must(http.StatusOK)
		p.Has("Kommentaren er lagret")
		p = mother.Submit(p, path+"/brought", apptest.Set("how", "signed", "on", "2026-11-23")).Must(http.StatusOK)
		p.Has("Det er skrevet ned at du har varslet")
		receipt := mother.Get(path + "/receipt").Must(http.StatusOK)
		if receipt.Header.Get("Content-Type") != "application/pdf" {
			t.Errorf("the receipt is %s", receipt.Header.Get("Content-Type"))
		}
		stranger.Get("/notice/" + w.code(demo.Hidden)).Must(http.StatusOK).Has("Jeg senker taket.")
	})
}

func TestPages_inThreeLanguagesWithoutLeftovers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	n := w.sent(w.draft(nil))
	w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Remarks, Text: "Nei.", Key: "k"})
	for lang, want := range map[string]string{"nn": "Ikkje svara", "en": "No answer", "nb": "Ikke svart"} {
		v := w.Visitor(town).As(demo.Mother)
		v.Speak(lang)
		for _, path := range []string{"/my/notices", "/my/notices/new", "/my/notices/" + n.ID} {
			p := v.Get(path).Must(http.StatusOK)
			if strings.Contains(p.Text(), "neighbours.") {
				t.Errorf("%s in %s shows a key:\n%s", path, lang, p.Text())
			}
			for _, fault := range p.Faults() {
				t.Errorf("%s in %s: %v", path, lang, fault)
			}
		}
		v.Get("/my/notices/" + n.ID).Has(want)
	}
}
