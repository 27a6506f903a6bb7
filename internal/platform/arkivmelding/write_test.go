package arkivmelding

import (
	"bytes"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	folderID   = "01900000-0000-7000-8000-000000000001"
	entryID    = "01900000-0000-7000-8000-000000000002"
	documentID = "01900000-0000-7000-8000-000000000003"
	otherID    = "01900000-0000-7000-8000-000000000004"
)

func sample() Message {
	at := time.Date(2026, 3, 31, 22, 30, 0, 0, time.UTC) // already April in Norway
	return Message{System: "Torg", ID: folderID, At: at, Folders: []Folder{{
		ID: folderID, Label: "2026/17", Year: 2026, Number: 17, Title: "Barnehageplass for Ánte <Ødegård> & søsken", PublicTitle: "Barnehageplass",
		CreatedAt: at, CreatedBy: "Kari Ødegård", ClosedAt: at.Add(time.Hour), ClosedBy: "Ola", Unit: "Oppvekst", Responsible: "Ola", Status: Closed,
		Screening: &Screening{Restriction: "UO", Basis: "offentleglova § 13", Metadata: "NAV"},
		Remarks:   []Remark{{Text: "Saken er mottatt", At: at, By: "Torg"}, {Text: "Notat", Type: "internt", At: at, By: "Ola"}},
		Parties:   []Party{{ID: otherID, Name: "Kari Ødegård", Role: "Søker", Address: []string{"Storgata 1", ""}, PostalCode: "0001", Place: "Torgøy", Email: "kari@example.no", Phone: "91234567"}},
		Entries: []Entry{
			{
				ID: entryID, Number: 1, Type: Incoming, Status: Recorded, Title: "Søknad", At: at, By: "Kari Ødegård",
				Correspondents: []Correspondent{{Type: Sender, Name: "Kari Ødegård"}, {Type: Recipient, Name: "Torgøy kommune", Unit: "Oppvekst"}},
				Documents: []Document{
					{ID: documentID, Kind: "Søknad", Title: "Søknad", File: "dokumenter/001-soknad.pdf", Archival: true, CreatedAt: at, CreatedBy: "Kari Ødegård"},
					{ID: otherID, Kind: "Vedlegg", Title: "bilde.jpg", File: "dokumenter/002-bilde.jpg", CreatedAt: at, CreatedBy: "Kari Ødegård"},
				},
			},
			{ID: otherID, Number: 2, Type: Outgoing, Status: Dispatched, Title: "Vedtak", At: at, By: "Ola"},
		},
	}}}
}

// valid lets libxml2 compare a message with the schemas as they were published.
func valid(t *testing.T, content []byte) {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Fatal("xmllint is not installed: install libxml2-utils, or run \"make test\" as root")
	}
	schema, err := filepath.Abs("../../../../shared/data/digdir/arkivmelding/arkivmelding.xsd")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(schema); err != nil {
		t.Fatalf("the published schema is not there: %v", err)
	}
	file := filepath.Join(t.TempDir(), "arkivmelding.xml")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "xmllint", "--noout", "--nonet", "--schema", schema, file).CombinedOutput(); err != nil {
		t.Errorf("the schema refuses it: %s\n%s", out, content)
	}
}

func TestWrite_isValidByThePublishedSchema(t *testing.T) {
	t.Parallel()
	least := sample()
	f := &least.Folders[0]
	f.Screening, f.Remarks, f.Parties, f.Entries, f.PublicTitle, f.ClosedAt, f.Status = nil, nil, nil, nil, "", time.Time{}, Open
	odd := sample()
	odd.Folders[0].Title = "null \x00 og \x0b og \uFFFE og \xff"
	two := sample()
	second := sample().Folders[0]
	second.ID, second.Entries = otherID, nil
	two.Folders = append(two.Folders, second)
	for name, m := range map[string]Message{"a whole case": sample(), "the least": least, "characters that XML has not": odd, "two folders": two} {
		var out bytes.Buffer
		if err := m.Write(&out); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Run(name, func(t *testing.T) { valid(t, out.Bytes()) })
	}
}

func TestWrite_keepsWhatWasSaid(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sample().Write(&out); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Files   int `xml:"antallFiler"`
		Folders []struct {
			Title   string `xml:"tittel"`
			Date    string `xml:"saksdato"`
			Entries []struct {
				Enclosures int `xml:"antallVedlegg"`
				Documents  []struct {
					As      string `xml:"tilknyttetRegistreringSom"`
					Variant string `xml:"dokumentobjekt>variantformat"`
					File    string `xml:"dokumentobjekt>referanseDokumentfil"`
				} `xml:"dokumentbeskrivelse"`
			} `xml:"basisregistrering"`
		} `xml:"mappe"`
	}
	if err := xml.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	f := back.Folders[0]
	if back.Files != 2 || f.Title != sample().Folders[0].Title || f.Date != "2026-04-01" || f.Entries[0].Enclosures != 1 {
		t.Errorf("read back as %+v", back)
	}
	first, second := f.Entries[0].Documents[0], f.Entries[0].Documents[1]
	if first.As != "Hoveddokument" || first.Variant != "Arkivformat" || second.As != "Vedlegg" || second.Variant != "Produksjonsformat" || second.File != "dokumenter/002-bilde.jpg" {
		t.Errorf("documents %+v %+v", first, second)
	}
	if strings.Contains(out.String(), "<postadresse></postadresse>") {
		t.Error("an empty line of an address is written")
	}
}

func TestWrite_refusesWhatTheSchemaWould(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Message){
		"no system":             func(m *Message) { m.System = "" },
		"no folder":             func(m *Message) { m.Folders = nil },
		"an id that is none":    func(m *Message) { m.Folders[0].ID = "17" },
		"no title":              func(m *Message) { m.Folders[0].Title = "" },
		"no unit":               func(m *Message) { m.Folders[0].Unit = "" },
		"its own status":        func(m *Message) { m.Folders[0].Status = "Ferdig" },
		"half a screening":      func(m *Message) { m.Folders[0].Screening.Basis = "" },
		"a nameless party":      func(m *Message) { m.Folders[0].Parties[0].Name = "" },
		"a remark of nobody":    func(m *Message) { m.Folders[0].Remarks[0].By = "" },
		"its own journal type":  func(m *Message) { m.Folders[0].Entries[0].Type = "Brev" },
		"its own entry status":  func(m *Message) { m.Folders[0].Entries[0].Status = "x" },
		"an entry without id":   func(m *Message) { m.Folders[0].Entries[0].ID = "" },
		"an entry without time": func(m *Message) { m.Folders[0].Entries[0].At = time.Time{} },
		"a correspondent":       func(m *Message) { m.Folders[0].Entries[0].Correspondents[0].Type = "Venn" },
		"a document of no kind": func(m *Message) { m.Folders[0].Entries[0].Documents[0].Kind = "" },
		"a document without id": func(m *Message) { m.Folders[0].Entries[0].Documents[0].ID = "" },
		"no file":               func(m *Message) { m.Folders[0].Entries[0].Documents[0].File = "" },
		"a file outside":        func(m *Message) { m.Folders[0].Entries[0].Documents[0].File = "../../etc/passwd" },
		"an absolute file":      func(m *Message) { m.Folders[0].Entries[0].Documents[0].File = "/etc/passwd" },
		"one file twice":        func(m *Message) { m.Folders[0].Entries[0].Documents[1].File = "dokumenter/001-soknad.pdf" },
	} {
		m := sample()
		spoil(&m)
		var out bytes.Buffer
		if err := m.Write(&out); !errors.Is(err, ErrIncomplete) {
			t.Errorf("%s: %v", name, err)
		}
		if out.Len() > 0 {
			t.Errorf("%s: something was written", name)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "Ødegård", "\x00\x01", "\xff\xfe", "a\r\nb", "\ufffe\uffff", "😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := sample()
		m.Folders[0].Title = "x" + s
		var out bytes.Buffer
		if err := m.Write(&out); err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(out.Bytes(), new(struct{})); err != nil {
			t.Errorf("%q makes a document that no reader takes: %v", s, err)
		}
	})
}
