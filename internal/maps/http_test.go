package maps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/maps"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

const torgoy = 0

// site is the demonstration's first municipality, asked by somebody who is not logged in.
type site struct {
	t *testing.T
	h *apptest.Harness
}

func open(t *testing.T) site {
	t.Helper()
	return site{t, apptest.Start(t, apptest.Options{Map: true})}
}

// reply is what came before the body.
type reply struct {
	Status     string
	StatusCode int
	Header     http.Header
}

// get asks for a path in a language.
func (s site) get(path, lang string) (reply, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.h.URL(demo.Towns()[torgoy].Slug, path), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", lang)
	answer, err := demo.LocalClient().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{answer.Status, answer.StatusCode, answer.Header}, string(body)
}

// ok asks for a path that must be there.
func (s site) ok(path string) string {
	s.t.Helper()
	answer, body := s.get(path, "nb")
	if answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s\n%.400s", path, answer.Status, body)
	}
	return body
}

func (s site) wants(path string, parts ...string) string {
	s.t.Helper()
	body := s.ok(path)
	for _, part := range parts {
		if !strings.Contains(body, part) {
			s.t.Errorf("%s lacks %q", path, part)
		}
	}
	return body
}

// home is a property with an address: its number and a place on it.
type home struct{ ref, label, e, n string }

func (s site) home() home {
	s.t.Helper()
	var found struct {
		Hits []struct {
			Kind, Label, Ref string
			At               struct{ E, N float64 }
		}
	}
	if err := json.Unmarshal([]byte(s.ok("/api/places?q=Kaiveien+3&limit=1")), &found); err != nil || len(found.Hits) != 1 {
		s.t.Fatalf("%+v, %v", found, err)
	}
	hit := found.Hits[0]
	text := func(n float64) string {
		b, err := json.Marshal(n)
		if err != nil {
			s.t.Fatal(err)
		}
		return string(b)
	}
	return home{hit.Ref, hit.Label, text(hit.At.E), text(hit.At.N)}
}

// The page with all that hangs on it; one demonstration serves all of it.
func TestMap_answersEverybody(t *testing.T) {
	t.Parallel()
	s := open(t)
	t.Run("page", func(t *testing.T) { site{t, s.h}.page() })
	t.Run("here", func(t *testing.T) { site{t, s.h}.here() })
	t.Run("style", func(t *testing.T) { site{t, s.h}.style() })
	t.Run("without scripts", func(t *testing.T) { site{t, s.h}.plain() })
	t.Run("print", func(t *testing.T) { site{t, s.h}.print() })
	t.Run("nonsense", func(t *testing.T) { site{t, s.h}.nonsense() })
	t.Run("languages", func(t *testing.T) { site{t, s.h}.languages() })
	t.Run("outside map", func(t *testing.T) { site{t, s.h}.outside() }) // last: it changes a setting
}

func (s site) page() {
	at := s.home()
	s.wants("/map", `data-map=`, `role="search"`, "Kartlag", "Eiendommer", `value="plan_zones"`, "Skriv ut")
	body := s.wants("/map?e="+at.e+"&n="+at.n, "data-answer", at.label, at.ref, "Dette gjelder her", "/apply/building-permit?property=", "/areas/new?property=")
	if other := s.ok("/map?property=" + strings.ReplaceAll(at.ref, "/", "-")); !strings.Contains(other, at.label) || !strings.Contains(body, "data-outline") {
		s.t.Error("the property's own address shows something else")
	}
	if strings.Contains(s.ok("/map"), `value="pipes"`) {
		s.t.Error("the list shows where pipes lie to everybody")
	}
	answer, _ := s.get("/map", "nb")
	if policy := answer.Header.Get("Content-Security-Policy"); strings.Contains(policy, "blob:") || strings.Contains(policy, "https:") || !strings.Contains(policy, "worker-src 'self'") {
		s.t.Errorf("policy %s", policy)
	}
	if front := s.ok("/"); !strings.Contains(front, `href="/map"`) {
		s.t.Error("the front page does not lead to the map")
	}
}

func (s site) here() {
	at := s.home()
	piece := s.wants("/map/here?e="+at.e+"&n="+at.n, at.label, "data-lon=", "MultiPolygon", "Dette gjelder her", "Byggesaker innen")
	if strings.Contains(piece, "<html") {
		s.t.Error("a piece of a page is a whole page")
	}
	lon, lat := attribute(s.t, piece, "data-lon"), attribute(s.t, piece, "data-lat")
	if again := s.ok("/map/here?lon=" + lon + "&lat=" + lat); attribute(s.t, again, "data-summary") != attribute(s.t, piece, "data-summary") {
		s.t.Error("the same place by degrees is another")
	}
	s.wants("/map/here?lon=10.75&lat=59.91", "Utenfor kommunen")
}

func attribute(t *testing.T, body, name string) string {
	t.Helper()
	found := regexp.MustCompile(name + `="([^"]*)"`).FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("no %s in %.300s", name, body)
	}
	return found[1]
}

func (s site) style() {
	for _, scheme := range []string{"light", "dark"} {
		var style struct {
			Version int
			Sources map[string]json.RawMessage
			Layers  []json.RawMessage
		}
		if err := json.Unmarshal([]byte(s.ok("/map/style.json?scheme="+scheme)), &style); err != nil || style.Version != 8 || len(style.Layers) < 30 {
			s.t.Errorf("%s: %d layers, %v", scheme, len(style.Layers), err)
		}
	}
	body := s.ok("/map/style.json")
	if strings.Contains(body, "pipes") {
		s.t.Error("the style tells of pipes")
	}
	simple, other := s.get("/map/style.json?form=simple", "nb")
	if simple.StatusCode != http.StatusOK || simple.Header.Get("Access-Control-Allow-Origin") != "*" || !regexp.MustCompile(`"tiles":\["http://[a-z.:0-9]+/geo/tiles/`).MatchString(other) || strings.Contains(other, "pipes") {
		s.t.Errorf("the simple style: %s %v %.300s", simple.Status, simple.Header, other)
	}
	if own, _ := s.get("/map/style.json", "nb"); own.Header.Get("Access-Control-Allow-Origin") != "" {
		s.t.Error("the page's own style is open to other pages")
	}
	tile := regexp.MustCompile(`/geo/tiles/[a-z_,]+/\{z\}/\{x\}/\{y\}\.mvt`).FindString(body)
	answer, tileBody := s.get(strings.NewReplacer("{z}", "12", "{x}", "2120", "{y}", "1245").Replace(tile), "nb")
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNoContent {
		s.t.Errorf("a tile of the style: %s %.200s", answer.Status, tileBody)
	}
}

func (s site) plain() {
	at := s.home()
	body := s.wants("/map?e="+at.e+"&n="+at.n, "<noscript>", `type="image"`, "Nærmere", "Nordover", "Vis valgte lag")
	picture := regexp.MustCompile(`/map/picture\.svg\?[^"]*w=720[^"]*`).FindString(body)
	svg := s.ok(strings.ReplaceAll(picture, "&amp;", "&"))
	if !strings.HasPrefix(svg, "<svg ") || !strings.Contains(svg, "<title") || strings.Contains(svg, "<script") {
		s.t.Errorf("picture %.200s", svg)
	}
	view := url.Values{}
	if u, err := url.Parse(strings.ReplaceAll(picture, "&amp;", "&")); err == nil {
		view = u.Query()
	}
	// The middle of the picture is the place that it shows.
	s.wants("/map?c="+view.Get("c")+"&z="+view.Get("z")+"&w=720&h=480&at.x=360&at.y=240", "data-answer", at.ref)
	s.wants("/map?q=Kaiveien+3", "Kaiveien 3", "/map?e=")
	s.wants("/map?q=finnesikke", "Vi fant ingenting")
	listed := s.ok("/map?layers=1&show=plans&show=land")
	if !regexp.MustCompile(`(?s)value="plans"[^>]*checked`).MatchString(listed) || regexp.MustCompile(`(?s)value="roads"[^>]*checked`).MatchString(listed) {
		s.t.Error("the list of layers is not as it was sent")
	}
	s.wants("/map?on=plans,plan_zones&date=1999-06-01", `value="1999-06-01"`)
	s.plainCases()
}

// plainCases looks for a public building case in the picture and in the print, where the
// box of the list is ticked and where it is not.
func (s site) plainCases() {
	var found struct {
		Features []struct {
			Geometry   struct{ Coordinates [2]float64 }
			Properties struct{ MeasureText string }
		}
	}
	if err := json.Unmarshal([]byte(s.ok("/api/around?bbox=6,57,7,58&days=365")), &found); err != nil || len(found.Features) == 0 {
		s.t.Fatalf("the demonstration has no building cases in the map: %v", err)
	}
	at, name := found.Features[0].Geometry.Coordinates, found.Features[0].Properties.MeasureText
	here := fmt.Sprintf("c=%.5f,%.5f&z=17", at[1], at[0])
	picture, without := s.ok("/map/picture.svg?w=720&h=480&"+here), s.ok("/map/picture.svg?w=720&h=480&off=cases&"+here)
	if !strings.Contains(picture, name) || strings.Contains(without, name) {
		s.t.Errorf("the picture does not show %q as the list says", name)
	}
	if far := s.ok("/map/picture.svg?w=720&h=480&" + strings.Replace(here, "z=17", "z=8", 1)); strings.Contains(far, "#9a3412") || !strings.Contains(picture, "#9a3412") {
		s.t.Error("cases are drawn where the living map does not draw them, or in another colour")
	}
	with, none := s.printedWords("/map/print.pdf?scale=1000&"+here), s.printedWords("/map/print.pdf?scale=1000&off=cases&"+here)
	if !strings.Contains(with, "Byggesaker") || strings.Contains(none, "Byggesaker") {
		s.t.Errorf("the print has %.600q, and without cases %.200q", with, none)
	}
}

// printedWords is what stands on a printed map.
func (s site) printedWords(path string) string {
	s.t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		s.t.Fatal("pdftotext is missing: install poppler-utils")
	}
	read := exec.CommandContext(s.t.Context(), tool, "-layout", "-", "-") // #nosec G204 -- a tool of the machine
	read.Stdin = strings.NewReader(s.ok(path))
	text, err := read.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func (s site) print() {
	at := s.home()
	file := s.ok("/map/print.pdf?paper=A4-landscape&scale=1000&view=" + url.QueryEscape("?e="+at.e+"&n="+at.n+"&c=57.6755,6.3745&z=16"))
	if !bytes.HasPrefix([]byte(file), []byte("%PDF-")) || !strings.Contains(file, "/StructTreeRoot") {
		s.t.Errorf("file %.40q of %d bytes", file, len(file))
	}
	if whole := s.ok("/map/print.pdf"); !strings.HasPrefix(whole, "%PDF-") {
		s.t.Errorf("the whole municipality: %.40q", whole)
	}
	if then := s.ok("/map/print.pdf?c=57.6755,6.3745&z=15&on=plans,plan_zones&date=1999-06-01"); !strings.HasPrefix(then, "%PDF-") {
		s.t.Errorf("plans of another day: %.40q", then)
	}
}

func (s site) nonsense() {
	for path, want := range map[string]int{
		"/map/here": http.StatusUnprocessableEntity, "/map/here?e=x&n=1": http.StatusUnprocessableEntity, "/map/here?lon=999&lat=1": http.StatusUnprocessableEntity,
		"/map/here?e=NaN&n=NaN": http.StatusUnprocessableEntity, "/map/print.pdf?paper=A0": http.StatusUnprocessableEntity, "/map/print.pdf?scale=3": http.StatusUnprocessableEntity,
		"/map/picture.svg": http.StatusNotFound, "/map/picture.svg?c=57,6&w=99999&h=1": http.StatusNotFound, "/map?property=99999-1": http.StatusNotFound,
		"/map?c=57.6,6.3&z=15&w=720&h=480&at.x=-1&at.y=9999": http.StatusUnprocessableEntity,
		"/map?c=x&z=y&e=1&on=%00":                            http.StatusOK, "/map?property=tull": http.StatusOK,
	} {
		if answer, body := s.get(path, "nb"); answer.StatusCode != want {
			s.t.Errorf("%s: %s, want %d\n%.300s", path, answer.Status, want, body)
		}
	}
}

func (s site) languages() {
	at := s.home()
	for lang, words := range map[string]string{"nb": "Hva er her?|Kartlag", "nn": "Kva er her?|Kartlag", "en": "What is here?|Layers"} {
		_, page := s.get("/map", lang)
		for word := range strings.SplitSeq(words, "|") {
			if !strings.Contains(page, word) {
				s.t.Errorf("%s: the page lacks %q", lang, word)
			}
		}
		_, answered := s.get("/map/here?e="+at.e+"&n="+at.n, lang)
		if strings.Contains(page+answered, "maps.") && regexp.MustCompile(`[>"]maps\.[a-z_.]+[<"]`).MatchString(page+answered) {
			s.t.Errorf("%s: a text is missing", lang)
		}
	}
}

// outside turns the outside base map on: only then, and only on the map page, may
// browsers ask its host.
func (s site) outside() {
	const host = "https://cache.kartverket.no"
	if strings.Contains(s.ok("/map/style.json"), host) {
		s.t.Error("the outside map is there without having been chosen")
	}
	ctx := s.h.As(torgoy, demo.Administrator)
	err := s.h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tenant.PutSettings(ctx, tx, map[string]string{maps.SettingBackground: "kartverket"})
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.h.App.Directory.Refresh(ctx); err != nil {
		s.t.Fatal(err)
	}
	answer, body := s.get("/map", "nb")
	policy := answer.Header.Get("Content-Security-Policy")
	for _, part := range []string{"connect-src 'self' " + host, "img-src 'self' data: " + host, "script-src 'self';", "worker-src 'self';"} {
		if !strings.Contains(policy, part) {
			s.t.Errorf("the policy %q lacks %q", policy, part)
		}
	}
	if !strings.Contains(body, "Kartverkets bakgrunnskart") || !strings.Contains(body, "© Kartverket") || !regexp.MustCompile(`keepBackground(&#34;|&quot;):false`).MatchString(body) {
		s.t.Error("the page does not tell whose the outside map is, or lets browsers keep it")
	}
	if !strings.Contains(s.ok("/map/style.json"), host) {
		s.t.Error("the style does not have the outside map")
	}
	if other, _ := s.get("/", "nb"); strings.Contains(other.Header.Get("Content-Security-Policy"), host) {
		s.t.Error("other pages may ask the outside host too")
	}
}
