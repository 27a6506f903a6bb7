package gml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
)

const (
	plain     = "http://skjema.geonorge.no/SOSI/produktspesifikasjon/Ledning/1.0"
	planSpace = "http://skjema.geonorge.no/SOSI/produktspesifikasjon/Reguleringsplanforslag/5.0"
	utm32     = `srsName="http://www.opengis.net/def/crs/EPSG/0/25832"`
)

// collected puts members into a collection with an envelope in UTM 32.
func collected(space, members string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:app="` + space + `" gml:id="c">
<gml:boundedBy><gml:Envelope ` + utm32 + `><gml:lowerCorner>0 0</gml:lowerCorner></gml:Envelope></gml:boundedBy>
` + members + `
</gml:FeatureCollection>`
}

func feature(id, content string) string {
	return fmt.Sprintf("<gml:featureMember><app:Ting gml:id=%q>%s</app:Ting></gml:featureMember>\n", id, content)
}

// shaped is a collection of one feature with a geometry.
func shaped(space, geometry string) string {
	return collected(space, feature("a", "<app:område>"+geometry+"</app:område>"))
}

// drain reads text to its end: the features, and the keys of what was wrong.
func drain(text string, options exchange.Options) (features []exchange.Feature, key string, report *exchange.Report) {
	r, err := NewReader(strings.NewReader(text), int64(len(text)), options)
	if err != nil {
		return nil, keyOf(err), &exchange.Report{}
	}
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return features, exchangetest.Keys(r.Report().Problems), r.Report()
		}
		if err != nil {
			return features, keyOf(err), r.Report()
		}
		features = append(features, f)
	}
}

func keyOf(err error) string {
	if e := errs.Of(err); e != nil {
		return strings.TrimPrefix(e.Key, "geo_file.")
	}
	return err.Error()
}

func posList(text string) string { return "<gml:posList>" + text + "</gml:posList>" }

func TestReader_readsEveryKindOfGeometry(t *testing.T) {
	t.Parallel()
	ring := func(text string) string { return "<gml:LinearRing>" + posList(text) + "</gml:LinearRing>" }
	line := func(text string) string { return "<gml:LineString>" + posList(text) + "</gml:LineString>" }
	segment := func(text string) string {
		return "<gml:LineStringSegment>" + posList(text) + "</gml:LineStringSegment>"
	}
	curve := func(segments string) string {
		return "<gml:Curve><gml:segments>" + segments + "</gml:segments></gml:Curve>"
	}
	square := orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}}
	patch := "<gml:exterior>" + ring("0 0 9 0 9 9 0 9 0 0") + "</gml:exterior>"
	tests := map[string]struct {
		text string
		want orb.Geometry
	}{
		"Point":                 {"<gml:Point><gml:pos>1 2</gml:pos></gml:Point>", orb.Point{1, 2}},
		"Point with height":     {"<gml:Point><gml:pos>1 2 3</gml:pos></gml:Point>", orb.Point{1, 2}},
		"Point of GML 2":        {"<gml:Point><gml:coordinates>1,2</gml:coordinates></gml:Point>", orb.Point{1, 2}},
		"MultiPoint":            {"<gml:MultiPoint><gml:pointMember><gml:Point><gml:pos>1 2</gml:pos></gml:Point></gml:pointMember><gml:pointMembers><gml:Point><gml:pos>3 4</gml:pos></gml:Point><gml:Point><gml:pos>5 6</gml:pos></gml:Point></gml:pointMembers></gml:MultiPoint>", orb.MultiPoint{{1, 2}, {3, 4}, {5, 6}}},
		"LineString":            {line("1 2 3 4"), orb.LineString{{1, 2}, {3, 4}}},
		"LineString of pos":     {"<gml:LineString><gml:pos>1 2</gml:pos><gml:pos>3 4</gml:pos></gml:LineString>", orb.LineString{{1, 2}, {3, 4}}},
		"LineString of points":  {"<gml:LineString><gml:pointProperty><gml:Point><gml:pos>1 2</gml:pos></gml:Point></gml:pointProperty><gml:pos>3 4</gml:pos></gml:LineString>", orb.LineString{{1, 2}, {3, 4}}},
		"LineString in 3D":      {`<gml:LineString srsDimension="3">` + posList("1 2 99 3 4 99") + `</gml:LineString>`, orb.LineString{{1, 2}, {3, 4}}},
		"Curve":                 {curve(segment("1 2 3 4") + segment("3 4 5 6")), orb.LineString{{1, 2}, {3, 4}, {5, 6}}},
		"CompositeCurve":        {"<gml:CompositeCurve><gml:curveMember>" + line("1 2 3 4") + "</gml:curveMember><gml:curveMember>" + curve(segment("3 4 5 6")) + "</gml:curveMember></gml:CompositeCurve>", orb.LineString{{1, 2}, {3, 4}, {5, 6}}},
		"OrientableCurve":       {`<gml:OrientableCurve orientation="-"><gml:baseCurve>` + line("1 2 3 4") + `</gml:baseCurve></gml:OrientableCurve>`, orb.LineString{{3, 4}, {1, 2}}},
		"MultiCurve":            {"<gml:MultiCurve><gml:curveMember>" + line("1 2 3 4") + "</gml:curveMember><gml:curveMembers>" + line("5 6 7 8") + "</gml:curveMembers></gml:MultiCurve>", orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}},
		"Polygon":               {"<gml:Polygon>" + patch + "</gml:Polygon>", square},
		"Polygon with hole":     {"<gml:Polygon>" + patch + "<gml:interior>" + ring("2 2 2 4 4 4 4 2 2 2") + "</gml:interior></gml:Polygon>", orb.Polygon{square[0], {{2, 2}, {2, 4}, {4, 4}, {4, 2}, {2, 2}}}},
		"Polygon of GML 2":      {"<gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>0,0 9,0 9,9 0,9 0,0</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>", square},
		"Polygon the wrong way": {"<gml:Polygon><gml:exterior>" + ring("0 0 0 9 9 9 9 0 0 0") + "</gml:exterior></gml:Polygon>", square},
		"Ring of curves":        {"<gml:Polygon><gml:exterior><gml:Ring><gml:curveMember>" + line("0 0 9 0 9 9") + "</gml:curveMember><gml:curveMember>" + line("0 0 0 9 9 9") + "</gml:curveMember></gml:Ring></gml:exterior></gml:Polygon>", square},
		"Surface":               {"<gml:Surface><gml:patches><gml:PolygonPatch>" + patch + "</gml:PolygonPatch></gml:patches></gml:Surface>", square},
		"MultiSurface":          {"<gml:MultiSurface><gml:surfaceMember><gml:Surface><gml:patches><gml:PolygonPatch>" + patch + "</gml:PolygonPatch></gml:patches></gml:Surface></gml:surfaceMember></gml:MultiSurface>", orb.MultiPolygon{square}},
		"CompositeSurface":      {"<gml:CompositeSurface><gml:surfaceMember><gml:Polygon>" + patch + "</gml:Polygon></gml:surfaceMember></gml:CompositeSurface>", square},
		"MultiGeometry":         {"<gml:MultiGeometry><gml:geometryMember><gml:Point><gml:pos>1 2</gml:pos></gml:Point></gml:geometryMember><gml:geometryMembers>" + line("1 2 3 4") + "</gml:geometryMembers></gml:MultiGeometry>", orb.Collection{orb.Point{1, 2}, orb.LineString{{1, 2}, {3, 4}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			features, key, _ := drain(shaped(plain, test.text), exchange.Options{})
			if key != "" || len(features) != 1 {
				t.Fatalf("%q, %d features", key, len(features))
			}
			if diff := cmp.Diff(test.want, features[0].Geometry); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReader_strokesArcs(t *testing.T) {
	t.Parallel()
	curve := func(segment string) string {
		return shaped(planSpace, "<gml:Curve><gml:segments>"+segment+"</gml:segments></gml:Curve>")
	}
	tests := map[string]struct {
		segment     string
		first, last orb.Point
		length      float64 // of the line, over the radius of 10
	}{
		"Arc":                 {"<gml:Arc>" + posList("10 0 0 10 -10 0") + "</gml:Arc>", orb.Point{10, 0}, orb.Point{-10, 0}, 3.1416},
		"ArcString":           {"<gml:ArcString>" + posList("10 0 0 10 -10 0 0 -10 10 0") + "</gml:ArcString>", orb.Point{10, 0}, orb.Point{10, 0}, 6.2832},
		"Circle":              {"<gml:Circle>" + posList("10 0 0 10 -10 0") + "</gml:Circle>", orb.Point{10, 0}, orb.Point{10, 0}, 6.2832},
		"CircleByCenterPoint": {"<gml:CircleByCenterPoint><gml:pos>0 0</gml:pos><gml:radius>10</gml:radius></gml:CircleByCenterPoint>", orb.Point{10, 0}, orb.Point{10, 0}, 6.2832},
		"ArcByCenterPoint":    {"<gml:ArcByCenterPoint><gml:pos>0 0</gml:pos><gml:radius>10</gml:radius><gml:startAngle>0</gml:startAngle><gml:endAngle>90</gml:endAngle></gml:ArcByCenterPoint>", orb.Point{10, 0}, orb.Point{0, 10}, 1.5708},
		"an arc after a line": {"<gml:LineStringSegment>" + posList("20 0 10 0") + "</gml:LineStringSegment><gml:Arc>" + posList("10 0 0 10 -10 0") + "</gml:Arc>", orb.Point{20, 0}, orb.Point{-10, 0}, 4.1416},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			features, key, _ := drain(curve(test.segment), exchange.Options{})
			if key != "" || len(features) != 1 {
				t.Fatalf("%q, %d features", key, len(features))
			}
			line := features[0].Geometry.(orb.LineString)
			if !near(line[0], test.first) || !near(line[len(line)-1], test.last) {
				t.Errorf("from %v to %v", line[0], line[len(line)-1])
			}
			length := 0.0
			for i := 1; i < len(line); i++ {
				length += distance(line[i], line[i], line[i-1])
			}
			if off := length/10 - test.length; off > 0.001 || off < -0.01 {
				t.Errorf("%g radii long", length/10)
			}
		})
	}
}

func near(p, q orb.Point) bool { return distance(q, q, p) < 1e-9 }

func TestReader_sharesEdgesByReference(t *testing.T) {
	t.Parallel()
	arc := feature("grense", `<app:grense><gml:Curve gml:id="bue"><gml:segments><gml:Arc>`+posList("0 10 3 5 0 0")+`</gml:Arc></gml:segments></gml:Curve></app:grense>`)
	side := func(id, first, sign, rest string) string {
		return feature(id, `<app:område><gml:Polygon><gml:exterior><gml:Ring><gml:curveMember>`+
			`<gml:OrientableCurve orientation="`+sign+`"><gml:baseCurve xlink:href="#`+first+`"/></gml:OrientableCurve></gml:curveMember><gml:curveMember><gml:LineString>`+posList(rest)+`</gml:LineString></gml:curveMember></gml:Ring></gml:exterior></gml:Polygon></app:område>`)
	}
	text := collected(planSpace, side("vest", "bue", "-", "0 10 -9 10 -9 0 0 0")+arc+side("øst", "bue", "+", "0 0 9 0 9 10 0 10"))
	features, key, _ := drain(text, exchange.Options{})
	if key != "" || len(features) != 3 {
		t.Fatalf("%q, %d features", key, len(features))
	}
	west, east := features[0].Geometry.(orb.Polygon)[0], features[2].Geometry.(orb.Polygon)[0]
	shared := 0
	for _, p := range west {
		for _, q := range east[1:] {
			if p == q {
				shared++
				break
			}
		}
	}
	if line := features[1].Geometry.(orb.LineString); shared < len(line) || len(line) < 10 {
		t.Errorf("%d points in common, the line has %d", shared, len(line))
	}
}

func TestReader_sharesAWholeGeometryByReference(t *testing.T) {
	t.Parallel()
	text := collected(plain, feature("a", `<app:område xlink:href="#p"/><app:av xlink:href="#b"/>`)+feature("b", `<app:område><gml:Point gml:id="p"><gml:pos>1 2</gml:pos></gml:Point></app:område>`))
	features, key, _ := drain(text, exchange.Options{})
	if key != "" || len(features) != 2 || features[0].Geometry != (orb.Point{1, 2}) || features[1].Geometry != (orb.Point{1, 2}) {
		t.Errorf("%q %+v", key, features)
	}
}

func TestReader_putsAxesRight(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		srs  string
		want orb.Point
		crs  int
	}{
		"urn":          {"urn:ogc:def:crs:EPSG::4258", orb.Point{10, 60}, 4258},
		"address":      {"http://www.opengis.net/def/crs/EPSG/0/4326", orb.Point{10, 60}, 4326},
		"short":        {"EPSG:4326", orb.Point{60, 10}, 4326},
		"CRS84":        {"urn:ogc:def:crs:OGC:1.3:CRS84", orb.Point{60, 10}, 4326},
		"UTM":          {"urn:ogc:def:crs:EPSG::25833", orb.Point{60, 10}, 25833},
		"UTM, N first": {"urn:ogc:def:crs:EPSG::3045", orb.Point{10, 60}, 25833},
		"with heights": {"urn:ogc:def:crs:EPSG::5942", orb.Point{10, 60}, 4258},
	}
	for name, test := range tests {
		pos := "60 10"
		if name == "with heights" {
			pos = "60 10 200"
		}
		text := strings.ReplaceAll(shaped(plain, `<gml:Point srsName="`+test.srs+`"><gml:pos>`+pos+`</gml:pos></gml:Point>`), utm32, "")
		features, key, _ := drain(text, exchange.Options{})
		if key != "" || len(features) != 1 || features[0].Geometry != test.want || features[0].CRS != test.crs {
			t.Errorf("%s: %q %+v", name, key, features)
		}
	}
}

func TestReader_flattensProperties(t *testing.T) {
	t.Parallel()
	text := collected(plain, feature("a", `<gml:name>Navnet</gml:name><app:identifikasjon><app:Identifikasjon><app:lokalId> 41c2 </app:lokalId><app:navnerom>n</app:navnerom></app:Identifikasjon></app:identifikasjon>
<app:formål xlink:href="#a"/><app:formål xlink:href="#a"/><app:tom/><app:ukjent xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">x</app:ukjent>
<app:tekst>A<![CDATA[ & ]]>B &lt; &#229;</app:tekst><gml:boundedBy><gml:Envelope/></gml:boundedBy><app:gyldigFra>2026-01-31</app:gyldigFra>`))
	features, key, _ := drain(text, exchange.Options{})
	if key != "" || len(features) != 1 {
		t.Fatalf("%q %d", key, len(features))
	}
	want := map[string]any{"name": "Navnet", "identifikasjon.lokalId": "41c2", "identifikasjon.navnerom": "n", "formål": "#a", "formål.2": "#a", "tekst": "A & B < å", "gyldigFra": "2026-01-31"}
	if diff := cmp.Diff(want, features[0].Properties); diff != "" {
		t.Error(diff)
	}
	if f := features[0]; f.ID != "a" || f.Type != "Ting" || f.CRS != 25832 || f.Line != 4 || f.ValidFrom.Year() != 2026 {
		t.Errorf("%+v", f)
	}
}

func TestReader_refuses(t *testing.T) {
	t.Parallel()
	point := "<gml:Point><gml:pos>1 2</gml:pos></gml:Point>"
	polygon := func(rings ...string) string {
		text := "<gml:Polygon>"
		for i, ring := range rings {
			side := []string{"exterior", "interior"}[min(i, 1)]
			text += "<gml:" + side + "><gml:LinearRing>" + posList(ring) + "</gml:LinearRing></gml:" + side + ">"
		}
		return text + "</gml:Polygon>"
	}
	curve := func(segments string) string {
		return "<gml:Curve><gml:segments>" + segments + "</gml:segments></gml:Curve>"
	}
	loop := `<gml:CompositeCurve gml:id="l"><gml:curveMember xlink:href="#l"/></gml:CompositeCurve>`
	tests := map[string]struct{ text, key string }{
		"an open ring":              {shaped(plain, polygon("0 0 4 0 4 4 0 4")), "ring_open"},
		"a ring that crosses":       {shaped(plain, polygon("0 0 4 4 4 0 0 4 0 0")), "ring_crosses"},
		"a hole outside":            {shaped(plain, polygon("0 0 9 0 9 9 0 9 0 0", "20 20 20 21 21 21 20 20")), "hole_outside"},
		"holes in each other":       {shaped(plain, polygon("0 0 99 0 99 99 0 99 0 0", "1 1 1 50 50 50 50 1 1 1", "2 2 2 40 40 40 40 2 2 2")), "holes_overlap"},
		"an odd number":             {shaped(plain, polygon("0 0 4 0 4 4 0")), "coordinates_odd"},
		"NaN":                       {shaped(plain, polygon("0 0 4 0 4 NaN 0 0")), "number_bad"},
		"infinity":                  {shaped(plain, polygon("0 0 4 0 4 1e999 0 0")), "number_bad"},
		"hexadecimal":               {shaped(plain, polygon("0 0 4 0 4 0x10 0 0")), "number_bad"},
		"a huge number":             {shaped(plain, polygon("0 0 4 0 4 1e300 0 0")), "coordinate_range"},
		"degrees turned":            {shaped(plain, strings.Replace(point, "<gml:Point>", `<gml:Point srsName="urn:ogc:def:crs:EPSG::4258">`, 1)), "crs_mixed"},
		"no reference system":       {strings.ReplaceAll(shaped(plain, point), utm32, ""), "crs_missing"},
		"an unknown system":         {shaped(plain, `<gml:Point srsName="UTM"><gml:pos>1 2</gml:pos></gml:Point>`), "crs_unknown"},
		"an unusable system":        {shaped(plain, `<gml:Point srsName="EPSG:2056"><gml:pos>1 2</gml:pos></gml:Point>`), "crs_unsupported"},
		"four dimensions":           {shaped(plain, `<gml:Point srsDimension="4"><gml:pos>1 2</gml:pos></gml:Point>`), "dimension_bad"},
		"an arc of two points":      {shaped(plain, curve("<gml:Arc>"+posList("0 0 1 1")+"</gml:Arc>")), "arc_points"},
		"a string of four":          {shaped(plain, curve("<gml:ArcString>"+posList("0 0 1 1 2 0 3 1")+"</gml:ArcString>")), "arc_points"},
		"a straight arc in a plan":  {shaped(planSpace, curve("<gml:Arc>"+posList("0 0 1 1 2 2")+"</gml:Arc>")), "arc_straight"},
		"a straight circle":         {shaped(plain, curve("<gml:Circle>"+posList("0 0 1 1 2 2")+"</gml:Circle>")), "arc_straight"},
		"no radius":                 {shaped(plain, curve("<gml:CircleByCenterPoint><gml:pos>0 0</gml:pos></gml:CircleByCenterPoint>")), "geometry_bad"},
		"a spline":                  {shaped(plain, curve("<gml:BSpline>"+posList("0 0 1 1")+"</gml:BSpline>")), "geometry_unknown"},
		"segments with a gap":       {shaped(plain, curve("<gml:LineStringSegment>"+posList("0 0 1 1")+"</gml:LineStringSegment><gml:LineStringSegment>"+posList("2 2 3 3")+"</gml:LineStringSegment>")), "line_gap"},
		"an empty point":            {shaped(plain, "<gml:Point/>"), "geometry_bad"},
		"an empty list":             {shaped(plain, "<gml:LineString>"+posList("")+"</gml:LineString>"), "coordinates_odd"},
		"an empty surface":          {shaped(plain, "<gml:MultiSurface/>"), "geometry_bad"},
		"a hole first":              {shaped(plain, "<gml:Polygon><gml:interior><gml:LinearRing>"+posList("0 0 1 0 1 1 0 0")+"</gml:LinearRing></gml:interior></gml:Polygon>"), "geometry_bad"},
		"a ring the wrong way":      {shaped(planSpace, polygon("0 0 0 4 4 4 4 0 0 0")), "ring_direction"},
		"a reference in a circle":   {shaped(plain, loop), "xlink_loop"},
		"a geometry elsewhere":      {shaped(plain, `<gml:CompositeCurve><gml:curveMember xlink:href="other.gml#x"/></gml:CompositeCurve>`), "xlink_outside"},
		"a lost reference":          {collected(plain, feature("a", `<app:b xlink:href="#a"/><app:c xlink:href="#borte"/>`)), "xlink_missing"},
		"a geometry that is lost":   {shaped(plain, `<gml:CompositeCurve><gml:curveMember xlink:href="#borte"/></gml:CompositeCurve>`), "xlink_missing"},
		"the same name twice":       {collected(plain, feature("a", "")+feature("a", "")), "id_twice"},
		"a document type":           {`<!DOCTYPE a [<!ENTITY x "y">]>` + shaped(plain, point), "dtd_refused"},
		"a billion laughs":          {`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><a>&lol2;</a>`, "dtd_refused"},
		"an outside entity":         {`<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, "dtd_refused"},
		"an undeclared entity":      {collected(plain, feature("a", "<app:x>&xxe;</app:x>")), "entity_refused"},
		"Latin-1":                   {strings.Replace(shaped(plain, point), "UTF-8", "ISO-8859-1", 1), "encoding_bad"},
		"bytes that are not UTF-8":  {collected(plain, feature("a", "<app:x>\xe6</app:x>")), "encoding_bad"},
		"cut off":                   {shaped(plain, point)[:400], "truncated"},
		"cut off at the end":        {strings.TrimSuffix(shaped(plain, point), "</gml:FeatureCollection>"), "truncated"},
		"nothing":                   {"", "truncated"},
		"badly nested":              {strings.Replace(shaped(plain, point), "</gml:Point>", "</gml:Pont>", 1), "xml_bad"},
		"another XML":               {"<kml/>", "not_gml"},
		"elements without end":      {collected(plain, strings.Repeat("<a>", 1000)), "too_deep"},
		"collections in each other": {shaped(plain, strings.Repeat("<gml:MultiGeometry><gml:geometryMember>", 12)+point+strings.Repeat("</gml:geometryMember></gml:MultiGeometry>", 12)), "too_deep"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, key, _ := drain(test.text, exchange.Options{}); key != test.key {
				t.Errorf("%q, want %q", key, test.key)
			}
		})
	}
}

func TestReader_holdsItsLimits(t *testing.T) {
	t.Parallel()
	text := collected(plain, feature("a", "<app:x>1</app:x><app:y>2</app:y><app:g><gml:LineString>"+posList(strings.Repeat("1 2 3 4 ", 50_000))+"</gml:LineString></app:g>")+feature("b", ""))
	tests := map[string]struct {
		limits exchange.Limits
		key    string
	}{
		"points":     {exchange.Limits{Vertices: 10}, "too_many_vertices"},
		"properties": {exchange.Limits{Properties: 1}, "too_many_properties"},
		"names":      {exchange.Limits{Index: 2}, "index_full"},
		"depth":      {exchange.Limits{Depth: 4}, "too_deep"},
	}
	for name, test := range tests {
		if _, key, _ := drain(text, exchange.Options{Limits: test.limits}); key != test.key {
			t.Errorf("%s: %q, want %q", name, key, test.key)
		}
	}
	long := collected(plain, feature("a", "<app:x>"+strings.Repeat("x", 3<<20)+"</app:x>"))
	if _, key, _ := drain(long, exchange.Options{Limits: exchange.Limits{Feature: 1 << 20}}); key != "feature_large" {
		t.Errorf("a long text: %q", key)
	}
}

func TestReader_takesTheSystemThatTheCallerKnows(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(shaped(plain, "<gml:Point><gml:pos>1 2</gml:pos></gml:Point>"), utm32, "")
	features, key, _ := drain(text, exchange.Options{CRS: 25833})
	if key != "" || features[0].CRS != 25833 {
		t.Errorf("%q %+v", key, features)
	}
}

func TestReader_warns(t *testing.T) {
	t.Parallel()
	text := collected(plain, feature("a", `<app:område><gml:Point><gml:pos>1 2 3</gml:pos></gml:Point></app:område><app:posisjon><gml:LineString>`+posList("1 2 3 4")+`</gml:LineString></app:posisjon><app:annen xlink:href="annen.gml#x"/><app:kode xlink:href="https://register.geonorge.no/x#y"/>`))
	features, key, report := drain(text, exchange.Options{})
	if key != "" || exchangetest.Keys(report.Warnings) != "xlink_external heights_dropped geometry_more" {
		t.Errorf("%q %q", key, exchangetest.Keys(report.Warnings))
	}
	if _, ok := features[0].Geometry.(orb.LineString); !ok {
		t.Errorf("%v is not the line", features[0].Geometry)
	}
}

func TestWriter_refusesWhatXMLCannotSay(t *testing.T) {
	t.Parallel()
	for _, value := range []any{"a\x01b", []string{"x"}} {
		w := NewWriter(io.Discard, 25832)
		if err := w.Write(exchange.Feature{CRS: 25832, Properties: map[string]any{"a": value}}); err == nil {
			t.Errorf("%q was written", value)
		}
	}
}

func TestEncodeName_isUndone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "a", "å_b", "med mellomrom", "1", "-x", ".x", "_x", "_x0020_", "_x_", "a:b", "<&>", "x_xy_", "🚀", "a.b-c"} {
		if got := exchange.DecodeName(exchange.EncodeName(name)); got != name {
			t.Errorf("%q became %q, %q", name, exchange.EncodeName(name), got)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(shaped(planSpace, `<gml:MultiSurface><gml:surfaceMember><gml:Polygon gml:id="p"><gml:exterior><gml:Ring><gml:curveMember xlink:href="#k"/><gml:curveMember><gml:Curve gml:id="k"><gml:segments><gml:Arc>`+posList("0 0 5 5 9 0")+`</gml:Arc></gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface>`)))
	f.Add([]byte(collected(planSpace, feature("a", `<app:avgrensesAv xlink:href="#b"/><app:o><gml:Polygon><gml:exterior><gml:LinearRing>`+posList("0 0 4 0 4 4 0 0")+`</gml:LinearRing></gml:exterior></gml:Polygon></app:o>`)+feature("b", "<app:g><gml:LineString>"+posList("0 0 4 0 4 4 0 0")+"</gml:LineString></app:g>"))))
	var b bytes.Buffer
	w := NewWriter(&b, 4258)
	for _, sample := range exchangetest.Samples(4258) {
		if err := w.Write(sample); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := exchange.Limits{Feature: 1 << 18, Vertices: 5000, Index: 1000}
		r, err := NewReader(bytes.NewReader(data), int64(len(data)), exchange.Options{Limits: limits, CRS: 25832})
		if err != nil {
			return
		}
		for range 200 {
			feature, err := r.Next()
			if err != nil {
				return
			}
			writeAgain(t, feature)
		}
	})
}

// writeAgain writes a feature and reads it: it must be the same.
func writeAgain(t *testing.T, f exchange.Feature) {
	t.Helper()
	if f.CRS == 0 {
		return
	}
	var b bytes.Buffer
	w := NewWriter(&b, f.CRS)
	if err := errors.Join(w.Write(f), w.Close()); err != nil {
		t.Fatal(err)
	}
	got, key, _ := drain(b.String(), exchange.Options{CRS: f.CRS})
	if key != "" || len(got) != 1 {
		t.Fatalf("%s: %q", b.String(), key)
	}
	if diff := cmp.Diff(f, got[0], cmpopts.IgnoreFields(exchange.Feature{}, "Line", "CRS"), cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
}

func BenchmarkReader(b *testing.B) {
	var text strings.Builder
	for i := range 2000 {
		text.WriteString(feature(fmt.Sprintf("f%d", i), `<app:navn>Storgata 1</app:navn><app:område><gml:Polygon><gml:exterior><gml:LinearRing>`+posList("0 0 9 0 9 9 0 9 0 0")+`</gml:LinearRing></gml:exterior></gml:Polygon></app:område>`))
	}
	whole := collected(plain, text.String())
	b.ResetTimer()
	for range b.N {
		if features, key, _ := drain(whole, exchange.Options{}); len(features) != 2000 {
			b.Fatal(key)
		}
	}
	b.ReportMetric(float64(2000*b.N)/b.Elapsed().Seconds(), "features/s")
}
