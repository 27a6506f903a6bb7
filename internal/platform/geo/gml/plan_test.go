package gml

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// bounded is a surface in a plan that names its boundaries, and the boundaries.
func bounded(surface string, boundaries ...string) string {
	text := ""
	names := ""
	for i, b := range boundaries {
		names += fmt.Sprintf(`<app:avgrensesAv xlink:href="#g%d"/>`, i)
		text += feature(fmt.Sprintf("g%d", i), "<app:grense><gml:Curve><gml:segments>"+b+"</gml:segments></gml:Curve></app:grense>")
	}
	return collected(planSpace, feature("flate", "<app:område><gml:Polygon><gml:exterior>"+surface+"</gml:exterior></gml:Polygon></app:område>"+names)+text)
}

func TestBoundaries_areTheOutline(t *testing.T) {
	t.Parallel()
	line := func(text string) string {
		return "<gml:LineStringSegment>" + posList(text) + "</gml:LineStringSegment>"
	}
	arc := func(text string) string { return "<gml:Arc>" + posList(text) + "</gml:Arc>" }
	square := "<gml:LinearRing>" + posList("0 0 9 0 9 9 0 9 0 0") + "</gml:LinearRing>"
	round := "<gml:Ring><gml:curveMember><gml:Curve><gml:segments>" + arc("9 0 12 4 9 9") + line("9 9 0 9 0 0 9 0") + "</gml:segments></gml:Curve></gml:curveMember></gml:Ring>"
	tests := map[string]struct{ text, key string }{
		"in one piece":           {bounded(square, line("0 0 9 0 9 9 0 9 0 0")), ""},
		"in two":                 {bounded(square, line("0 0 9 0 9 9"), line("9 9 0 9 0 0")), ""},
		"the other way":          {bounded(square, line("9 9 9 0 0 0"), line("0 0 0 9 9 9")), ""},
		"with a point between":   {bounded(square, line("0 0 4 0 9 0 9 9"), line("9 9 0 9 0 0")), ""},
		"a millimetre off":       {bounded(square, line("0 0 9 0.001 9 9"), line("9 9 0 9 0 0")), ""},
		"four centimetres off":   {bounded(square, line("0 0 9 0.04 9 9"), line("9 9 0 9 0 0")), "boundary_differs"},
		"one lacks":              {bounded(square, line("0 0 9 0 9 9"), line("9 9 0 9")), "boundary_differs"},
		"only between two":       {bounded(square, line("0 0 9 0"), line("9 9 0 9")), "boundary_differs"},
		"one too many":           {bounded(square, line("0 0 9 0 9 9"), line("9 9 0 9 0 0"), line("0 0 9 9")), "boundary_differs"},
		"with an arc":            {bounded(round, arc("9 9 12 4 9 0"), line("9 9 0 9 0 0 9 0")), ""},
		"a line for an arc":      {bounded(round, line("9 9 12 4 9 0"), line("9 9 0 9 0 0 9 0")), "boundary_differs"},
		"none are named":         {bounded(square), ""},
		"not in a plan":          {strings.Replace(bounded(square, line("0 0 5 5")), planSpace, plain, 1), ""},
		"a boundary of no shape": {strings.ReplaceAll(bounded(square, line("0 0 9 9")), "gml:Curve>", "app:noe>"), "boundary_differs"},
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

func TestBoundaries_areBounded(t *testing.T) {
	t.Parallel()
	// A circle of 20,000 corners: to hold each against each would be 400 million.
	var ring strings.Builder
	for i := range 20_001 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i%20_000) / 20_000)
		fmt.Fprintf(&ring, "%.6f %.6f ", 10_000*cos, 10_000*sin)
	}
	text := bounded("<gml:LinearRing>"+posList(ring.String())+"</gml:LinearRing>", "<gml:LineStringSegment>"+posList(ring.String())+"</gml:LineStringSegment>")
	if features, key, _ := drain(text, exchange.Options{}); key != "" || len(features) != 2 {
		t.Errorf("%q %d", key, len(features))
	}
}

func TestReader_takesAnExtractThatPointsOutOfItself(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, key, warning string }{
		"nothing leads anywhere":              {collected(planSpace, feature("a", `<app:rpOmråde xlink:href="#borte"/>`)), "", "xlink_left"},
		"something does":                      {collected(planSpace, feature("a", `<app:rpOmråde xlink:href="#borte"/><app:b xlink:href="#a"/>`)), "xlink_missing", ""},
		"there is one of the kind pointed at": {collected(planSpace, feature("a", `<app:ting xlink:href="#borte"/>`)), "xlink_missing", ""},
	}
	for name, test := range tests {
		_, key, report := drain(test.text, exchange.Options{})
		warning := ""
		if len(report.Warnings) > 0 {
			warning = strings.TrimPrefix(report.Warnings[0].Key, "geo_file.")
		}
		if key != test.key || warning != test.warning {
			t.Errorf("%s: %q %q", name, key, warning)
		}
	}
}
