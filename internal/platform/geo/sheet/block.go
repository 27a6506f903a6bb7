package sheet

import (
	"time"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
)

// Block is what stands around a map on paper. All texts are the caller's, in
// the language of Words; the sheet's own words ("Målestokk") are added.
type Block struct {
	Paper Paper
	// Words speak to the reader; they also give the file its language.
	Words *i18n.Localizer
	// Title is what the sheet is: "Situasjonskart".
	Title string
	// Subtitle stands below it: "Kaiveien 31, gnr. 1 bnr. 4". It may be empty.
	Subtitle string
	// Facts are further lines of the title block: property, case number, and the
	// distances that the map shows, so that they can be read without seeing it.
	Facts []Fact
	// Municipality and MadeBy say whose sheet it is and who made it.
	Municipality, MadeBy string
	// Notes are what a reader must know: that boundaries may be inexact, that the
	// sheet is no proof of them.
	Notes []string
	// Alt says in words what the map shows, for those who do not see it.
	Alt string
	// Subject is a short description for the file's metadata. It may be empty.
	Subject string
	// Created is the time the sheet is made; its day in Norway is printed.
	Created time.Time
	// Look is the municipality's colour and emblem.
	Look pdf.Look
}

// Fact is a line of the title block: "Eiendom", "1/4".
type Fact struct{ Label, Value string }
