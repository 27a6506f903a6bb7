package property

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// tellMissing names the layers that a page would have told of and the municipality
// does not have, "" when nothing is missing that readers would look for.
func tellMissing(ctx context.Context, missing []string) string {
	var list []string
	for _, layer := range missingOf(missing) {
		if slices.Contains([]string{layerSections, layerBoundary, layerSites, layerSea, layerIslands}, layer) {
			continue // a municipality without them lacks nothing that is promised
		}
		list = append(list, i18n.T(ctx, "property.layer."+layer))
	}
	return strings.Join(list, ", ")
}

// tellMore names the layers that have more at a property than is looked at, "" when all
// is told.
func tellMore(ctx context.Context, more []string) string {
	var list []string
	for _, layer := range missingOf(more) {
		list = append(list, i18n.T(ctx, "property.layer."+layer))
	}
	return strings.Join(list, ", ")
}

// noBuildings says that none stand on the property, or that we cannot tell.
func noBuildings(ctx context.Context, missing []string) string {
	if slices.Contains(missing, layerBuildings) {
		return i18n.T(ctx, "property.buildings.missing")
	}
	return i18n.T(ctx, "property.buildings.none")
}

// planLang is the language of what a plan says: plans are Norwegian.
func planLang(ctx context.Context) string {
	if lang := i18n.LangOf(ctx); lang == i18n.NB || lang == i18n.NN {
		return lang.Tag()
	}
	return "no"
}

// placeTerms are the facts of a place in short.
func placeTerms(ctx context.Context, v placeView) []ui.Term {
	words := i18n.From(ctx)
	var terms []ui.Term
	if p := v.place.Property; p != nil {
		terms = append(terms, ui.Term{Label: words.T("property.term.number"), Value: p.Ref.String()})
	} else {
		terms = append(terms, ui.Term{Label: words.T("property.term.number"), Value: words.T("property.place.no_property")})
	}
	if a := v.place.Address; a != nil {
		terms = append(terms, ui.Term{Label: words.T("property.place.address"), Value: words.T("property.place.address_far", "address", a.Name, "far", distanceOf(words, a.Metres))})
	}
	return append(terms,
		ui.Term{Label: words.T("property.place.degrees"), Value: coordinates(v.lonLat, 5)},
		ui.Term{Label: words.T("property.place.metres"), Value: words.T("property.place.metres_value", "north", words.Decimal(v.place.At[1], 0), "east", words.Decimal(v.place.At[0], 0))})
}
