package ogc

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// text is what a page says, its tags left out.
var tag = regexp.MustCompile(`<[^>]*>`)

func said(page string) string {
	return strings.Join(strings.Fields(tag.ReplaceAllString(page, " ")), " ")
}

func TestItemsPage_leadsThroughAllPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		page := w.page(parcelItems+"?filter=sale%3Dtrue&limit=10", "nb")
		if text := said(page); !strings.Contains(text, "Viser 10 av 25 objekter.") || strings.Contains(text, "Til første side") || !strings.Contains(text, "Tomt nr. 91 på Å") {
			t.Errorf("the first page says %.2000s", text)
		}
		next := regexp.MustCompile(`href="([^"]*cursor=[^"]*)"`)
		for i, want := range []string{"Viser 10 av 25 objekter.", "Viser 5 av 25 objekter."} {
			found := next.FindStringSubmatch(page)
			if found == nil {
				t.Fatalf("page %d leads nowhere", i)
			}
			page = w.page(strings.ReplaceAll(found[1], "&amp;", "&"), "nb")
			if text := said(page); !strings.Contains(text, want) || !strings.Contains(text, "Til første side") {
				t.Errorf("page %d says %.500s", i+2, text)
			}
		}
		if next.MatchString(page) {
			t.Error("the last page leads on")
		}
		if text := said(w.page(parcelItems+"?number=999", "nn")); !strings.Contains(text, "Ingen objekt passar.") {
			t.Errorf("nothing found: %s", text)
		}
	})
}

func TestItemsPage_keepsWhatWasAsked(t *testing.T) {
	t.Parallel()
	w := one(t)
	page := w.page(parcelItems+"?filter="+url.QueryEscape(`name LIKE '%"<Å>'`)+"&crs=EPSG:25832&sale=true&bbox=9,58,10,59", "en")
	for _, want := range []string{`name="filter"`, `value="name LIKE &#39;%&#34;&lt;Å&gt;&#39;"`, `value="9,58,10,59"`, `name="crs" value="EPSG:25832"`, `name="sale" value="true"`, `name="f" value="html"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(page, `name="cursor"`) || strings.Contains(page, "<Å>") {
		t.Error("the page keeps its cursor, or shows what was typed as it is")
	}
	if many := strings.Count(w.page(parcelItems+"?limit=10000", "nb"), "<tr role"); many != maxPageRows+1 {
		t.Errorf("a page of %d rows", many)
	}
}

func TestItemPage_tellsAllInWordsToo(t *testing.T) {
	t.Parallel()
	w := one(t)
	text := said(w.page("/geo/collections/parcels/items/p0002", "nb"))
	for _, want := range []string{"number 2", "name Tomt nr. 2 på Å", "area 100,5", "sale Nei", "Geometri Polygon", "øst 500 015, nord 6 500 005", "58,640342° nord, 9,000258° øst"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if text := said(w.page("/geo/collections/plans/items/old", "en")); !strings.Contains(text, "Valid to 1 January 2010 at 13:00") {
		t.Errorf("no end in %s", text)
	}
	w.bring(layers.Layer{Name: "lists", Public: true}, layers.Feature{ID: "1", Properties: map[string]any{"text": strings.Repeat("long ", 40)}})
	if text := said(w.page("/geo/collections/lists/items/1", "nb")); !strings.Contains(text, "Har ikke noe sted på kartet") {
		t.Errorf("without a place: %s", text)
	}
}

func TestPages_showLayersAsTheyAre(t *testing.T) {
	t.Parallel()
	w := one(t)
	text := said(w.page("/geo/collections/parcels", "nb"))
	for _, want := range []string{"Antall objekter 250", "Oppdatert 23. november 2026", "Åpent for alle", "Geometri Flater", "EPSG:25832 – ETRS89 / UTM zone 32N", "NLOD 2.0", "© Torgby &lt;kommune&gt;", "9 til 9,0431 øst"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if page := w.page("/geo/tiles", "nb"); !strings.Contains(page, "/<wbr>geo/<wbr>tiles/<wbr>WebMercatorQuad/<wbr>{tileMatrix}/<wbr>{tileRow}/<wbr>{tileCol}") {
		t.Error("the address of a tile cannot be broken on a small screen")
	}
	if text := said(w.page("/geo/api", "nn")); !strings.Contains(text, "Objekta i {layer} / geo/ collections/ {layer}/ items") || strings.Contains(text, "Lag plans") {
		t.Errorf("the addresses are told for each layer: %.1500s", text)
	}
}

func TestValueText_isForPeople(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for _, tt := range []struct {
		v    any
		want string
	}{
		{"text", "text"}, {"", "–"}, {nil, "–"}, {[]any{1}, "–"}, {true, "Ja"}, {false, "Nei"}, {int64(1234567), "1234567"}, {2.5, "2,5"}, {2.0, "2"}, {-0.12345, "−0,123"}, {1e7, "10\u00a0000\u00a0000"},
	} {
		if got := valueText(b.For(i18n.NB), tt.v); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.v, got, tt.want)
		}
	}
	if got := valueText(b.For(i18n.EN), 2.5); got != "2.5" {
		t.Errorf("in English: %s", got)
	}
}

func TestColumns_areTheChosenOnesFirst(t *testing.T) {
	t.Parallel()
	l := layers.Layer{Tags: []string{"z", "id"}}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "id", "z"} {
		l.Fields = append(l.Fields, layers.Field{Name: name, Type: cql2.Text})
	}
	var got []string
	for _, f := range columns(l) {
		got = append(got, f.Name)
	}
	if diff := cmp.Diff([]string{"z", "a", "b", "c", "d", "e"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDraw_fitsItsFrame(t *testing.T) {
	t.Parallel()
	l := layers.Layer{EPSG: crs.UTM32}
	moved := func(g orb.Geometry) orb.Geometry {
		return crs.Apply(g, func(p orb.Point) orb.Point { return orb.Point{p[0] + east, p[1] + north} })
	}
	for name, g := range shapes() {
		if name == "nothing" || name == "no point" {
			continue
		}
		d, some := draw(l, moved(g))
		if !some {
			t.Errorf("%s is not drawn", name)
			continue
		}
		var left, top, width, height float64
		if _, err := fmt.Sscan(d.box, &left, &top, &width, &height); err != nil || width > side+2*margin+1 || height > side+2*margin+1 || width < 2*margin {
			t.Errorf("%s: frame %q: %v", name, d.box, err)
		}
		for _, found := range regexp.MustCompile(`[ML](-?[\d.]+) (-?[\d.]+)`).FindAllStringSubmatch(d.path, -1) {
			var x, y float64
			if _, err := fmt.Sscan(found[1], &x); err != nil || x < -0.1 || x > width-2*margin+0.1 {
				t.Errorf("%s: x %s is outside %q", name, found[1], d.box)
			}
			if _, err := fmt.Sscan(found[2], &y); err != nil || y < -0.1 || y > height-2*margin+0.1 {
				t.Errorf("%s: y %s is outside %q", name, found[2], d.box)
			}
		}
	}
	if d, _ := draw(l, moved(square(0, 0, 10))); d.fill() != ink || strings.Count(d.path, "Z") != 1 {
		t.Errorf("an area is drawn %+v", d)
	}
	if d, _ := draw(l, moved(orb.LineString{{0, 0}, {5, 5}})); d.fill() != "none" || len(d.dots) != 0 {
		t.Errorf("a line is drawn %+v", d)
	}
	if d, _ := draw(l, moved(orb.Point{1, 1})); len(d.dots) != 1 || d.path != "" {
		t.Errorf("a point is drawn %+v", d)
	}
	for name, g := range map[string]orb.Geometry{"nil": nil, "nothing": orb.MultiPolygon{}, "no point": orb.LineString{}} {
		if _, some := draw(l, g); some {
			t.Errorf("%s is drawn", name)
		}
	}
}

func TestPicture_isSVG(t *testing.T) {
	t.Parallel()
	w := one(t)
	page := w.page("/geo/collections/parcels/items/p0002", "nb")
	start := strings.Index(page, `<svg class="t-chart__bars"`)
	if start < 0 {
		t.Fatal("no picture")
	}
	picture := page[start : start+strings.Index(page[start:], "</svg>")+len("</svg>")]
	if err := xml.Unmarshal([]byte(picture), new(struct{})); err != nil || !strings.Contains(picture, `aria-hidden="true"`) {
		t.Errorf("%v: %s", err, picture)
	}
}

// Two writers of problem documents and pages must not tell strangers apart by what
// they may see.
func TestPages_ofWhatIsNotPublicSendToLogIn(t *testing.T) {
	t.Parallel()
	w := one(t)
	for _, path := range []string{"/geo/collections/pipes", "/geo/collections/pipes/items", "/geo/collections/pipes/items/v1", "/geo/collections/pipes/schema", "/geo/collections/pipes/tiles"} {
		p := w.get(path, "Accept", "text/html")
		if p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login?return=") {
			t.Errorf("%s: %d %s", path, p.Status, p.Header.Get("Location"))
		}
		if text := said(w.page(path, "nb", "who", "ola")); !strings.Contains(text, "Lag pipes") {
			t.Errorf("%s: %.300s", path, text)
		}
	}
}
