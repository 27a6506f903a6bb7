package arkivmelding

import "time"

// The journal entry types (journalposttype).
const (
	Incoming = "Inngående dokument"
	Outgoing = "Utgående dokument"
	Internal = "Organinternt dokument uten oppfølging"
)

// The statuses of a case folder (saksstatus).
const (
	Open   = "Under behandling"
	Closed = "Avsluttet"
)

// The statuses of a journal entry (journalstatus).
const (
	Recorded   = "Journalført"
	Dispatched = "Ekspedert"
)

// The kinds of correspondents (korrespondanseparttype).
const (
	Sender    = "Avsender"
	Recipient = "Mottaker"
)

// Message is an arkivmelding.
type Message struct {
	System  string    // which system made it: "Torg"
	ID      string    // UUID of the message
	At      time.Time // when it was made
	Folders []Folder  // at least one
}

// Folder is a saksmappe.
type Folder struct {
	ID          string // UUID
	Label       string // mappeID: the case number, "2026/123"
	Year        int64  // saksaar
	Number      int64  // sakssekvensnummer
	Title       string // tittel
	PublicTitle string // offentligTittel: without names; may be empty
	CreatedAt   time.Time
	CreatedBy   string
	ClosedAt    time.Time // zero while open
	ClosedBy    string
	Unit        string // administrativEnhet
	Responsible string // saksansvarlig
	Status      string // Open or Closed
	Screening   *Screening
	Remarks     []Remark
	Parties     []Party
	Entries     []Entry
}

// Screening is a skjerming: what must not be shown, and by which provision.
type Screening struct {
	Restriction string // tilgangsrestriksjon: "UO"
	Basis       string // skjermingshjemmel: "offentleglova § 13, forvaltningsloven § 13"
	Metadata    string // skjermingMetadata: which parts, "TEP" and the like
}

// Remark is a merknad: a line of the case's log.
type Remark struct {
	Text string
	Type string // may be empty
	At   time.Time
	By   string
}

// Party is a sakspart. A protected person has no address here.
type Party struct {
	ID         string // of the party in our system; never a national number
	Name       string
	Role       string // sakspartRolle: "Søker"
	Address    []string
	PostalCode string
	Place      string
	Email      string
	Phone      string
}

// Entry is a journalpost.
type Entry struct {
	ID             string // UUID
	Number         int64  // journalpostnummer: its place in the folder, from 1
	Type           string // Incoming, Outgoing or Internal
	Status         string // Recorded or Dispatched
	Title          string
	PublicTitle    string
	At             time.Time // journaldato, and of the document
	By             string
	Correspondents []Correspondent
	Documents      []Document // the first is the main document, the others are enclosures
}

// Correspondent is a korrespondansepart.
type Correspondent struct {
	Type string // Sender or Recipient
	Name string
	Unit string // administrativEnhet, of the municipality's own side; may be empty
}

// Document is a dokumentbeskrivelse with its one file (dokumentobjekt).
type Document struct {
	ID        string // UUID
	Kind      string // dokumenttype: "Søknad", "Vedtak", "Brev"
	Title     string
	File      string // referanseDokumentfil: the path in the package
	Archival  bool   // the file is in an archive format (PDF/A)
	CreatedAt time.Time
	CreatedBy string
}

// Files counts the files the message refers to.
func (m Message) Files() int {
	n := 0
	for _, f := range m.Folders {
		for _, e := range f.Entries {
			n += len(e.Documents)
		}
	}
	return n
}
