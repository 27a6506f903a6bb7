package maps

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/property"
)

// page is what the map page shows.
type page struct {
	View         View
	Words        *i18n.Localizer
	Municipality string
	Query        string
	Hits         []property.Hit
	Rows         []Row
	Box          [4]float64
	Answer       *Answer
	// Config is what the script must know, as JSON.
	Config string
	home   crs.System
}

// place gives a view without a place one: around what was asked about, or of the whole
// municipality. The script looks at the address itself.
func (p *page) place(home crs.System) {
	p.home = home
	if p.View.Placed {
		return
	}
	if p.Answer != nil {
		p.View.Middle, p.View.Zoom, p.View.Placed = p.Answer.Degrees, closeUp, true
		return
	}
	p.View = p.View.around(p.Box, pictures()[1][0], pictures()[1][1])
}

// printedView reads the view that is to be printed: the page's form holds it as one
// word, since the script changes it.
func printedView(q url.Values) View {
	if words, err := url.ParseQuery(strings.TrimPrefix(q.Get("view"), "?")); err == nil && q.Has("view") {
		return viewOf(words)
	}
	return viewOf(q)
}

// texts are those that the script speaks.
func texts() []string {
	return []string{
		"search_found", "search_one", "search_none", "search_failed", "here_failed", "locating", "located", "locate_refused", "locate_unavailable", "locate_slow",
		"locate_unsupported", "locate_outside", "copied", "copy_yourself", "nothing_named", "plans_then", "plans_failed",
	}
}

// config is what the script must know.
func config(words *i18n.Localizer, box, area [4]float64, outside *Background, cases bool) (string, error) {
	spoken := map[string]string{}
	for _, name := range texts() {
		spoken[name] = words.T("maps.script." + name)
	}
	c := map[string]any{
		"style": "/map/style.json", "worker": ui.AssetURL("mapworker.js"), "here": "/map/here", "places": "/api/places", "cases": "",
		"items": "/geo/collections/{layer}/items", "bounds": box, "area": area, "background": "", "keepBackground": false, "texts": spoken,
	}
	if cases {
		c["cases"] = "/api/around"
	}
	if outside != nil {
		c["background"], c["keepBackground"] = outside.Host, outside.Kept
	}
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("maps: page: %w", err)
	}
	return string(text), nil
}

// picture is the address of the picture of a size.
func (p page) picture(size [2]int) string {
	return "/map/picture.svg" + p.View.Query() + "&w=" + strconv.Itoa(size[0]) + "&h=" + strconv.Itoa(size[1])
}

// way is a link to another part of the map.
type way struct{ Label, Href string }

// ways lead on from the picture.
func (p page) ways() []way {
	small := pictures()[0]
	to := func(key string, v View) way {
		return way{p.Words.T("maps.plain." + key), "/map" + v.Query() + "#picture"}
	}
	return []way{
		to("nearer", p.View.zoomed(1)), to("further", p.View.zoomed(-1)),
		to("north", p.View.moved(small[0], small[1], 0, 0.5)), to("south", p.View.moved(small[0], small[1], 0, -0.5)),
		to("west", p.View.moved(small[0], small[1], -0.5, 0)), to("east", p.View.moved(small[0], small[1], 0.5, 0)),
	}
}

// hidden are the words of the view as fields of a form, but for some.
func (p page) hidden(but ...string) (list [][2]string) {
	words, err := url.ParseQuery(strings.TrimPrefix(p.View.Query(), "?"))
	if err != nil {
		return nil
	}
	for _, name := range []string{"c", "z", "e", "n", "on", "off", "date"} {
		if !slices.Contains(but, name) && words.Has(name) {
			list = append(list, [2]string{name, words.Get(name)})
		}
	}
	return list
}

// hit is the address of the map at something that was found.
func (p page) hit(h property.Hit) string {
	return "/map" + View{At: rounded(h.At), Asked: true, On: p.View.On, Off: p.View.Off, Date: p.View.Date}.Query()
}

// group is a part of the list of layers.
type group struct {
	Name string
	Rows []Row
}

func (p page) groups() (list []group) {
	for _, name := range groups() {
		g := group{Name: name}
		for _, r := range p.Rows {
			if r.Group == name {
				g.Rows = append(g.Rows, r)
			}
		}
		if len(g.Rows) > 0 {
			list = append(list, g)
		}
	}
	return list
}

// credits are those whose data is shown, each once.
func (p page) credits() string {
	var list []string
	for _, r := range p.Rows {
		if r.Shown && r.Attribution != "" && !slices.Contains(list, r.Attribution) {
			list = append(list, r.Attribution)
		}
	}
	return strings.Join(list, " · ")
}

func papers() []sheet.Paper { return sheet.Papers() }

// scales are the scales one may choose, with the words for them.
func (p page) scales() []int { return sheet.Scales() }

// degreesText is a position for a data attribute.
func degreesText(n float64) string { return strconv.FormatFloat(n, 'f', 7, 64) }

// metresText is a coordinate of the home system for a data attribute.
func metresText(p orb.Point, axis int) string { return decimals(p[axis], 1) }
