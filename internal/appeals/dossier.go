package appeals

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// dossier is everything that a package is made from, but for the documents'
// contents, which are read one at a time while it is written.
type dossier struct {
	a         Appeal
	c         cases.Case
	kind      cases.Kind
	parties   []cases.Party
	tenant    tenant.Tenant
	unit      string
	words     *i18n.Localizer // of the municipality: the appeal body reads it
	entries   []cases.Entry
	documents map[string]blob.Document
	sent      *pdf.Document // what was sent; nil for a case without a form
	looks     []audit.LookEntry
	letter    []byte
	at        time.Time
	number    int
	missing   []string // names of documents that cannot be opened
}

// item is one file of the package.
type item struct {
	id, path, title, kind string
	at                    time.Time
	by                    string
	archival              bool
	open                  func(ctx context.Context) (io.ReadCloser, error)
}

// part is one entry of the journal with its files, as the archive sees it.
type part struct {
	title, direction, by string
	at                   time.Time
	items                []item
}

// gather reads a dossier. A document that waits for the scanner lets the job wait.
func (s *Service) gather(ctx context.Context, id string) (d dossier, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := s.load(ctx, tx, id, false)
		if err != nil {
			return err
		}
		t := tenant.From(ctx)
		d = dossier{a: a, tenant: t, words: s.Bundle.For(t.Lang()), at: tx.Now.Time, documents: map[string]blob.Document{}}
		if d.c, err = s.Cases.CaseIn(ctx, tx, a.CaseID); err != nil {
			return err
		}
		if err := s.check(ctx, PermRead, a.ID, d.c); err != nil {
			return err
		}
		if d.kind, err = s.Cases.Kinds().Get(d.c.Kind); err != nil {
			return err
		}
		if d.unit, err = departmentName(ctx, tx, d.c.Department); err != nil {
			return err
		}
		return s.read(ctx, tx, &d)
	})
	if err != nil || d.a.State != Ready {
		return d, err
	}
	_, d.looks, err = s.Cases.AccessLog(ctx, d.c.ID)
	return d, err
}

// read fills what stands in the case.
func (s *Service) read(ctx context.Context, tx *store.Tx, d *dossier) (err error) {
	if d.parties, err = s.Cases.Parties(ctx, tx, d.c.ID); err != nil {
		return err
	}
	if d.entries, err = s.journal(ctx, tx, d.c.ID); err != nil {
		return err
	}
	documents, err := s.filed(ctx, tx, d.c.ID, d.entries)
	if err != nil {
		return err
	}
	for _, document := range documents {
		switch document.Scan {
		case blob.Scanning:
			return jobs.Snooze(time.Minute)
		case blob.Refused, blob.TooLarge:
			d.missing = append(d.missing, document.Name)
			continue
		case blob.Clean, blob.Unscanned:
		}
		d.documents[document.ID] = document
	}
	if d.c.Submission == "" {
		return nil
	}
	return s.readSent(ctx, tx, d)
}

// linesAtOnce is how many lines of a journal are read at a time.
const linesAtOnce = 500

// journal reads all lines of a case: the appeal body gets them all, however many.
func (s *Service) journal(ctx context.Context, tx *store.Tx, caseID string) (all []cases.Entry, err error) {
	for after := int64(0); ; {
		some, err := s.Cases.EntriesAfter(ctx, tx, caseID, after, linesAtOnce)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < linesAtOnce {
			return all, nil
		}
		after = some[len(some)-1].Seq
	}
}

// filed returns the documents of a case: those that are listed, and those that the
// journal names after the last of them.
func (s *Service) filed(ctx context.Context, tx *store.Tx, caseID string, entries []cases.Entry) ([]blob.Document, error) {
	list, err := s.Blobs.ListFor(ctx, tx, blob.Owner{Type: ownerCase, ID: caseID})
	if err != nil || len(list) == 0 {
		return list, err
	}
	last := list[len(list)-1].ID
	for _, e := range entries {
		for _, id := range e.Documents {
			if id <= last {
				continue
			}
			d, err := s.Blobs.Get(ctx, tx, id)
			if errs.Is(err, errs.KindNotFound) {
				continue // taken away since
			}
			if err != nil {
				return nil, err
			}
			list = append(list, d)
		}
	}
	return list, nil
}

// readSent lays out what the party sent with the case, in the language she used.
func (s *Service) readSent(ctx context.Context, tx *store.Tx, d *dossier) error {
	submission, err := s.Forms.Submission(ctx, tx, d.c.Submission)
	if err != nil {
		return fmt.Errorf("appeals: read what was sent: %w", err)
	}
	words := s.Bundle.For(submission.Lang)
	summary, err := s.Forms.Sent(ctx, tx, submission, words)
	if err != nil {
		return fmt.Errorf("appeals: read what was sent: %w", err)
	}
	if d.c.Restricted {
		withhold(&summary, words.T("appeals.package.withheld"))
	}
	document := summary.Document(forms.Sending{
		Number: d.c.Label(), By: d.c.ApplicantName, Subject: d.c.SubjectName, Form: submission.Form, Version: submission.FormVersion, At: submission.SubmittedAt,
	}, words)
	d.dress(&document)
	d.sent = &document
	return nil
}

// reveals are words in the names of questions whose answers tell where somebody
// can be found.
func reveals() []string { return []string{"address", "phone", "email", "postal"} }

// withhold takes out of what was sent where a protected person can be found
// (folkeregisterloven § 10-4): the appeal body does not need it to decide.
func withhold(s *forms.Summary, instead string) {
	for i := range s.Pages {
		withholdRows(s.Pages[i].Rows, instead)
	}
}

func withholdRows(rows []forms.SummaryRow, instead string) {
	for i := range rows {
		r := &rows[i]
		if r.Answered && slices.ContainsFunc(reveals(), func(word string) bool { return strings.Contains(r.Name, word) }) {
			r.Lines, r.Items = []string{instead}, nil
		}
		for j := range r.Items {
			withholdRows(r.Items[j].Rows, instead)
		}
	}
}

// parts puts the package together: what was sent first, then each entry of the
// journal that has documents, then what Torg writes about it.
func (d *dossier) parts() ([]part, error) {
	var list []part
	used := map[string]bool{}
	for _, e := range d.entries {
		p := part{title: d.words.T("cases.entry." + string(e.Kind)), direction: direction(e.Kind), by: d.name(e.ActorName), at: e.At}
		if e.Kind == cases.EntryReceived && d.sent != nil {
			i, err := d.written(d.words.T("appeals.package.sent"), d.words.T("appeals.package.kind.application"), *d.sent)
			if err != nil {
				return nil, err
			}
			p.items = append(p.items, i)
		}
		for _, id := range e.Documents {
			if document, ok := d.documents[id]; ok && !used[id] {
				used[id] = true
				p.items = append(p.items, d.kept(document, p.by))
			}
		}
		if len(p.items) > 0 {
			list = append(list, p)
		}
	}
	rest := part{title: d.words.T("appeals.package.other"), direction: direction(""), by: d.name(""), at: d.at}
	for _, id := range slices.Sorted(keysOf(d.documents)) {
		if !used[id] {
			rest.items = append(rest.items, d.kept(d.documents[id], rest.by))
		}
	}
	if len(rest.items) > 0 {
		list = append(list, rest)
	}
	own, err := d.own(list)
	return append(list, own...), err
}

// own are the appeal, the letter that sends it on, the journal, who has looked,
// and the index of it all.
func (d *dossier) own(before []part) ([]part, error) {
	words := d.words
	appeal, err := d.written(words.T("appeals.package.appeal"), words.T("appeals.package.kind.appeal"), d.appealPage())
	if err != nil {
		return nil, err
	}
	lodged := part{title: words.T("appeals.package.appeal"), direction: direction(EntryReceived), by: d.a.AppellantName, at: d.a.LodgedAt, items: []item{appeal}}
	letter := d.item(words.T("appeals.package.letter"), words.T("appeals.package.kind.letter"), "pdf", d.letter)
	sent := part{title: words.T("appeals.package.letter"), direction: direction(EntryLetter), by: d.name(d.a.PreparedByName), at: d.at, items: []item{letter}}
	for _, document := range append(d.journalPages(), d.looksPage()) {
		i, err := d.written(document.Title, words.T("appeals.package.kind.log"), document)
		if err != nil {
			return nil, err
		}
		sent.items = append(sent.items, i)
	}
	index, err := d.written(words.T("appeals.package.index"), words.T("appeals.package.kind.index"), d.indexPage(append(slices.Clone(before), lodged, sent)))
	if err != nil {
		return nil, err
	}
	index.path = words.T("appeals.package.index_file") + ".pdf"
	sent.items = append(sent.items, index)
	return []part{lodged, sent}, nil
}

// kept is a document that lies with the case.
func (d *dossier) kept(document blob.Document, by string) item {
	ending := document.Name[strings.LastIndexByte(document.Name, '.')+1:]
	i := d.item(document.Name, d.words.T("appeals.package.kind.document"), ending, nil)
	i.id, i.at, i.by = document.ID, document.CreatedAt, by
	return i
}

// written is a page that Torg writes now, as PDF/A.
func (d *dossier) written(title, kind string, document pdf.Document) (item, error) {
	var out bytes.Buffer
	if err := pdf.Write(&out, document); err != nil {
		return item{}, fmt.Errorf("appeals: write %s: %w", kind, err)
	}
	return d.item(title, kind, "pdf", out.Bytes()), nil
}

const maxFileName = 60

// item gives a file its place in the package: a number, so that no two are called
// alike, and a name of letters, digits and hyphens that every system takes.
func (d *dossier) item(title, kind, ending string, content []byte) item {
	d.number++
	name := title
	if content == nil {
		name = strings.TrimSuffix(title, "."+ending)
	}
	if name = tenant.Slug(name); name == "" {
		name = "document"
	}
	name = strings.TrimRight(name[:min(len(name), maxFileName)], "-")
	i := item{id: ids.New(), title: title, kind: kind, at: d.at, by: d.name(""), archival: content != nil}
	i.path = fmt.Sprintf("%03d-%s.%s", d.number, name, tenant.Slug(ending))
	i.open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	if content == nil {
		i.open = nil
	}
	return i
}

// name is who did something; Torg itself has the municipality's.
func (d *dossier) name(actor string) string {
	if actor == "" {
		return d.words.T("web.municipality", "name", d.tenant.Name.In(d.words.Lang()))
	}
	return actor
}

func departmentName(ctx context.Context, tx *store.Tx, id string) (string, error) {
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return "", fmt.Errorf("appeals: departments: %w", err)
	}
	for _, d := range list {
		if d.ID == id {
			return d.Name, nil
		}
	}
	return "", nil
}

func (d *dossier) day(at time.Time) string { return d.words.Date(clock.DateIn(at)) }
