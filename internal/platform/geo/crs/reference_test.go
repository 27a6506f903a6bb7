package crs_test

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/crs"
)

func TestReadReference_knowsTheSpellings(t *testing.T) {
	t.Parallel()
	const ogc = "http://www.opengis.net/def/crs"
	tests := map[crs.Reference][]string{
		{EPSG: 25832, NorthFirst: false, Dimension: 2}: {
			"EPSG:25832",
			"urn:ogc:def:crs:EPSG::25832",
			"urn:ogc:def:crs:EPSG:9.9.1:25832",
			"urn:x-ogc:def:crs:EPSG:25832",
			"http://www.opengis.net/def/crs/EPSG/0/25832",
		},
		{EPSG: 25833, NorthFirst: false, Dimension: 2}: {
			" epsg:25833 ",
		},
		{EPSG: 25835, NorthFirst: false, Dimension: 2}: {
			"25835",
			"EPSG:3047",
		},
		{EPSG: 4258, NorthFirst: true, Dimension: 2}: {
			"https://www.opengis.net/def/crs/EPSG/0/4258/",
		},
		{EPSG: 4326, NorthFirst: false, Dimension: 2}: {
			"http://www.opengis.net/gml/srs/epsg.xml#4326",
			"EPSG:4326",
			"urn:ogc:def:crs:OGC:1.3:CRS84",
			"http://www.opengis.net/def/crs/OGC/1.3/CRS84",
		},
		{EPSG: 4326, NorthFirst: true, Dimension: 2}: {
			"urn:ogc:def:crs:EPSG::4326",
		},
		{EPSG: 25832, NorthFirst: false, Dimension: 3}: {
			"urn:ogc:def:crs:EPSG::5972",
			ogc + "-compound?1=" + ogc + "/EPSG/0/25832&2=" + ogc + "/EPSG/0/5941",
		},
		{EPSG: 25833, NorthFirst: false, Dimension: 3}: {
			"EPSG:6173",
			"urn:ogc:def:crs,crs:EPSG::25833,crs:EPSG::5941",
		},
		{EPSG: 4258, NorthFirst: true, Dimension: 3}: {
			"urn:ogc:def:crs:EPSG::5942",
		},
		{EPSG: 4326, NorthFirst: true, Dimension: 3}: {
			"urn:ogc:def:crs:EPSG::4979",
		},
		{EPSG: 25832, NorthFirst: true, Dimension: 2}: {
			"urn:ogc:def:crs:EPSG::3044",
		},
	}
	for want, names := range tests {
		for _, name := range names {
			if got, ok := crs.ReadReference(name); !ok || got != want {
				t.Errorf("%q: %+v %v, want %+v", name, got, ok, want)
			}
		}
	}
}

func TestReadReference_refuses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "EPSG:", "UTM32", "EPSG:-1", "EPSG:99999999999", "urn:ogc:def:crs:SIRGAS::25832", "-25832", strings.Repeat("9", 500), "NaN"} {
		if got, ok := crs.ReadReference(name); ok {
			t.Errorf("%q: %+v", name, got)
		}
	}
}
