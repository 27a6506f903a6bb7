package maps

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
)

// View is which part of the map is seen and how: the words of the page's address. The
// page's script writes the same words.
type View struct {
	// Middle is in longitude and latitude; Placed says that the address tells it.
	Middle orb.Point
	Zoom   float64
	Placed bool
	// At is the place that was asked about, in metres of the home system.
	At    orb.Point
	Asked bool
	// On and Off are the layers that differ from how the map is at first.
	On, Off []string
	// Date is the day whose plans are shown, zero for today.
	Date clock.Date
}

// The levels of the web map that the page goes to.
const (
	nearest  = 20.0
	furthest = 5.0
	closeUp  = 17.0
)

// viewOf reads the words of an address. What makes no sense is left out: an address
// that somebody sent should show something.
func viewOf(q url.Values) View {
	v := View{On: namesOf(q.Get("on")), Off: namesOf(q.Get("off"))}
	if c, ok := pointOf(q.Get("c"), 90, 180); ok {
		v.Middle, v.Placed, v.Zoom = orb.Point{c[1], c[0]}, true, 15
	}
	if z, err := strconv.ParseFloat(q.Get("z"), 64); err == nil && z >= 0 && z <= 24 {
		v.Zoom = min(max(z, furthest), nearest)
	}
	if at, ok := pointOf(q.Get("e")+","+q.Get("n"), 1e7, 1e8); ok {
		v.At, v.Asked = at, true
	}
	if day, err := clock.ParseDate(q.Get("date")); err == nil {
		v.Date = day
	}
	return v
}

// pointOf reads two numbers within limits.
func pointOf(text string, limits ...float64) (p orb.Point, ok bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 2 {
		return p, false
	}
	for i, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || !(math.Abs(n) <= limits[i]) {
			return p, false
		}
		p[i] = n
	}
	return p, true
}

// namesOf reads names of layers, each once.
func namesOf(text string) (list []string) {
	for name := range strings.SplitSeq(text, ",") {
		if isName(name) && !slices.Contains(list, name) && len(list) < 200 {
			list = append(list, name)
		}
	}
	return list
}

func isName(s string) bool {
	if s == "" || len(s) > 63 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// Query writes the view as the words of an address, in a fixed order.
func (v View) Query() string {
	var words []string
	if v.Placed {
		words = append(words, "c="+decimals(v.Middle[1], 5)+","+decimals(v.Middle[0], 5), "z="+decimals(v.Zoom, 2))
	}
	if v.Asked {
		words = append(words, "e="+decimals(v.At[0], 1), "n="+decimals(v.At[1], 1))
	}
	if len(v.On) > 0 {
		words = append(words, "on="+strings.Join(v.On, ","))
	}
	if len(v.Off) > 0 {
		words = append(words, "off="+strings.Join(v.Off, ","))
	}
	if !v.Date.IsZero() {
		words = append(words, "date="+v.Date.String())
	}
	if len(words) == 0 {
		return ""
	}
	return "?" + strings.Join(words, "&")
}

func decimals(n float64, digits int) string {
	text := strconv.FormatFloat(n, 'f', digits, 64)
	if strings.ContainsRune(text, '.') {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Shows reports whether a layer is drawn that is drawn at first or not.
func (v View) Shows(name string, first bool) bool {
	if first {
		return !slices.Contains(v.Off, name)
	}
	return slices.Contains(v.On, name)
}

// metresPerPixel is what a pixel of the web map shows at a latitude: the earth's
// circumference by EPSG:3857 on tiles of 512 pixels.
func metresPerPixel(latitude, zoom float64) float64 {
	return 40_075_016.686 / 512 / math.Exp2(zoom) * math.Cos(latitude*math.Pi/180)
}

// box is the ground that a picture of so many pixels shows of the view, in the home
// system.
func (v View) box(home crs.System, width, height int) orb.Bound {
	c := crs.Between(degrees(), home)(v.Middle)
	m := metresPerPixel(v.Middle[1], v.Zoom)
	dx, dy := m*float64(width)/2, m*float64(height)/2
	return orb.Bound{Min: orb.Point{c[0] - dx, c[1] - dy}, Max: orb.Point{c[0] + dx, c[1] + dy}}
}

// around is the view that shows a whole box of degrees in a picture of so many pixels.
func (v View) around(box [4]float64, width, height int) View {
	v.Middle, v.Placed = orb.Point{(box[0] + box[2]) / 2, (box[1] + box[3]) / 2}, true
	cos := max(math.Cos(v.Middle[1]*math.Pi/180), 0.01)
	wide, high := max(box[2]-box[0], 1e-6), max(box[3]-box[1], 1e-6)/cos
	v.Zoom = min(math.Log2(float64(width)*360/512/wide), math.Log2(float64(height)*360/512/high))
	v.Zoom = math.Floor(min(max(v.Zoom, furthest), closeUp)*100) / 100
	return v
}

// moved is the view some part of a picture's width and height further east and north.
func (v View) moved(width, height int, east, north float64) View {
	perPixel := 360 / (512 * math.Exp2(v.Zoom))
	v.Middle[0] += east * float64(width) * perPixel
	v.Middle[1] += north * float64(height) * perPixel * math.Cos(v.Middle[1]*math.Pi/180)
	return v
}

// zoomed is the view some levels nearer.
func (v View) zoomed(by float64) View {
	v.Zoom = min(max(v.Zoom+by, furthest), nearest)
	return v
}
