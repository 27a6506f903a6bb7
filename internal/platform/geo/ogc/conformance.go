package ogc

// conformance lists the classes of the standards that the API keeps to.
func conformance() []string {
	var all []string
	for _, part := range []struct {
		standard string
		classes  []string
	}{
		{"ogcapi-common-1/1.0", []string{"core", "landing-page", "json", "html", "oas30"}},
		{"ogcapi-common-2/1.0", []string{"collections"}},
		{"ogcapi-features-1/1.0", []string{"core", "oas30", "html", "geojson"}},
		{"ogcapi-features-2/1.0", []string{"crs"}},
		{"ogcapi-features-3/1.0", []string{"queryables", "queryables-query-parameters", "filter", "features-filter"}},
		{"cql2/1.0", []string{
			"cql2-text", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison", "accent-insensitive-comparison",
			"basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions", "temporal-functions", "property-property", "arithmetic",
		}},
		// Part 5 was approved as Common – Part 3 too; readers look for either name.
		{"ogcapi-common-3/1.0", []string{"schemas"}},
		{"ogcapi-features-5/1.0", []string{"schemas", "core-roles-features"}},
		{"ogcapi-tiles-1/1.0", []string{"core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "collections-selection", "mvt", "png", "jpeg", "oas30"}},
		{"tms/2.0", []string{"tilematrixset", "json-tilematrixset", "tilesetmetadata", "json-tilesetmetadata"}},
	} {
		for _, class := range part.classes {
			all = append(all, "http://www.opengis.net/spec/"+part.standard+"/conf/"+class)
		}
	}
	return all
}
