package appeals

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
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

// warnings tell the staff whose letter about the decision nobody has posted.
func (s *Service) warnings(ctx context.Context, tx *store.Tx, m matter) (list []string, err error) {
	words := i18n.From(ctx)
	for _, w := range m.unposted() {
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

// list shows the appeals.
func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	number := pageNumber(q)
	f := Filter{State: State(q.Get("state")), Kind: q.Get("kind"), Department: q.Get("department"), Assignee: q.Get("assignee"), Offset: (number - 1) * pageSize}
	if f.Assignee == "me" {
		f.Assignee = actorID(ctx)
	}
	page, err := p.List(ctx, f)
	if err != nil {
		return err
	}
	v := listView{query: q, page: page, kinds: p.Cases.Kinds(), arranges: p.arranges(ctx, "") == nil}
	v.props = ui.ListProps{
		Page: web.Props(w, r, ui.Staff, i18n.T(ctx, "appeals.list.title")), Intro: i18n.T(ctx, "appeals.list.intro"), Tabs: tabs(ctx, q, page.Counts),
		Summary: i18n.T(ctx, "appeals.list.summary", "count", len(page.Lines)), Pages: pagination(q, number, page.More),
	}
	return web.Render(w, r, http.StatusOK, listPage(v))
}

// maxPages bounds how far one can leaf: a filter is the better way.
const maxPages = 200

func pageNumber(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), maxPages)
}

type listView struct {
	props    ui.ListProps
	query    url.Values
	page     Page
	kinds    *cases.Kinds
	arranges bool
}

func (v listView) withFilter() ui.ListProps {
	props := v.props
	props.Filter = filterForm(v)
	if v.arranges {
		props.Actions = bodiesLink()
	}
	return props
}

func (v listView) hidden() []ui.HiddenValue {
	if state := v.query.Get("state"); state != "" {
		return []ui.HiddenValue{{Name: "state", Value: state}}
	}
	return nil
}

func (v listView) kindOptions(ctx context.Context) (list []ui.Option) {
	for _, k := range v.kinds.All() {
		list = append(list, ui.Option{Value: k.Key, Label: i18n.T(ctx, k.Title)})
	}
	return list
}

func (v listView) table(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("appeals.list.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"case", "appellant", "kind", "state", "lodged", "prepare", "assignee"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("appeals.column." + key), Tight: key == "case" || key == "state" || key == "lodged"})
	}
	for _, l := range v.page.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: l.Case.Label(), Href: "/work/appeals/" + l.ID},
			{Text: l.AppellantName, Note: lateNote(words, l.Appeal)},
			{Text: kindTitle(words, v.kinds, l.Kind)},
			{Content: ui.Tag(stateTag(ctx, l.Appeal))},
			{Text: words.Date(clock.DateIn(l.LodgedAt))},
			{Text: prepareText(words, l.Prepare, v.page.Today)},
			{Text: first(l.Case.AssigneeName, words.T("appeals.nobody"))},
		}})
	}
	return t
}

func lateNote(words *i18n.Localizer, a Appeal) string {
	if a.Late && !a.LateAccepted && a.State == Received {
		return words.T("appeals.late_note")
	}
	return ""
}

func prepareText(words *i18n.Localizer, d *deadlines.Deadline, today clock.Date) string {
	if d == nil {
		return ""
	}
	return words.T("appeals.prepare_by", "date", words.Date(d.Timer.Falls()), "count", d.Timer.Left(today))
}

func kindTitle(words *i18n.Localizer, kinds *cases.Kinds, key string) string {
	kind, err := kinds.Get(key)
	if err != nil {
		return key
	}
	return words.T(kind.Title)
}

// tabs are the states, each with how many there are.
func tabs(ctx context.Context, q url.Values, counts map[State]int64) []ui.Tab {
	chosen := State(q.Get("state"))
	list := []ui.Tab{{Label: i18n.T(ctx, "appeals.list.open"), Href: "/work/appeals?" + with(q, "state", ""), Current: !chosen.Valid(), Count: int(counts[""])}}
	for _, state := range States() {
		list = append(list, ui.Tab{
			Label: i18n.T(ctx, "appeals.state."+string(state)), Href: "/work/appeals?" + with(q, "state", string(state)), Current: chosen == state, Count: int(counts[state]),
		})
	}
	return list
}

// with returns the query with one value changed, from its first page.
func with(q url.Values, name, value string) string {
	out := url.Values{}
	for k, v := range q {
		if k != "page" && k != name && len(v) > 0 && v[0] != "" {
			out.Set(k, v[0])
		}
	}
	if value != "" {
		out.Set(name, value)
	}
	return out.Encode()
}

func pagination(q url.Values, current int, more bool) ui.PaginationProps {
	if !more && current == 1 {
		return ui.PaginationProps{}
	}
	total := current
	if more {
		total++
	}
	return ui.PaginationProps{Current: current, Total: total, Href: func(n int) string { return "/work/appeals?" + with(q, "page", strconv.Itoa(n)) }}
}

// bodiesView is the page on which the head names the appeal bodies.
type bodiesView struct {
	department  string
	list        []Body
	departments []tenant.Department
	kinds       *cases.Kinds
	wrong       ui.Errors
}

func (v bodiesView) options() (list []ui.Option) {
	for _, d := range v.departments {
		list = append(list, ui.Option{Value: d.ID, Label: d.Name})
	}
	return list
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
