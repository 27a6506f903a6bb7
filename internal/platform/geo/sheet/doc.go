// Package sheet draws maps: one description ([Map]) becomes an SVG picture for
// pages without JavaScript, or a PDF sheet on paper at an exact scale: the
// situation plan (situasjonskart) that an application for a building permit
// needs (byggesaksforskriften § 5-4), and the print of a map view.
//
// A map is layers, the lowest first; a layer is shapes with styles, in metres
// east and north of one system. What to draw comes from the caller, how it
// looks from [Standard], which knows the layers of the municipal map: thin
// red-brown boundaries of properties, and zones in the colours of the national
// rules for drawing plans (Nasjonal produktspesifikasjon for arealplan og
// digitalt planregister, del 3.1 Tegneregler).
//
//	m := sheet.Map{System: home, Box: sheet.Around(ground.Bound(), 20), Layers: []sheet.Layer{
//		{Name: "properties", Title: words.T("…"), Style: sheet.Standard("properties", nil), Features: boundaries,
//			Attribution: "Kartverket", Licence: "CC BY 4.0"},
//		{Name: "proposed", Style: sheet.Proposed(), Features: []sheet.Drawn{{Geometry: house}}},
//		{Name: "distances", Style: sheet.DimensionLine(), Features: []sheet.Drawn{
//			sheet.Dimension(from, to, sheet.Metres(words, 4.2))}},
//	}}
//	svg, err := m.SVG(sheet.Picture{Width: 640, Height: 420, Title: "…", About: "…"})
//	file, err := m.PDF(sheet.Block{Paper: sheet.A4, Words: words, Title: "…", Alt: "…", Created: now})
//
// # On paper
//
// The middle of the map's box is the middle of the frame, and a metre of the
// map's system is exactly 1000/Scale millimetres. UTM itself draws a metre on
// the ground up to 0.4 mm too short or 1 mm too long in Norway; that lies below
// the width of a line and is not mended. The file is tagged PDF/A-2a and
// PDF/UA-1 as letters are (package pdf): the map is one figure with the
// caller's words for it, and everything around it is text. What does not fit
// beside the map goes on a second page; nothing is left out.
//
// # On the screen
//
// The picture has no script, no style attribute, no reference to anything
// outside itself, so it goes through the strictest content security policy.
// Colours stand as attributes for the light scheme; each style is a class
// (drawn-NAME) that [CSS] gives its colours in the dark scheme.
//
// # What it does not do
//
// It brings no photo ([Photo]) into the map's system: who has one does. It turns no
// map away from north, and does not bend text along a curve. Labels that would lie over another are left out, those of the
// uppermost layer last; the text of a dimension line never is.
package sheet
