package appeals

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

// panel is the service's part of a case's page: for the party the way to appeal
// with what is left of the limit, for the staff the appeals there are.
func (s *Service) panel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	m, err := s.matterOf(ctx, tx, c.ID)
	if err != nil || !m.decided() && len(m.Appeals) == 0 {
		return nil, err
	}
	mine := s.mineOf(ctx, m, clock.DateIn(tx.Now.Time))
	if audience == cases.ForParty {
		if m.decided() && s.check(ctx, PermLodge, c.ID, c) == nil {
			return partyPanel(mine), nil
		}
		return nil, nil //nolint:nilnil // nothing to show is written so
	}
	if identity.From(ctx).Kind == identity.System {
		return nil, nil //nolint:nilnil // nobody reads it
	}
	v := staffView{matter: m, register: m.decided() && s.handles(ctx, tx, PermRegister, c.ID, c) == nil}
	if m.decided() {
		if v.warnings, err = s.warnings(ctx, tx, m); err != nil {
			return nil, err
		}
	}
	return staffPanel(v), nil
}

// staffView is what the staff see of the appeals of a case.
type staffView struct {
	matter
	register bool
	warnings []string
}

// unposted are the letters about the decision to a party, or to who acts for one that is an
// organisation, which nobody has posted.
func (s *Service) unposted(ctx context.Context, tx *store.Tx, m matter) (list []notify.Way, err error) {
	for _, id := range m.parties() {
		persons, err := s.persons(ctx, tx, m.Case, id)
		if err != nil {
			return nil, err
		}
		for _, person := range persons {
			if w, ok := m.Ways[person]; ok && w.Queued() && !slices.Contains(list, w) {
				list = append(list, w)
			}
		}
	}
	return list, nil
}

// warnings tell the staff whose letter about the decision nobody has posted.
func (s *Service) warnings(ctx context.Context, tx *store.Tx, m matter) (list []string, err error) {
	words := i18n.From(ctx)
	lie, err := s.unposted(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	for _, w := range lie {
		person, err := s.Identity.PersonIn(ctx, tx, w.Person)
		if err != nil {
			return nil, err
		}
		list = append(list, words.T("appeals.unposted.text", "name", person.Name.Full(), "date", words.Date(clock.DateIn(w.MadeAt))))
	}
	return list, nil
}

// formView is the form of an appeal.
type formView struct {
	Mine
	typed  url.Values
	wrong  ui.Errors
	action string
	staff  bool // somebody writes down what came on paper
}

// chosen is what was typed, or what stands there at first.
func (v formView) chosen(name, first string) string {
	if v.typed != nil && v.typed.Has(name) {
		return v.typed.Get(name)
	}
	return first
}

func (v formView) parties() (list []ui.Option) {
	for _, p := range v.Parties {
		list = append(list, ui.Option{Value: p.ID, Label: p.Name})
	}
	return list
}

// askers are the parties for whom the staff can write down that they ask for the reasons.
func (v formView) askers() (list []ui.Option) {
	for _, p := range v.Parties {
		if p.MayAsk {
			list = append(list, ui.Option{Value: p.ID, Label: p.Name})
		}
	}
	return list
}

// limits tell the staff each party's own last day.
func (v formView) limits(ctx context.Context) (list []ui.Term) {
	words := i18n.From(ctx)
	for _, p := range v.Parties {
		text := words.T("appeals.party_limit.not_begun")
		switch {
		case p.Appealed:
			text = words.T("appeals.party_limit.appealed")
		case p.Limit.Stands:
			text = words.T("appeals.party_limit.stands")
		case !p.Limit.Last.IsZero():
			text = words.T("appeals.party_limit.last", "date", words.Date(p.Limit.Last))
		}
		list = append(list, ui.Term{Label: p.Name, Value: text})
	}
	return list
}

// about is what the form is called: an appeal against the decision or the rejection.
func (m Mine) about() string {
	if m.Rejected != nil {
		return "appeals.contest"
	}
	return "appeals.form"
}

// shows reports whether the party is shown her appeal, and not a form for one.
func (m Mine) shows() bool { return m.Appeal != nil && m.Rejected == nil }

// label is what a field is called: the party is asked, the staff write down.
func (v formView) label(ctx context.Context, name string) string {
	if v.staff {
		return i18n.T(ctx, "appeals.term."+name)
	}
	return i18n.T(ctx, "appeals.form."+name)
}

// hint helps the party.
func (v formView) hint(ctx context.Context, name string) string {
	if v.staff {
		return ""
	}
	return i18n.T(ctx, "appeals.form."+name+"_hint")
}

// send is what the button says.
func (v formView) send(ctx context.Context) string {
	if v.staff {
		return i18n.T(ctx, "appeals.register.send")
	}
	return i18n.T(ctx, "appeals.form.send")
}

// limitText tells in one sentence how long there is to appeal.
func limitText(ctx context.Context, m Mine) string {
	words := i18n.From(ctx)
	key := "appeals.limit."
	if m.Rejected != nil {
		key = "appeals.contest_limit."
	}
	args := []any{"date", words.Date(m.Limit.Last), "count", m.Limit.Left(m.Today), "absolute", words.Date(m.Limit.Absolute)}
	switch {
	case m.Limit.On(m.Today) == TooLate:
		return words.T(key+"too_late", args...)
	case m.Limit.Stands:
		return words.T("appeals.limit.stands", args...)
	case m.Limit.Last.IsZero():
		return words.T(key+"not_begun", args...)
	case m.Limit.On(m.Today) == Late:
		return words.T(key+"late", args...)
	case m.Limit.Left(m.Today) == 0:
		return words.T(key+"today", args...)
	}
	return words.T(key+"left", args...)
}

// stateText tells the party in a sentence how her appeal stands.
func stateText(ctx context.Context, a Appeal) string {
	words := i18n.From(ctx)
	key := "appeals.state_text." + string(a.State)
	if a.State == Received || a.State == Ready || a.State == Changed {
		key += a.variant()
	}
	return words.T(key, "date", words.Date(clock.DateIn(a.LodgedAt)), "body", a.Body, "handed", words.Date(a.handed()))
}

func stateTag(ctx context.Context, a Appeal) ui.TagProps {
	key := string(a.State)
	if a.Proposed != "" {
		key = "proposed"
	}
	status := map[State]ui.Status{
		Received: ui.StatusWorking, Withdrawn: ui.StatusClosed, Rejected: ui.StatusRefused, Changed: ui.StatusDone,
		Ready: ui.StatusWorking, Forwarded: ui.StatusWaiting, Answered: ui.StatusDone,
	}[a.State]
	return ui.TagProps{Label: i18n.T(ctx, "appeals.state."+key), Status: status}
}

// workView is the page of an appeal.
type workView struct {
	View
	typed typed
	kinds *cases.Kinds
}

func (v workView) version() []ui.HiddenValue {
	return []ui.HiddenValue{{Name: "version", Value: strconv.FormatInt(v.Appeal.Version, 10)}}
}

func (v workView) terms(ctx context.Context) []ui.Term {
	words, a := i18n.From(ctx), v.Appeal
	list := []ui.Term{{Label: words.T("appeals.term.appellant"), Value: a.AppellantName}}
	add := func(key, value string, long bool) {
		if value != "" {
			list = append(list, ui.Term{Label: words.T("appeals.term." + key), Value: value, Long: long})
		}
	}
	if a.LodgedByName != a.AppellantName {
		add("lodged_by", a.LodgedByName, false)
	}
	if v.Rejected != nil {
		add("against", words.T("appeals.against", "date", words.Date(clock.DateIn(v.Rejected.PreparedAt))), false)
	}
	add("lodged_at", words.DateTime(a.LodgedAt), false)
	if a.Source == onPaper {
		add("sent_on", words.Date(a.SentOn), false)
	}
	if !a.LimitOn.IsZero() {
		add("limit", words.Date(a.LimitOn), false)
	}
	if v.Prepare != nil {
		add("prepare", words.T("appeals.prepare_by", "date", words.Date(v.Prepare.Timer.Falls()), "count", v.Prepare.Timer.Left(v.Today)), false)
	}
	add("body", a.Body, false)
	if !a.PreparedAt.IsZero() {
		add("prepared_at", words.DateTime(a.PreparedAt), false)
	}
	add("prepared_by", a.PreparedByName, false)
	add("approved_by", a.ApprovedByName, false)
	if !a.HandedOn.IsZero() {
		add("handed", words.T("appeals.handed.term", "date", words.Date(a.HandedOn), "how", words.T("appeals.how."+string(a.HandedHow)), "name", a.HandedByName), false)
	}
	if a.Answer != "" {
		add("answer", words.T("appeals.answer."+string(a.Answer)+a.variant()), false)
		add("answered_on", words.Date(a.AnsweredOn), false)
	}
	add("decision", v.Reasons, true)
	add("wants", a.Texts.Wants, true)
	add("why", a.Texts.Why, true)
	add("late", a.Texts.Late, true)
	add("late_answer", a.Texts.LateAnswer, true)
	add("statement", a.Texts.Statement, true)
	add("answer_text", a.Texts.Answer, true)
	return list
}

func (v workView) documents() (list []ui.Document) {
	for _, d := range v.Documents {
		list = append(list, ui.Document{Name: d.Name, Href: "/work/cases/" + v.Case.ID + "/documents/" + d.ID, Bytes: d.Size})
	}
	return list
}

// verdicts are the ways the preparation can end: while an appeal is late and not
// let in, only one.
func (v workView) verdicts(ctx context.Context) (list []ui.Option) {
	for _, verdict := range []Verdict{Forward, Change, Reject} {
		if v.Appeal.Late && !v.Appeal.LateAccepted && verdict != Reject {
			continue
		}
		key := "appeals.verdict." + string(verdict) + v.Appeal.variant()
		list = append(list, ui.Option{Value: string(verdict), Label: i18n.T(ctx, key), Hint: i18n.T(ctx, key+"_hint")})
	}
	return list
}

func (v workView) answers(ctx context.Context) (list []ui.Option) {
	for _, a := range Answers() {
		list = append(list, ui.Option{Value: string(a), Label: i18n.T(ctx, "appeals.answer."+string(a)+v.Appeal.variant())})
	}
	return list
}

func hows(ctx context.Context) (list []ui.Option) {
	for _, h := range Hows() {
		list = append(list, ui.Option{Value: string(h), Label: i18n.T(ctx, "appeals.how."+string(h))})
	}
	return list
}

// first is the first of the texts that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// bodiesView is the page on which the head names the appeal bodies.
type bodiesView struct {
	department  string
	list        []Body
	departments []tenant.Department
	kinds       *cases.Kinds
	typed       url.Values // in a form that was refused
	wrong       ui.Errors
}

func (v bodiesView) options() (list []ui.Option) {
	for _, d := range v.departments {
		list = append(list, ui.Option{Value: d.ID, Label: d.Name})
	}
	return list
}

// field is one of a body's, with what was typed in it, or what the department has given
// itself.
func (v bodiesView) field(ctx context.Context, b Body, name, label, value string) ui.Field {
	id := name + "-" + b.Kind
	f := ui.Field{ID: ui.FieldID(id), Name: name, Label: i18n.T(ctx, label), Value: own(b, value), HideOptional: true, Error: v.wrong.For(id)}
	if v.typed.Get("kind") == b.Kind {
		f.Value = v.typed.Get(name)
	}
	return f
}

func (v bodiesView) name(ctx context.Context, b Body) ui.Field {
	f := v.field(ctx, b, "name", "appeals.bodies.name", b.Name)
	f.Hint, f.MaxLength = i18n.T(ctx, "appeals.bodies.name_hint"), maxName
	return f
}

func (v bodiesView) address(ctx context.Context, b Body) ui.Field {
	f := v.field(ctx, b, "address", "appeals.term.address", b.Address)
	f.Rows = 3
	return f
}

// own is a value that the department has given itself.
func own(b Body, value string) string {
	if b.Usual {
		return ""
	}
	return value
}

// alertKind makes a limit that has passed stand out.
func alertKind(m Mine) ui.Kind {
	if m.Standing() == InTime {
		return ui.Info
	}
	return ui.Warning
}

// partyTerms are the appeal as the party wrote it, and what came of it.
func partyTerms(ctx context.Context, a Appeal) []ui.Term {
	words := i18n.From(ctx)
	list := []ui.Term{{Label: words.T("appeals.term.lodged_at"), Value: words.DateTime(a.LodgedAt)}}
	add := func(key, value string) {
		if value != "" {
			list = append(list, ui.Term{Label: words.T("appeals.term." + key), Value: value, Long: true})
		}
	}
	add("wants", a.Texts.Wants)
	add("why", a.Texts.Why)
	add("late", a.Texts.Late)
	add("late_answer", a.Texts.LateAnswer)
	if !a.waiting() {
		add("statement", a.Texts.Statement)
	}
	if a.Answer != "" {
		add("answer", words.T("appeals.answer."+string(a.Answer)+a.variant()))
	}
	add("answer_text", a.Texts.Answer)
	return list
}
