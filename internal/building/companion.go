package building

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// Companion holds an application against the map as it comes in, and shows what was
// found on the case's pages.
func (s *Service) Companion() cases.Companion {
	return cases.Companion{Name: Name, Happened: s.happened, Panel: s.panel}
}

// happened keeps what the map says of an application as it comes in, in the same
// transaction: it is what the application was judged by.
func (s *Service) happened(ctx context.Context, tx *store.Tx, e cases.Event) error {
	if e.What != cases.HappenedReceived || e.Case.Kind != Name {
		return nil
	}
	sent, err := s.Forms.Submission(ctx, tx, e.Case.Submission)
	if err != nil {
		return fmt.Errorf("building: read what was sent: %w", err)
	}
	if err := cases.FoundBy(ctx, tx, e.Case.ID, place(sent.Values)...); err != nil {
		return fmt.Errorf("building: make the case to be found: %w", err)
	}
	p, used, err := s.again(ctx, tx, sent.Facts, sent.Values, whose{sent.Draft, e.Case.ID})
	if err != nil || !used {
		return err
	}
	// Who sends is told of pipes what she was told before she sent: see askIn.
	if told, err := s.toldOf(ctx, tx, p); err != nil {
		return fmt.Errorf("building: ask for pipes: %w", err)
	} else if !told {
		p.Result = p.Result.Spent()
	}
	return keep(ctx, tx, p.site(s.Layers.Home(ctx).Code, e.Case.ID))
}

// place is where is to be built, as staff search for it: property numbers and address.
func place(answers map[string]any) []string {
	var texts []string
	for _, ref := range property.RefsIn(answers) {
		texts = append(texts, ref.String())
	}
	address, _ := answers["address"].(string)
	return append(texts, address)
}

func (p Placed) site(system int, caseID string) Site {
	return Site{
		Case: caseID, Property: p.Request.Property, System: system, Footprint: p.Footprint, Request: p.Request, Result: p.Result, Generations: p.Generations,
	}
}

// Review is what a case's page of the map shows.
type Review struct {
	Case cases.Case
	Site Site // as it was when the application came in
	Now  Placed
	// Gone says that the property is no longer in the map, or that more lies around it than can
	// be read; Now is empty then.
	Gone bool

	crowded bool // gone for the second reason
	picture picture
	differs []string
}

// Review reads what was found when an application came in, and holds it against the
// map as it is now; the site is the zero Site when the applicant did not use the map.
// The actor must be allowed to read the case.
func (s *Service) Review(ctx context.Context, caseID string) (Review, error) {
	return s.reviewed(ctx, caseID, plainLook())
}

func (s *Service) reviewed(ctx context.Context, caseID string, l look) (r Review, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err = s.review(ctx, tx, caseID, l)
		if err != nil {
			return err
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "case", ID: caseID}, r.Case.Applicant)
	})
	return r, err
}

func (s *Service) review(ctx context.Context, tx *store.Tx, caseID string, l look) (r Review, err error) {
	if r.Case, err = s.Cases.CaseIn(ctx, tx, caseID); err != nil {
		return r, err
	}
	if err := s.Cases.CheckCase(ctx, cases.PermRead, r.Case); err != nil {
		return r, err
	}
	var used bool
	if r.Site, used, err = s.SiteIn(ctx, tx, caseID); err != nil {
		return r, err
	}
	if !used {
		return r, nil
	}
	if err := s.present(ctx, tx, &r); err != nil || r.Gone {
		return r, err
	}
	if r.picture, err = s.draw(ctx, tx, r.Now, l); err != nil {
		return r, err
	}
	r.differs, err = s.differences(ctx, tx, r.Case)
	return r, err
}

// present holds the case's works against the map as it is now.
func (s *Service) present(ctx context.Context, tx *store.Tx, r *Review) (err error) {
	r.Now = Placed{Request: r.Site.Request, Footprint: r.Site.Footprint}
	r.Now.plot, err = s.plotOf(ctx, tx, r.Site.Request.ref())
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindConflict) { // or more lies around it than can be read
		r.Gone, r.crowded = true, errs.Is(err, errs.KindConflict)
		return nil
	}
	if err != nil {
		return err
	}
	return s.hold(ctx, tx, &r.Now, whose{caseID: r.Case.ID})
}

// gone tells why there is nothing to show.
func (r Review) gone(words *i18n.Localizer) string {
	if r.crowded {
		return words.T("building.panel.crowded", "number", r.Site.Property)
	}
	return words.T("building.site.unknown", "number", r.Site.Property)
}

// changed are the names of the layers that have had an import since the application
// came in.
func (r Review) changed(words *i18n.Localizer) string {
	var list []string
	for name, now := range r.Now.Generations {
		if now != r.Site.Generations[name] && slices.Contains(namedLayers(), name) {
			list = append(list, words.T("building.layer."+name))
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func namedLayers() []string {
	return []string{"properties", check.LayerBuildings, check.LayerZones, check.LayerCautions, check.LayerHazards, check.LayerPipes, check.LayerSea}
}

// others counts the answers that are no longer what they were.
func (r Review) others() int {
	key := func(a check.Answer) string { return a.Key + a.Case + string(a.Verdict) + a.Source.Plan }
	n := 0
	for _, a := range r.Now.Result.Answers {
		if !slices.ContainsFunc(r.Site.Result.Answers, func(b check.Answer) bool { return key(a) == key(b) }) {
			n++
		}
	}
	return n
}

// differences are what the applicant has corrected of what the map filled in.
func (s *Service) differences(ctx context.Context, tx *store.Tx, c cases.Case) ([]string, error) {
	sent, err := s.Forms.Submission(ctx, tx, c.Submission)
	if err != nil {
		return nil, fmt.Errorf("building: read what was sent: %w", err)
	}
	words := i18n.From(ctx)
	var list []string
	for _, pair := range []struct {
		field, fact string
		unit        func(*i18n.Localizer, float64) string
	}{
		{"plot", factPlot, squareMetres},
		{"existing_bya", factExisting, squareMetres},
		{"new_bya", factBYA, squareMetres},
		{"allowed", factAllowed, percent},
		{"nearest", factNearest, metres},
		{"eaves", factCornice, metres},
		{"ridge", factRidge, metres},
	} {
		told, answered := sent.Values[pair.field].(float64)
		measured, known := sent.Facts[pair.fact].(float64)
		if answered && known && told != measured {
			list = append(list, words.T("building.panel.differs_line",
				"what", words.T("building.panel.field."+pair.field), "map", pair.unit(words, measured), "told", pair.unit(words, told)))
		}
	}
	return list, nil
}

// panel shows on the case's pages what stops the time, and what was found, with the
// drawing.
func (s *Service) panel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	if c.Kind != Name {
		return nil, nil //nolint:nilnil // nothing to show is written so
	}
	steps, err := s.stepsPanel(ctx, tx, c, audience)
	if err != nil {
		return nil, err
	}
	found, err := s.sitePanel(ctx, tx, c, audience)
	switch {
	case err != nil:
		return nil, err
	case steps == nil:
		return found, nil
	case found == nil:
		return steps, nil
	}
	return templ.Join(steps, found), nil
}

// sitePanel shows where the works stand and what was found.
func (s *Service) sitePanel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	at, used, err := s.SiteIn(ctx, tx, c.ID)
	if err != nil || !used {
		return nil, err
	}
	r := Review{Case: c, Site: at}
	if err := s.present(ctx, tx, &r); err != nil {
		return nil, err
	}
	if !r.Gone {
		if r.picture, err = s.draw(ctx, tx, r.Now, plainLook()); err != nil {
			return nil, err
		}
	}
	if audience == cases.ForParty {
		r.Site.Result, r.Now.Result = r.Site.Result.WithheldAs(r.Now.Result).Discreet(), r.Now.Result.Discreet()
		return partyPanel(r), nil
	}
	if r.differs, err = s.differences(ctx, tx, c); err != nil && !errors.Is(err, store.ErrNoRows) {
		return nil, err
	}
	return staffPanel(r), nil
}
