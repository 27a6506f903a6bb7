package around

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// tellArgs asks to tell a subscriber what an area of hers has to tell.
type tellArgs struct {
	AreaID string `json:"area"`
}

// Kind implements jobs.Args.
func (tellArgs) Kind() string { return "around.tell" }

// digestArgs asks to tell those who have chosen a day or a week.
type digestArgs struct{}

// Kind implements jobs.Args.
func (digestArgs) Kind() string { return "around.digest" }

// maxTold is how much one message tells of; the rest is counted.
const (
	maxTold  = 20
	mostRead = 500
)

// Digest has those told who gather their news: each morning, and on Mondays also for
// the week. Those who are told at once are looked after too, if a job of theirs was
// given up.
func (s *Service) Digest(ctx context.Context) error {
	for _, often := range Oftens() {
		if often == Weekly && clock.DateIn(s.DB.Clock().Now()).Weekday() != time.Monday {
			continue
		}
		for after, more := "", true; more; {
			var list []string
			err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				if list, err = untold(ctx, tx, often, after, roundSize); err != nil {
					return err
				}
				items := make([]jobs.Item, len(list))
				for i, id := range list {
					items[i] = tellItem(id)
				}
				return jobs.EnqueueAll(ctx, tx, items...)
			})
			if err != nil {
				return err
			}
			if more = len(list) == roundSize; more {
				after = list[len(list)-1]
			}
		}
	}
	return nil
}

// tell writes one message of all that an area has to tell, and marks it as told in the
// same transaction.
func (s *Service) tell(ctx context.Context, id string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, found, err := findArea(ctx, tx, "id", id, true)
		if err != nil || !found || row.State != Active {
			return err
		}
		a, err := s.open(ctx, tx, row)
		if err != nil {
			return err
		}
		events, err := untoldOf(ctx, tx, id, mostRead)
		if err != nil || len(events) == 0 {
			return err
		}
		if err := s.tellOf(ctx, tx, a, events); err != nil {
			return err
		}
		return setTold(ctx, tx, id, events)
	})
}

// tellOf writes the message. What is not public any more is left out, and nothing is
// sent when nothing is left.
func (s *Service) tellOf(ctx context.Context, tx *store.Tx, a Area, events []event) error {
	email, lang, dead, err := s.reader(ctx, tx, a)
	if err != nil || dead {
		return err
	}
	l := letter{words: s.Bundle.For(lang), lang: lang, site: s.SiteURL(tenant.From(ctx)), area: a}
	for _, e := range events {
		if err := s.line(ctx, tx, &l, e); err != nil {
			return err
		}
	}
	if l.told == 0 {
		return nil
	}
	l.dedupe = a.ID + ":" + events[len(events)-1].ID
	_, err = s.Notify.Send(ctx, tx, l.message(ctx, email))
	if err != nil {
		return fmt.Errorf("around: tell of an area: %w", err)
	}
	return nil
}

// reader is where a message goes and in which language. Nobody writes to the dead.
func (s *Service) reader(ctx context.Context, tx *store.Tx, a Area) (email string, lang i18n.Lang, dead bool, err error) {
	lang = a.Lang
	if a.Person != "" {
		p, err := s.Identity.PersonIn(ctx, tx, a.Person)
		if err != nil {
			return "", lang, false, err
		}
		email, dead = p.Email, p.Deceased()
		if p.Lang != "" {
			lang = p.Lang
		}
	} else {
		email = a.Email
	}
	if !lang.Valid() {
		lang = tenant.From(ctx).Lang()
	}
	return email, lang, dead, nil
}

// letter is a message being written.
type letter struct {
	words  *i18n.Localizer
	lang   i18n.Lang
	site   string
	area   Area
	lines  []string
	told   int
	first  string // path of the first thing told of
	dedupe string
}

// line adds what there is to tell of an event.
func (s *Service) line(ctx context.Context, tx *store.Tx, l *letter, e event) error {
	if e.Kind == TopicPlans {
		what, name := toldOf(e.Label)
		if what == planMany {
			l.add(l.words.T("around.told.plan_many", "count", name), "/map")
			return nil
		}
		l.add(l.words.T("around.told.plan_"+what, "number", e.Subject, "name", name), "/plan/"+pathOf(e.Subject))
		return nil
	}
	c, found, err := publicOf(ctx, tx, e.Subject)
	if err != nil || !found {
		return err
	}
	if public, err := s.stillPublic(ctx, tx, c.CaseID); err != nil || !public {
		return err
	}
	key := "around.told.received"
	if e.Kind == TopicDecided {
		key = "around.told." + string(c.Status)
	}
	day := c.ReceivedAt
	if e.Kind == TopicDecided && !c.DecidedAt.IsZero() {
		day = c.DecidedAt
	}
	l.add(l.words.T(key, "measure", l.words.T("around.measure."+c.Measure), "where", c.Where(), "property", c.Properties(), "number", c.Label(),
		"date", l.words.Date(clock.DateIn(day))), c.Path())
	return nil
}

// stillPublic asks the case itself whether everybody may know of it.
func (s *Service) stillPublic(ctx context.Context, tx *store.Tx, caseID string) (bool, error) {
	c, err := s.Cases.CaseIn(ctx, tx, caseID)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	return err == nil && isPublic(c), err
}

func (l *letter) add(text, path string) {
	if l.told++; l.told > maxTold {
		return
	}
	if l.first == "" {
		l.first = path
	}
	l.lines = append(l.lines, text+"\n"+l.site+path)
}

// message puts the letter together. Each one carries the way to have no more of them.
func (l *letter) message(ctx context.Context, email string) notify.Message {
	words, where := l.words, l.area.title(l.words)
	args := []any{"count", l.told, "area", where, "municipality", tenant.From(ctx).Name.In(l.lang)}
	paragraphs := append([]string{words.T("around.mail.changes.intro", args...)}, l.lines...)
	if rest := l.told - maxTold; rest > 0 {
		paragraphs = append(paragraphs, words.T("around.mail.changes.more", "count", rest)+"\n"+l.site+"/around")
	}
	stop := l.site + stopPath(l.area)
	paragraphs = append(paragraphs, words.T("around.mail.changes.stop", "date", words.Date(clock.DateIn(l.area.Until())))+"\n"+stop)
	open := &notify.Action{Text: words.T("around.mail.changes.open"), URL: l.site + "/around"}
	if l.told == 1 {
		open = &notify.Action{Text: words.T("around.mail.changes.open_one"), URL: l.site + l.first}
	}
	return notify.Message{
		PersonID: l.area.Person, Email: email, Kind: "around.changes", Lang: l.lang, Subject: words.T("around.mail.changes.subject", args...),
		Body:   notify.Body{Heading: words.T("around.mail.changes.heading", args...), Paragraphs: paragraphs, Action: open},
		Dedupe: "around:" + l.dedupe, Unsubscribe: stop,
	}
}

// StopCode is the secret of the link that ends the area: whoever has it may.
func (a Area) StopCode() string { return a.stop }

// stopPath is the page that ends an area without log-in.
func stopPath(a Area) string { return "/areas/stop/" + a.stop }

// title is what an area is called: its owner's word, or where it is.
func (a Area) title(words *i18n.Localizer) string {
	switch {
	case a.Name != "":
		return a.Name
	case a.Ground.Label != "" && a.Ground.IsCircle():
		return words.T("around.area.circle_at", "metres", words.Number(int64(a.Ground.Radius)), "place", a.Ground.Label)
	case a.Ground.Label != "":
		return words.T("around.area.ring_at", "place", a.Ground.Label)
	case a.Ground.IsCircle():
		return words.T("around.area.circle", "metres", words.Number(int64(a.Ground.Radius)))
	}
	return words.T("around.area.ring")
}

// tellConfirm asks the owner of an address whether she wants what was asked for. Anybody
// may have typed it, so it tells no more than where and what.
func (s *Service) tellConfirm(ctx context.Context, tx *store.Tx, a Area, code string) error {
	t := tenant.From(ctx)
	words := s.Bundle.For(a.Lang)
	args := []any{"municipality", t.Name.In(a.Lang), "area", a.place(words)}
	_, err := s.Notify.Send(ctx, tx, notify.Message{
		Email: a.Email, Kind: "around.confirm", Lang: a.Lang, Subject: words.T("around.mail.confirm.subject", args...),
		Body: notify.Body{
			Heading: words.T("around.mail.confirm.heading", args...), Paragraphs: []string{words.T("around.mail.confirm.text", args...), words.T("around.mail.confirm.not_you")},
			Action: &notify.Action{Text: words.T("around.mail.confirm.open"), URL: s.SiteURL(t) + "/areas/confirm/" + code},
		},
		Dedupe: "around.confirm:" + a.ID,
	})
	if err != nil {
		return fmt.Errorf("around: ask for a confirmation: %w", err)
	}
	return nil
}

// place is where an area is, without its owner's word for it: what somebody has typed is
// not sent to an address that may be another's.
func (a Area) place(words *i18n.Localizer) string {
	a.Name = ""
	return a.title(words)
}

// pathOf makes a plan's number fit for an address.
func pathOf(number string) string { return url.PathEscape(number) }

// writeStaff tells a mailbox of the municipality that an import changed more plans than
// subscribers are told of one by one.
func (s *Service) writeStaff(ctx context.Context, tx *store.Tx, email string, plans int, day string) error {
	t := tenant.From(ctx)
	words := s.Bundle.For(t.Lang())
	args := []any{"count", plans, "most", maxPlanNews, "date", dayText(words, day)}
	_, err := s.Notify.Send(ctx, tx, notify.Message{
		Email: email, Kind: "around.many", Class: notify.Staff, Lang: words.Lang(), Subject: words.T("around.mail.many.subject", args...),
		Body: notify.Body{
			Heading: words.T("around.mail.many.subject", args...), Paragraphs: []string{words.T("around.mail.many.text", args...)},
			Action: &notify.Action{Text: words.T("around.mail.many.open"), URL: s.SiteURL(t) + "/map"},
		},
		Dedupe: "around.many:" + day,
	})
	if err != nil {
		return fmt.Errorf("around: tell of many plans: %w", err)
	}
	return nil
}
