package sosi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Writer writes a SOSI file, version 4.5, in UTF-8. Surfaces refer to the curves around
// them and around their holes, and share those that lie between them. Coordinates are whole numbers of ENHET, which is as
// small as the data ask for and a centimetre at the most: what is read back is the
// same to the last digit.
type Writer struct {
	out io.Writer
	crs int
	// The head tells what only the last feature decides: the unit and the area. So the
	// elements wait in a file of their own.
	body *os.File
	wait *bufio.Writer
	// decimals is how many digits after the point the coordinates have, at the most.
	decimals int
	area     orb.Bound
	placed   bool
	serial   int64
	names    definitionsOf
	outlines *outlines
	err      error
}

// codes are the numbers of KOORDSYS for the reference systems that can be written.
// WGS 84 has none of its own: others read it as EUREF89, which lies within a metre.
var codes = map[int]int{25831: 21, 25832: 22, 25833: 23, 25834: 24, 25835: 25, 25836: 26, 4258: 84, 4326: 84}

const (
	// mostDecimals is the smallest unit; digits beyond stand as decimals of it.
	mostDecimals = 15
	// usualDecimals is the largest unit in metres, and usualDegrees in degrees: about
	// a centimetre both.
	usualDecimals = 2
	usualDegrees  = 7
	// lastSerial is the largest identity that becomes a serial number as it is.
	lastSerial = 1_000_000_000
)

// NewWriter writes to out, whose features are of a reference system. Until it is closed
// they lie in a file in the folder temp ("" takes the system's).
func NewWriter(out io.Writer, temp string, crs int) (*Writer, error) {
	if codes[crs] == 0 {
		return nil, exchange.Wrong("crs_unsupported", "crs", crs).Fatal()
	}
	body, err := os.CreateTemp(temp, ".torg-*.sosi")
	if err != nil {
		return nil, fmt.Errorf("sosi: create: %w", err)
	}
	w := &Writer{out: out, crs: crs, body: body, wait: bufio.NewWriterSize(body, 64<<10), names: definitionsOf{}, outlines: newOutlines(), decimals: usualDecimals}
	if exchange.Geographic(crs) {
		w.decimals = usualDegrees
	}
	return w, nil
}

var errCRS = errors.New("sosi: the feature is of another reference system than the file")

// Write implements exchange.Writer.
func (w *Writer) Write(f exchange.Feature) error {
	if f.CRS != w.crs {
		return errCRS
	}
	lines, err := w.attributes(f)
	if err != nil {
		return err
	}
	leaves, made, err := flatten(f.Geometry)
	if err != nil {
		return err
	}
	serial := int64(0) // of the element that names the feature
	if n, err := strconv.ParseInt(f.ID, 10, 64); err == nil && n > w.serial && n <= lastSerial && strconv.FormatInt(n, 10) == f.ID {
		serial = n
	}
	for i, leaf := range leaves {
		extra := identity(f, serial)
		if made != "" {
			extra += ".." + partName + " " + strconv.Itoa(i+1) + " " + strconv.Itoa(len(leaves))
			if i == 0 {
				extra += " " + made
			}
			extra += "\n"
		}
		w.element(leaf, serial, extra+lines)
		serial = 0
	}
	return w.err
}

// element writes one element, after the outlines of a surface.
func (w *Writer) element(g orb.Geometry, serial int64, lines string) {
	polygon, _ := g.(orb.Polygon)
	for _, ring := range polygon {
		w.outlines.meet(ring)
		w.put("*", strconv.Itoa(len(ring)), "\n")
		w.coordinates(ring...)
	}
	if serial == 0 {
		serial = w.serial + 1
	}
	w.serial = max(w.serial, serial)
	w.put(".", kindOf(g), " ", strconv.FormatInt(serial, 10), ":\n", lines)
	switch g := g.(type) {
	case orb.Point:
		w.positions(g)
	case orb.MultiPoint:
		w.positions(g...)
	case orb.LineString:
		w.positions(g...)
	case orb.Polygon:
		w.put("*\n")
		if p, ok := shape.InnerPoint(orb.MultiPolygon{g}); ok {
			w.put("..NØ\n", w.rounded(p), "\n")
		}
	}
}

// kindOf is the name of an element.
func kindOf(g orb.Geometry) string {
	switch g.(type) {
	case orb.Point:
		return "PUNKT"
	case orb.MultiPoint:
		return "SVERM"
	case orb.LineString:
		return "KURVE"
	case orb.Polygon:
		return "FLATE"
	default:
		return "OBJEKT"
	}
}

// positions writes where an element lies.
func (w *Writer) positions(points ...orb.Point) {
	w.put("..NØ\n")
	w.coordinates(points...)
}

// coordinates writes places in metres or degrees; Close makes units of them.
func (w *Writer) coordinates(points ...orb.Point) {
	for _, p := range points {
		if w.placed {
			w.area = w.area.Extend(p)
		} else {
			w.area, w.placed = p.Bound(), true
		}
		north, east := strconv.FormatFloat(p[1], 'f', -1, 64), strconv.FormatFloat(p[0], 'f', -1, 64)
		w.decimals = min(max(w.decimals, digitsAfter(north), digitsAfter(east)), mostDecimals)
		w.put(north, " ", east, "\n")
	}
}

// rounded is a place that only has to be near.
func (w *Writer) rounded(p orb.Point) string {
	digits := usualDecimals
	if exchange.Geographic(w.crs) {
		digits = usualDegrees
	}
	return strconv.FormatFloat(p[1], 'f', digits, 64) + " " + strconv.FormatFloat(p[0], 'f', digits, 64)
}

func digitsAfter(number string) int {
	_, after, _ := strings.Cut(number, ".")
	return len(after)
}

// put writes text; the first error stays.
func (w *Writer) put(pieces ...string) {
	for _, piece := range pieces {
		if w.err == nil {
			_, w.err = w.wait.WriteString(piece)
		}
	}
}

// Close implements exchange.Writer.
func (w *Writer) Close() error {
	if w.err == nil {
		w.err = w.finish()
	}
	err := errors.Join(w.err, w.body.Close())
	return errors.Join(err, os.Remove(w.body.Name()))
}

// finish writes the head, and then what has waited for it.
func (w *Writer) finish() error {
	if err := w.wait.Flush(); err != nil {
		return fmt.Errorf("sosi: write: %w", err)
	}
	if _, err := w.body.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("sosi: write: %w", err)
	}
	out := bufio.NewWriterSize(w.out, 64<<10)
	_, err := out.WriteString(w.head() + w.names.text())
	if err == nil {
		err = w.copyElements(out)
	}
	if err == nil {
		_, err = out.WriteString(".SLUTT\n")
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return fmt.Errorf("sosi: write: %w", err)
	}
	return nil
}

// copyElements writes what has waited. A line that begins with a digit or a minus is
// one of coordinates, and one that begins with a star tells of an outline.
func (w *Writer) copyElements(out io.Writer) error {
	in := bufio.NewReaderSize(w.body, 64<<10)
	w.outlines.serial = w.serial
	for begins := true; ; {
		line, err := in.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if begins && len(line) > 0 && (line[0] == '-' || line[0] >= '0' && line[0] <= '9') {
			line = w.units(line)
		}
		star := begins && len(line) > 0 && line[0] == '*'
		begins = !errors.Is(err, bufio.ErrBufferFull) // else a long text goes on
		if star {
			if err := w.around(line, in, out); err != nil {
				return err
			}
			continue
		}
		if _, failed := out.Write(line); failed != nil || errors.Is(err, io.EOF) {
			return failed
		}
	}
}

// units makes whole numbers of units of a line of coordinates.
func (w *Writer) units(line []byte) []byte {
	var b []byte
	for i, number := range strings.Fields(string(line)) {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, shifted(number, w.decimals)...)
	}
	return append(b, '\n')
}

// shifted moves the decimal point of a number to the right, digit by digit: no
// rounding can happen.
func shifted(number string, by int) string {
	sign := ""
	if number[0] == '-' {
		sign, number = "-", number[1:]
	}
	whole, after, _ := strings.Cut(number, ".")
	rest := ""
	if len(after) > by {
		after, rest = after[:by], "."+after[by:]
	}
	digits := strings.TrimLeft(whole+after+strings.Repeat("0", by-len(after)), "0")
	if digits == "" {
		digits = "0"
	}
	return sign + digits + rest
}

// head is HODE.
func (w *Writer) head() string {
	var low, high orb.Point
	if w.placed {
		low, high = w.area.Min, w.area.Max
	}
	step := 1.0
	if exchange.Geographic(w.crs) {
		step = 1e-4
	}
	corner := func(p orb.Point, round func(float64) float64) string {
		write := func(v float64) string {
			return strings.TrimSuffix(strconv.FormatFloat(round(v/step)*step, 'f', 4, 64), ".0000")
		}
		return write(p[1]) + " " + write(p[0])
	}
	product := Namespace
	if w.crs == wgs84 {
		product += " EPSG:" + strconv.Itoa(wgs84)
	}
	return strings.Join([]string{
		".HODE", "..TEGNSETT UTF-8", "..TRANSPAR", "...KOORDSYS " + strconv.Itoa(codes[w.crs]), "...ORIGO-NØ 0 0",
		"...ENHET " + strconv.FormatFloat(math.Pow10(-w.decimals), 'f', -1, 64), "..OMRÅDE",
		"...MIN-NØ " + corner(low, math.Floor), "...MAX-NØ " + corner(high, math.Ceil),
		"..SOSI-VERSJON 4.5", "..SOSI-NIVÅ 4", "..INNHOLD", `...PRODUKTSPEK "` + product + `"`, "",
	}, "\n")
}

// wgs84 is the one system that KOORDSYS has no number for.
const wgs84 = 4326
