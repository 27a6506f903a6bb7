package sheet_test

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
)

func ExampleMap_SVG() {
	home, _ := crs.ByCode(crs.UTM32)
	ground := orb.Bound{Min: orb.Point{341000, 6397000}, Max: orb.Point{341030, 6397025}}
	house := orb.Bound{Min: orb.Point{341008, 6397006}, Max: orb.Point{341018, 6397014}}
	m := sheet.Map{System: home, Box: sheet.Around(ground, 5), Layers: []sheet.Layer{
		{Name: "properties", Style: sheet.Boundary(), Features: []sheet.Drawn{{Geometry: ground, Label: "1/4"}}},
		{Name: "proposed", Style: sheet.Proposed(), Features: []sheet.Drawn{{Geometry: house}}},
	}}
	svg, err := m.SVG(sheet.Picture{Width: 320, Height: 280, Title: "Eiendommen 1/4", About: "Et nytt hus midt på tomten."})
	fmt.Println(err, strings.Contains(string(svg), `class="drawn-proposed"`), sheet.FitScale(m.Box, sheet.A4))
	// Output: <nil> true 500
}
