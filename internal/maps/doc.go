// Package maps is the municipality's map (kart) for everybody: the page /map.
//
// On a phone or a desk one finds an address or a property, asks what goes at a place,
// turns layers on and off, sees the plans of another day, shares what one sees and
// prints it to scale. The living map is drawn in the browser by MapLibre from the
// municipality's own vector tiles (package ogc), in a style that this package makes
// ([Compose]; [Simple] for programs such as QGIS) in the municipality's colour, for day
// and night. It asks no other host for anything, unless the municipality has chosen an
// outside base map ([SettingBackground]), which is off by default.
//
// Without scripts the same address is a page with a picture of the map, which answers
// where one presses on it, with links to go nearer and further, with the list of layers
// and with the answers as text. What the map says of a place is what package property
// says of it, and every answer leads to the page with the whole text and its tables.
//
// The right to public information about the environment and to public map data:
// miljøinformasjonsloven § 8, geodataloven § 6; digital plan register:
// plan- og bygningsloven § 2-2. Whoever builds a map for the public makes it for all:
// forskrift om universell utforming av IKT-løsninger § 4.
//
// Base maps of pictures lie under the lines there too, and in print: their tiles are
// brought into the municipality's own system, within bounds.
//
// What it does not do: it makes no raster tiles of its own, does not turn or tilt the
// map, and keeps no record of who looked at which place.
package maps
