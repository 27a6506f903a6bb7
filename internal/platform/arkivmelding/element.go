package arkivmelding

import (
	"encoding/xml"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

const (
	namespace = "http://www.arkivverket.no/standarder/noark5/arkivmelding"
	instance  = "http://www.w3.org/2001/XMLSchema-instance"
)

// The elements below stand in the order of the schema's sequences; an optional
// one that is empty is left out.

type root struct {
	XMLName xml.Name `xml:"arkivmelding"`
	NS      string   `xml:"xmlns,attr"`
	XSI     string   `xml:"xmlns:xsi,attr"`
	System  string   `xml:"system"`
	ID      string   `xml:"meldingId"`
	At      string   `xml:"tidspunkt"`
	Files   int      `xml:"antallFiler"`
	Folders []folder `xml:"mappe"`
}

type folder struct {
	Type        string       `xml:"xsi:type,attr"`
	ID          string       `xml:"systemID"`
	Label       string       `xml:"mappeID,omitempty"`
	Title       string       `xml:"tittel"`
	PublicTitle string       `xml:"offentligTittel,omitempty"`
	Medium      string       `xml:"dokumentmedium"`
	CreatedAt   string       `xml:"opprettetDato"`
	CreatedBy   string       `xml:"opprettetAv"`
	ClosedAt    string       `xml:"avsluttetDato,omitempty"`
	ClosedBy    string       `xml:"avsluttetAv,omitempty"`
	Remarks     []remark     `xml:"merknad"`
	Screening   *screening   `xml:"skjerming"`
	Entries     []entry      `xml:"basisregistrering"`
	Year        int64        `xml:"saksaar"`
	Number      int64        `xml:"sakssekvensnummer"`
	Date        string       `xml:"saksdato"`
	Unit        string       `xml:"administrativEnhet"`
	Responsible string       `xml:"saksansvarlig"`
	Status      string       `xml:"saksstatus"`
	Parties     []partyEntry `xml:"sakspart"`
}

type remark struct {
	Text string `xml:"merknadstekst"`
	Type string `xml:"merknadstype,omitempty"`
	At   string `xml:"merknadsdato"`
	By   string `xml:"merknadRegistrertAv"`
}

type screening struct {
	Restriction string `xml:"tilgangsrestriksjon"`
	Basis       string `xml:"skjermingshjemmel"`
	Metadata    string `xml:"skjermingMetadata"`
}

type partyEntry struct {
	ID         string   `xml:"sakspartID,omitempty"`
	Name       string   `xml:"sakspartNavn"`
	Role       string   `xml:"sakspartRolle"`
	Address    []string `xml:"postadresse,omitempty"`
	PostalCode string   `xml:"postnummer,omitempty"`
	Place      string   `xml:"poststed,omitempty"`
	Email      string   `xml:"epostadresse,omitempty"`
	Phone      string   `xml:"telefonnummer,omitempty"`
}

type entry struct {
	Type           string          `xml:"xsi:type,attr"`
	ID             string          `xml:"systemID"`
	CreatedAt      string          `xml:"opprettetDato"`
	CreatedBy      string          `xml:"opprettetAv"`
	Parent         string          `xml:"referanseForelderMappe"`
	Documents      []document      `xml:"dokumentbeskrivelse"`
	Title          string          `xml:"tittel"`
	PublicTitle    string          `xml:"offentligTittel,omitempty"`
	Year           int64           `xml:"journalaar"`
	Number         int64           `xml:"journalpostnummer"`
	JournalType    string          `xml:"journalposttype"`
	Status         string          `xml:"journalstatus"`
	Date           string          `xml:"journaldato"`
	DocumentDate   string          `xml:"dokumentetsDato"`
	Enclosures     int             `xml:"antallVedlegg"`
	Correspondents []correspondent `xml:"korrespondansepart"`
}

type correspondent struct {
	Type string `xml:"korrespondanseparttype"`
	Name string `xml:"korrespondansepartNavn"`
	Unit string `xml:"administrativEnhet,omitempty"`
}

type document struct {
	ID         string `xml:"systemID"`
	Kind       string `xml:"dokumenttype"`
	Status     string `xml:"dokumentstatus"`
	Title      string `xml:"tittel"`
	CreatedAt  string `xml:"opprettetDato"`
	CreatedBy  string `xml:"opprettetAv"`
	As         string `xml:"tilknyttetRegistreringSom"`
	Number     int    `xml:"dokumentnummer"`
	AttachedAt string `xml:"tilknyttetDato"`
	AttachedBy string `xml:"tilknyttetAv"`
	Object     object `xml:"dokumentobjekt"`
}

type object struct {
	Version   int    `xml:"versjonsnummer"`
	Variant   string `xml:"variantformat"`
	CreatedAt string `xml:"opprettetDato"`
	CreatedBy string `xml:"opprettetAv"`
	File      string `xml:"referanseDokumentfil"`
}

// instant is an xs:dateTime.
func instant(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// day is an xs:date, as the calendar on the wall in Norway had it.
func day(at time.Time) string { return clock.DateIn(at).String() }
