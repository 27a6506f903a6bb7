package around

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// feedSize is how many cases the feed holds.
const feedSize = 50

// atomFeed is a feed of cases (RFC 4287).
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr,omitempty"`
}

type atomEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Updated   string   `xml:"updated"`
	Published string   `xml:"published"`
	Link      atomLink `xml:"link"`
	Summary   string   `xml:"summary"`
}

// feed writes the newest cases for those who follow by a feed reader.
func (p *pages) feed(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page, err := p.Newest(ctx, feedSize)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Header().Set("X-Robots-Tag", noIndex)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return nil //nolint:nilerr // the reader may have gone; there is nobody to tell
	}
	if err := xml.NewEncoder(w).Encode(p.feedOf(ctx, page)); err != nil {
		return fmt.Errorf("around: feed: %w", err)
	}
	return nil
}

func (p *pages) feedOf(ctx context.Context, list []PublicCase) atomFeed {
	words, t := i18n.From(ctx), tenant.From(ctx)
	site := p.SiteURL(t)
	name := words.T("web.municipality", "name", t.Name.In(words.Lang()))
	f := atomFeed{
		Lang: words.Lang().Tag(), ID: site + "/around/feed.atom", Title: words.T("around.feed.title", "name", name), Author: atomAuthor{name},
		Updated: "1970-01-01T00:00:00Z",
		Links:   []atomLink{{Rel: "self", Href: site + "/around/feed.atom", Type: "application/atom+xml"}, {Rel: "alternate", Href: site + "/around", Type: "text/html"}},
	}
	for _, c := range list {
		updated := c.ReceivedAt
		if c.DecidedAt.After(updated) {
			updated = c.DecidedAt
		}
		at := updated.UTC().Format(time.RFC3339)
		f.Updated = max(f.Updated, at)
		f.Entries = append(f.Entries, atomEntry{
			ID: site + c.Path(), Title: caseTitle(words, c), Updated: at, Published: c.ReceivedAt.UTC().Format(time.RFC3339),
			Link: atomLink{Rel: "alternate", Href: site + c.Path(), Type: "text/html"}, Summary: summary(words, c),
		})
	}
	return f
}

// caseTitle is what a case is called: the measure and where.
func caseTitle(words *i18n.Localizer, c PublicCase) string {
	measure := words.T("around.measure." + c.Measure)
	if c.Where() == "" {
		return measure
	}
	return words.T("around.case.title", "measure", measure, "where", c.Where())
}

// summary is one line of how far it has come.
func summary(words *i18n.Localizer, c PublicCase) string {
	day := c.ReceivedAt
	if !c.DecidedAt.IsZero() {
		day = c.DecidedAt
	}
	return words.T("around.case.summary."+string(c.Status), "date", words.Date(clock.DateIn(day)), "property", c.Properties(), "number", c.Label())
}
