package retention

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

const (
	// maxMakings is how often it is tried to make a copy.
	maxMakings = 5
	// maxCopy bounds a copy.
	maxCopy = 4 << 30
)

// makeTakeout makes a copy, piece by piece, and tells the person. One that is
// broken off is made anew from the beginning: nothing of the first is left but a
// file that nobody names, which is cleared away.
func (s *Service) makeTakeout(ctx context.Context, j jobs.Job[takeoutArgs]) error {
	ctx = identity.AsSystem(ctx, "retention.takeout")
	err := s.make(ctx, j)
	if err == nil || j.Attempt < maxMakings || ctx.Err() != nil {
		return err
	}
	note := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return progress(ctx, tx, j.Args.ID, Failed, 0) })
	return errors.Join(err, note)
}

func (s *Service) make(ctx context.Context, j jobs.Job[takeoutArgs]) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	var t Takeout
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		t, err = findTakeout(ctx, tx, j.Args.ID)
		return err
	})
	if err != nil || t.State == Ready {
		return err
	}
	words := s.Bundle.For(t.Lang)
	ctx = i18n.With(ctx, words)
	whose, err := s.whoseIs(ctx, t)
	if errs.Is(err, errs.KindNotFound) {
		return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return progress(ctx, tx, t.ID, Failed, 0) })
	}
	if err != nil {
		return err
	}
	name := words.T("retention.takeout.file", "date", clock.DateIn(s.DB.Clock().Now()).String()) + ".zip"
	var left int
	stored, err := s.Blobs.PutArchive(ctx, name, maxCopy, func(w io.Writer) (err error) {
		left, err = s.write(ctx, w, t, whose)
		return err
	})
	if err != nil {
		return fmt.Errorf("retention: make a copy: %w", err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		document, err := s.Blobs.Keep(ctx, tx, stored, blob.Owner{Type: ownerType, ID: t.ID})
		if err != nil {
			return fmt.Errorf("retention: keep a copy: %w", err)
		}
		t.Document, t.Size, t.LeftOut, t.Reach = document.ID, document.Size, int64(left), whose.reach()
		first, err := readyTakeout(ctx, tx, t)
		if err != nil {
			return err
		}
		if !first {
			return s.Blobs.Remove(ctx, tx, document.ID)
		}
		if err := s.tellReady(ctx, tx, t); err != nil {
			return err
		}
		if err := recordTakeout(ctx, tx, t, "made"); err != nil {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

// tellReady writes to the person that the copy can be fetched. What is in it does
// not stand there.
func (s *Service) tellReady(ctx context.Context, tx *store.Tx, t Takeout) error {
	person, err := s.Identity.PersonIn(ctx, tx, t.AskedBy)
	if err != nil {
		return err
	}
	town, words := tenant.From(ctx), s.Bundle.For(t.Lang)
	args := []any{"municipality", town.Name.In(words.Lang()), "date", words.Date(clock.DateIn(tx.Now.Add(keepCopy)))}
	_, err = s.Notify.Send(ctx, tx, notify.Message{
		PersonID: person.ID, Email: person.Email, Kind: "retention.takeout", Class: notify.Notice, Lang: words.Lang(),
		Subject: words.T("retention.mail.ready.subject", args...),
		Body: notify.Body{
			Paragraphs: []string{words.T("retention.mail.ready.text", args...)},
			Action:     &notify.Action{Text: words.T("retention.mail.ready.open"), URL: s.SiteURL(town) + takeoutPath},
		},
		Dedupe: "takeout:" + t.ID,
	})
	if err != nil {
		return fmt.Errorf("retention: tell that a copy is ready: %w", err)
	}
	return nil
}

// tellRepresented writes to somebody for whom another has asked for a copy by a
// mandate that she has given: she can withdraw it. A child is told nothing.
func (s *Service) tellRepresented(ctx context.Context, tx *store.Tx, t Takeout, whose Whose) error {
	if whose.Own || whose.Reader.Basis != identity.ByMandate {
		return nil
	}
	person, err := s.Identity.PersonIn(ctx, tx, t.Person)
	if err != nil {
		return err
	}
	lang := person.Lang
	if lang == "" {
		lang = tenant.From(ctx).Lang()
	}
	words, town := s.Bundle.For(lang), tenant.From(ctx)
	_, err = s.Notify.Send(ctx, tx, notify.Message{
		PersonID: person.ID, Email: person.Email, Kind: "retention.takeout_for", Class: notify.Notice, Lang: words.Lang(),
		Subject: words.T("retention.mail.for.subject"),
		Body: notify.Body{
			Paragraphs: []string{words.T("retention.mail.for.text", "name", whose.Reader.Name, "municipality", town.Name.In(words.Lang()))},
			Action:     &notify.Action{Text: words.T("retention.mail.for.open"), URL: s.SiteURL(town) + "/my/representation"},
		},
		Dedupe: "takeout-for:" + t.ID,
	})
	if err != nil {
		return fmt.Errorf("retention: tell that somebody asked for a copy: %w", err)
	}
	return nil
}

// archive is a copy being written. Only one page is in memory at a time.
type archive struct {
	*Service
	t     Takeout
	whose Whose
	zip   *zip.Writer
	words *i18n.Localizer
	parts []part
	left  []string // names of documents that could not be copied
	kept  []string // and of those that are withheld, for somebody else's sake
	names map[string]bool
	pages map[string]int
}

// part is a file of the archive, for its index.
type part struct {
	source, title string
	page          int // of those with one title, from the second
	json, html    string
}

// write writes the archive and returns how many documents could not be copied.
func (s *Service) write(ctx context.Context, w io.Writer, t Takeout, whose Whose) (int, error) {
	a := &archive{Service: s, t: t, whose: whose, zip: zip.NewWriter(w), words: i18n.From(ctx), names: map[string]bool{}, pages: map[string]int{}}
	for i, source := range s.Sources {
		err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return progress(ctx, tx, t.ID, Making, i) })
		if err != nil {
			return 0, err
		}
		if err := a.source(ctx, source); err != nil {
			return 0, fmt.Errorf("retention: copy %s: %w", source.Name(), err)
		}
	}
	if err := a.file("index.html", func(w io.Writer) error {
		return indexPage(a.words, a.index()).Render(i18n.With(ctx, a.words), w)
	}); err != nil {
		return 0, err
	}
	return len(a.left) + len(a.kept), a.zip.Close()
}

// source writes all pages of a source, with their documents.
func (a *archive) source(ctx context.Context, source Source) error {
	after := ""
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var page Page
		err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			page, err = source.Export(ctx, tx, a.whose, after)
			return err
		})
		if err != nil {
			return err
		}
		if !page.Empty {
			if err := a.page(ctx, part{source: source.Name(), title: page.Title}, page); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

// page writes a page for people and one for machines, after its documents, to
// which it leads.
func (a *archive) page(ctx context.Context, p part, page Page) error {
	for _, e := range page.Documents {
		if err := a.document(ctx, e); err != nil {
			return err
		}
	}
	name := p.source
	if p.title != "" {
		name += "-" + tenant.Slug(p.title)
	}
	if a.pages[name]++; a.pages[name] > 1 {
		p.page = a.pages[name]
		name += "-" + strconv.Itoa(p.page)
	}
	p.json, p.html = "data/"+name+".json", name+".html"
	if err := a.file(p.json, func(w io.Writer) error { return writeJSON(w, page.Data) }); err != nil {
		return err
	}
	a.parts = append(a.parts, p)
	return a.file(p.html, func(w io.Writer) error { return a.readable(ctx, w, p, page.Data) })
}

// file writes a file of the archive.
func (a *archive) file(name string, write func(io.Writer) error) error {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.t.AskedAt})
	if err != nil {
		return fmt.Errorf("retention: begin %s: %w", path.Ext(name), err)
	}
	return write(w)
}

// document copies a document. One that may not be opened, since it waits for the
// scanner or is refused, or that is withheld, is named in the index instead.
func (a *archive) document(ctx context.Context, e Enclosed) error {
	if e.Withheld {
		a.kept = append(a.kept, e.Folder+": "+e.Document.Name)
		return nil
	}
	content, d, err := a.anew(ctx, e)
	if err != nil {
		return err // the whole copy is tried again
	}
	if content == nil {
		if content, d, err = a.Blobs.Open(ctx, e.Document.ID); err != nil {
			a.left = append(a.left, e.Folder+": "+e.Document.Name)
			return nil //nolint:nilerr // said in the index
		}
	}
	name := a.unique("documents/"+safe(e.Folder)+"/", safe(d.Name))
	err = a.file(name, func(w io.Writer) error {
		_, err := io.Copy(w, content)
		return err
	})
	if e.Placed != nil {
		e.Placed(name)
	}
	return errors.Join(err, content.Close())
}

// anew writes a document for the reader, when it was written to somebody else; nil when it
// is copied as it is.
func (*archive) anew(ctx context.Context, e Enclosed) (io.ReadCloser, blob.Document, error) {
	if e.Anew == nil {
		return nil, e.Document, nil
	}
	written, err := e.Anew(ctx)
	if err != nil {
		return nil, e.Document, fmt.Errorf("retention: write a document anew: %w", err)
	}
	if written == nil {
		return nil, e.Document, nil
	}
	return io.NopCloser(bytes.NewReader(written)), e.Document, nil
}

// unique gives the second file of a name a number.
func (a *archive) unique(folder, name string) string {
	full := folder + name
	for n := 2; a.names[full]; n++ {
		ext := path.Ext(name)
		full = folder + strings.TrimSuffix(name, ext) + "-" + strconv.Itoa(n) + ext
	}
	a.names[full] = true
	return full
}

// safe is a name that leads nowhere when the archive is unpacked.
func safe(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, name)
	if name = strings.Trim(name, ". "); name == "" {
		return "-"
	}
	return name
}
